#include "analysis/stats/test/qmatrix.h"
#include "analysis/stats/test/dina_model.h"

#include <math.h>
#include <string.h>

/* Expected people of each class who answered the item, and who had it right. */
struct by_class {
	size_t classes;
	double *n, *r, *cell_n, *cell_r;
};

static bool delta_of(const struct by_class *b, size_t row, bool any, double *delta)
{
	double n[2] = { 0, 0 }, r[2] = { 0, 0 };

	for (size_t c = 0; c < b->classes; c++) {
		size_t has = any ? (c & row) != 0 : (c & row) == row;

		n[has] += b->n[c];
		r[has] += b->r[c];
	}
	if (!(n[0] > 0) || !(n[1] > 0))
		return false;
	*delta = r[1] / n[1] - r[0] / n[0];
	return true;
}

/* Variance of P(right) between the classes that the skills of row tell apart. */
static double variance_of(const struct by_class *b, size_t row)
{
	double n = 0, r = 0, sum = 0;

	memset(b->cell_n, 0, b->classes * sizeof *b->cell_n);
	memset(b->cell_r, 0, b->classes * sizeof *b->cell_r);
	for (size_t c = 0; c < b->classes; c++) {
		b->cell_n[c & row] += b->n[c];
		b->cell_r[c & row] += b->r[c];
		n += b->n[c];
		r += b->r[c];
	}
	for (size_t c = 0; n > 0 && c < b->classes; c++)
		if (b->cell_n[c] > 0) {
			double off = b->cell_r[c] / b->cell_n[c] - r / n;

			sum += b->cell_n[c] / n * off * off;
		}
	return sum;
}

static void one_item(const struct by_class *b, bool any, double enough, struct an_qmatrix_item *out)
{
	double all = variance_of(b, b->classes - 1), best = -1;

	out->has_delta = delta_of(b, out->now, any, &out->delta_now);
	out->by_delta = out->now;
	out->delta_best = out->delta_now;
	out->has_pvaf = all > 1e-12;
	out->by_pvaf = b->classes - 1;
	for (size_t row = 1; row < b->classes; row++) {
		double delta, share = out->has_pvaf ? variance_of(b, row) / all : 0;
		size_t size = an_bits(row), least = an_bits(out->by_pvaf);

		if (out->has_delta && delta_of(b, row, any, &delta) && delta > out->delta_best) {
			out->by_delta = row;
			out->delta_best = delta;
		}
		if (row == out->now)
			out->pvaf_now = share;
		if (share >= enough && (size < least || (size == least && share > best))) {
			out->by_pvaf = row;
			best = share;
		}
	}
	out->pvaf_best = out->has_pvaf ? fmax(best, 0) : 0;
}

enum an_status an_qmatrix(const struct an_dina_classes *c, const unsigned char *q, bool any, const double *answered,
    const double *right, double enough, struct an_work *work, struct an_qmatrix_item *out)
{
	struct an_work_mark mark = an_work_mark(work);
	struct by_class b = { c->classes, AN_WORK_ARRAY(work, double, c->classes),
		AN_WORK_ARRAY(work, double, c->classes), AN_WORK_ARRAY(work, double, c->classes),
		AN_WORK_ARRAY(work, double, c->classes) };
	enum an_status status = b.n && b.r && b.cell_n && b.cell_r ? AN_OK : AN_ENOMEM;

	for (size_t j = 0; status == AN_OK && j < c->items; j++) {
		memset(out + j, 0, sizeof out[j]);
		for (size_t s = 0; s < c->skills; s++)
			out[j].now |= (size_t)(q[j * c->skills + s] != 0) << s;
		for (size_t k = 0; k < c->classes; k++) {
			size_t g = c->of[k];

			b.n[k] = answered[g * c->items + j] / (double)c->size[g];
			b.r[k] = right[g * c->items + j] / (double)c->size[g];
		}
		one_item(&b, any, enough, out + j);
		if (!an_work_go_on(work, (double)j / (double)c->items))
			status = AN_ESTOPPED;
	}
	an_work_release(work, mark);
	return status;
}
