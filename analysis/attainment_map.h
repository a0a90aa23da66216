/* analysis/attainment_map.h -- courses x outcomes: what rests on what, and what is missing.
 * For the files behind attainment.h and improvement.h alone. */
#ifndef ANALYSIS_ATTAINMENT_MAP_H
#define ANALYSIS_ATTAINMENT_MAP_H

#include "analysis/attainment_indirect.h"
#include "analysis/programme_scores.h"

/* Course outcomes behind a programme outcome, with level, weights and their own figures. */
int attainment_contributions(const struct programme_scores *s, size_t outcome, size_t k, bool marks_right,
    struct arena *a, json_t *out, struct err *e);
/* One row a course: head, students, "cells": one an outcome with state, status, share, n, items,
 * declared (mapped at all). */
int attainment_map_json(const struct programme_scores *s, size_t k, bool marks_right, struct arena *a, json_t *out,
    struct err *e);
/* What to know before trusting the figures: {"kind", "outcome", "course", "count"}, kinds
 *   not_mapped         no course is mapped to the outcome
 *   no_items           mapped, and results are there, but no item serves it
 *   no_results         a course declares it contributes but has no results (course given)
 *   one_course         results from one course alone (course given)
 *   few_items          fewer than ATTAINMENT_FEW_ITEMS items (count)
 *   introduced_only    mapped at level I alone
 *   no_direct          indirect evidence alone */
int attainment_coverage(const struct programme_scores *s, const struct indirect_link *indirect, size_t indirect_count,
    json_t *out, struct err *e);

#endif
