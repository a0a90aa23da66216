/* What the figures themselves say, and the report made of it. */
#include "analysis/improvement.h"

#include "analysis/curriculum.h"
#include "analysis/figures.h"
#include "analysis/improvement.sql.h"
#include "analysis/improvement_parts.h"
#include "analysis/stats/numeric/padjust.h"
#include "analysis/stats/describe/proportion.h"
#include "analysis/stats/work.h"
#include "core/clock.h"
#include "surveys/label.h"

#include <string.h>

#define REFERENCE_CONTROL "Exact binomial test against the goal; Benjamini & Hochberg 1995"

/* One share set against its goal. */
struct comparison {
	const json_t *outcome, *course,
	    *figures; /* borrowed from the attainment model; course NULL: programme outcome */
	double goal, p, adjusted;
};

struct computed {
	json_t *model; /* attainment_programme_json() */
	struct comparison *list;
	size_t n;
};

static const char *text_at(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s != NULL ? s : "";
}

static void compare(struct computed *c, const json_t *outcome, const json_t *course, const json_t *figures, double goal)
{
	double hits = json_number_value(json_object_get(figures, "reached")), n;
	struct comparison *to = &c->list[c->n];

	n = json_number_value(json_object_get(figures, "n_used"));
	if (!(n > 0) || !(goal > 0 && goal < 1))
		return;
	for (size_t i = 0; i < c->n; i++)
		if (strcmp(text_at(c->list[i].outcome, "id"), text_at(outcome, "id")) == 0)
			return;
	*to = (struct comparison){ outcome, course, figures, goal, 1, 1 };
	if (an_binomial_test(hits, n, goal, &to->p) == AN_OK)
		c->n++;
}

/* Every programme outcome, and every course outcome once however many outcomes it serves. */
static int compare_all(struct computed *c, struct arena *a, struct err *e)
{
	const json_t *outcomes = json_object_get(c->model, "outcomes"), *o, *link;
	size_t most = 0, i, k;
	double *p;
	struct an_work *work;
	enum an_status status = AN_OK;

	json_array_foreach(outcomes, i, o) {
		most += 1 + json_array_size(json_object_get(o, "contributions"));
	}
	c->list = ARENA_ARRAY(a, struct comparison, most + 1);
	p = ARENA_ARRAY(a, double, most + 1);
	work = an_work_new(0);
	if (c->list == NULL || p == NULL || work == NULL) {
		an_work_free(work);
		return err_nomem(e);
	}
	json_array_foreach(outcomes, i, o) {
		compare(c, o, NULL, json_object_get(o, "direct"), json_number_value(json_object_get(o, "goal")));
	}
	json_array_foreach(outcomes, i, o) {
		json_array_foreach(json_object_get(o, "contributions"), k, link) {
			compare(c, json_object_get(link, "course_outcome"), json_object_get(link, "course"), link,
			    json_number_value(json_object_get(link, "goal")));
		}
	}
	for (i = 0; i < c->n; i++)
		p[i] = c->list[i].p;
	if (c->n > 0)
		status = an_p_adjust(p, c->n, AN_BH, work, p);
	for (i = 0; i < c->n; i++)
		c->list[i].adjusted = p[i];
	an_work_free(work);
	return status == AN_OK ? 0 : err_internal(e, "p-values could not be adjusted: %s", an_status_name(status));
}

static json_t *comparison_json(const struct comparison *c)
{
	double share = json_number_value(json_object_get(c->figures, "share"));
	bool clear = c->adjusted <= IMPROVEMENT_FDR;
	const char *kind = !clear ? "not_clear" : share < c->goal ? "below_goal" : "above_goal";
	json_t *print = json_object_get(c->outcome, "fingerprint");

	return json_pack("{s:s, s:s, s:{s:s, s:s, s:O}, s:o, s:f, s:O, s:O, s:f, s:f, s:f, s:o}", "kind", kind, "of",
	    c->course != NULL ? "course_outcome" : "programme_outcome", "outcome", "id", text_at(c->outcome, "id"),
	    "code", text_at(c->outcome, "code"), "name", json_object_get(c->outcome, "name"), "course",
	    c->course != NULL ? json_incref((json_t *)c->course) : json_null(), "share", share, "interval",
	    json_object_get(c->figures, "interval"), "n_used", json_object_get(c->figures, "n_used"), "goal", c->goal,
	    "p", c->p, "p_adjusted", c->adjusted, "fingerprint", print != NULL ? json_incref(print) : json_null());
}

static json_t *control_json(const struct computed *c)
{
	return json_pack("{s:s, s:s, s:f, s:I}", "method", "BH", "reference", REFERENCE_CONTROL, "level",
	    IMPROVEMENT_FDR, "comparisons", (json_int_t)c->n);
}

static int compute(struct db *db, const char *programme, const struct attainment_options *o, struct arena *a,
    struct computed *c, struct err *e)
{
	memset(c, 0, sizeof *c);
	c->model = json_object();
	if (c->model == NULL)
		return err_nomem(e);
	return attainment_programme_json(db, programme, o, a, c->model, e) < 0 ? -1 : compare_all(c, a, e);
}

int improvement_json(struct db *db, const char *programme, const struct attainment_options *o, struct arena *a,
    json_t *out, struct err *e)
{
	json_t *findings = json_array(), *recorded = json_array(), *actions = json_array();
	struct programme p;
	struct computed c;
	int bad = json_object_set_new(out, "findings", findings), rc = -1;

	bad |= json_object_set_new(out, "recorded", recorded);
	bad |= json_object_set_new(out, "actions", actions);
	if (compute(db, programme, o, a, &c, e) < 0 || programme_get(db, programme, a, &p, e) < 0)
		goto out;
	for (size_t i = 0; i < c.n; i++)
		bad |= json_array_append_new(findings, comparison_json(&c.list[i]));
	bad |= json_object_set_new(out, "programme", programme_head_json(&p));
	bad |= json_object_set(out, "coverage", json_object_get(c.model, "coverage"));
	bad |= json_object_set_new(out, "control", control_json(&c));
	rc = bad ? err_nomem(e) : improvement_recorded(db, p.id, recorded, e);
	if (rc == 0)
		rc = improvement_actions(db, p.id, actions, e);
out:
	json_decref(c.model);
	return rc;
}

static int kind_put(const struct computed *c, const char *kind, json_t *to)
{
	int bad = 0;

	for (size_t i = 0; i < c->n; i++) {
		json_t *one = comparison_json(&c->list[i]);

		if (strcmp(text_at(one, "kind"), kind) == 0)
			bad |= json_array_append(to, one);
		json_decref(one);
	}
	return bad;
}

/* Strengths: clearly above the goal.  Weaknesses: clearly below it, then what cannot be told, then
 * the coverage. */
static int sides_put(const struct computed *c, json_t *out)
{
	json_t *strengths = json_array(), *weaknesses = json_array(), *warning, *coverage;
	int bad = json_object_set_new(out, "strengths", strengths);
	size_t i;

	bad |= json_object_set_new(out, "weaknesses", weaknesses);
	bad |= kind_put(c, "above_goal", strengths) | kind_put(c, "below_goal", weaknesses) |
	    kind_put(c, "not_clear", weaknesses);
	coverage = json_object_get(c->model, "coverage");
	json_array_foreach(coverage, i, warning) {
		bad |= json_array_append(weaknesses, warning);
	}
	return bad;
}

static json_t *description_json(const struct computed *c)
{
	static const char *const keys[] = { "students", "state", "k", "summary", "all_outcomes", "outcomes",
		"courses" };
	json_t *out = json_object();

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (json_object_set(out, keys[i], json_object_get(c->model, keys[i])) < 0) {
			json_decref(out);
			return NULL;
		}
	return out;
}

static json_t *assessment_evidence(const struct db_rows *r)
{
	struct term t = { db_col_text(r, 6), db_col_text(r, 7), db_col_text(r, 8), db_col_int(r, 9) };
	char at[25];

	clock_iso(db_col_int(r, 11), at, sizeof at);
	return json_pack("{s:s, s:s, s:s, s:o, s:{s:s, s:s, s:o}, s:o, s:s, s:s, s:I, s:I, s:I, s:o}", "kind",
	    "results", "id", db_col_text(r, 0), "code", db_col_text(r, 1), "name", label_parse(db_col_text(r, 2)),
	    "course", "id", db_col_text(r, 3), "code", db_col_text(r, 4), "name", label_parse(db_col_text(r, 5)),
	    "term", term_head_json(&t), "missing_policy", db_col_text(r, 10), "imported_at", at, "items",
	    (json_int_t)db_col_int(r, 12), "students", (json_int_t)db_col_int(r, 13), "item_outcome_links",
	    (json_int_t)db_col_int(r, 14), "note", label_parse(db_col_text(r, 15)));
}

static json_t *map_evidence(const struct db_rows *r)
{
	return json_pack("{s:s, s:I, s:I, s:I}", "kind", "curriculum_map", "links", (json_int_t)db_col_int(r, 0),
	    "outcomes", (json_int_t)db_col_int(r, 1), "courses", (json_int_t)db_col_int(r, 2));
}

static json_t *campaign_evidence(const struct db_rows *r)
{
	return json_pack("{s:s, s:s, s:s, s:o, s:I}", "kind", "campaign", "id", db_col_text(r, 0), "code",
	    db_col_text(r, 1), "name", label_parse(db_col_text(r, 2)), "items", (json_int_t)db_col_int(r, 3));
}

/* Numbered in order, with counts hidden where they are over too few students for the reader. */
static int evidence_put(struct db *db, const char *programme, const struct attainment_options *o, json_t *out,
    struct err *e)
{
	json_int_t k = o->k > 0 ? o->k : FIGURE_FEWEST;
	json_t *one;
	size_t i;

	if (improvement_rows(db, SQL_EVIDENCE_MAP, programme, map_evidence, out, e) < 0 ||
	    improvement_rows(db, SQL_EVIDENCE_ASSESSMENTS, programme, assessment_evidence, out, e) < 0 ||
	    improvement_rows(db, SQL_EVIDENCE_CAMPAIGNS, programme, campaign_evidence, out, e) < 0)
		return -1;
	json_array_foreach(out, i, one) {
		json_int_t n = json_integer_value(json_object_get(one, "students"));

		json_object_set_new(one, "number", json_integer((json_int_t)i + 1));
		if (n > 0 && n < k && !o->marks_right)
			json_object_set_new(one, "students", json_null());
	}
	return 0;
}

int improvement_report_json(struct db *db, const char *programme, const struct attainment_options *o, struct arena *a,
    json_t *out, struct err *e)
{
	json_t *recorded = json_array(), *plan = json_array(), *evidence = json_array();
	struct programme p;
	struct computed c;
	char now[25];
	int bad = json_object_set_new(out, "recorded", recorded), rc = -1;

	bad |= json_object_set_new(out, "plan", plan);
	bad |= json_object_set_new(out, "evidence", evidence);
	if (compute(db, programme, o, a, &c, e) < 0 || programme_get(db, programme, a, &p, e) < 0)
		goto out;
	clock_iso(clock_now(), now, sizeof now);
	bad |= json_object_set_new(out, "programme", programme_head_json(&p));
	bad |= json_object_set_new(out, "computed_at", json_string(now));
	bad |= json_object_set_new(out, "version", json_string(ELOD_VERSION));
	bad |= json_object_set_new(out, "description", description_json(&c));
	bad |= json_object_set_new(out, "self_assessment", json_null());
	bad |= json_object_set_new(out, "control", control_json(&c));
	bad |= sides_put(&c, out);
	rc = bad ? err_nomem(e) : improvement_recorded(db, p.id, recorded, e);
	if (rc == 0)
		rc = improvement_actions(db, p.id, plan, e);
	if (rc == 0)
		rc = evidence_put(db, p.id, o, evidence, e);
out:
	json_decref(c.model);
	return rc;
}
