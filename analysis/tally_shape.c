#include "analysis/tally_shape.h"
#include "analysis/stats/view.h"

#include <math.h>
#include <stdlib.h>

#define UNIT_MOST 2520 /* least common multiple of 1..10: response formats of up to 11 points */

static bool whole_points(const struct instrument_item *it)
{
	if (!instrument_item_scaled(it) || it->point_count < 2)
		return false;
	for (size_t i = 0; i < it->point_count; i++) {
		double v = it->points[i].value;

		if (v != floor(v) || fabs(v) > TALLY_VALUE_MOST)
			return false;
	}
	return it->max > it->min;
}

/* Which items make the overall score: the first of three rules that finds any. */
static bool wanted(const struct instrument *q, size_t i, int rule)
{
	if (rule == 1)
		return q->items[i].type == ITEM_MATRIX;
	if (rule == 2)
		return instrument_item_scaled(&q->items[i]);
	for (size_t s = 0; s < q->scale_count; s++)
		for (size_t j = 0; j < q->scales[s].item_count; j++)
			if (q->scales[s].items[j] == i)
				return true;
	return false;
}

static uint64_t common_multiple(uint64_t a, uint64_t b)
{
	uint64_t x = a, y = b;

	while (y != 0) {
		uint64_t r = x % y;

		x = y;
		y = r;
	}
	return a / x * b;
}

/* Base and unit of the score from the formats of the scored items. */
static void set_score(struct tally_shape *s)
{
	const struct tally_item *first = NULL;
	uint64_t unit = 1;

	for (size_t i = 0; i < s->items; i++) {
		const struct tally_item *t = &s->item[i];

		if (!t->scored)
			continue;
		if (first == NULL)
			first = t;
		if (t->lowest != first->lowest || t->highest != first->highest)
			s->score_share = true;
		if (unit <= UNIT_MOST)
			unit = common_multiple(unit, (uint64_t)(t->highest - t->lowest));
	}
	s->score_unit = s->score_share ? unit : 1;
	s->score_base = s->score_least = s->score_share || first == NULL ? 0 : first->lowest;
	s->score_most = s->score_share || first == NULL ? 1 : first->highest;
	for (size_t i = 0; i < s->items; i++) {
		struct tally_item *t = &s->item[i];

		if (s->score_share && unit > UNIT_MOST)
			t->scored = false;
		if (t->scored)
			t->factor = s->score_share ? (int)unit / (t->highest - t->lowest) : 1;
		s->scored += t->scored;
	}
}

static void choose_scored(struct tally_shape *s)
{
	bool any = false;

	for (int rule = 0; rule < 3 && !any; rule++)
		for (size_t i = 0; i < s->items; i++) {
			struct tally_item *t = &s->item[i];
			const struct instrument_item *it = &s->q->items[i];

			if (!wanted(s->q, i, rule) || !whole_points(it))
				continue;
			any = t->scored = true;
			t->lowest = (int)it->min;
			t->highest = (int)it->max;
		}
	set_score(s);
}

static void choose_straight(struct tally_shape *s)
{
	const struct instrument *q = s->q;
	double low = INFINITY, high = -INFINITY;

	if (q->straight_count < TALLY_STRAIGHT_LEAST)
		return;
	for (size_t j = 0; j < q->straight_count; j++) {
		const struct instrument_item *it = &q->items[q->straight[j]];

		if (!whole_points(it))
			return;
		low = fmin(low, it->min);
		high = fmax(high, it->max);
	}
	s->straight = q->straight_count;
	s->straight_low = (int)low;
	s->straight_values = (size_t)(high - low) + 1;
}

static void choose_scales(struct tally_shape *s)
{
	for (size_t i = 0; i < s->scales; i++) {
		struct tally_scale *t = &s->scale[i];

		t->scale = &s->q->scales[i];
		t->items = t->scale->item_count <= TALLY_SCALE_MOST ? t->scale->item_count : 0;
		for (size_t j = 0; j < t->scale->item_count; j++)
			if (!whole_points(&s->q->items[t->scale->items[j]]))
				t->items = 0;
	}
}

static void mix(uint32_t *mark, size_t v)
{
	for (int i = 0; i < 4; i++)
		*mark = (*mark ^ (uint32_t)(v >> (8 * i) & 255)) * 16777619U;
}

/* Where each count stands, and a mark of that layout (FNV-1a). */
static void lay_out(struct tally_shape *s)
{
	size_t at = TALLY_HEAD;
	uint32_t mark = 2166136261U;

	for (size_t i = 0; i < s->items; i++) {
		struct tally_item *t = &s->item[i];

		t->at = at;
		t->why_at = at + t->points;
		at = t->why_at + AN_WHY_COUNT;
		mix(&mark, t->points);
		mix(&mark, t->number != SIZE_MAX);
		mix(&mark, t->scored ? (size_t)t->factor : 0);
	}
	s->score_at = at;
	s->target_cells = at + (s->scored > 0 ? 3 * (s->scored + 1) : 0);
	s->straight_at = s->target_cells;
	s->run_at = s->straight_at + s->straight_values;
	s->whole_cells = s->run_at + (s->straight > 0 ? s->straight + 1 : 0);
	for (size_t i = 0; i < s->scales; i++)
		mix(&mark, s->scale[i].items);
	mix(&mark, s->straight_values);
	mix(&mark, s->whole_cells);
	s->mark = mark;
}

int tally_shape_new(const struct instrument *q, struct tally_shape **out, struct err *e)
{
	struct tally_shape *s = calloc(1, sizeof *s);

	*out = NULL;
	if (s == NULL)
		return err_nomem(e);
	s->q = q;
	s->items = q->item_count;
	s->scales = q->scale_count;
	s->item = calloc(s->items + 1, sizeof *s->item);
	s->scale = calloc(s->scales + 1, sizeof *s->scale);
	if (s->item == NULL || s->scale == NULL) {
		tally_shape_free(s);
		return err_nomem(e);
	}
	for (size_t i = 0; i < s->items; i++) {
		s->item[i].points = q->items[i].point_count;
		s->item[i].number = q->items[i].type == ITEM_NUMBER ? s->numbers++ : SIZE_MAX;
	}
	choose_scored(s);
	choose_straight(s);
	choose_scales(s);
	lay_out(s);
	*out = s;
	return 0;
}

void tally_shape_free(struct tally_shape *s)
{
	if (s == NULL)
		return;
	free(s->item);
	free(s->scale);
	free(s);
}
