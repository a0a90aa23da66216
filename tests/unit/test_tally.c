/* Running statistics: what is counted, and that order, pieces and storing change no bit. */
#include "analysis/stats/scale/reliability.h"
#include "analysis/tally_sums.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* a: five rows of 1..5 (r3 reverse-worded), b: one of 0..10, a number, a text, a nominal choice */
static const char document[] =
    "{\"code\":\"T\",\"title\":{\"vi\":\"T\",\"en\":\"T\"},\"languages\":[\"vi\",\"en\"],\"pages\":[{\"questions\":["
    "{\"type\":\"matrix\",\"code\":\"a\",\"text\":{\"vi\":\"a\",\"en\":\"a\"},\"not_applicable\":true,\"scale\":{\"points\":["
    "{\"value\":1,\"label\":{\"vi\":\"1\",\"en\":\"1\"}},{\"value\":2,\"label\":{\"vi\":\"2\",\"en\":\"2\"}},"
    "{\"value\":3,\"label\":{\"vi\":\"3\",\"en\":\"3\"}},{\"value\":4,\"label\":{\"vi\":\"4\",\"en\":\"4\"}},"
    "{\"value\":5,\"label\":{\"vi\":\"5\",\"en\":\"5\"}}]},\"rows\":["
    "{\"code\":\"r1\",\"label\":{\"vi\":\"r\",\"en\":\"r\"}},{\"code\":\"r2\",\"label\":{\"vi\":\"r\",\"en\":\"r\"}},"
    "{\"code\":\"r3\",\"label\":{\"vi\":\"r\",\"en\":\"r\"},\"reverse\":true},"
    "{\"code\":\"r4\",\"label\":{\"vi\":\"r\",\"en\":\"r\"}},{\"code\":\"r5\",\"label\":{\"vi\":\"r\",\"en\":\"r\"}}]},"
    "{\"type\":\"number\",\"code\":\"hours\",\"text\":{\"vi\":\"h\",\"en\":\"h\"},\"min\":0,\"max\":168},"
    "{\"type\":\"text\",\"code\":\"said\",\"text\":{\"vi\":\"t\",\"en\":\"t\"},\"comment\":true},"
    "{\"type\":\"single\",\"code\":\"how\",\"nominal\":true,\"text\":{\"vi\":\"s\",\"en\":\"s\"},\"options\":["
    "{\"value\":1,\"label\":{\"vi\":\"x\",\"en\":\"x\"}},{\"value\":2,\"label\":{\"vi\":\"y\",\"en\":\"y\"}}]}]}],"
    "\"scales\":[{\"code\":\"s\",\"title\":{\"vi\":\"s\",\"en\":\"s\"},\"items\":[\"r1\",\"r2\",\"r3\"]}]}";

enum { R1, R2, R3, R4, R5, HOURS, SAID, HOW, ITEMS };

struct fixture {
	struct instrument *q;
	struct tally_shape *shape;
};

static int setup(void **state)
{
	static struct fixture f;
	struct err e = { 0 };

	if (instrument_parse(document, sizeof document - 1, &f.q, &e) != 0)
		fail_msg("%s: %s", e.field, e.message);
	assert_int_equal(tally_shape_new(f.q, &f.shape, &e), 0);
	*state = &f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	tally_shape_free(f->shape);
	instrument_free(f->q);
	return 0;
}

/* Values of the five rows (0: not applicable), hours below 0: skipped, and whether something was said. */
static void pack(const struct fixture *f, const int *rows, double hours, bool said, struct buf *out)
{
	struct answer a[ITEMS];

	memset(a, 0, sizeof a);
	for (int i = 0; i < 5; i++) {
		a[i].why = rows[i] == 0 ? ANSWER_NOT_APPLICABLE : ANSWER_GIVEN;
		a[i].point = rows[i] == 0 ? 0 : (unsigned)rows[i] - 1;
	}
	a[HOURS].why = hours < 0 ? ANSWER_SKIPPED : ANSWER_GIVEN;
	a[HOURS].number = hours;
	a[SAID].why = said ? ANSWER_GIVEN : ANSWER_SKIPPED;
	a[SAID].text = "rất hay";
	a[SAID].text_len = strlen(a[SAID].text);
	a[HOW].point = 1;
	buf_clear(out);
	answers_pack(f->q, a, out);
	assert_false(out->failed);
}

static void add(const struct fixture *f, struct tally_sums *t, const struct buf *b, bool simulated)
{
	struct answer given[ITEMS];
	struct tally_response r = { .given = given };
	struct err e = { 0 };

	assert_int_equal(tally_response_read(f->shape, b->p, b->len, simulated, &r, &e), 0);
	tally_sums_add(t, &r);
}

static struct tally_sums *sums(const struct fixture *f, bool whole)
{
	struct tally_sums *t;
	struct err e = { 0 };

	assert_int_equal(tally_sums_new(f->shape, whole, &t, &e), 0);
	return t;
}

/* Every expected number is counted by hand from the four rows. */
static void counts(void **state)
{
	static const int rows[4][5] = { { 5, 4, 1, 5, 5 }, { 3, 3, 3, 3, 3 }, { 1, 0, 5, 2, 2 }, { 0, 0, 0, 0, 0 } };
	static const double hours[4] = { 10, -1, 2.5, -1 };
	const struct fixture *f = *state;
	struct tally_sums *t = sums(f, true);
	struct tally_score s;
	struct buf b;

	buf_init(&b, 4096);
	for (int i = 0; i < 4; i++) {
		pack(f, rows[i], hours[i], i < 2, &b);
		add(f, t, &b, i == 3);
	}
	assert_int_equal(tally_responses(t), 4);
	assert_int_equal(tally_simulated(t), 1);
	assert_int_equal(tally_points(t, R1)[0], 1);
	assert_int_equal(tally_points(t, R1)[2], 1);
	assert_int_equal(tally_points(t, R1)[4], 1);
	assert_int_equal(tally_why(t, R1, AN_PRESENT), 3);
	assert_int_equal(tally_why(t, R2, AN_NOT_APPLICABLE), 2);
	assert_int_equal(tally_why(t, SAID, AN_PRESENT), 2);
	assert_int_equal(tally_why(t, SAID, AN_SKIPPED), 2);
	assert_int_equal(tally_points(t, HOW)[1], 4);
	assert_int_equal(t->number[0].n, 2);
	assert_true(t->number[0].sum == 12500000);
	assert_true(t->number[0].min == 2.5 && t->number[0].max == 10);
	/* scored are the items of the scale, r3 turned: (5+4+5)/3, 3, (1+1)/2; the last has none */
	assert_int_equal(f->shape->scored, 3);
	tally_score(t, &s);
	assert_int_equal(s.n, 3);
	assert_true(fabs(s.mean - (14.0 / 3 + 3 + 1) / 3) < 1e-14);
	/* one of the four gave the same answer throughout, value 3; the third's five are no five alike */
	assert_int_equal(tally_straight(t), 1);
	assert_int_equal(t->cell[f->shape->straight_at + 2], 1);
	/* longest runs as answered: 5 4 1 5 5 -> 2; 3 3 3 3 3 -> 5; 1 5 2 2 -> 2; none -> 0 */
	assert_int_equal(t->cell[f->shape->run_at + 2], 2);
	assert_int_equal(t->cell[f->shape->run_at + 5], 1);
	assert_int_equal(t->cell[f->shape->run_at + 0], 1);
	buf_free(&b);
	tally_sums_free(t);
}

static void alpha_from_sums(void **state)
{
	/* three rows of one scale, r3 as answered; turned they are 1 2 1, 2 4 3, 3 3 5: variances 1, 1, 4,
	 * of the sum (4, 9, 11) 13; alpha = 3/2 (1 - 6/13) = 21/26 */
	static const int rows[3][5] = { { 1, 2, 5, 1, 1 }, { 2, 4, 3, 1, 1 }, { 3, 3, 1, 1, 1 } };
	const struct fixture *f = *state;
	struct tally_sums *t = sums(f, true);
	struct an_work *work = an_work_new(0);
	struct an_alpha a;
	struct buf b;

	buf_init(&b, 4096);
	for (int i = 0; i < 3; i++) {
		pack(f, rows[i], 1, false, &b);
		add(f, t, &b, false);
	}
	assert_int_equal(an_alpha(t->scale[0], AN_PAIRWISE, 0.95, work, &a, NULL), AN_OK);
	assert_true(fabs(a.total.raw - 21.0 / 26) < 1e-14);
	an_work_free(work);
	buf_free(&b);
	tally_sums_free(t);
}

static void same_bytes(const struct tally_sums *x, const struct tally_sums *y)
{
	struct buf a, b;

	buf_init(&a, 1 << 20);
	buf_init(&b, 1 << 20);
	tally_sums_pack(x, &a);
	tally_sums_pack(y, &b);
	assert_int_equal(a.len, b.len);
	assert_memory_equal(a.p, b.p, a.len);
	buf_free(&a);
	buf_free(&b);
}

/* Rows in another order, in two pieces, one of them stored and read again: the same bytes. */
static void order_changes_nothing(void **state)
{
	enum { N = 300 };
	const struct fixture *f = *state;
	struct tally_sums *one = sums(f, true), *left = sums(f, true), *right = sums(f, true), *read = sums(f, true);
	struct buf rows[N], stored;
	struct err e = { 0 };
	uint32_t seed = 7;

	for (int i = 0; i < N; i++) {
		int v[5];

		for (int j = 0; j < 5; j++) {
			seed = seed * 1664525 + 1013904223;
			v[j] = (int)(seed >> 16) % 6;
		}
		buf_init(&rows[i], 4096);
		pack(f, v, (double)(seed >> 20) / 7, i % 3 == 0, &rows[i]);
		add(f, one, &rows[i], i % 5 == 0);
	}
	for (int i = N - 1; i >= 0; i--)
		add(f, i % 7 < 3 ? left : right, &rows[i], i % 5 == 0);
	buf_init(&stored, 1 << 20);
	tally_sums_pack(left, &stored);
	assert_int_equal(tally_sums_unpack(read, stored.p, stored.len, &e), 0);
	assert_int_equal(tally_sums_merge(read, right, &e), 0);
	same_bytes(one, read);
	for (int i = 0; i < N; i++)
		buf_free(&rows[i]);
	buf_free(&stored);
	tally_sums_free(one);
	tally_sums_free(left);
	tally_sums_free(right);
	tally_sums_free(read);
}

static void damage_is_noticed(void **state)
{
	static const int row[5] = { 1, 2, 3, 4, 5 };
	const struct fixture *f = *state;
	struct tally_sums *t = sums(f, true), *target = sums(f, false);
	struct buf b, stored;
	struct err e = { 0 };

	buf_init(&b, 4096);
	buf_init(&stored, 1 << 20);
	pack(f, row, 3, true, &b);
	add(f, t, &b, false);
	tally_sums_pack(t, &stored);
	for (size_t len = 0; len < stored.len; len++) {
		err_clear(&e);
		assert_int_equal(tally_sums_unpack(t, stored.p, len, &e), -1);
		assert_int_equal(e.kind, ERR_INTERNAL);
	}
	err_clear(&e);
	/* a campaign's sums are not a target's, and another layout is refused */
	assert_int_equal(tally_sums_unpack(target, stored.p, stored.len, &e), -1);
	stored.p[3] ^= 1;
	err_clear(&e);
	assert_int_equal(tally_sums_unpack(t, stored.p, stored.len, &e), -1);
	buf_free(&b);
	buf_free(&stored);
	tally_sums_free(t);
	tally_sums_free(target);
}

static void target_sums_go_into_a_whole(void **state)
{
	static const int row[5] = { 1, 2, 3, 4, 5 };
	const struct fixture *f = *state;
	struct tally_sums *t = sums(f, true), *target = sums(f, false);
	struct err e = { 0 };
	struct buf b;

	buf_init(&b, 4096);
	pack(f, row, 3, true, &b);
	add(f, target, &b, false);
	add(f, target, &b, false);
	assert_int_equal(tally_sums_merge(t, target, &e), 0);
	assert_int_equal(tally_responses(t), 2);
	assert_int_equal(tally_points(t, R4)[3], 2);
	assert_int_equal(an_pairs_rows(t->scale[0]), 0);
	buf_free(&b);
	tally_sums_free(t);
	tally_sums_free(target);
}

/* The numbers of the reasons are one list in two layers. */
static void reasons_agree(void **state)
{
	(void)state;
	assert_int_equal((int)ANSWER_WHY_COUNT, (int)AN_WHY_COUNT);
	assert_int_equal((int)ANSWER_NOT_APPLICABLE, (int)AN_NOT_APPLICABLE);
	assert_int_equal((int)ANSWER_SET_ASIDE, (int)AN_SET_ASIDE);
	assert_int_equal((int)ANSWER_GIVEN, (int)AN_PRESENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(counts, setup, teardown),
		cmocka_unit_test_setup_teardown(alpha_from_sums, setup, teardown),
		cmocka_unit_test_setup_teardown(order_changes_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(damage_is_noticed, setup, teardown),
		cmocka_unit_test_setup_teardown(target_sums_go_into_a_whole, setup, teardown),
		cmocka_unit_test(reasons_agree),
	};

	an_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
