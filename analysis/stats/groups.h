/* analysis/stats/groups.h -- n, mean and sum of squares within, for each group: all that one-way
 * analysis of variance and the random-intercept model need.  Groups of n = 0 are ignored. */
#ifndef ANALYSIS_STATS_GROUPS_H
#define ANALYSIS_STATS_GROUPS_H

#include "analysis/stats/codes.h"
#include "analysis/stats/view.h"
#include "analysis/stats/work.h"

#include <stdint.h>

struct an_group {
	double n, mean, within; /* within: sum of squared deviations from mean */
	double rest;		/* what the mean has beyond the double (numeric/sum.h); may be left 0 */
};

/* Groups of column col by group[i] in 0..groups-1 (>= groups: the row is left out, counted in
 * *outside).  out: room for groups.  AN_EDATA: a non-finite cell. */
enum an_status an_groups(struct an_view x, size_t col, const size_t *group, size_t groups, struct an_work *work,
    struct an_group *out, struct an_missing *missing, size_t *outside);
/* The same for all columns of byte codes at once, from exact sums: out[j * groups + g] is column j
 * in group g; *outside: rows of no group, counted once. */
enum an_status an_codes_groups(struct an_codes x, const uint32_t *group, size_t groups, struct an_work *work,
    struct an_group *out, size_t *outside);
/* Rows by group and score of column j: count[g * values + s], scores from values on left out. */
void an_codes_group_counts(struct an_codes x, size_t j, const uint32_t *group, size_t groups, size_t values,
    double *count);
/* From integer counts of answers: counts is groups x values, row by row. */
void an_groups_from_counts(const double *counts, const double *value, size_t groups, size_t values,
    struct an_group *out);

/* One-way analysis of variance; icc1, icc2 with the mean group size N / G, as
 * multilevel::ICC1 and ICC2 (Bliese 2000; Bartko 1976).  deff: 1 + (N / G - 1) icc1.
 * n0: (N - sum n^2 / N) / (G - 1), with which the analysis-of-variance estimate of the intraclass
 * correlation is exact in unequal groups too (Donner 1986); equal to N / G in equal ones.
 * AN_ETOOFEW: under two groups, or no group with two people.  AN_EDATA: n negative or figures
 * not finite.  AN_ENOVARIANCE: everything constant; with no variance within alone, f is absent. */
struct an_anova1 {
	size_t groups;
	double n, mean;
	double df_between, df_within, ss_between, ss_within, ms_between, ms_within;
	bool has_f;
	double f, p, eta2;
	double mean_size, icc1, deff;
	double n0, icc1_n0; /* the size that unequal groups amount to, and icc1 with it */
	bool has_icc2;	    /* groups differ at all */
	double icc2;
};
enum an_status an_anova1(const struct an_group *g, size_t groups, struct an_anova1 *out);

#endif
