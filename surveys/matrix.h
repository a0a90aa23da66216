/* surveys/matrix.h -- a campaign's released responses as respondents x items.
 * Shape:   values[i * items + j], why[i * items + j]; rows in key order, which is no order of
 *          arrival.
 * Units:   the item's own scale; scored: reverse-worded items turned (min + max - value), raw:
 *          as answered.  Texts have value 0.
 * Missing: why != 0 (surveys/answers.h, the numbers of analysis/stats/view.h).
 * Owner:   the caller, survey_matrix_free(). */
#ifndef SURVEYS_MATRIX_H
#define SURVEYS_MATRIX_H

#include "core/db.h"
#include "surveys/instrument.h"

struct survey_matrix {
	double *values;
	unsigned char *why;
	int64_t *target;	  /* by row */
	unsigned char *simulated; /* by row */
	size_t rows, items;
};
#define MATRIX_ALL_TARGETS (-1)

int survey_matrix_read(struct db *db, const char *campaign, const struct instrument *q, int64_t target, bool scored,
    struct survey_matrix *out, struct err *e);
void survey_matrix_free(struct survey_matrix *m);

/* Every released response as packed answers (surveys/answers.h), in key order, one by one: what
 * a calculation over all of them reads.  fn returns -1 with *e filled to stop. */
typedef int survey_packed_fn(void *arg, int64_t target, bool simulated, const void *packed, size_t len, struct err *e);
int survey_packed(struct db *db, const char *campaign, survey_packed_fn *fn, void *arg, struct err *e);

/* Texts of one item that were given, in random key order; each may be longer than a line.
 * fn returns -1 to stop. */
typedef int survey_text_fn(void *arg, int64_t target, bool simulated, const char *text, size_t len);
int survey_texts(struct db *db, const char *campaign, const struct instrument *q, size_t item, int64_t target,
    survey_text_fn *fn, void *arg, struct err *e);

#endif
