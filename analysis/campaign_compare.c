/* Targets, or units, set beside each other: shrunken toward the overall mean. */
#include "analysis/campaign_part.h"
#include "analysis/estimate.h"
#include "analysis/stats/compare/differ.h"

#include <math.h>

#define CLEAR 0.05 /* of the adjusted p */
#define METHOD                                                                                                           \
	"one-way random-intercept model by REML over the groups shown; 95 % intervals; rank ranges from the posterior; " \
	"differences of raw means from the overall mean, pooled residual sd, Benjamini-Hochberg at 5 %"
#define REFERENCE                                                                                                      \
	"Searle, Casella & McCulloch 1992, ch. 3; Bates et al. 2015, J. Stat. Softw. 67; Benjamini & Hochberg 1995"

struct campaign_compare {
	struct campaign_part *p;
	const struct part_group *g;
	size_t n, shown;
	enum tally_part part;
	struct an_group *sums; /* hidden groups have n = 0: the model knows nothing of them */
	enum an_status status, ranked, tested;
	struct an_mixed model;
	struct an_anova1 anova;
	bool has_anova;
	struct an_shrunken *each;
	struct an_rank *rank;
	struct an_difference *difference;
};

static void fit(struct campaign_compare *k)
{
	k->status = an_mixed(k->sums, k->n, AN_REML, ESTIMATE_LEVEL, &k->model, k->each);
	k->has_anova = an_anova1(k->sums, k->n, &k->anova) == AN_OK;
	if (k->status != AN_OK)
		return;
	k->ranked = an_rank_ranges(k->each, k->n, ESTIMATE_LEVEL, k->p->work, k->rank);
	k->tested = an_differences(k->sums, k->n, &k->model, k->p->work, k->difference);
}

struct campaign_compare *campaign_compare_new(struct campaign_part *p, const struct part_group *g, size_t n,
    enum tally_part part)
{
	struct campaign_compare *k = ARENA_NEW(p->a, struct campaign_compare);

	if (k == NULL)
		return NULL;
	k->p = p;
	k->g = g;
	k->n = n;
	k->part = part;
	k->status = k->ranked = k->tested = AN_ETOOFEW;
	k->sums = ARENA_ARRAY(p->a, struct an_group, n + 1);
	k->each = ARENA_ARRAY(p->a, struct an_shrunken, n + 1);
	k->rank = ARENA_ARRAY(p->a, struct an_rank, n + 1);
	k->difference = ARENA_ARRAY(p->a, struct an_difference, n + 1);
	if (k->sums == NULL || k->each == NULL || k->rank == NULL || k->difference == NULL)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		const struct tally_score *s = &g[i].score[part];

		/* a shown group whose people left the scored items out has no score to compare */
		if (g[i].hidden[part] || s->n < (uint64_t)p->c->k)
			continue;
		k->sums[i] = (struct an_group){ (double)s->n, s->mean, s->m2, 0 };
		k->shown++;
	}
	if (k->shown > 1)
		fit(k);
	return k;
}

double campaign_compare_estimate(const struct campaign_compare *k, size_t i)
{
	if (!(k->sums[i].n > 0))
		return NAN;
	return k->status == AN_OK ? k->each[i].shrunken : k->sums[i].mean;
}

double campaign_compare_difference(const struct campaign_compare *k, size_t i)
{
	return k->sums[i].n > 0 && k->tested == AN_OK ? k->difference[i].difference : NAN;
}

double campaign_compare_icc(const struct campaign_compare *k)
{
	return k->status == AN_OK ? k->model.icc : NAN;
}

static const char *direction(const struct campaign_compare *k, size_t i)
{
	if (k->tested != AN_OK || k->difference[i].adjusted >= CLEAR)
		return "not_clear";
	return k->difference[i].difference > 0 ? "higher" : "lower";
}

static const char *why_hidden(const struct campaign_compare *k, size_t i)
{
	const struct part_group *g = &k->g[i];
	uint64_t n = g->hidden[k->part] ? g->n[k->part] : g->score[k->part].n;

	return n == 0 ? "no_responses" : n < (uint64_t)k->p->c->k ? "below_k" : "complement";
}

static int put(json_t *row, const char *key, json_t *value)
{
	return json_object_set_new_nocheck(row, key, value);
}

static int put_model(const struct campaign_compare *k, size_t i, json_t *row)
{
	const struct an_shrunken *s = &k->each[i];
	int bad = put(row, "estimate", estimate_number(s->shrunken));

	bad |= put(row, "interval", estimate_interval(s->interval.lo, s->interval.hi));
	bad |= put(row, "weight", estimate_number(s->weight));
	if (k->ranked == AN_OK)
		bad |= put(row, "rank", json_pack("[i, i]", (int)k->rank[i].lo, (int)k->rank[i].hi));
	if (k->tested == AN_OK) {
		bad |= put(row, "difference", estimate_number(k->difference[i].difference));
		bad |= put(row, "p_adjusted", estimate_number(k->difference[i].adjusted));
	}
	bad |= put(row, "direction", json_string(direction(k, i)));
	return bad;
}

int campaign_compare_row(const struct campaign_compare *k, size_t i, json_t *row)
{
	const struct an_group *s = &k->sums[i];
	int bad;

	if (!(s->n > 0)) {
		bad = put(row, "withheld", json_string(why_hidden(k, i)));
		return bad | put(row, "estimate", json_null()) | put(row, "raw", json_null());
	}
	bad = put(row, "withheld", json_null());
	bad |= put(row, "n", json_integer((json_int_t)s->n));
	bad |= put(row, "simulated", json_integer((json_int_t)k->g[i].simulated[k->part]));
	bad |= put(row, "raw", estimate_number(s->mean));
	bad |= put(row, "sd", s->n > 1 ? estimate_number(sqrt(s->within / (s->n - 1))) : json_null());
	return k->status == AN_OK ? bad | put_model(k, i, row) : bad;
}

static json_t *model_json(const struct campaign_compare *k)
{
	const struct an_mixed *m = &k->model;

	if (k->status != AN_OK)
		return estimate_error(k->status);
	return json_pack("{s:f, s:f, s:f, s:f, s:f, s:o, s:o, s:f, s:b, s:b, s:i}", "mean", m->mean, "mean_se",
	    m->mean_se, "sd_group", m->sd_group, "sd_within", m->sd_within, "icc", m->icc, "icc1",
	    k->has_anova ? estimate_number(k->anova.icc1) : json_null(), "icc2",
	    k->has_anova && k->anova.has_icc2 ? estimate_number(k->anova.icc2) : json_null(), "deviance", m->deviance,
	    "singular", m->singular, "converged", m->fit.converged, "iterations", m->fit.iterations);
}

static void count(const struct campaign_compare *k, size_t *higher, size_t *lower)
{
	*higher = *lower = 0;
	for (size_t i = 0; i < k->n; i++) {
		if (!(k->sums[i].n > 0) || k->tested != AN_OK || k->difference[i].adjusted >= CLEAR)
			continue;
		*(k->difference[i].difference > 0 ? higher : lower) += 1;
	}
}

json_t *campaign_compare_json(const struct campaign_compare *k, const char *name)
{
	const struct tally_shape *s = k->p->shape;
	size_t higher, lower;
	double n = 0;
	json_t *o;

	count(k, &higher, &lower);
	for (size_t i = 0; i < k->n; i++)
		n += k->sums[i].n;
	o = json_pack("{s:I, s:I, s:I, s:I, s:I, s:f, s:f, s:s, s:o}", "total", (json_int_t)k->n, "shown",
	    (json_int_t)k->shown, "hidden", (json_int_t)(k->n - k->shown), "higher", (json_int_t)higher, "lower",
	    (json_int_t)lower, "least", s->score_least, "most", s->score_most, "unit",
	    s->score_share ? "share" : "points", "model", model_json(k));
	if (o != NULL)
		campaign_part_about(k->p, o, name, METHOD, REFERENCE, (uint64_t)n);
	return o;
}
