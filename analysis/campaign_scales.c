/* Reliability of the instrument's scales, and careless answering. */
#include "analysis/campaign_part.h"
#include "analysis/estimate.h"
#include "analysis/stats/factor/factor.h"
#include "analysis/stats/scale/reliability.h"

#include <math.h>

#define DROP_MOST 40 /* items up to which alpha without each one is worked out: its cost grows with k^4 */
#define METHOD_SCALE                                                                                                   \
	"Cronbach's alpha, pairwise covariances, 95 % interval by F; omega total of one factor by maximum likelihood"
#define REFERENCE_SCALE	   "Cronbach 1951, Psychometrika 16; Feldt et al. 1987; McDonald 1999"
#define METHOD_STRAIGHT	   "the same answer throughout, as answered, of at least five"
#define REFERENCE_STRAIGHT "Meade & Craig 2012, Psychol. Methods 17; Johnson 2005, J. Res. Pers. 39"

static json_t *omega_json(struct campaign_part *p, const struct an_pairs *s)
{
	struct an_work_mark mark = an_work_mark(p->work);
	double *cor = AN_WORK_ARRAY(p->work, double, s->k * s->k);
	double *loading = AN_WORK_ARRAY(p->work, double, s->k), *unique = AN_WORK_ARRAY(p->work, double, s->k);
	enum an_status status = AN_ENOMEM;
	struct an_factor f;
	json_t *o;

	if (cor != NULL && loading != NULL && unique != NULL)
		status = an_pairs_cor(s, AN_PAIRWISE, cor);
	if (status == AN_OK)
		status = an_factor_ml(cor, s->k, p->work, loading, unique, &f);
	o = status != AN_OK ? estimate_error(status)
			    : json_pack("{s:f, s:f, s:i, s:b}", "value", f.omega, "explained", f.explained, "heywood",
				  (int)f.heywood, "converged", f.fit.converged);
	an_work_release(p->work, mark);
	return o;
}

static json_t *scale_item(const struct campaign_part *p, size_t item, const struct an_alpha_item *a, bool drop)
{
	const struct instrument_item *it = &p->q->items[item];

	if (p->item_hidden[p->part][item])
		return json_pack("{s:s, s:O, s:b, s:s, s:n, s:n, s:n, s:n, s:n}", "code", it->code, "label", it->label,
		    "reverse", it->reverse, "withheld", "below_k", "n", "mean", "sd", "r_rest", "alpha_if_dropped");
	return json_pack("{s:s, s:O, s:b, s:I, s:o, s:o, s:o, s:o}", "code", it->code, "label", it->label, "reverse",
	    it->reverse, "n", (json_int_t)a->n, "mean", estimate_number(a->mean), "sd", estimate_number(a->sd),
	    "r_rest", a->has_r_drop ? estimate_number(a->r_drop) : json_null(), "alpha_if_dropped",
	    drop && a->has_drop ? estimate_number(a->drop.raw) : json_null());
}

static void set_alpha(json_t *o, const struct an_alpha *a)
{
	json_object_set_new(o, "n", json_integer((json_int_t)a->used));
	json_object_set_new(o, "complete", json_integer((json_int_t)a->complete));
	json_object_set_new(o, "alpha",
	    json_pack("{s:f, s:o, s:o}", "value", a->total.raw, "interval",
		estimate_interval(a->interval.lo, a->interval.hi), "standardised",
		a->total.has_std ? estimate_number(a->total.std) : json_null()));
	json_object_set_new(o, "average_r", a->total.has_std ? estimate_number(a->total.average_r) : json_null());
	json_object_set_new(o, "mean", estimate_number(a->score.mean));
	json_object_set_new(o, "sd", estimate_number(a->score.sd));
	json_object_set_new(o, "sem", estimate_number(a->sem));
}

/* The running sums of one scale; full: with omega and item statistics. */
static json_t *scale_json(struct campaign_part *p, const struct tally_scale *s, const struct an_pairs *sums, bool full)
{
	struct an_work_mark mark = an_work_mark(p->work);
	json_t *o = json_pack("{s:s, s:O, s:I}", "code", s->scale->code, "title", s->scale->title, "items",
	    (json_int_t)s->scale->item_count);
	struct an_alpha_item *items = NULL;
	enum an_status status = AN_EDATA;
	struct an_alpha a;

	if (o == NULL || sums == NULL)
		goto done;
	if (full && s->items <= DROP_MOST)
		items = AN_WORK_ARRAY(p->work, struct an_alpha_item, s->items);
	status = an_alpha(sums, AN_PAIRWISE, ESTIMATE_LEVEL, p->work, &a, items);
	if (status == AN_OK && a.used < (size_t)p->c->k)
		status = AN_ETOOFEW;
	if (status != AN_OK)
		goto done;
	set_alpha(o, &a);
	if (full)
		json_object_set_new(o, "omega", omega_json(p, sums));
	if (items != NULL) {
		json_t *list = json_array();

		for (size_t i = 0; i < s->items; i++)
			json_array_append_new(list, scale_item(p, s->scale->items[i], &items[i], s->items > 2));
		json_object_set_new(o, "item_statistics", list);
	}
done:
	if (o != NULL && status != AN_OK)
		json_object_set_new(o, "alpha", estimate_error(status));
	if (o != NULL && full)
		campaign_part_about(p, o, s->scale->code, METHOD_SCALE, REFERENCE_SCALE, status == AN_OK ? a.used : 0);
	an_work_release(p->work, mark);
	return o;
}

json_t *campaign_scales_json(struct campaign_part *p, enum tally_part part, bool full)
{
	json_t *list = json_array();

	/* sums of scales are kept for the whole campaign alone */
	for (size_t i = 0; !p->selected && i < p->shape->scales; i++)
		if (json_array_append_new(list, scale_json(p, &p->shape->scale[i], p->whole[part]->scale[i], full)) !=
		    0) {
			json_decref(list);
			return NULL;
		}
	return list;
}

/* Which answer the straight-lining responses gave, where enough of them are people. */
static json_t *by_value(const struct campaign_part *p)
{
	const struct tally_shape *s = p->shape;
	const struct instrument_item *first = &p->q->items[p->q->straight[0]];
	json_t *list = json_array();

	for (size_t i = 0; i < s->straight_values; i++) {
		uint64_t n = p->whole[TALLY_ALL]->cell[s->straight_at + i];
		const json_t *label = NULL;

		for (size_t j = 0; j < first->point_count; j++)
			if ((int)first->points[j].value == s->straight_low + (int)i)
				label = first->points[j].label;
		json_array_append_new(list,
		    json_pack("{s:i, s:o, s:I}", "value", s->straight_low + (int)i, "label",
			label != NULL ? json_incref((json_t *)label) : json_null(), "count", (json_int_t)n));
	}
	return list;
}

static json_t *longest_runs(const struct campaign_part *p)
{
	json_t *list = json_array();

	for (size_t i = 0; i <= p->shape->straight; i++)
		json_array_append_new(list, json_integer((json_int_t)p->whole[TALLY_ALL]->cell[p->shape->run_at + i]));
	return list;
}

static json_t *side(struct campaign_part *p, enum tally_part part)
{
	return json_pack("{s:I, s:o, s:o}", "responses", (json_int_t)tally_responses(p->whole[part]), "overall",
	    campaign_overall_json(p, part), "scales", campaign_scales_json(p, part, false));
}

json_t *campaign_careless_json(struct campaign_part *p)
{
	uint64_t n = tally_responses(p->whole[TALLY_ALL]), straight = tally_straight(p->whole[TALLY_ALL]);
	bool few = p->withheld[TALLY_CAREFUL] != NULL;
	json_t *o;

	if (p->parts < 2 || p->selected)
		return json_null();
	o = json_pack("{s:I, s:I, s:I, s:o, s:b, s:o, s:o, s:o}", "items", (json_int_t)p->shape->straight, "straight",
	    (json_int_t)straight, "careful", (json_int_t)(n - straight), "share", estimate_share(straight, n),
	    "withheld", few, "by_value", straight < (uint64_t)p->c->k ? json_null() : by_value(p), "longest_runs",
	    longest_runs(p), "sides",
	    few ? json_null() : json_pack("{s:o, s:o}", "all", side(p, TALLY_ALL), "careful", side(p, TALLY_CAREFUL)));
	if (o != NULL)
		campaign_part_about(p, o, "careless", METHOD_STRAIGHT, REFERENCE_STRAIGHT, n);
	return o;
}
