/* analysis/stats/moments.h -- running sums of k items, enough for covariances, correlations,
 * scale scores and reliability, under either missing-value policy.
 *
 * A struct an_pairs takes rows one by one or many at once, is merged with another, and is then
 * asked; it never needs the rows again.  For answers that are small integers every sum is an
 * exact integer, so the order of rows, merging and keeping the sums between runs change no bit
 * of any result.  For other numbers call an_pairs_centre() first, which moves the origin of
 * each item near its mean so that nothing cancels.
 *
 * Rows without a missing cell go into one set of sums; rows with some into pairwise sums and,
 * for scale scores, into sums by how many items were answered.
 *
 * Storage: one block of doubles, cell[cells], so that it can be kept as it is (same k, same
 * AN_PAIRS_VERSION).  Limits: 1 <= k <= AN_PAIRS_MOST.  Sums stay exact up to 2^53. */
#ifndef ANALYSIS_STATS_MOMENTS_H
#define ANALYSIS_STATS_MOMENTS_H

#include "analysis/stats/view.h"

#define AN_PAIRS_VERSION 1
#define AN_PAIRS_MOST	 512
/* Byte codes from here on are reasons: AN_CODE_MISSING + enum an_why. */
#define AN_CODE_MISSING 240

enum an_pairs_head { AN_HEAD_ROWS, AN_HEAD_EMPTY, AN_HEAD_FULL, AN_HEAD_BASE, AN_HEAD_SIZE };

struct an_pairs {
	size_t k, cells;
	double *cell; /* all that follows lies in here, in this order */
	double *head; /* rows offered, rows with nothing present, complete rows, base of scores: enum an_pairs_head */
	double *origin, *why;	      /* k; k x AN_WHY_COUNT cells by reason */
	double *full_sum, *full_prod; /* complete rows: k; k x k, upper triangle */
	/* rows with a missing cell, over rows where both i and j are present, k x k:
	 * n and prod symmetric (upper triangle), sum[i][j] of x_i, sq[i][j] of x_i^2 */
	double *part_n, *part_sum, *part_sq, *part_prod;
	/* rows with a missing cell by number answered c, 1..k-1: rows, sum of s, sum of s^2, where
	 * s is the sum of the answered items; and for each item answered in such a row */
	double *by_n, *by_s, *by_ss;					/* k + 1 */
	double *item_n, *item_x, *item_xx, *item_s, *item_ss, *item_xs; /* (k + 1) x k */
};

size_t an_pairs_cells(size_t k);	 /* doubles needed for k items; 0 when k is out of bounds */
struct an_pairs *an_pairs_new(size_t k); /* NULL: out of memory or k out of bounds */
void an_pairs_free(struct an_pairs *p);	 /* NULL is allowed */
/* Sets an item's origin where its values are not small integers.  Only on an empty one:
 * AN_EDATA otherwise, or where a present cell is not finite or v has other than k columns. */
enum an_status an_pairs_centre(struct an_pairs *p, struct an_view v);
/* One row of k values (why as in a view, NULL when complete).  AN_EDATA: a non-finite present
 * value; nothing is added then. */
enum an_status an_pairs_add(struct an_pairs *p, const double *row, const unsigned char *why);
/* All rows of a view, or none when one is bad (AN_EDATA). */
enum an_status an_pairs_add_view(struct an_pairs *p, struct an_view v);
/* Rows of k byte codes, stride apart: below AN_CODE_MISSING a score, else a reason. */
void an_pairs_add_codes(struct an_pairs *p, const unsigned char *codes, size_t rows, size_t stride);
/* to += from.  AN_EDATA: other k, or other origins. */
enum an_status an_pairs_merge(struct an_pairs *to, const struct an_pairs *from);

size_t an_pairs_rows(const struct an_pairs *p);	    /* offered */
size_t an_pairs_answered(const struct an_pairs *p); /* with at least one item present */
size_t an_pairs_complete(const struct an_pairs *p);
size_t an_pairs_used(const struct an_pairs *p, enum an_policy policy); /* complete or answered */
void an_pairs_missing(const struct an_pairs *p, size_t item, struct an_missing *out);

/* People behind cell (i, j); i == j: behind item i. */
size_t an_pairs_n(const struct an_pairs *p, enum an_policy policy, size_t i, size_t j);
/* Mean of item i.  AN_ETOOFEW: nobody. */
enum an_status an_pairs_mean(const struct an_pairs *p, enum an_policy policy, size_t i, double *out);
/* k x k covariances (n - 1), each over the rows that policy gives it.  AN_ETOOFEW: a cell with
 * fewer than two rows, which is NAN then; the others hold. */
enum an_status an_pairs_cov(const struct an_pairs *p, enum an_policy policy, double *out);
/* k x k Pearson correlations, each with the variances of its own rows.  AN_ENOVARIANCE: a
 * variable constant in the rows of some cell.  Such cells, and those of too few rows, are NAN. */
enum an_status an_pairs_cor(const struct an_pairs *p, enum an_policy policy, double *out);

/* Scale score of a row: the mean of the items that it answered (listwise: of complete rows).
 * item_score_r: correlation of an item with that score over rows where the item is present.
 * AN_ETOOFEW: fewer than two rows.  AN_ENOVARIANCE: item or score constant. */
struct an_score {
	size_t used;
	double mean, sd;
};
enum an_status an_pairs_score(const struct an_pairs *p, enum an_policy policy, struct an_score *out);
enum an_status an_pairs_item_score_r(const struct an_pairs *p, enum an_policy policy, size_t item, double *out);
/* Scores of rows that answered at least need items (need <= k), as an_pairs_score. */
enum an_status an_pairs_score_need(const struct an_pairs *p, size_t need, struct an_score *out);

#endif
