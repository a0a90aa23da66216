/* analysis/analyse.h -- the methods of analysis/stats by name, over a table: what
 * `elod analyse METHOD FILE.csv --option value` runs, and what describes itself.
 * A result is one JSON object:
 *   { "method", "title", "reference", "options": {as used, defaults filled in}, "missing_rule",
 *     "n_rows", "n_used", "n_missing": {"skipped": n, ...}, "result": {...},
 *     "warnings", "interpretation", "assumptions": [{"message", "args", "text", "holds"}],
 *     "not_shown", "chart", "r_code" }
 * Tables inside result are {"rows": [names], "cols": [names], "values": [[row], ...]}; null is
 * a figure that does not exist for these data (never NaN).  Shares are 0..1.
 * A sentence has its English text, and the message with what stands in its places, for a face
 * that speaks another language.
 * A method that cannot give its main figure (too few, no variance, no convergence) fails with
 * an error that says why; there is no result then. */
#ifndef ANALYSIS_ANALYSE_H
#define ANALYSIS_ANALYSE_H

#include "analysis/frame.h"
#include "analysis/stats/work.h"
#include "core/err.h"

#include <jansson.h>
#include <stdbool.h>

/* One option as given: name without dashes. */
struct analyse_arg {
	const char *name, *value;
};

struct analyse_call {
	const char *method;
	const struct analyse_arg *args;
	size_t n;
	/* NULL, or called now and then with the share done; false stops with ERR_CONFLICT */
	an_watch_fn *watch;
	void *watch_arg;
};

/* [{name, title, family, summary, reference, missing_rule, not_shown, file_alone, chart, options: [{name, type,
 * default, help, choices, people, file_alone}], output: [keys of result]}], ordered by name; the
 * caller's.  file_alone: never over stored responses. */
json_t *analyse_list(void);
bool analyse_known(const char *method);
bool analyse_has_option(const char *method, const char *option);
/* Whether an option names columns, and what these do over stored responses: their levels part the
 * rows, are the rows or columns of a table, or they are numbers like the items. */
enum analyse_columns_use { COLUMNS_NONE, COLUMNS_NUMBER, COLUMNS_TABLE, COLUMNS_GROUP };
enum analyse_columns_use analyse_option_columns(const char *method, const char *option);
/* It shows how many gave, or lie above, a single value. */
bool analyse_counts_values(const char *method);
bool analyse_option_mentions_columns(const char *method, const char *option); /* among other words */
/* NULL on failure: ERR_INPUT names the option, or line and column, and what would be right.
 * The frame is the caller's; --where, --rows and --derive change it. */
json_t *analyse_run(const struct analyse_call *call, struct frame *f, struct err *e);
/* The same over a CSV file; an empty cell is missing, and so is one that equals a text of --na.
 * Bad lines of the file are listed in *bad. */
json_t *analyse_file(const struct analyse_call *call, const char *path, struct err_list *bad, struct err *e);
/* Whether a call may run over stored responses: it lists no single persons, reads no file, and lets no
 * column weigh, name or count rows. */
int analyse_check_stored(const struct analyse_call *call, struct err *e);

#endif
