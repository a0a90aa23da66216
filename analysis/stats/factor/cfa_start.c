/* Where the search begins: one factor at a time from its own items, and the factor correlations
 * that these loadings make of the correlations between items. */
#include "analysis/stats/factor/cfa_parts.h"
#include "analysis/stats/factor/factor.h"

#include <math.h>
#include <string.h>

struct start {
	const double *cov;
	const struct an_cfa_model *model;
	struct an_work *work;
	double *l; /* items x factors, standardised */
	size_t *item;
};

static double sd(const struct start *s, size_t j)
{
	return sqrt(s->cov[j * s->model->items + j]);
}

static double cor(const struct start *s, size_t i, size_t j)
{
	return s->cov[i * s->model->items + j] / (sd(s, i) * sd(s, j));
}

/* Items of factor f, in the order of the model. */
static size_t items_of(const struct an_cfa_model *model, size_t f, size_t *item)
{
	size_t n = 0;

	for (size_t t = 0; t < model->terms; t++)
		if (model->term[t].kind == AN_CFA_LOADING && model->term[t].i == f)
			item[n++] = model->term[t].j;
	return n;
}

static void one_factor(struct start *s, size_t f)
{
	size_t n = items_of(s->model, f, s->item), m = s->model->factors;
	struct an_work_mark mark = an_work_mark(s->work);
	double *r = AN_WORK_ARRAY(s->work, double, n *n + 1), *l = AN_WORK_ARRAY(s->work, double, n + 1),
	       *u = AN_WORK_ARRAY(s->work, double, n + 1);
	struct an_factor fit;
	bool known = false;

	if (n == 0 || r == NULL || l == NULL || u == NULL)
		return;
	for (size_t a = 0; a < n * n; a++)
		r[a] = cor(s, s->item[a / n], s->item[a % n]);
	if (n >= 3)
		known = an_factor_minres(r, n, s->work, l, u, &fit) == AN_OK;
	for (size_t a = 0; a < n && !known; a++)
		l[a] = n == 1 ? 1 : a == 0 ? 0.7 : copysign(fmin(0.9, fmax(0.3, fabs(r[a]) / 0.7)), r[a]);
	/* the first item, which may be the one that gives the scale, must carry some of it */
	if (fabs(l[0]) < 0.3)
		l[0] = copysign(0.3, l[0]);
	for (size_t a = 0; a < n; a++)
		s->l[s->item[a] * m + f] = (l[0] < 0 ? -1 : 1) * (n == 1 ? 1 : fmin(0.9, fmax(-0.9, l[a])));
	an_work_release(s->work, mark);
}

/* Correlation of factors f and g: least squares of r_ij by l_i l_j over items of either alone. */
static double between(const struct start *s, size_t f, size_t g)
{
	size_t m = s->model->factors;
	double with = 0, squares = 0;

	for (size_t i = 0; i < s->model->items; i++)
		for (size_t j = 0; j < s->model->items; j++) {
			double a = s->l[i * m + f], b = s->l[j * m + g];

			if (i == j || a == 0 || b == 0 || s->l[i * m + g] != 0 || s->l[j * m + f] != 0)
				continue;
			with += a * b * cor(s, i, j);
			squares += a * a * b * b;
		}
	return squares > 0 ? fmin(0.8, fmax(-0.8, with / squares)) : 0;
}

/* sqrt of the variance that factor f has where its scale is as the model fixes it. */
static double scale_of(const struct start *s, size_t f)
{
	const struct an_cfa_model *model = s->model;

	for (size_t t = 0; t < model->terms; t++) {
		const struct an_cfa_term *x = model->term + t;

		if (x->kind == AN_CFA_LOADING && x->i == f && !x->free && x->est != 0)
			return s->l[x->j * model->factors + f] * sd(s, x->j) / x->est;
	}
	for (size_t t = 0; t < model->terms; t++) {
		const struct an_cfa_term *x = model->term + t;

		if (x->kind == AN_CFA_FACTOR && x->i == f && x->j == f && !x->free && x->est > 0)
			return sqrt(x->est);
	}
	return 1;
}

static double begin(const struct start *s, const struct an_cfa_term *x)
{
	size_t m = s->model->factors;

	if (x->kind == AN_CFA_LOADING)
		return s->l[x->j * m + x->i] * sd(s, x->j) / scale_of(s, x->i);
	if (x->kind == AN_CFA_FACTOR) {
		double r = x->i == x->j ? 1 : between(s, x->i, x->j);

		return r * scale_of(s, x->i) * scale_of(s, x->j);
	}
	if (x->i == x->j) {
		double common = 0;

		for (size_t f = 0; f < m; f++)
			common += s->l[x->i * m + f] * s->l[x->i * m + f];
		return fmax(0.3, 1 - common) * s->cov[x->i * s->model->items + x->i];
	}
	return 0;
}

/* An item of several factors shares its loadings out, or they would explain it more than once. */
static void share(struct start *s)
{
	size_t m = s->model->factors;

	for (size_t i = 0; i < s->model->items; i++) {
		size_t on = 0;

		for (size_t f = 0; f < m; f++)
			on += s->l[i * m + f] != 0;
		for (size_t f = 0; on > 1 && f < m; f++)
			s->l[i * m + f] /= (double)on;
	}
}

/* Without memory the terms stay where they are, and the fit says so by not converging. */
void an_cfa_start(const double *cov, struct an_cfa_model *model, struct an_work *work)
{
	struct an_work_mark mark = an_work_mark(work);
	struct start s = { .cov = cov, .model = model, .work = work };

	s.l = AN_WORK_ARRAY(work, double, model->items * model->factors);
	s.item = AN_WORK_ARRAY(work, size_t, model->terms + 1);
	if (s.l != NULL && s.item != NULL) {
		for (size_t f = 0; f < model->factors; f++)
			one_factor(&s, f);
		share(&s);
		for (size_t t = 0; t < model->terms; t++)
			if (model->term[t].free)
				model->term[t].est = begin(&s, model->term + t);
	}
	an_work_release(work, mark);
}
