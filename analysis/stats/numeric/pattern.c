#include "analysis/stats/numeric/pattern.h"

#include <stdlib.h>
#include <string.h>

struct keyed {
	const unsigned char *key;
	size_t width, row;
};

static int by_key(const void *a, const void *b)
{
	const struct keyed *x = a, *y = b;
	int order = memcmp(x->key, y->key, x->width);

	return order != 0 ? order : (x->row > y->row) - (x->row < y->row);
}

enum an_status an_patterns(const unsigned char *key, size_t rows, size_t width, struct an_work *work,
    struct an_patterns *out)
{
	struct an_work_mark mark;
	struct keyed *all;

	memset(out, 0, sizeof *out);
	out->of = AN_WORK_ARRAY(work, size_t, rows);
	out->first = AN_WORK_ARRAY(work, size_t, rows);
	out->row = AN_WORK_ARRAY(work, size_t, rows);
	out->start = AN_WORK_ARRAY(work, size_t, rows + 1);
	mark = an_work_mark(work);
	all = AN_WORK_ARRAY(work, struct keyed, rows);
	if (out->of == NULL || out->first == NULL || out->row == NULL || out->start == NULL || all == NULL)
		return AN_ENOMEM;
	for (size_t i = 0; i < rows; i++)
		all[i] = (struct keyed){ key + i * width, width, i };
	qsort(all, rows, sizeof *all, by_key);
	for (size_t i = 0; i < rows; i++) {
		if (i == 0 || memcmp(all[i].key, all[i - 1].key, width) != 0) {
			out->first[out->n] = all[i].row;
			out->start[out->n++] = i;
		}
		out->of[all[i].row] = out->n - 1;
		out->row[i] = all[i].row;
	}
	out->start[out->n] = rows;
	an_work_release(work, mark);
	return AN_OK;
}

enum an_status an_patterns_count(const unsigned char *code, size_t rows, size_t width, unsigned char missing,
    struct an_work *work, struct an_counted *out)
{
	struct an_patterns all;
	enum an_status status = an_patterns(code, rows, width, work, &all);

	memset(out, 0, sizeof *out);
	if (status != AN_OK)
		return status;
	out->code = AN_WORK_ARRAY(work, unsigned char, all.n *width);
	out->count = AN_WORK_ARRAY(work, double, all.n);
	if (out->code == NULL || out->count == NULL)
		return AN_ENOMEM;
	for (size_t p = 0; p < all.n; p++) {
		const unsigned char *row = code + all.first[p] * width;
		size_t n = all.start[p + 1] - all.start[p], has = 0;

		for (size_t j = 0; j < width; j++)
			has += row[j] != missing;
		if (has == 0)
			continue;
		memcpy(out->code + out->n * width, row, width);
		out->count[out->n++] = (double)n;
		out->rows += n;
	}
	return AN_OK;
}
