#include "surveys/matrix.h"

#include "surveys/answers.h"
#include "surveys/matrix.sql.h"

#include <stdlib.h>
#include <string.h>

void survey_matrix_free(struct survey_matrix *m)
{
	free(m->values);
	free(m->why);
	free(m->target);
	free(m->simulated);
	memset(m, 0, sizeof *m);
}

static int room(struct survey_matrix *m, size_t rows, size_t items, struct err *e)
{
	size_t n = rows > 0 ? rows : 1;

	m->items = items;
	if (items != 0 && n > SIZE_MAX / sizeof(double) / items)
		return err_nomem(e);
	m->values = malloc(n * items * sizeof *m->values);
	m->why = malloc(n * items);
	m->target = malloc(n * sizeof *m->target);
	m->simulated = malloc(n);
	return m->values != NULL && m->why != NULL && m->target != NULL && m->simulated != NULL ? 0 : err_nomem(e);
}

int survey_matrix_read(struct db *db, const char *campaign, const struct instrument *q, int64_t target, bool scored,
    struct survey_matrix *out, struct err *e)
{
	struct db_rows rows;
	size_t most;
	int rc;

	memset(out, 0, sizeof *out);
	if (db_first(db, SQL_MATRIX_COUNT, DB_ARGS(db_text(campaign), db_int(target)), &rows, e) != 1)
		return -1;
	most = (size_t)db_col_int(&rows, 0);
	db_done(&rows);
	if (room(out, most, q->item_count, e) < 0)
		goto fail;
	if (db_query(db, SQL_MATRIX_ROWS, DB_ARGS(db_text(campaign), db_int(target)), &rows, e) < 0)
		goto fail;
	/* responses may have been released between the two statements; the next reading has them */
	while ((rc = out->rows < most ? db_next(&rows, e) : 0) == 1) {
		size_t len, at = out->rows * out->items;
		const void *packed = db_col_blob(&rows, 2, &len);

		if (answers_scores(q, packed, len, scored, out->values + at, out->why + at, e) < 0) {
			rc = -1;
			break;
		}
		out->target[out->rows] = db_col_int(&rows, 0);
		out->simulated[out->rows++] = db_col_int(&rows, 1) != 0;
	}
	db_done(&rows);
	if (rc == 0)
		return 0;
fail:
	survey_matrix_free(out);
	return -1;
}

int survey_packed(struct db *db, const char *campaign, survey_packed_fn *fn, void *arg, struct err *e)
{
	struct db_rows rows;
	int rc;

	if (db_query(db, SQL_MATRIX_ROWS, DB_ARGS(db_text(campaign), db_int(MATRIX_ALL_TARGETS)), &rows, e) < 0)
		return -1;
	while ((rc = db_next(&rows, e)) == 1) {
		size_t len;
		const void *packed = db_col_blob(&rows, 2, &len);

		if (fn(arg, db_col_int(&rows, 0), db_col_int(&rows, 1) != 0, packed, len, e) < 0) {
			rc = -1;
			break;
		}
	}
	db_done(&rows);
	return rc;
}

int survey_texts(struct db *db, const char *campaign, const struct instrument *q, size_t item, int64_t target,
    survey_text_fn *fn, void *arg, struct err *e)
{
	struct answer *given = calloc(q->item_count + 1, sizeof *given);
	struct db_rows rows;
	int rc = -1;

	if (given == NULL)
		return err_nomem(e);
	if (db_query(db, SQL_MATRIX_ROWS, DB_ARGS(db_text(campaign), db_int(target)), &rows, e) < 0)
		goto out;
	while ((rc = db_next(&rows, e)) == 1) {
		size_t len;
		const void *packed = db_col_blob(&rows, 2, &len);

		if (answers_unpack(q, packed, len, given, e) < 0) {
			rc = -1;
			break;
		}
		if (given[item].why == ANSWER_GIVEN && given[item].text != NULL &&
		    fn(arg, db_col_int(&rows, 0), db_col_int(&rows, 1) != 0, given[item].text, given[item].text_len) <
			0) {
			rc = 0;
			break;
		}
	}
	db_done(&rows);
out:
	free(given);
	return rc;
}
