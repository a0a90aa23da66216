/* analysis/improvement.h -- from figures to findings, from findings to actions, and the report.
 *
 * Findings are of two kinds.  Computed ones follow from the figures: each outcome's share of
 * students against its goal by an exact binomial test, all programme and course outcomes
 * together controlled by Benjamini & Hochberg (1995) at IMPROVEMENT_FDR; and what to know of the
 * coverage (attainment_map.h).  Recorded ones are written by people and may lead to actions:
 * 'fix' mends a weakness, 'build' builds on a strength.
 *
 * The report follows the sheet of a criterion: description of the state, strengths, weaknesses,
 * plan, and evidence; the self-assessment is left to people.  Every figure keeps its
 * fingerprint. */
#ifndef ANALYSIS_IMPROVEMENT_H
#define ANALYSIS_IMPROVEMENT_H

#include "analysis/attainment.h"
#include "core/ids.h"

#define IMPROVEMENT_FDR 0.05

struct finding_new {
	const char *programme; /* id or code */
	const char *outcome;   /* id or code of one of its outcomes; NULL or "": of the whole */
	const char *text;      /* 1 to 4000 characters */
	const char *account;   /* NULL: the machine room */
};
struct action_new {
	const char *programme, *finding; /* finding: id, NULL or "": none */
	const char *kind;		 /* "fix" or "build" */
	const char *what, *who;
	const char *starts_on, *ends_on; /* yyyy-mm-dd, in this order */
	const char *measure;		 /* how one will see that it worked */
	const char *resources;		 /* may be NULL or "" */
	const char *account;
};

/* In a transaction.  ERR_INPUT names the field; ERR_ABSENT for a programme, outcome or finding
 * that is not there. */
int finding_add(struct db *db, const struct finding_new *f, char id[ID_LEN + 1], struct err *e);
int action_add(struct db *db, const struct action_new *n, char id[ID_LEN + 1], struct err *e);

/* {"programme", "findings": computed, "coverage", "recorded": [{"id", "outcome", "text",
 * "created_at", "by"}], "actions": [...], "control": {"method", "level", "comparisons"}} */
int improvement_json(struct db *db, const char *programme, const struct attainment_options *o, struct arena *a,
    json_t *out, struct err *e);
/* {"programme", "description", "strengths", "weaknesses", "plan", "self_assessment": null,
 * "evidence", "recorded", "control"} */
int improvement_report_json(struct db *db, const char *programme, const struct attainment_options *o, struct arena *a,
    json_t *out, struct err *e);

#endif
