/* analysis/suppress.h -- which groups' figures may be shown.
 *
 * Published are the campaign as a whole, its units, and its targets within them.  A group may
 * be shown when it holds at least k responses in all and, of people, none or at least k (the
 * simulated ones hide nobody).  That alone is not enough: the sum of all less the shown ones
 * is the hidden ones together, so these too must hold none or at least k people; where they
 * hold fewer, the next smallest is hidden with them (complementary suppression), within each
 * unit, among units, and among the targets of hidden units together.
 *
 * The same holds for every measure that is published beside the first: with straight-lining
 * left out, the careful responses and the straight ones each are none or at least k.
 * `loose` are people behind the campaign's figures who belong to no target. */
#ifndef ANALYSIS_SUPPRESS_H
#define ANALYSIS_SUPPRESS_H

#include "core/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SUPPRESS_MEASURES 4

struct suppress_cell {
	uint64_t all;			    /* responses, simulated ones included */
	uint64_t people[SUPPRESS_MEASURES]; /* by measure */
	size_t unit;			    /* of a target: index of its unit */
	bool hidden;			    /* set; true beforehand stays true */
};
struct suppress {
	uint64_t k;
	size_t measures; /* 1..SUPPRESS_MEASURES */
	uint64_t loose[SUPPRESS_MEASURES];
	struct suppress_cell *target, *unit;
	size_t targets, units;
};

/* Fills unit[].all and unit[].people from the targets, then every hidden. */
void suppress_groups(struct suppress *s);
/* Whether figures over this one set of responses may be shown by themselves. */
bool suppress_safe(const struct suppress_cell *c, uint64_t k, size_t measures);

/* Groups that several columns make together: a cell holds the rows of one level of each column.
 * A cell with too few is hidden; and along every line of cells (one column varies, the others stand
 * still) the hidden ones hold none or at least k together, or all of the line is hidden.  So no sum
 * over a column's levels tells a hidden cell from the shown ones. */
#define SUPPRESS_ALL 0x80 /* bit of `counts`: a response; bits 0 .. measures - 1: a person of that measure */
struct suppress_cross {
	uint64_t k;
	size_t measures, columns, rows;
	const size_t *levels;	     /* by column */
	const uint32_t *level;	     /* rows x columns; levels[column]: none, which is never shown */
	const unsigned char *counts; /* by row */
};
/* hidden, by row: set where its cell is hidden; true beforehand hides the whole cell. */
int suppress_cross(const struct suppress_cross *c, bool *hidden, struct err *e);

#endif
