/* analysis/stats/test/distractor.h -- which answer of a multiple-choice question people chose, and how
 * well they did in all (Haladyna & Downing 1993).
 * choice: rows x items; the place of the answer chosen among the item's, AN_NO_CHOICE for none,
 * which is marked wrong.  right: items x AN_CHOICES, 1 for an answer that the key accepts.
 * Total: number right.  Of each answer:
 *   share, mean_total     of all people, and the mean total of those who chose it
 *   r_total, r_rest       correlation of choosing it with the total, and with the total of the
 *                         other items (point-biserial)
 *   lower, upper          share among the worst and the best 27 % (group size round(0.27 n),
 *                         equal totals kept in row order)
 * AN_ETOOFEW: under 2 people or no item.  AN_EDATA: a choice beyond the answers of the item. */
#ifndef ANALYSIS_STATS_TEST_DISTRACTOR_H
#define ANALYSIS_STATS_TEST_DISTRACTOR_H

#include "analysis/stats/status.h"
#include "analysis/stats/work.h"

#include <stdbool.h>
#include <stddef.h>

#define AN_CHOICES   64
#define AN_NO_CHOICE 255

struct an_choice {
	size_t n;
	double share;
	bool has_mean, has_r_total, has_r_rest;
	double mean_total, r_total, r_rest, lower, upper;
};

struct an_choices {
	size_t group; /* people in each extreme group */
	double total_mean, total_sd;
};

/* out: items x (AN_CHOICES + 1); the last place of an item: no answer.  total: rows, or NULL. */
enum an_status an_distractors(const unsigned char *choice, size_t rows, size_t items, const size_t *answers,
    const unsigned char *right, struct an_work *work, struct an_choices *all, struct an_choice *out, double *total);

#endif
