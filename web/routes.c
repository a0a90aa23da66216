/* Every address of the program.  One row a line of thought: ROUTE(method, permission, the rest).
 * Rows stand in groups; each group's functions are declared in the header of its view. */
#include "web/form.h"
#include "web/openapi.h"
#include "web/view_analyses.h"
#include "web/view_campaign.h"
#include "web/view_campaigns.h"
#include "web/view_instruments.h"
#include "web/view_invitations.h"
#include "web/view_outcomes.h"
#include "web/view_report.h"
#include "web/view_service.h"
#include "web/view_session.h"
#include "web/view_workbench.h"
#include "web/web.h"

/* permission is an argument, so that it cannot be left out */
#define ROUTE(METHOD, PERMISSION, ...)                                                                                 \
	{                                                                                                              \
		.method = METHOD, .perm = PERMISSION, __VA_ARGS__                                                      \
	}

const struct web_route web_routes[] = {
	/* ---- the process itself ---- */
	ROUTE("GET", WEB_PUBLIC, .page = "/static/{file}", .flags = WEB_FAST, .fields = static_fields,
	    .handle = static_send, .doc = "A file of the pages: style sheet, script, icon"),
	ROUTE("GET", WEB_PUBLIC, .api = "/healthz", .flags = WEB_FAST, .handle = health_send, .model = "Health",
	    .doc = "Whether the daemon can read its database"),
	ROUTE("GET", WEB_PUBLIC, .api = "/metrics", .flags = WEB_FAST, .handle = metrics_send,
	    .doc = "Counters in the Prometheus text format; no personal data"),
	ROUTE("GET", WEB_PUBLIC, .api = "/api/v1/openapi.json", .flags = WEB_FAST, .handle = openapi_send,
	    .doc = "This description"),
	ROUTE("GET", WEB_PUBLIC, .page = "/api", .view = openapi_view, .template = "api",
	    .doc = "The API's description as a page"),
	ROUTE("GET", WEB_PUBLIC, .page = "/problems/{kind}", .flags = WEB_FAST, .handle = problem_show,
	    .doc = "What a type of problem means"),

	/* ---- answering a survey ---- */
	ROUTE("GET", WEB_PUBLIC, .page = "/s/{campaign}", .flags = WEB_FAST, .fields = form_fields, .handle = form_show,
	    .doc = "The form of a survey"),
	ROUTE("POST", WEB_PUBLIC, .page = "/s/{campaign}", .flags = WEB_FAST | WEB_RAW_BODY, .handle = form_post,
	    .doc = "A page of the form: the next one, or the receipt"),
	ROUTE("POST", WEB_PUBLIC, .api = "/api/v1/campaigns/{campaign}/responses",
	    .flags = WEB_FAST | WEB_RAW_BODY | WEB_CREATES, .handle = form_answer, .model = "Receipt",
	    .body = "Response",
	    .doc = "Send one response; the same id and answers again give the same receipt and add nothing"),

	ROUTE("POST", WEB_QUALITY, .api = "/api/v1/campaigns/{campaign}/invitations", .flags = WEB_CREATES,
	    .fields = invitation_fields, .handle = invitations_post, .model = "Invitations",
	    .doc = "Make invitations; each token is shown this once"),

	/* ---- signing in ---- */
	ROUTE("GET", WEB_PUBLIC, .page = "/signin", .fields = signin_get_fields, .view = signin_view,
	    .template = "signin", .doc = "The sign-in form"),
	ROUTE("POST", WEB_PUBLIC, .page = "/signin", .fields = signin_fields, .handle = signin_post,
	    .doc = "Sign in by login and password"),
	ROUTE("POST", WEB_STAFF, .page = "/signout", .handle = signout_post, .doc = "Sign out"),

	/* ---- campaigns and questionnaires ---- */
	ROUTE("GET", WEB_STAFF, .page = "/", .view = home_view, .template = "home",
	    .doc = "What whoever is signed in can do now"),
	ROUTE("GET", WEB_STAFF, .page = "/campaigns", .api = "/api/v1/campaigns", .fields = campaigns_fields,
	    .view = campaigns_view, .template = "campaigns", .table = "items", .columns = campaigns_columns,
	    .model = "Campaigns", .doc = "Campaigns that you may see, with their response rates"),
	ROUTE("GET", WEB_CAMPAIGN, .api = "/api/v1/campaigns/{campaign}", .view = campaign_view, .model = "Campaign",
	    .doc = "A campaign: window, mode, how many were asked, have answered and are released"),
	ROUTE("GET", WEB_CAMPAIGN, .page = "/campaigns/{campaign}", .api = "/api/v1/campaigns/{campaign}/statistics",
	    .fields = campaign_fields, .view = campaign_statistics_view, .template = "campaign", .table = "items",
	    .columns = campaign_items_columns, .model = "CampaignStatistics",
	    .doc = "Figures of a campaign: items, scales, careless answering, comparison of units and of the hundred "
		   "highest targets"),
	ROUTE("GET", WEB_CAMPAIGN, .page = "/campaigns/{campaign}/targets", .fields = campaign_targets_fields,
	    .view = campaign_targets_view, .template = "campaign_targets",
	    .doc = "All targets of a campaign, compared"),
	ROUTE("GET", WEB_PUBLIC, .api = "/api/v1/campaigns/{campaign}/targets", .fields = campaign_targets_fields,
	    .view = campaign_targets_open_view, .table = "items", .columns = campaign_targets_columns,
	    .model = "CampaignTargets",
	    .doc =
		"What one response may be about; with figures for who may see them, else while the campaign is open"),
	ROUTE("GET", WEB_CAMPAIGN, .page = "/campaigns/{campaign}/comments",
	    .api = "/api/v1/campaigns/{campaign}/comments", .fields = campaign_comments_fields,
	    .view = campaign_comments_view, .template = "campaign_comments", .table = "comments",
	    .columns = campaign_comments_columns, .model = "CampaignComments",
	    .doc = "Comments to one open question, without any other answer"),
	ROUTE("GET", WEB_PUBLIC, .api = "/api/v1/campaigns/{campaign}/instrument", .view = campaign_instrument_view,
	    .model = "Instrument", .doc = "The questionnaire of a campaign; public while the campaign is open"),
	ROUTE("GET", WEB_STAFF, .page = "/instruments", .api = "/api/v1/instruments", .fields = instruments_fields,
	    .view = instruments_view, .template = "instruments", .table = "items", .columns = instruments_columns,
	    .model = "Instruments", .doc = "Questionnaires and their versions"),
	ROUTE("GET", WEB_STAFF, .page = "/instruments/{instrument}", .api = "/api/v1/instruments/{instrument}",
	    .fields = instrument_fields, .view = instrument_view, .template = "instrument", .model = "Instrument",
	    .doc = "One version of a questionnaire, by its id, or by its code for the newest"),

	/* ---- analyses over stored responses ---- */
	ROUTE("GET", WEB_STAFF, .api = "/api/v1/methods", .view = methods_view, .table = "items",
	    .columns = methods_columns, .model = "Methods",
	    .doc = "Methods of analysis with their options and what they give"),
	ROUTE("GET", WEB_STAFF, .api = "/api/v1/analyses", .view = analyses_view, .table = "items",
	    .columns = analyses_columns, .model = "Analyses",
	    .doc = "Your calculations of the last hour, newest first, without their results"),
	ROUTE("POST", WEB_STAFF, .api = "/api/v1/analyses", .flags = WEB_RAW_BODY, .handle = analyses_post,
	    .model = "Analysis", .body = "AnalysisRequest",
	    .doc = "Compute a method over a campaign's released responses. 200 with the result when it ends within a "
		   "second, else 202: look at the address in Location until its state is done"),
	ROUTE("GET", WEB_STAFF, .api = "/api/v1/analyses/{analysis}", .view = analysis_view, .model = "Analysis",
	    .doc = "A calculation: how far it is, and its result when it has ended; kept for an hour"),
	ROUTE("DELETE", WEB_STAFF, .api = "/api/v1/analyses/{analysis}", .handle = analysis_delete, .model = "Analysis",
	    .doc = "Stop a calculation"),
	ROUTE("GET", WEB_STAFF, .api = "/api/v1/analyses/{analysis}/tables/{table}", .handle = analysis_table_send,
	    .doc = "One table of a result as CSV, by its name: items, or groups.Q1 for a table in a table"),
	ROUTE("GET", WEB_STAFF, .api = "/api/v1/analyses/{analysis}/chart", .handle = workbench_chart_send,
	    .doc = "The drawing of a result as SVG, where it has one"),
	ROUTE("GET", WEB_STAFF, .page = "/workbench", .fields = workbench_fields, .view = workbench_view,
	    .template = "workbench",
	    .doc = "Choose data, method and groups; see the result with what it does not show"),
	ROUTE("POST", WEB_STAFF, .page = "/workbench/stop", .fields = workbench_stop_fields, .handle = workbench_stop,
	    .doc = "Stop a calculation of the workbench"),

	/* ---- outcomes: programmes, courses, assessments ---- */
	ROUTE("GET", WEB_STAFF, .page = "/programmes", .api = "/api/v1/programmes", .fields = outcomes_list_fields,
	    .view = programmes_view, .template = "programmes", .table = "items", .columns = programmes_columns,
	    .model = "Programmes", .doc = "Programmes that you may see"),
	ROUTE("GET", WEB_PROGRAMME, .page = "/programmes/{programme}",
	    .api = "/api/v1/programmes/{programme}/attainment", .fields = outcomes_term_fields, .view = programme_view,
	    .template = "programme", .table = "outcomes", .columns = programme_columns, .model = "ProgrammeAttainment",
	    .doc = "Attainment of a programme's outcomes, with courses, coverage and both kinds of evidence"),
	ROUTE("GET", WEB_PROGRAMME, .page = "/programmes/{programme}/map", .api = "/api/v1/programmes/{programme}",
	    .view = programme_map_view, .template = "programme_map", .model = "Programme",
	    .doc = "A programme: outcomes, courses and curriculum map"),
	ROUTE("GET", WEB_PROGRAMME, .page = "/programmes/{programme}/outcomes/{outcome}",
	    .api = "/api/v1/programmes/{programme}/outcomes/{outcome}", .fields = outcomes_term_fields,
	    .view = programme_outcome_view, .template = "programme_outcome", .model = "ProgrammeOutcome",
	    .doc = "One outcome of a programme, down to the course outcomes and survey items behind it"),
	ROUTE("GET", WEB_STAFF, .page = "/reports", .fields = outcomes_list_fields, .view = reports_view,
	    .template = "reports", .doc = "Programmes with their improvement reports"),
	ROUTE("GET", WEB_PROGRAMME, .page = "/programmes/{programme}/report",
	    .api = "/api/v1/programmes/{programme}/report", .view = report_view, .template = "report",
	    .model = "Report", .doc = "Improvement report: state, strengths, weaknesses, plan, evidence"),
	ROUTE("GET", WEB_PROGRAMME, .page = "/programmes/{programme}/improvement",
	    .api = "/api/v1/programmes/{programme}/improvement", .view = improvement_view, .template = "improvement",
	    .model = "Improvement", .doc = "Findings, computed and recorded, and actions"),
	ROUTE("POST", WEB_PROGRAMME, .page = "/programmes/{programme}/findings", .fields = finding_fields,
	    .handle = finding_post, .doc = "Record a finding"),
	ROUTE("POST", WEB_PROGRAMME, .page = "/programmes/{programme}/actions", .fields = action_fields,
	    .handle = action_post, .doc = "Record an action"),
	ROUTE("GET", WEB_STAFF, .page = "/courses", .api = "/api/v1/courses", .fields = outcomes_courses_fields,
	    .view = courses_view, .template = "courses", .table = "items", .columns = courses_columns,
	    .model = "Courses", .doc = "Courses that you may see"),
	ROUTE("GET", WEB_COURSE, .page = "/courses/{course}", .api = "/api/v1/courses/{course}/attainment",
	    .fields = outcomes_term_fields, .view = course_view, .template = "course", .table = "outcomes",
	    .columns = course_columns, .model = "CourseAttainment",
	    .doc = "Attainment of a course's outcomes, by section, down to the items"),
	ROUTE("GET", WEB_COURSE, .api = "/api/v1/courses/{course}", .view = course_plan_view, .model = "Course",
	    .doc = "A course: outcomes, sections, assessments"),
	ROUTE("GET", WEB_ASSESSMENT, .page = "/assessments/{assessment}",
	    .api = "/api/v1/assessments/{assessment}/items", .view = assessment_view, .template = "assessment",
	    .table = "items", .columns = assessment_columns, .model = "AssessmentItems",
	    .doc = "Item analysis of an assessment: difficulty, discrimination, reliability"),

	{ 0 },
};
const size_t web_route_count = sizeof web_routes / sizeof *web_routes - 1;
