/* Fuzz: a CSV file from a stranger.  A table that is accepted is whole and well-formed text. */
#include "core/text.h"
#include "surveys/csv.h"

#include <string.h>

#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const struct csv_limits limits = { .bytes = 1 << 16, .rows = 500, .cols = 50 };
	struct csv_table t = { 0 };
	struct err_list bad = { 0 };
	struct err e = { 0 };
	int rc = csv_table_read((const char *)data, len, &limits, &t, &bad, &e);

	if (rc == 0) {
		FUZZ_HOLDS(bad.total == 0 && t.cols >= 1 && t.cols <= 50 && t.rows <= 500);
		for (size_t c = 0; c < t.cols; c++) {
			FUZZ_HOLDS(t.name[c][0] != '\0');
			FUZZ_HOLDS(csv_table_column(&t, t.name[c]) == (long)c);
		}
		for (size_t r = 0; r < t.rows; r++) {
			FUZZ_HOLDS(t.line[r] >= 2 && (r == 0 || t.line[r] > t.line[r - 1]));
			for (size_t c = 0; c < t.cols; c++) {
				const char *cell = csv_table_cell(&t, r, c);

				FUZZ_HOLDS(text_valid(cell, strlen(cell), true));
			}
		}
		csv_table_free(&t);
	} else {
		FUZZ_HOLDS(e.kind != ERR_NONE && e.kind != ERR_INTERNAL);
		FUZZ_HOLDS(bad.shown <= ERR_LIST_SHOWN && bad.shown <= bad.total);
	}
	err_list_free(&bad);
	return 0;
}
