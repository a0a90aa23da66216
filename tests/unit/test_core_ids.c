/* Identifiers and keyed hashes. */
#include "core/ids.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int compare(const void *a, const void *b)
{
	return strcmp(a, b);
}

static void identifiers_are_distinct_and_well_formed(void **state)
{
	enum { N = 20000 };
	char(*ids)[ID_LEN + 1] = calloc(N, sizeof *ids);
	long seen[32] = { 0 };
	const char *alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

	(void)state;
	assert_non_null(ids);
	for (int i = 0; i < N; i++) {
		id_new(ids[i]);
		assert_int_equal(strlen(ids[i]), ID_LEN);
		for (const char *c = ids[i]; *c != '\0'; c++) {
			const char *at = strchr(alphabet, *c);

			assert_non_null(at);
			seen[at - alphabet]++;
		}
	}
	/* 400,000 characters over 32: 12,500 each, sd 110; six sd either way */
	for (int i = 0; i < 32; i++)
		assert_in_range(seen[i], 11840, 13160);
	qsort(ids, N, sizeof *ids, compare);
	for (int i = 1; i < N; i++)
		assert_string_not_equal(ids[i - 1], ids[i]);
	free(ids);
}

static void uuids(void **state)
{
	static const struct {
		const char *s;
		bool ok;
	} t[] = {
		{ "0d3f8a52-7b1e-4c9a-8f60-2a1b3c4d5e6f", true },
		{ "0D3F8A52-7B1E-4C9A-8F60-2A1B3C4D5E6F", true },
		{ "", false },
		{ "0d3f8a52-7b1e-4c9a-8f60-2a1b3c4d5e6", false },
		{ "0d3f8a52-7b1e-4c9a-8f60-2a1b3c4d5e6f0", false },
		{ "0d3f8a527-b1e-4c9a-8f60-2a1b3c4d5e6f", false },
		{ "0d3f8a52-7b1e-4c9a-8f60-2a1b3c4d5e6g", false },
		{ "{d3f8a52-7b1e-4c9a-8f60-2a1b3c4d5e6}", false },
	};
	char u[UUID_LEN + 1], v[UUID_LEN + 1];

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++)
		assert_int_equal(uuid_valid(t[i].s), t[i].ok);
	for (int i = 0; i < 1000; i++) {
		uuid_new(u);
		uuid_new(v);
		assert_true(uuid_valid(u));
		assert_int_equal(u[14], '4'); /* RFC 9562: version, variant */
		assert_non_null(strchr("89ab", u[19]));
		assert_string_not_equal(u, v);
	}
}

static void hashes_depend_on_key_purpose_and_data(void **state)
{
	struct secret a = { { 1 } }, b = { { 2 } };
	unsigned char h[6][HASH_LEN];

	(void)state;
	hash_keyed(&a, "id", "x", 1, h[0]);
	hash_keyed(&a, "id", "x", 1, h[1]);
	hash_keyed(&b, "id", "x", 1, h[2]);
	hash_keyed(&a, "receipt", "x", 1, h[3]);
	hash_keyed(&a, "id", "y", 1, h[4]);
	hash_keyed(&a, "i", "dx", 2, h[5]); /* the border between purpose and data counts */
	assert_memory_equal(h[0], h[1], HASH_LEN);
	for (int i = 2; i < 6; i++)
		assert_memory_not_equal(h[0], h[i], HASH_LEN);
	hash_keyed(&a, "id", NULL, 0, h[1]);
	assert_memory_not_equal(h[0], h[1], HASH_LEN);
}

static void forms_for_people(void **state)
{
	unsigned char h[HASH_LEN] = { 0, 1, 2, 3, 28, 29, 30, 31, 32, 255, 10, 17 };
	char receipt[15], hex[9];

	(void)state;
	hash_receipt(h, receipt);
	/* low five bits of each byte in Crockford's alphabet, by hand */
	assert_string_equal(receipt, "0123-WXYZ-0ZAH");
	hash_hex(h + 8, 4, hex);
	assert_string_equal(hex, "20ff0a11");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(identifiers_are_distinct_and_well_formed),
		cmocka_unit_test(uuids),
		cmocka_unit_test(hashes_depend_on_key_purpose_and_data),
		cmocka_unit_test(forms_for_people),
	};
	struct err e = { 0 };

	if (ids_init(&e) < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
