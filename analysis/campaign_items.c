/* Items one by one, and all scored items together, from struct tally_sums. */
#include "analysis/campaign_part.h"
#include "analysis/estimate.h"
#include "analysis/stats/numeric/quantile.h"

#include <math.h>
#include <string.h>

#define MILLIONTHS     1e6
#define METHOD_ITEM    "distribution; Wilson score interval, 95 %; interpolated median, class width 1"
#define REFERENCE_ITEM "Wilson 1927, JASA 22; Revelle 2022, psych::interp.median"

static json_t *text_of(const json_t *label)
{
	return label != NULL ? json_incref((json_t *)label) : json_null();
}

static json_t *points_json(const struct instrument_item *it)
{
	json_t *list = json_array();

	for (size_t i = 0; i < it->point_count; i++)
		json_array_append_new(list,
		    json_pack("{s:o, s:o}", "value", estimate_number(it->points[i].value), "label",
			text_of(it->points[i].label)));
	return list;
}

static bool same_points(const struct instrument_item *a, const struct instrument_item *b)
{
	if (a->point_count != b->point_count || instrument_item_scaled(a) != instrument_item_scaled(b))
		return false;
	for (size_t i = 0; i < a->point_count; i++)
		if (a->points[i].value != b->points[i].value ||
		    !json_equal((json_t *)a->points[i].label, (json_t *)b->points[i].label))
			return false;
	return true;
}

/* The response format of item i: its place in formats, where its code is added. */
static size_t format_of(const struct instrument *q, size_t i, json_t *formats)
{
	const struct instrument_item *it = &q->items[i];
	size_t at;
	json_t *f;

	json_array_foreach(formats, at, f) {
		json_t *codes = json_object_get(f, "items");
		const char *code = json_string_value(json_array_get(codes, 0));

		if (same_points(&q->items[instrument_item_index(q, code)], it)) {
			json_array_append_new(codes, json_string(it->code));
			return at;
		}
	}
	json_array_append_new(formats,
	    json_pack("{s:o, s:b, s:[s]}", "points", points_json(it), "scaled", instrument_item_scaled(it), "items",
		it->code));
	return json_array_size(formats) - 1;
}

/* Mean, sd and interpolated median of counted values; n >= 1. */
static void set_moments(json_t *o, const double *value, const double *count, size_t values, double n)
{
	long double sum = 0, m2 = 0, mean;
	double median;

	for (size_t i = 0; i < values; i++)
		sum += (long double)value[i] * count[i];
	mean = sum / n;
	for (size_t i = 0; i < values; i++)
		m2 += (value[i] - mean) * (value[i] - mean) * count[i];
	json_object_set_new(o, "mean", estimate_number((double)mean));
	json_object_set_new(o, "sd", n > 1 ? estimate_number((double)sqrtl(m2 / (n - 1))) : json_null());
	json_object_set_new(o, "interpolated_median",
	    an_interpolated_median_counts(value, count, values, 1, &median) == AN_OK ? estimate_number(median)
										     : json_null());
}

static void set_scaled(json_t *o, const struct instrument_item *it, const uint64_t *counts, uint64_t n)
{
	double value[INSTRUMENT_POINTS_MOST], count[INSTRUMENT_POINTS_MOST], middle = (it->min + it->max) / 2;
	uint64_t above = 0, top = 0;

	for (size_t i = 0; i < it->point_count; i++) {
		size_t at = i;

		/* options may stand in any order; the median wants them ascending */
		for (; at > 0 && value[at - 1] > it->points[i].value; at--) {
			value[at] = value[at - 1];
			count[at] = count[at - 1];
		}
		value[at] = it->points[i].value;
		count[at] = (double)counts[i];
		above += it->points[i].value > middle ? counts[i] : 0;
	}
	for (size_t i = it->point_count >= 2 ? it->point_count - 2 : 0; i < it->point_count; i++)
		top += (uint64_t)count[i];
	set_moments(o, value, count, it->point_count, (double)n);
	json_object_set_new(o, "agreement", estimate_share(above, n));
	json_object_set_new(o, "top_two", it->point_count > 3 ? estimate_share(top, n) : json_null());
}

static void set_points(json_t *o, const struct instrument_item *it, const uint64_t *counts, uint64_t n)
{
	json_t *distribution = json_array(), *shares = json_array();

	for (size_t i = 0; i < it->point_count; i++) {
		json_array_append_new(distribution, json_integer((json_int_t)counts[i]));
		json_array_append_new(shares, json_real((double)counts[i] / (double)n));
	}
	json_object_set_new(o, "distribution", distribution);
	json_object_set_new(o, "shares", shares);
	if (instrument_item_scaled(it))
		set_scaled(o, it, counts, n);
}

static void set_number(json_t *o, const struct tally_number *t)
{
	long double n = (long double)t->n, sum = (long double)t->sum, mean;
	/* n * sum of squares - square of the sum, in whole numbers while it fits */
	long double m2 = n * (long double)t->square - sum * sum;

	if (t->n == 0)
		return;
	mean = sum / n / MILLIONTHS;
	json_object_set_new(o, "mean", estimate_number((double)mean));
	json_object_set_new(o, "sd",
	    t->n > 1 ? estimate_number((double)(sqrtl(fmaxl(0, m2) / (n * (n - 1))) / MILLIONTHS)) : json_null());
	json_object_set_new(o, "min", estimate_number(t->min));
	json_object_set_new(o, "max", estimate_number(t->max));
}

static json_t *item_json(struct campaign_part *p, size_t i, json_t *formats)
{
	const struct tally_sums *t = p->shown[p->part];
	const struct instrument_item *it = &p->q->items[i];
	const struct instrument_question *ask = &p->q->questions[it->question];
	uint64_t n = tally_why(t, i, AN_PRESENT);
	json_t *o = json_pack("{s:i, s:s, s:s, s:o, s:s, s:i, s:b, s:b, s:I, s:o, s:o?}", "number", (int)i + 1, "code",
	    it->code, "type", item_type_name(it->type), "label", text_of(it->label), "question", ask->code, "page",
	    (int)it->page + 1, "reverse", it->reverse, "comment", it->comment, "n", (json_int_t)n, "missing",
	    estimate_missing(t->cell + p->shape->item[i].why_at), "unit",
	    ask->unit != NULL ? text_of(ask->unit) : NULL);

	if (o == NULL)
		return NULL;
	if (it->type == ITEM_MATRIX)
		json_object_set_new(o, "asked", text_of(ask->text));
	if (p->shape->item[i].points > 0)
		json_object_set_new(o, "format", json_integer((json_int_t)format_of(p->q, i, formats)));
	if (n == 0 || it->type == ITEM_TEXT)
		return o; /* of texts only how many there are */
	/* fewer than k answered this item here or beside it, though more responded */
	if (n < (uint64_t)p->c->k || p->item_hidden[p->part][i]) {
		json_object_set_new(o, "withheld", json_string(n < (uint64_t)p->c->k ? "below_k" : "complement"));
		return o;
	}
	if (p->shape->item[i].points > 0)
		set_points(o, it, tally_points(t, i), n);
	else
		set_number(o, &t->number[p->shape->item[i].number]);
	return o;
}

json_t *campaign_items_json(struct campaign_part *p, json_t *formats)
{
	json_t *list = json_array();

	for (size_t i = 0; i < p->shape->items; i++)
		if (json_array_append_new(list, item_json(p, i, formats)) != 0) {
			json_decref(list);
			return NULL;
		}
	return list;
}

/* All answers to the scored items together, keyed one way; value[v] answers of lowest + v. */
static uint64_t pool(const struct campaign_part *p, const struct tally_sums *t, enum tally_part part, double *count)
{
	uint64_t n = 0;

	for (size_t i = 0; i < p->shape->items; i++) {
		const struct tally_item *it = &p->shape->item[i];
		const struct instrument_item *q = &p->q->items[i];

		/* without items that are hidden: they could be had by subtraction */
		for (size_t j = 0; it->scored && !p->item_hidden[part][i] && j < it->points; j++) {
			int v = (int)q->points[j].value;
			size_t at = (size_t)(q->reverse ? it->highest - v : v - it->lowest);

			count[at] += (double)tally_points(t, i)[j];
			n += tally_points(t, i)[j];
		}
	}
	return n;
}

static void set_pooled(struct campaign_part *p, const struct tally_sums *t, enum tally_part part, json_t *o)
{
	size_t values = (size_t)(p->shape->score_most - p->shape->score_least) + 1;
	double *value = ARENA_ARRAY(p->a, double, values), *count = ARENA_ARRAY(p->a, double, values);
	double middle = (p->shape->score_least + p->shape->score_most) / 2, above = 0, median;
	uint64_t n;

	if (value == NULL || count == NULL)
		return;
	n = pool(p, t, part, count);
	for (size_t i = 0; i < values; i++) {
		value[i] = p->shape->score_least + (double)i;
		above += value[i] > middle ? count[i] : 0;
	}
	if (n == 0)
		return;
	json_object_set_new(o, "agreement",
	    json_pack("{s:f, s:I, s:I}", "share", above / (double)n, "n", (json_int_t)tally_responses(t), "answers",
		(json_int_t)n));
	if (an_interpolated_median_counts(value, count, values, 1, &median) == AN_OK)
		json_object_set_new(o, "interpolated_median", estimate_number(median));
}

json_t *campaign_overall_json(struct campaign_part *p, enum tally_part part)
{
	const struct tally_sums *t = p->shown[part];
	struct tally_score s;
	json_t *o;

	tally_score(t, &s);
	if (p->shape->scored == 0 || s.n < (uint64_t)p->c->k)
		return json_null();
	o = json_pack("{s:I, s:I, s:I, s:f, s:o, s:f, s:f, s:s, s:n, s:n}", "n", (json_int_t)s.n, "simulated",
	    (json_int_t)tally_simulated(t), "items", (json_int_t)p->shape->scored, "mean", s.mean, "sd",
	    s.n > 1 ? estimate_number(sqrt(s.m2 / ((double)s.n - 1))) : json_null(), "least", p->shape->score_least,
	    "most", p->shape->score_most, "unit", p->shape->score_share ? "share" : "points", "agreement",
	    "interpolated_median");
	if (o != NULL && !p->shape->score_share)
		set_pooled(p, t, part, o);
	if (o != NULL)
		campaign_part_about(p, o, "overall",
		    "mean of the scored items of a response, reverse-worded ones turned; pooled answers for agreement",
		    "Revelle 2022, psych::scoreItems", s.n);
	return o;
}
