/* Answers: read, refused with a reason, packed and unpacked. */
#include "analysis/stats/view.h"
#include "surveys/answers.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define T "{\"en\":\"e\"}"
static const char document[] =
    "{\"code\":\"x\",\"title\":" T ",\"languages\":[\"en\"],\"pages\":[{\"questions\":["
    "{\"type\":\"matrix\",\"code\":\"m\",\"text\":" T
    ",\"required\":true,\"scale\":{\"points\":[{\"value\":1,\"label\":" T "},{\"value\":3,\"label\":" T
    "},{\"value\":5,\"label\":" T "}]},\"rows\":[{\"code\":\"a\",\"label\":" T "},{\"code\":\"b\",\"label\":" T
    ",\"reverse\":true}]},"
    "{\"type\":\"single\",\"code\":\"s\",\"text\":" T ",\"required\":true,\"not_applicable\":true,\"options\":["
    "{\"value\":10,\"label\":" T "},{\"value\":20,\"label\":" T "}]},"
    "{\"type\":\"number\",\"code\":\"n\",\"text\":" T ",\"min\":0,\"max\":40,\"integer\":true},"
    "{\"type\":\"number\",\"code\":\"r\",\"text\":" T "},"
    "{\"type\":\"text\",\"code\":\"t\",\"text\":" T ",\"max_chars\":5}]}]}";
enum { A, B, S, N, R, TXT, ITEMS };

struct fixture {
	struct instrument *q;
	struct arena *a;
};

static int setup(void **state)
{
	static struct fixture f;
	struct err e = { 0 };

	*state = &f;
	f.a = arena_new(4096, 1 << 20);
	return f.a == NULL ? -1 : instrument_parse(document, sizeof document - 1, &f.q, &e);
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	instrument_free(f->q);
	arena_free(f->a);
	return 0;
}

static int read_json(struct fixture *f, const char *text, struct answer *out, struct err_list *errors)
{
	json_t *object = json_loads(text, JSON_DECODE_ANY, NULL);
	int rc;

	assert_non_null(object);
	rc = answers_from_json(f->q, object, f->a, out, errors);
	json_decref(object);
	return rc;
}

static void good(void **state)
{
	struct fixture *f = *state;
	struct answer got[ITEMS];
	struct err_list errors = { 0 };

	assert_int_equal(read_json(f,
			     "{\"t\":\" \\r\\nĐẹp\\r\\n! \",\"b\":5,\"a\":1.0,\"s\":{\"missing\":\"not_applicable\"},"
			     "\"n\":12}",
			     got, &errors),
	    0);
	assert_int_equal(got[A].point, 0);
	assert_int_equal(got[B].point, 2);
	assert_int_equal(got[S].why, ANSWER_NOT_APPLICABLE);
	assert_true(got[N].number == 12);
	assert_int_equal(got[R].why, ANSWER_SKIPPED);
	assert_int_equal(got[TXT].text_len, strlen("Đẹp\n!"));
	assert_memory_equal(got[TXT].text, "Đẹp\n!", got[TXT].text_len);
	assert_int_equal(answers_required(f->q, got, &errors), 0);
	assert_int_equal(answers_count(f->q, got), 5);
}

static void bad(void **state)
{
	static const struct {
		const char *json, *field, *says;
	} t[] = {
		{ "{\"a\":2}", "a", "2 is not one of the values offered: 1, 3, 5." },
		{ "{\"a\":\"1\"}", "a", "The answer to this question is a number, without quotation marks." },
		{ "{\"m\":1}", "m", "The questionnaire has no item “m”." },
		{ "{\"a\":{\"missing\":\"not_applicable\"}}", "a",
		    "“Not applicable” is not offered for this question." },
		{ "{\"s\":{\"missing\":\"lost\"}}", "s",
		    "In place of an answer write {\"missing\": \"not_applicable\"} or {\"missing\": \"skipped\"}." },
		{ "{\"n\":1.5}", "n", "Please write a whole number." },
		{ "{\"n\":-1}", "n", "Please write a number not smaller than 0." },
		{ "{\"n\":41}", "n", "Please write a number not larger than 40." },
		{ "{\"t\":\"sixsix\"}", "t", "Please shorten this text to 5 characters at most." },
		{ "{\"t\":5}", "t", "The answer to this question is a text, in quotation marks." },
		{ "{\"t\":\"a\\u0000b\"}", NULL, NULL }, /* refused by the JSON reader before it gets here */
		{ "[1]", "answers", "The answers must be an object: {\"code\": value, …}." },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct answer got[ITEMS];
		struct err_list errors = { 0 };
		char text[400];

		if (t[i].field == NULL) {
			assert_null(json_loads(t[i].json, 0, NULL));
			continue;
		}
		print_message("  %s\n", t[i].json);
		assert_int_equal(read_json(f, t[i].json, got, &errors), -1);
		assert_int_equal(errors.total, 1);
		err_text(&errors.at[0].err, NULL, NULL, text, sizeof text);
		assert_string_equal(errors.at[0].err.field, t[i].field);
		assert_string_equal(text, t[i].says);
		err_list_free(&errors);
	}
}

/* All faults at once, and required items by name. */
static void all_faults(void **state)
{
	struct fixture *f = *state;
	struct answer got[ITEMS];
	struct err_list errors = { 0 };

	assert_int_equal(read_json(f, "{\"a\":9,\"b\":9,\"zz\":1}", got, &errors), -1);
	assert_int_equal(errors.total, 3);
	err_list_free(&errors);
	assert_int_equal(read_json(f, "{\"b\":3}", got, &errors), 0);
	assert_int_equal(answers_required(f->q, got, &errors), -1);
	assert_int_equal(errors.total, 2);
	assert_string_equal(errors.at[0].err.field, "a");
	assert_string_equal(errors.at[0].err.message, "Please choose one answer.");
	assert_string_equal(errors.at[1].err.message, "Please choose one answer, or “Not applicable”.");
	err_list_free(&errors);
}

static void form_fields(void **state)
{
	static const struct {
		size_t item;
		const char *text;
		int rc;
		enum answer_why why;
	} t[] = {
		{ A, "3", 0, ANSWER_GIVEN },
		{ A, "", 0, ANSWER_SKIPPED },
		{ A, " 5 ", 0, ANSWER_GIVEN },
		{ A, "4", -1, ANSWER_SKIPPED },
		{ A, "na", -1, ANSWER_SKIPPED },
		{ S, "na", 0, ANSWER_NOT_APPLICABLE },
		{ A, "0x3", -1, ANSWER_SKIPPED },
		{ A, "nan", -1, ANSWER_SKIPPED },
		{ N, "7", 0, ANSWER_GIVEN },
		{ R, "2,5", 0, ANSWER_GIVEN },
		{ R, "1e999", -1, ANSWER_SKIPPED },
		{ TXT, "  ", 0, ANSWER_SKIPPED },
		{ TXT, "ok", 0, ANSWER_GIVEN },
		{ TXT, "\xff", -1, ANSWER_SKIPPED },
		{ N, "0000000000000000000000000000000000000000000000000000000000000000000000001", -1, ANSWER_SKIPPED },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct answer got;
		struct err e = { 0 };

		print_message("  %s\n", t[i].text);
		assert_int_equal(answers_from_text(f->q, t[i].item, t[i].text, f->a, &got, &e), t[i].rc);
		if (t[i].rc == 0)
			assert_int_equal(got.why, t[i].why);
		else
			assert_int_equal(e.kind, ERR_INPUT);
	}
}

static struct buf pack(struct fixture *f, const char *json)
{
	struct answer got[ITEMS];
	struct err_list errors = { 0 };
	struct buf b;

	assert_int_equal(read_json(f, json, got, &errors), 0);
	buf_init(&b, ANSWERS_MOST);
	answers_pack(f->q, got, &b);
	assert_false(b.failed);
	return b;
}

static void packing(void **state)
{
	struct fixture *f = *state;
	/* version 1; a: point 0; b: point 2; s: not applicable; n: 12.0 (0x4028...); r skipped; t */
	static const unsigned char want[] = { 1, 0, 2, 243, 0, 0, 0, 0, 0, 0, 0, 0x28, 0x40, 241, 0, 2, 'o', 'k' };
	struct buf x = pack(f, "{\"a\":1,\"b\":5,\"s\":{\"missing\":\"not_applicable\"},\"n\":12,\"t\":\"ok\"}");
	struct buf y = pack(f, "{\"t\":\" ok\",\"n\":12.0,\"b\":5,\"a\":1,\"s\":{\"missing\":\"not_applicable\"}}");
	struct answer back[ITEMS];
	double scores[ITEMS];
	unsigned char why[ITEMS];
	struct err e = { 0 };

	assert_int_equal(x.len, sizeof want);
	assert_memory_equal(x.p, want, sizeof want);
	assert_int_equal(y.len, x.len); /* another order, the same bytes */
	assert_memory_equal(x.p, y.p, x.len);
	assert_int_equal(answers_unpack(f->q, x.p, x.len, back, &e), 0);
	assert_int_equal(back[B].point, 2);
	assert_true(back[N].number == 12);
	assert_memory_equal(back[TXT].text, "ok", 2);
	assert_int_equal(answers_scores(f->q, x.p, x.len, true, scores, why, &e), 0);
	assert_true(scores[A] == 1 && scores[B] == 1); /* b is reversed: 1 + 5 - 5 */
	assert_int_equal(why[S], ANSWER_NOT_APPLICABLE);
	assert_int_equal(answers_scores(f->q, x.p, x.len, false, scores, why, &e), 0);
	assert_true(scores[B] == 5);
	for (size_t cut = 0; cut < x.len; cut++) { /* any shorter run of bytes is refused */
		err_clear(&e);
		assert_int_equal(answers_unpack(f->q, x.p, cut, back, &e), -1);
	}
	buf_puts(&x, "!");
	err_clear(&e);
	assert_int_equal(answers_unpack(f->q, x.p, x.len, back, &e), -1);
	buf_free(&x);
	buf_free(&y);
}

/* -0 and 0 are one answer */
static void zero(void **state)
{
	struct fixture *f = *state;
	struct buf x = pack(f, "{\"r\":-0.0}"), y = pack(f, "{\"r\":0}");

	assert_memory_equal(x.p, y.p, x.len);
	buf_free(&x);
	buf_free(&y);
}

/* surveys may not include analysis, so the two lists of reasons are held together here */
static void reasons(void **state)
{
	(void)state;
	assert_int_equal(ANSWER_CODE, 240);
	assert_int_equal(ANSWER_GIVEN, AN_PRESENT);
	assert_int_equal(ANSWER_SKIPPED, AN_SKIPPED);
	assert_int_equal(ANSWER_NOT_SHOWN, AN_NOT_SHOWN);
	assert_int_equal(ANSWER_NOT_APPLICABLE, AN_NOT_APPLICABLE);
	assert_int_equal(ANSWER_UNREADABLE, AN_UNREADABLE);
	assert_int_equal(ANSWER_NOT_SUBMITTED, AN_NOT_SUBMITTED);
	assert_int_equal(ANSWER_EXCUSED, AN_EXCUSED);
	assert_int_equal(ANSWER_SET_ASIDE, AN_SET_ASIDE);
	assert_int_equal(ANSWER_WHY_COUNT, AN_WHY_COUNT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good),
		cmocka_unit_test(bad),
		cmocka_unit_test(all_faults),
		cmocka_unit_test(form_fields),
		cmocka_unit_test(packing),
		cmocka_unit_test(zero),
		cmocka_unit_test(reasons),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
