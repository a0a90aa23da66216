/* analysis/stored_parts.h -- between the files behind stored.h: what is asked (stored.c), its data
 * (stored_frame.c), and what of them must be set aside (stored_guard.c, stored_gaps.c). */
#ifndef ANALYSIS_STORED_PARTS_H
#define ANALYSIS_STORED_PARTS_H

#include "analysis/analyse.h"
#include "analysis/campaign_part.h"

#define STORED_COLUMNS_MOST 200
#define STORED_ARGS_MOST    24
#define STORED_AXES_MOST    8
#define STORED_VALUES_MOST  (2 * INSTRUMENT_POINTS_MOST)

/* A column of the frame: an item of the instrument, or one of the two below. */
struct stored_column {
	const char *name;
	size_t item;	     /* or one of: */
	bool item_of_method; /* among --items */
	enum analyse_columns_use use;
};
#define STORED_TARGET (SIZE_MAX - 1)
#define STORED_UNIT   (SIZE_MAX - 2)

/* What parts the responses: a column, or what the filter selects by. */
struct stored_axis {
	size_t item;   /* as in a column */
	size_t column; /* SIZE_MAX: the filter's */
	bool table;    /* rows or columns of a table, which are not crossed with each other */
	size_t levels;
	double value[STORED_VALUES_MOST]; /* of an item, by level */
};

struct stored {
	struct arena *a;
	json_t *doc;
	struct campaign c;
	const struct instrument *q;
	struct campaign_options o;
	const char *method, *group; /* group: column of --by, or NULL */
	struct stored_column column[STORED_COLUMNS_MOST];
	size_t columns;
	size_t filter_item; /* SIZE_MAX: none */
	double filter_value;
	struct analyse_arg arg[STORED_ARGS_MOST];
	size_t args;
};

/* Beside the frame: every response of the campaign in the order read; from stored_guard_cells() on
 * those of the frame alone. */
struct stored_row {
	unsigned char counts; /* analysis/suppress.h */
	bool chosen;	      /* has a row in the frame */
	uint32_t level[STORED_AXES_MOST];
};

struct stored_build {
	struct stored *s;
	struct frame *f;
	struct campaign_part part;
	struct stored_axis axis[STORED_AXES_MOST];
	size_t axes, measures;
	struct stored_row *row;
	uint64_t *has; /* by row, words each: a bit for every item that was answered */
	size_t rows, room, words;
	uint64_t people, taken; /* of the selection: people, and responses */
	double *values;		/* of one response */
	unsigned char *why;
	struct answer *given;
};

static inline bool stored_has(const struct stored_build *b, size_t row, size_t item)
{
	return b->has[row * b->words + item / 64] >> (item % 64) & 1;
}
/* Takes an answer out of a row of the frame, which is that row of b. */
int stored_set_aside(struct stored_build *b, size_t row, size_t column, struct err *e);

/* Sets aside the rows of groups, and answers within groups, that must not be shown. */
int stored_guard_cells(struct stored_build *b, json_t *left_out, struct err *e);
/* Sets aside answers until the rows that any of the items leave out are none or at least k. */
int stored_close_gaps(struct stored_build *b, struct err *e);
/* The same as guard_cells for rows and columns of a table; then refuses items that too few answered,
 * or answered differently from all others. */
int stored_guard_tables(struct stored_build *b, json_t *left_out, struct err *e);
int stored_guard_items(const struct stored_build *b, struct err *e);

/* The frame, protected.  *withheld: why nothing may be shown, or NULL; then f holds nothing.
 * left_out: an array to be filled. */
int stored_frame(struct stored *s, struct db *db, struct frame *f, const char **withheld, json_t *left_out,
    json_t **fingerprint, struct err *e);

#endif
