/* analysis/stats/test/dina_model.h -- posterior over the classes of dina.h; inside analysis/stats. */
#ifndef ANALYSIS_STATS_TEST_DINA_MODEL_H
#define ANALYSIS_STATS_TEST_DINA_MODEL_H

#include "analysis/stats/test/dina.h"

#define AN_DINA_MISSING 2

size_t an_bits(size_t x); /* how many are set */
/* Codes 0, 1, AN_DINA_MISSING of each answer.  AN_EDATA: another value. */
enum an_status an_dina_code(struct an_view x, unsigned char *code);
/* log P(answer) by item: [item * 4 + eta * 2 + answer]. */
void an_dina_log_p(const struct an_dina_item *items, size_t k, double *log_p);
/* Posterior over the groups into post; like, where not NULL, log-likelihood by group.  Returns the
 * log-likelihood of the answers. */
double an_dina_posterior(const struct an_dina_classes *c, const double *log_p, const double *share,
    const unsigned char *code, double *post, double *like);

#endif
