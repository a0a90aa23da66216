/* analysis/stats/status.h -- how a calculation ended.
 * Functions here return a status and never a sentence; the domain above turns it into words.
 * Unless a function says otherwise, *out holds nothing to show when the status is not AN_OK. */
#ifndef ANALYSIS_STATS_STATUS_H
#define ANALYSIS_STATS_STATUS_H

enum an_status {
	AN_OK,
	AN_EDATA,	/* a non-finite present cell, or a value outside the method's domain */
	AN_ETOOFEW,	/* fewer people, items or groups than the method needs */
	AN_ENOVARIANCE, /* everyone the same: the quantity is not defined */
	AN_ENOCONVERGE, /* an iterative fit did not converge; its figures must not be shown */
	AN_ENOMEM,
	AN_ESTOPPED /* whoever waited no longer does (an_work_go_on) */
};

/* Rows with any missing cell left out, or every estimate from the cells that it needs. */
enum an_policy { AN_LISTWISE, AN_PAIRWISE };

/* Once, before any thread: takes away GSL's own error handler, which ends the process. */
void an_init(void);

/* A short stable word: "ok", "bad_data", "too_few", "no_variance", "not_converged", "no_memory",
 * "stopped". */
const char *an_status_name(enum an_status s);

#endif
