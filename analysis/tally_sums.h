/* analysis/tally_sums.h -- the running statistics of one set of responses.
 *
 * Every figure is a whole number, so adding responses in another order, merging, storing and
 * counting anew from the responses give the same bits.  Numbers that people typed are summed in
 * millionths (128 bits); one beyond TALLY_NUMBER_MOST is counted as unreadable.
 *
 * Stored form, version TALLY_VERSION: that byte; one byte, 1 for a whole campaign; the layout's
 * mark (4 bytes, low first); counts as unsigned varints (7 bits a byte, low first), where 0
 * is followed by how many more zeros stand there; per number item n and, when not 0, sum and sum
 * of squares as varints (the sum zigzagged) and lowest and highest as 8-byte little-endian
 * doubles; for a whole campaign per scale the sums of analysis/stats/moments.h, zigzagged
 * varints with zeros as above.
 *
 * whole: with straight-lining and the sums of scales, which are kept for a campaign but not for
 * each of its targets.  Owner: tally_sums_free(); the shape is borrowed. */
#ifndef ANALYSIS_TALLY_SUMS_H
#define ANALYSIS_TALLY_SUMS_H

#include "analysis/stats/moments.h"
#include "analysis/tally_shape.h"
#include "core/buf.h"
#include "surveys/answers.h"

#define TALLY_VERSION	  1
#define TALLY_NUMBER_MOST 1e9

struct tally_number {
	uint64_t n;
	__int128 sum;		  /* millionths */
	unsigned __int128 square; /* millionths squared */
	double min, max;
};
struct tally_sums {
	const struct tally_shape *shape;
	bool whole;
	uint64_t *cell;
	struct tally_number *number; /* shape->numbers */
	struct an_pairs **scale;     /* whole: shape->scales; NULL where not computed */
};

/* One response, read once and added to several sums. */
struct tally_response {
	const struct tally_shape *shape;
	struct answer *given;
	bool simulated, straight;
	size_t straight_value; /* value minus shape->straight_low */
	size_t run;	       /* longest */
	size_t scored;	       /* items behind score */
	uint64_t score;
};

int tally_sums_new(const struct tally_shape *shape, bool whole, struct tally_sums **out, struct err *e);
void tally_sums_free(struct tally_sums *t); /* NULL is allowed */
void tally_sums_clear(struct tally_sums *t);

/* out->given: room for shape->items answers, the caller's.  ERR_INTERNAL: no answers of this instrument. */
int tally_response_read(const struct tally_shape *shape, const void *packed, size_t len, bool simulated,
    struct tally_response *out, struct err *e);
void tally_sums_add(struct tally_sums *t, const struct tally_response *r);
/* to += from; both of one shape.  A whole one takes counts from one that is not, without scales. */
int tally_sums_merge(struct tally_sums *to, const struct tally_sums *from, struct err *e);

void tally_sums_pack(const struct tally_sums *t, struct buf *out);
/* Replaces what t holds.  ERR_INTERNAL: damaged, or of another layout. */
int tally_sums_unpack(struct tally_sums *t, const void *packed, size_t len, struct err *e);

/* Asking. */
static inline uint64_t tally_responses(const struct tally_sums *t)
{
	return t->cell[TALLY_RESPONSES];
}
static inline uint64_t tally_simulated(const struct tally_sums *t)
{
	return t->cell[TALLY_SIMULATED];
}
static inline const uint64_t *tally_points(const struct tally_sums *t, size_t item)
{
	return t->cell + t->shape->item[item].at;
}
static inline uint64_t tally_why(const struct tally_sums *t, size_t item, enum an_why why)
{
	return t->cell[t->shape->item[item].why_at + why];
}
uint64_t tally_straight(const struct tally_sums *t); /* responses; whole only */

/* Overall score over responses with a scored item: n, mean, sum of squared deviations. */
struct tally_score {
	uint64_t n;
	double mean, m2;
};
void tally_score(const struct tally_sums *t, struct tally_score *out);

#endif
