/* analysis/methods/compare.h -- samples for the methods that compare groups; for this folder alone.
 * Long data: one item, its groups by --by.  Wide data: two items or more, each of them a sample. */
#ifndef ANALYSIS_METHODS_COMPARE_H
#define ANALYSIS_METHODS_COMPARE_H

#include "analysis/methods/method.h"
#include "analysis/stats/compare/effect.h"
#include "analysis/stats/compare/pairwise.h"
#include "analysis/stats/compare/samples.h"
#include "analysis/stats/compare/shapiro.h"

#define OPT_PAIRED                                                                                                     \
	{ "paired", OPT_CHOICE, "no", "no|yes", N_("yes: two items of the same row are a pair") },                     \
	{                                                                                                              \
		"subject", OPT_COLUMN, "", NULL,                                                                       \
		    N_("with --by: column that says whose value a row holds; values of the same one belong together"), \
		    USE_FILE                                                                                           \
	}
#define OPT_ALTERNATIVE                                                                                                \
	{                                                                                                              \
		"alternative", OPT_CHOICE, "two_sided", "two_sided|less|greater",                                      \
		    N_("what is set against no difference: any, or that the first is less or greater")                 \
	}
#define OPT_NULL                                                                                                       \
	{                                                                                                              \
		"null", OPT_NUMBER, "0", NULL, N_("mean or difference that is tested against")                         \
	}
#define OPT_EXACT                                                                                                        \
	{                                                                                                                \
		"exact", OPT_CHOICE, "auto", "auto|yes|no",                                                              \
		    N_("exact distribution: auto where samples are small and without ties; with ties it is never taken") \
	}
#define OPT_CORRECT                                                                                                    \
	{                                                                                                              \
		"correct", OPT_CHOICE, "yes", "yes|no", N_("continuity correction of the normal approximation")        \
	}
#define OPT_ADJUST                                                                                                     \
	{                                                                                                              \
		"adjust", OPT_CHOICE, "holm", "holm|hochberg|hommel|bonferroni|BH|BY|none",                            \
		    N_("how p-values are adjusted for the number of comparisons")                                      \
	}

/* All on scratch memory; labels borrowed from the table. */
struct compare {
	size_t groups;
	const char **label;
	struct an_samples s;
	struct an_group *g; /* of each sample */
};

/* The samples that have a value; sets a->used and a->missing.  ERR_INPUT: fewer than least, or more
 * than most (0: any number). */
int compare_load(struct analyse *a, size_t least, size_t most, struct compare *out, struct err *e);

/* Rows of values that belong together, complete ones only: the items of a row, or the groups of
 * --by for each --subject.  Several values of a subject in a group count as their mean. */
struct compare_blocks {
	size_t rows, cols;
	const char **label; /* cols */
	double *x;	    /* rows x cols */
	size_t incomplete, repeated;
};
int compare_blocks_load(struct analyse *a, size_t least, size_t most, struct compare_blocks *out, struct err *e);
/* Warns of blocks left out and of values averaged. */
void compare_blocks_warn(struct analyse *a, const struct compare_blocks *b);

bool compare_is_paired(const struct analyse *a); /* --paired yes, or --subject */
/* First less second of two blocks' columns, n values on scratch memory; NULL when there is none. */
double *compare_differences(const struct analyse *a, const struct compare_blocks *b);
enum an_alternative compare_alternative(const struct analyse *a);
struct an_rank_options compare_rank_options(const struct analyse *a);

json_t *compare_groups_json(const struct compare *c); /* n mean sd se */
/* first second n1 n2 estimate se statistic df lo hi p p_adjusted, rows named "second-first". */
json_t *compare_pairs_json(const struct compare *c, const struct an_pair *pairs, size_t n, const char *between);
/* Adjusted p of each pair below the diagonal: rows from the second group, columns to the last but one. */
json_t *compare_triangle(const char *const *label, size_t groups, const struct an_pair *pairs);
/* {w, p} of Shapiro and Wilk's test; null, and *has false, where it cannot be done. */
json_t *compare_shapiro(struct analyse *a, const double *x, size_t n, struct an_shapiro *s, bool *has);
json_t *compare_effect_row(const struct an_effect *x); /* [value, lo, hi] */
/* Says how many pairs differ at 1 - level, and names the widest difference. */
void compare_pairs_say(struct analyse *a, const char *const *label, const struct an_pair *pairs, size_t n);
/* The sentence that goes with a p-value of a comparison. */
void compare_p_say(struct analyse *a, double p);
/* Warns of groups of fewer than five values. */
void compare_small_warn(struct analyse *a, const struct compare *c);

#endif
