/* analysis/estimate.h -- figures as JSON, each with what it needs to be believed.
 * A number that is not finite becomes null: nothing here ever prints NaN.  All functions give
 * new references, or NULL when out of memory (or handed NULL). */
#ifndef ANALYSIS_ESTIMATE_H
#define ANALYSIS_ESTIMATE_H

#include "analysis/stats/status.h"

#include <jansson.h>
#include <stdint.h>

#define ESTIMATE_LEVEL 0.95 /* confidence of every interval */

json_t *estimate_number(double v);
json_t *estimate_interval(double lo, double hi);
/* {"share", "n", "hits", "interval": Wilson's}; null for n = 0. */
json_t *estimate_share(uint64_t hits, uint64_t n);
/* Counts by enum an_why: {"total", "reasons": {"skipped": 3}}, reasons that occur only. */
json_t *estimate_missing(const uint64_t *by);
/* A calculation that gave nothing: {"error": "too_few" | "no_variance" | "not_converged" | ...}. */
json_t *estimate_error(enum an_status status);
/* Adds "method" and "reference" to a block. */
int estimate_about(json_t *block, const char *method, const char *reference);

#endif
