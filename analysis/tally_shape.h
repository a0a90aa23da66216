/* analysis/tally_shape.h -- what is counted for one instrument, and where each count stands.
 *
 * cells     one run of unsigned counts: responses, simulated, then for every item its counts by
 *           point (choices, matrix rows) and by reason (all items; enum an_why, the given ones
 *           first), then the overall score by number of items answered, and, for a whole
 *           campaign only, straight-lining by value and the longest run.
 * score     overall score of a response: mean of its scored items, reverse-worded ones turned.
 *           Scored are the items of the declared scales; without scales the matrix rows;
 *           without those the ordered choices.  All of one response format: in its points.
 *           Mixed formats: every item as its share of the way from lowest to highest point.
 *           Kept in whole units of 1 / unit above base, so that all sums are exact.
 * straight  the same value throughout the instrument's straight-lining items, as answered, of
 *           which TALLY_STRAIGHT_LEAST or more were.  Not computed (items 0) where the
 *           instrument names fewer.
 *
 * Items whose points are not whole numbers are counted, but enter no score, scale or index.
 * Owner: tally_shape_free(); the instrument is borrowed and must live as long. */
#ifndef ANALYSIS_TALLY_SHAPE_H
#define ANALYSIS_TALLY_SHAPE_H

#include "core/err.h"
#include "surveys/instrument.h"

#include <stdint.h>

#define TALLY_STRAIGHT_LEAST 5
#define TALLY_SCALE_MOST     100  /* items of a scale whose sums are kept */
#define TALLY_VALUE_MOST     1000 /* magnitude of a point that may be scored */

enum { TALLY_RESPONSES, TALLY_SIMULATED, TALLY_HEAD };

struct tally_item {
	size_t points;	   /* cells by point at `at`; 0: number or text */
	size_t at, why_at; /* why_at: AN_WHY_COUNT cells */
	size_t number;	   /* number items: place among them; else SIZE_MAX */
	bool scored;
	int lowest, highest, factor; /* of a scored item: its points, and units a point */
};
struct tally_scale {
	const struct instrument_scale *scale;
	size_t items; /* 0: not computed: a point is no whole number, or too many items */
};
struct tally_shape {
	const struct instrument *q;
	struct tally_item *item;
	size_t items, numbers;
	struct tally_scale *scale;
	size_t scales;

	size_t scored;	  /* items behind the overall score; 0: there is none */
	size_t score_at;  /* responses, sum, sum of squares by number answered: 3 x (scored + 1) */
	bool score_share; /* mixed formats: the score is a share */
	double score_base, score_least, score_most;
	uint64_t score_unit;

	size_t straight; /* items of the index; 0: not computed */
	int straight_low;
	size_t straight_values, straight_at, run_at; /* run_at: straight + 1 cells */

	size_t target_cells, whole_cells;
	uint32_t mark; /* of this layout, kept with stored counts */
};

int tally_shape_new(const struct instrument *q, struct tally_shape **out, struct err *e);
void tally_shape_free(struct tally_shape *s); /* NULL is allowed */

#endif
