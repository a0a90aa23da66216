/* analysis/analyse.h -- the methods of analysis/stats by name, over a table: what
 * `elod analyse METHOD FILE.csv --option value` runs, and what describes itself.
 * A result is one JSON object:
 *   { "method", "reference", "options": {as used, defaults filled in}, "missing_rule",
 *     "n_rows", "n_used", "n_missing": {"skipped": n, ...}, "result": {...} }
 * Tables inside result are {"rows": [names], "cols": [names], "values": [[row], ...]}; null is
 * a figure that does not exist for these data (never NaN).  Shares are 0..1.
 * An empty cell is missing ("skipped"), and so is one that equals a text given as --na.
 * A method that cannot give its main figure (too few, no variance, no convergence) fails with
 * an error that says why; there is no result then. */
#ifndef ANALYSIS_ANALYSE_H
#define ANALYSIS_ANALYSE_H

#include "core/err.h"
#include "surveys/csv.h"

#include <jansson.h>
#include <stdbool.h>

/* One option as given: name without dashes. */
struct analyse_arg {
	const char *name, *value;
};

/* Once, before any thread and any statistics: an_init() for layers above this one. */
void analyse_init(void);
/* [{name, summary, reference, missing_rule, options: [{name, type, default, help, choices}],
 *   output: [keys of result]}], ordered by name; the caller's. */
json_t *analyse_list(void);
bool analyse_known(const char *method);
/* NULL on failure: ERR_INPUT names the option, or line and column, and what would be right. */
json_t *analyse_run(const char *method, const struct csv_table *table, const struct analyse_arg *args, size_t n,
    struct err *e);

#endif
