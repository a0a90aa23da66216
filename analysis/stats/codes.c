#include "analysis/stats/codes.h"
#include "analysis/stats/numeric/parallel.h"

#include <stdint.h>
#include <string.h>

#define TURNS	   4		     /* counts of the same cell one after the other would wait for each other */
#define COUNT_ROWS ((size_t)1 << 30) /* what 32 bits count */

void an_codes_counts(struct an_codes x, size_t j, double count[AN_CODES])
{
	const unsigned char *col = x.col[j];
	uint64_t n[TURNS][AN_CODES];
	size_t i = 0;

	memset(n, 0, sizeof n);
	for (; i + TURNS <= x.rows; i += TURNS)
		for (size_t t = 0; t < TURNS; t++)
			n[t][col[i + t]]++;
	for (; i < x.rows; i++)
		n[0][col[i]]++;
	for (size_t c = 0; c < AN_CODES; c++)
		count[c] = (double)(n[0][c] + n[1][c] + n[2][c] + n[3][c]);
}

void an_codes_missing(struct an_codes x, size_t j, struct an_missing *out)
{
	double count[AN_CODES];

	an_codes_counts(x, j, count);
	memset(out, 0, sizeof *out);
	for (unsigned c = 0; c < AN_CODES; c++)
		out->by[an_why_of_code((unsigned char)c)] += (size_t)count[c];
}

unsigned an_codes_most(struct an_codes x)
{
	unsigned char most = 0;

	for (size_t j = 0; j < x.cols; j++)
		for (size_t i = 0; i < x.rows; i++)
			if (x.col[j][i] > most && x.col[j][i] < AN_CODE_MISSING)
				most = x.col[j][i];
	return most;
}

struct tables {
	struct an_codes x;
	size_t values, pairs, tasks, cells; /* cells: with a row and a column for what is beyond values */
	const size_t (*pair)[2];
	uint32_t *count; /* tasks x TURNS x cells */
	double *out;
};

static void count_pair(const struct tables *t, size_t pair, uint32_t *n)
{
	const unsigned char *a = t->x.col[t->pair[pair][0]], *b = t->x.col[t->pair[pair][1]];
	size_t v = t->values, w = v + 1, cells = t->cells;
	uint32_t row[AN_CODES], col[AN_CODES];
	double *out = t->out + pair * v * v;

	for (size_t c = 0; c < AN_CODES; c++) {
		col[c] = (uint32_t)(c < v ? c : v);
		row[c] = col[c] * (uint32_t)w;
	}
	memset(out, 0, v * v * sizeof *out);
	for (size_t from = 0; from < t->x.rows; from += COUNT_ROWS) {
		size_t to = t->x.rows - from < COUNT_ROWS ? t->x.rows : from + COUNT_ROWS, i = from;

		memset(n, 0, TURNS * cells * sizeof *n);
		for (; i + TURNS <= to; i += TURNS) {
			n[row[a[i]] + col[b[i]]]++;
			n[cells + row[a[i + 1]] + col[b[i + 1]]]++;
			n[2 * cells + row[a[i + 2]] + col[b[i + 2]]]++;
			n[3 * cells + row[a[i + 3]] + col[b[i + 3]]]++;
		}
		for (; i < to; i++)
			n[row[a[i]] + col[b[i]]]++;
		for (size_t c = 0; c < v * v; c++)
			for (size_t turn = 0; turn < TURNS; turn++)
				out[c] += n[turn * cells + c / v * w + c % v];
	}
}

static void count_pairs(void *arg, size_t task)
{
	const struct tables *t = arg;

	for (size_t p = task; p < t->pairs; p += t->tasks)
		count_pair(t, p, t->count + task * TURNS * t->cells);
}

static enum an_status count_all(struct tables *t, struct an_work *work)
{
	if (t->values < 1 || t->values > AN_CODE_MISSING)
		return AN_EDATA;
	t->tasks = an_threads() < t->pairs ? an_threads() : t->pairs;
	t->cells = (t->values + 1) * (t->values + 1);
	t->count = AN_WORK_ARRAY(work, uint32_t, t->tasks * TURNS * t->cells);
	if (t->count == NULL)
		return AN_ENOMEM;
	an_parallel(t->tasks, count_pairs, t);
	return AN_OK;
}

enum an_status an_codes_table(struct an_codes x, size_t i, size_t j, size_t values, struct an_work *work, double *count)
{
	struct an_work_mark mark = an_work_mark(work);
	const size_t pair[1][2] = { { i, j } };
	struct tables t = { .x = x, .values = values, .pairs = 1, .pair = pair, .out = count };
	enum an_status status = count_all(&t, work);

	an_work_release(work, mark);
	return status;
}

enum an_status an_codes_tables(struct an_codes x, size_t values, struct an_work *work, double *count)
{
	struct an_work_mark mark = an_work_mark(work);
	struct tables t = { .x = x, .values = values, .out = count };
	size_t(*pair)[2] = an_work_get(work, x.cols * x.cols / 2 + 1, sizeof *pair);
	enum an_status status = AN_ENOMEM;

	for (size_t i = 0; pair != NULL && i < x.cols; i++)
		for (size_t j = i + 1; j < x.cols; j++) {
			pair[t.pairs][0] = i;
			pair[t.pairs++][1] = j;
		}
	t.pair = (const size_t(*)[2])pair;
	if (pair != NULL)
		status = count_all(&t, work);
	an_work_release(work, mark);
	return status;
}

enum an_status an_codes_from_view(struct an_view v, struct an_work *work, struct an_codes *out)
{
	const unsigned char **col = AN_WORK_ARRAY(work, const unsigned char *, v.cols);
	unsigned char *code = AN_WORK_ARRAY(work, unsigned char, v.cols *v.rows);

	if (col == NULL || code == NULL)
		return AN_ENOMEM;
	if (v.stride < v.cols)
		return AN_EDATA;
	for (size_t j = 0; j < v.cols; j++, code += v.rows) {
		col[j] = code;
		for (size_t i = 0; i < v.rows; i++) {
			double s = an_view_at(v, i, j);
			unsigned why = v.why != NULL ? v.why[i * v.stride + j] : AN_PRESENT;

			if (why == AN_PRESENT && !(s >= 0 && s < AN_CODE_MISSING && s == (unsigned char)s))
				return AN_EDATA;
			code[i] = why == AN_PRESENT ? (unsigned char)s
						    : an_code_of_why(why < AN_WHY_COUNT ? why : AN_UNREADABLE);
		}
	}
	*out = (struct an_codes){ col, v.rows, v.cols };
	return AN_OK;
}

enum an_status an_codes_to_view(struct an_codes x, struct an_work *work, struct an_view *out)
{
	double *data = AN_WORK_ARRAY(work, double, x.rows *x.cols);
	unsigned char *why = AN_WORK_ARRAY(work, unsigned char, x.rows *x.cols);

	if (data == NULL || why == NULL)
		return AN_ENOMEM;
	for (size_t j = 0; j < x.cols; j++)
		for (size_t i = 0; i < x.rows; i++) {
			size_t cell = i * x.cols + j;

			why[cell] = (unsigned char)an_why_of_code(x.col[j][i]);
			data[cell] = why[cell] == AN_PRESENT ? x.col[j][i] : 0;
		}
	*out = (struct an_view){ data, why, x.rows, x.cols, x.cols };
	return AN_OK;
}
