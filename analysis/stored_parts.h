/* analysis/stored_parts.h -- between stored.c (what is asked) and stored_frame.c (its data). */
#ifndef ANALYSIS_STORED_PARTS_H
#define ANALYSIS_STORED_PARTS_H

#include "analysis/analyse.h"
#include "analysis/campaign_part.h"

#define STORED_COLUMNS_MOST 200
#define STORED_ARGS_MOST    24

/* A column of the frame: an item of the instrument, or one of the two below. */
struct stored_column {
	const char *name;
	size_t item;		     /* or one of: */
	bool item_of_method, groups; /* among --items; says which group a row belongs to */
};
#define STORED_TARGET (SIZE_MAX - 1)
#define STORED_UNIT   (SIZE_MAX - 2)

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

/* The frame, protected.  *withheld: why nothing may be shown, or NULL; then f holds nothing.
 * left_out: an array to be filled. */
int stored_frame(struct stored *s, struct db *db, struct frame *f, const char **withheld, json_t *left_out,
    json_t **fingerprint, struct err *e);

#endif
