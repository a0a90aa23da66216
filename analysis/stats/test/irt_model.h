/* analysis/stats/test/irt_model.h -- answer probabilities of irt.h on the points of a quadrature; inside
 * analysis/stats. */
#ifndef ANALYSIS_STATS_TEST_IRT_MODEL_H
#define ANALYSIS_STATS_TEST_IRT_MODEL_H

#include "analysis/stats/test/irt.h"

#define AN_IRT_MISSING 255

struct an_irt_grid {
	size_t k, points;
	const struct an_irt_item *items;
	double *point, *weight;
	double *log_p; /* (item * AN_IRT_CATEGORIES + category) * points + point */
};

/* log P(category) of one item at eta_c = a theta + d_c, and its slopes and curvatures by the two
 * etas that it depends on; upper: of c (0 in the lowest category), lower: of c + 1. */
struct an_irt_cell {
	double log_p, upper, lower, upper2, lower2, both;
};
void an_irt_cell(const struct an_irt_item *item, const double *parameter, size_t category, double theta,
    struct an_irt_cell *out);
bool an_irt_grid_new(struct an_irt_grid *g, const struct an_irt_item *items, size_t k, struct an_work *work);
void an_irt_grid_set(struct an_irt_grid *g, const double *parameter);
/* Posterior over the points into post; returns the log-likelihood of the answers.  code: by item,
 * AN_IRT_MISSING where there is none. */
double an_irt_posterior(const struct an_irt_grid *g, const unsigned char *code, double *post);
/* Rows x cols categories of the answers. */
void an_irt_code(struct an_view x, const struct an_irt_item *items, unsigned char *code);

#endif
