/* analysis/improvement_parts.h -- what the files behind improvement.h share; for them alone. */
#ifndef ANALYSIS_IMPROVEMENT_PARTS_H
#define ANALYSIS_IMPROVEMENT_PARTS_H

#include "analysis/improvement.h"

/* Appends one object a row of a statement about a programme (id). */
int improvement_rows(struct db *db, const struct db_stmt *s, const char *programme,
    json_t *(*row)(const struct db_rows *), json_t *out, struct err *e);
int improvement_recorded(struct db *db, const char *programme, json_t *out, struct err *e);
int improvement_actions(struct db *db, const char *programme, json_t *out, struct err *e);

#endif
