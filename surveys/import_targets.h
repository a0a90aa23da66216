/* surveys/import_targets.h -- targets as a file names them, made when first met.
 * For the importers only; import_targets_free(). */
#ifndef SURVEYS_IMPORT_TARGETS_H
#define SURVEYS_IMPORT_TARGETS_H

#include "surveys/import_map.h"
#include "surveys/target.h"

struct import_targets {
	json_t *numbers; /* code to number */
	json_t *units;	 /* code to group */
	int64_t count;
	size_t added;
	struct buf code, unit, label, unit_label;
};

/* Begins with the targets that the campaign already has. */
int import_targets_open(struct db *db, const struct import_map *m, struct import_targets *out, struct err *e);
void import_targets_free(struct import_targets *t);
/* The number of a row's target, 0 when the mapping has none; with more != NULL the counts and
 * mean of a new one are taken from there.  ERR_INPUT: no code, or another group than before. */
int import_targets_row(struct db *db, const struct import_map *m, const struct csv_table *csv, size_t row,
    const struct target *more, struct import_targets *t, int64_t *number, struct err *e);

#endif
