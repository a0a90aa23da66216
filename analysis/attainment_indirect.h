/* analysis/attainment_indirect.h -- what people say of an outcome, beside what marks show.
 * For the files behind attainment.h alone.  Owner: the arena. */
#ifndef ANALYSIS_ATTAINMENT_INDIRECT_H
#define ANALYSIS_ATTAINMENT_INDIRECT_H

#include "analysis/attainment.h"
#include "analysis/stats/interval.h"

struct indirect_link {
	const char *outcome, *campaign, *campaign_code, *campaign_title, *item; /* ids and codes */
	double weight;
	struct attainment_indirect got; /* withheld when nobody could be asked */
};

int indirect_load(struct db *db, const char *programme, const struct attainment_options *o, struct arena *a,
    struct indirect_link **out, size_t *n, struct err *e);

struct indirect_figure {
	size_t links, used; /* used: links with a share */
	double share;
	struct an_interval interval;
};
/* Weighted mean of the shares that are not withheld, limits averaged alike. */
struct indirect_figure indirect_combine(const struct indirect_link *links, size_t n, const char *outcome);
/* {"state", "share", "interval", "links": [...]} */
json_t *indirect_json(const struct indirect_link *links, size_t n, const char *outcome,
    const struct indirect_figure *f);
/* w1 * a + w2 * b of independent estimates (Zou & Donner 2008). */
struct an_interval indirect_mover(double w1, double a, struct an_interval of_a, double w2, double b,
    struct an_interval of_b);

#endif
