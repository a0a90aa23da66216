#include "analysis/stats/test/distractor.h"
#include "analysis/stats/association/correlate.h"
#include "analysis/stats/test/items.h"
#include "analysis/stats/numeric/sum.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct ranked {
	double total;
	size_t row;
};

struct marked {
	size_t rows, items;
	const unsigned char *choice, *right;
	double *total, *chose, *rest;
	struct ranked *order;
};

static int by_total(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->total != y->total)
		return x->total < y->total ? -1 : 1;
	return (x->row > y->row) - (x->row < y->row);
}

static bool is_right(const struct marked *m, size_t row, size_t item)
{
	unsigned char c = m->choice[row * m->items + item];

	return c != AN_NO_CHOICE && m->right[item * AN_CHOICES + c];
}

static void one_answer(struct marked *m, size_t item, unsigned char answer, size_t group, struct an_choice *out)
{
	double sum = 0;

	memset(out, 0, sizeof *out);
	for (size_t i = 0; i < m->rows; i++) {
		m->chose[i] = m->choice[i * m->items + item] == answer;
		m->rest[i] = m->total[i] - is_right(m, i, item);
		out->n += m->chose[i] == 1;
		sum += m->chose[i] == 1 ? m->total[i] : 0;
	}
	out->share = (double)out->n / (double)m->rows;
	out->has_mean = out->n > 0;
	out->mean_total = out->n > 0 ? sum / (double)out->n : 0;
	out->has_r_total = an_pearson(m->chose, m->total, m->rows, &out->r_total);
	out->has_r_rest = an_pearson(m->chose, m->rest, m->rows, &out->r_rest);
	for (size_t i = 0; i < group; i++) {
		out->lower += m->chose[m->order[i].row] / (double)group;
		out->upper += m->chose[m->order[m->rows - 1 - i].row] / (double)group;
	}
}

enum an_status an_distractors(const unsigned char *choice, size_t rows, size_t items, const size_t *answers,
    const unsigned char *right, struct an_work *work, struct an_choices *all, struct an_choice *out, double *total)
{
	struct an_work_mark mark = an_work_mark(work);
	struct marked m = { rows, items, choice, right, AN_WORK_ARRAY(work, double, rows),
		AN_WORK_ARRAY(work, double, rows), AN_WORK_ARRAY(work, double, rows),
		AN_WORK_ARRAY(work, struct ranked, rows) };
	enum an_status status = m.total && m.chose && m.rest && m.order ? AN_OK : AN_ENOMEM;
	struct an_central c;

	memset(all, 0, sizeof *all);
	if (status == AN_OK && (rows < 2 || items == 0))
		status = AN_ETOOFEW;
	for (size_t i = 0; status == AN_OK && i < rows; i++)
		for (size_t j = 0; j < items; j++) {
			unsigned char x = choice[i * items + j];

			if (answers[j] > AN_CHOICES || (x != AN_NO_CHOICE && x >= answers[j]))
				status = AN_EDATA;
			else
				m.total[i] += is_right(&m, i, j);
		}
	if (status == AN_OK) {
		an_central_of(m.total, rows, &c);
		all->total_mean = c.mean;
		all->total_sd = sqrt(c.m2 / (double)(rows - 1));
		all->group = (size_t)nearbyint(AN_EXTREME_SHARE * (double)rows);
		for (size_t i = 0; i < rows; i++)
			m.order[i] = (struct ranked){ m.total[i], i };
		qsort(m.order, rows, sizeof *m.order, by_total);
		if (total != NULL)
			memcpy(total, m.total, rows * sizeof *total);
		for (size_t j = 0; j < items; j++) {
			for (size_t c2 = 0; c2 < answers[j]; c2++)
				one_answer(&m, j, (unsigned char)c2, all->group, out + j * (AN_CHOICES + 1) + c2);
			one_answer(&m, j, AN_NO_CHOICE, all->group, out + j * (AN_CHOICES + 1) + AN_CHOICES);
		}
	}
	an_work_release(work, mark);
	return status;
}
