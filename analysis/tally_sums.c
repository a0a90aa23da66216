#include "analysis/tally_sums.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MILLIONTHS 1e6

int tally_sums_new(const struct tally_shape *shape, bool whole, struct tally_sums **out, struct err *e)
{
	struct tally_sums *t = calloc(1, sizeof *t);
	bool complete;

	*out = NULL;
	if (t == NULL)
		return err_nomem(e);
	t->shape = shape;
	t->whole = whole;
	t->cell = calloc(whole ? shape->whole_cells : shape->target_cells, sizeof *t->cell);
	t->number = calloc(shape->numbers + 1, sizeof *t->number);
	t->scale = calloc(shape->scales + 1, sizeof *t->scale);
	complete = t->cell != NULL && t->number != NULL && t->scale != NULL;
	for (size_t s = 0; complete && whole && s < shape->scales; s++)
		if (shape->scale[s].items > 0) {
			t->scale[s] = an_pairs_new(shape->scale[s].items);
			complete = t->scale[s] != NULL;
		}
	if (!complete) {
		tally_sums_free(t);
		return err_nomem(e);
	}
	*out = t;
	return 0;
}

void tally_sums_free(struct tally_sums *t)
{
	if (t == NULL)
		return;
	for (size_t s = 0; t->scale != NULL && s < t->shape->scales; s++)
		an_pairs_free(t->scale[s]);
	free(t->scale);
	free(t->number);
	free(t->cell);
	free(t);
}

void tally_sums_clear(struct tally_sums *t)
{
	const struct tally_shape *s = t->shape;

	memset(t->cell, 0, (t->whole ? s->whole_cells : s->target_cells) * sizeof *t->cell);
	memset(t->number, 0, s->numbers * sizeof *t->number);
	for (size_t i = 0; t->whole && i < s->scales; i++)
		if (t->scale[i] != NULL)
			memset(t->scale[i]->cell, 0, t->scale[i]->cells * sizeof *t->scale[i]->cell);
}

static double value_of(const struct instrument_item *it, const struct answer *a)
{
	return it->points[a->point].value;
}

/* Straight-lining and the longest run, over the items as they were answered. */
static void read_straight(struct tally_response *r)
{
	const struct tally_shape *s = r->shape;
	size_t answered = 0, run = 0;
	double before = 0;
	bool same = true;

	for (size_t j = 0; j < s->straight; j++) {
		size_t i = s->q->straight[j];
		double v;

		if (r->given[i].why != ANSWER_GIVEN)
			continue;
		v = value_of(&s->q->items[i], &r->given[i]);
		run = answered > 0 && v == before ? run + 1 : 1;
		same = same && run == answered + 1;
		answered++;
		before = v;
		if (run > r->run)
			r->run = run;
	}
	r->straight = same && answered >= TALLY_STRAIGHT_LEAST;
	if (r->straight)
		r->straight_value = (size_t)((int)before - s->straight_low);
}

int tally_response_read(const struct tally_shape *shape, const void *packed, size_t len, bool simulated,
    struct tally_response *out, struct err *e)
{
	struct answer *given = out->given;

	*out = (struct tally_response){ .shape = shape, .given = given, .simulated = simulated };
	if (answers_unpack(shape->q, packed, len, given, e) != 0)
		return -1;
	for (size_t i = 0; i < shape->items; i++) {
		const struct tally_item *t = &shape->item[i];
		const struct instrument_item *it = &shape->q->items[i];
		double v;

		if (given[i].why != ANSWER_GIVEN)
			continue;
		if (t->number != SIZE_MAX && !(fabs(given[i].number) <= TALLY_NUMBER_MOST))
			given[i].why = ANSWER_UNREADABLE;
		if (!t->scored)
			continue;
		v = value_of(it, &given[i]);
		v = it->reverse ? it->max - v : v - it->min;
		out->score += (uint64_t)v * (uint64_t)t->factor;
		out->scored++;
	}
	read_straight(out);
	return 0;
}

static void add_scale(struct an_pairs *p, const struct instrument *q, const struct instrument_scale *scale,
    const struct answer *given)
{
	double row[AN_PAIRS_MOST];
	unsigned char why[AN_PAIRS_MOST];

	for (size_t j = 0; j < scale->item_count; j++) {
		const struct instrument_item *it = &q->items[scale->items[j]];
		const struct answer *a = &given[scale->items[j]];

		why[j] = (unsigned char)a->why;
		row[j] = 0;
		if (a->why == ANSWER_GIVEN)
			row[j] = it->reverse ? it->min + it->max - value_of(it, a) : value_of(it, a);
	}
	an_pairs_add(p, row, why);
}

static void add_number(struct tally_number *n, double v)
{
	__int128 m = llround(v * MILLIONTHS);

	n->min = n->n == 0 || v < n->min ? v : n->min;
	n->max = n->n == 0 || v > n->max ? v : n->max;
	n->n++;
	n->sum += m;
	n->square += (unsigned __int128)(m * m);
}

void tally_sums_add(struct tally_sums *t, const struct tally_response *r)
{
	const struct tally_shape *s = t->shape;

	t->cell[TALLY_RESPONSES]++;
	t->cell[TALLY_SIMULATED] += r->simulated;
	for (size_t i = 0; i < s->items; i++) {
		const struct tally_item *it = &s->item[i];
		const struct answer *a = &r->given[i];

		t->cell[it->why_at + a->why]++;
		if (a->why != ANSWER_GIVEN)
			continue;
		if (it->points > 0)
			t->cell[it->at + a->point]++;
		else if (it->number != SIZE_MAX)
			add_number(&t->number[it->number], a->number);
	}
	if (r->scored > 0) {
		uint64_t *by = t->cell + s->score_at + 3 * r->scored;

		by[0]++;
		by[1] += r->score;
		by[2] += r->score * r->score;
	}
	if (!t->whole)
		return;
	if (s->straight > 0) {
		t->cell[s->run_at + r->run]++;
		if (r->straight)
			t->cell[s->straight_at + r->straight_value]++;
	}
	for (size_t i = 0; i < s->scales; i++)
		if (t->scale[i] != NULL)
			add_scale(t->scale[i], s->q, s->scale[i].scale, r->given);
}

static void merge_number(struct tally_number *to, const struct tally_number *from)
{
	if (from->n == 0)
		return;
	to->min = to->n == 0 || from->min < to->min ? from->min : to->min;
	to->max = to->n == 0 || from->max > to->max ? from->max : to->max;
	to->n += from->n;
	to->sum += from->sum;
	to->square += from->square;
}

int tally_sums_merge(struct tally_sums *to, const struct tally_sums *from, struct err *e)
{
	const struct tally_shape *s = to->shape;

	if (s->mark != from->shape->mark)
		return err_internal(e, "tally: counts of another layout");
	for (size_t i = 0; i < (to->whole && from->whole ? s->whole_cells : s->target_cells); i++)
		to->cell[i] += from->cell[i];
	for (size_t i = 0; i < s->numbers; i++)
		merge_number(&to->number[i], &from->number[i]);
	for (size_t i = 0; to->whole && from->whole && i < s->scales; i++)
		if (to->scale[i] != NULL && an_pairs_merge(to->scale[i], from->scale[i]) != AN_OK)
			return err_internal(e, "tally: scale sums of another layout");
	return 0;
}

uint64_t tally_straight(const struct tally_sums *t)
{
	uint64_t n = 0;

	for (size_t i = 0; t->whole && i < t->shape->straight_values; i++)
		n += t->cell[t->shape->straight_at + i];
	return n;
}

void tally_score(const struct tally_sums *t, struct tally_score *out)
{
	const struct tally_shape *s = t->shape;
	long double n = 0, sum = 0, square = 0, unit = (long double)s->score_unit;

	*out = (struct tally_score){ 0, 0, 0 };
	for (size_t c = 1; s->scored > 0 && c <= s->scored; c++) {
		const uint64_t *by = t->cell + s->score_at + 3 * c;
		long double per = unit * (long double)c;

		n += (long double)by[0];
		sum += (long double)by[1] / per;
		square += (long double)by[2] / (per * per);
	}
	if (n < 1)
		return;
	out->n = (uint64_t)n;
	out->mean = (double)((long double)s->score_base + sum / n);
	out->m2 = (double)fmaxl(0, square - sum * sum / n);
}
