#include "analysis/tally.h"
#include "analysis/tally.sql.h"

#include <stdlib.h>
#include <string.h>

#define STORED_MOST (16 * 1024 * 1024)

enum feed_mode { FEED_ADD, FEED_ANEW, FEED_COMPARE };

/* Responses go in target by target; the sums of one target at a time are held. */
struct feed {
	struct db *db;
	const char *campaign;
	enum feed_mode mode;
	struct tally_shape *shape;
	size_t parts;
	struct tally_sums *whole[TALLY_PARTS], *one[TALLY_PARTS];
	struct answer *given;
	int64_t target; /* whose sums `one` holds; 0: none */
	struct buf packed;
	size_t rows; /* stored, or compared */
	bool same;
};

const char *tally_part_name(enum tally_part part)
{
	return part == TALLY_CAREFUL ? "careful" : "all";
}

static void feed_free(struct feed *f)
{
	for (size_t p = 0; p < TALLY_PARTS; p++) {
		tally_sums_free(f->whole[p]);
		tally_sums_free(f->one[p]);
	}
	free(f->given);
	buf_free(&f->packed);
	tally_shape_free(f->shape);
}

static int feed_start(struct feed *f, struct db *db, const char *campaign, const struct instrument *q,
    enum feed_mode mode, struct err *e)
{
	*f = (struct feed){ .db = db, .campaign = campaign, .mode = mode, .same = true };
	buf_init(&f->packed, STORED_MOST);
	if (tally_shape_new(q, &f->shape, e) != 0)
		return -1;
	f->parts = f->shape->straight > 0 ? TALLY_PARTS : 1;
	f->given = calloc(f->shape->items + 1, sizeof *f->given);
	if (f->given == NULL)
		return err_nomem(e);
	for (size_t p = 0; p < f->parts; p++) {
		if (tally_sums_new(f->shape, true, &f->whole[p], e) != 0 ||
		    tally_sums_new(f->shape, false, &f->one[p], e) != 0)
			return -1;
		if (mode == FEED_ADD && tally_load(db, campaign, (enum tally_part)p, 0, f->whole[p], NULL, e) != 0)
			return -1;
	}
	return 0;
}

/* Is this what stands in the table? */
static int compare(struct feed *f, enum tally_part part, int64_t target, struct err *e)
{
	struct db_rows rows;
	int got = db_first(f->db, SQL_TALLY_GET,
	    DB_ARGS(db_text(f->campaign), db_text(tally_part_name(part)), db_int(target)), &rows, e);
	size_t len = 0;

	if (got < 0)
		return -1;
	if (got > 0) {
		const void *data = db_col_blob(&rows, 0, &len);

		f->same = f->same && len == f->packed.len && memcmp(data, f->packed.p, len) == 0;
	} else {
		f->same = false;
	}
	db_done(&rows);
	return 0;
}

static int feed_save(struct feed *f, enum tally_part part, int64_t target, const struct tally_sums *t, struct err *e)
{
	if (tally_responses(t) == 0)
		return 0;
	buf_clear(&f->packed);
	tally_sums_pack(t, &f->packed);
	if (f->packed.failed)
		return err_nomem(e);
	f->rows++;
	if (f->mode == FEED_COMPARE)
		return compare(f, part, target, e);
	return db_run(f->db, SQL_TALLY_PUT,
		   DB_ARGS(db_text(f->campaign), db_text(tally_part_name(part)), db_int(target),
		       db_blob(f->packed.p, f->packed.len)),
		   e) < 0
	    ? -1
	    : 0;
}

/* Puts away the sums of the target before and takes up those of the next; 0 ends. */
static int feed_turn(struct feed *f, int64_t target, struct err *e)
{
	for (size_t p = 0; p < f->parts; p++) {
		enum tally_part part = (enum tally_part)p;

		if (f->target > 0 && feed_save(f, part, f->target, f->one[p], e) != 0)
			return -1;
		tally_sums_clear(f->one[p]);
		if (target > 0 && f->mode == FEED_ADD &&
		    tally_load(f->db, f->campaign, part, target, f->one[p], NULL, e) != 0)
			return -1;
	}
	f->target = target;
	return 0;
}

static int feed_row(struct feed *f, int64_t target, bool simulated, const void *answers, size_t len, struct err *e)
{
	struct tally_response r = { .given = f->given };

	if (tally_response_read(f->shape, answers, len, simulated, &r, e) != 0)
		return -1;
	if (target != f->target && feed_turn(f, target, e) != 0)
		return -1;
	for (size_t p = 0; p < f->parts; p++) {
		if (p == TALLY_CAREFUL && r.straight)
			continue;
		tally_sums_add(f->whole[p], &r);
		if (target > 0)
			tally_sums_add(f->one[p], &r);
	}
	return 0;
}

static int feed_end(struct feed *f, struct err *e)
{
	if (feed_turn(f, 0, e) != 0)
		return -1;
	for (size_t p = 0; p < f->parts; p++)
		if (feed_save(f, (enum tally_part)p, 0, f->whole[p], e) != 0)
			return -1;
	return 0;
}

static int by_target(const void *a, const void *b)
{
	const struct released_row *x = *(const struct released_row *const *)a;
	const struct released_row *y = *(const struct released_row *const *)b;

	return (x->target > y->target) - (x->target < y->target);
}

int tally_observe(struct db *db, const struct campaign *c, const struct instrument *q, const struct released_row *rows,
    size_t n, void *arg, struct err *e)
{
	const struct released_row **order = calloc(n + 1, sizeof *order);
	struct feed f;
	int ret = -1;

	(void)arg;
	if (feed_start(&f, db, c->id, q, FEED_ADD, e) != 0)
		goto out;
	if (order == NULL) {
		err_nomem(e);
		goto out;
	}
	for (size_t i = 0; i < n; i++)
		order[i] = &rows[i];
	qsort(order, n, sizeof *order, by_target);
	for (size_t i = 0; i < n; i++)
		if (feed_row(&f, order[i]->target, order[i]->simulated, order[i]->answers, order[i]->len, e) != 0)
			goto out;
	ret = feed_end(&f, e);
out:
	feed_free(&f);
	free(order);
	return ret;
}

static int feed_responses(struct feed *f, struct err *e)
{
	struct db_rows rows;
	int got;

	if (db_query(f->db, SQL_TALLY_RESPONSES, DB_ARGS(db_text(f->campaign)), &rows, e) != 0)
		return -1;
	while ((got = db_next(&rows, e)) > 0) {
		size_t len;
		const void *answers = db_col_blob(&rows, 2, &len);

		if (feed_row(f, db_col_int(&rows, 0), db_col_int(&rows, 1) != 0, answers, len, e) != 0) {
			db_done(&rows);
			return -1;
		}
	}
	return got < 0 ? -1 : feed_end(f, e);
}

int tally_rebuild(struct db *db, const char *campaign, const struct instrument *q, struct err *e)
{
	struct feed f;
	int ret = -1;

	if (feed_start(&f, db, campaign, q, FEED_ANEW, e) == 0 &&
	    db_run(db, SQL_TALLY_CLEAR, DB_ARGS(db_text(campaign)), e) >= 0)
		ret = feed_responses(&f, e);
	feed_free(&f);
	return ret;
}

int tally_verify(struct db *db, const char *campaign, const struct instrument *q, bool *same, struct err *e)
{
	struct db_rows rows;
	struct feed f;
	int ret = -1;

	if (feed_start(&f, db, campaign, q, FEED_COMPARE, e) == 0)
		ret = feed_responses(&f, e);
	if (ret == 0 && db_first(db, SQL_TALLY_COUNT, DB_ARGS(db_text(campaign)), &rows, e) > 0) {
		*same = f.same && (size_t)db_col_int(&rows, 0) == f.rows;
		db_done(&rows);
	} else {
		ret = -1;
	}
	feed_free(&f);
	return ret;
}

int tally_load(struct db *db, const char *campaign, enum tally_part part, int64_t target, struct tally_sums *t,
    bool *found, struct err *e)
{
	struct db_rows rows;
	int got = db_first(db, SQL_TALLY_GET,
	    DB_ARGS(db_text(campaign), db_text(tally_part_name(part)), db_int(target)), &rows, e);
	int ret = 0;

	if (got < 0)
		return -1;
	if (found != NULL)
		*found = got > 0;
	if (got > 0) {
		size_t len;
		const void *data = db_col_blob(&rows, 0, &len);

		ret = tally_sums_unpack(t, data, len, e);
		db_done(&rows);
	} else {
		tally_sums_clear(t);
	}
	return ret;
}

int tally_each_target(struct db *db, const char *campaign, enum tally_part part, const struct tally_shape *shape,
    tally_target_fn *fn, void *arg, struct err *e)
{
	struct tally_sums *t = NULL;
	struct db_rows rows;
	int got = -1;

	if (tally_sums_new(shape, false, &t, e) != 0)
		return -1;
	if (db_query(db, SQL_TALLY_TARGETS, DB_ARGS(db_text(campaign), db_text(tally_part_name(part))), &rows, e) == 0)
		while ((got = db_next(&rows, e)) > 0) {
			size_t len;
			const void *data = db_col_blob(&rows, 1, &len);

			if (tally_sums_unpack(t, data, len, e) != 0 || fn(arg, db_col_int(&rows, 0), t, e) != 0) {
				db_done(&rows);
				got = -1;
				break;
			}
		}
	tally_sums_free(t);
	return got < 0 ? -1 : 0;
}
