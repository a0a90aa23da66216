/* What follows from a fitted factor model: standardised terms, changes, reliability. */
#include "analysis/stats/factor/cfa_parts.h"
#include "analysis/stats/numeric/matrix.h"

#include <math.h>
#include <string.h>

/* The variances that scale a term: of a factor, of an item as implied, or of a residual. */
enum scale_kind { OF_FACTOR, OF_ITEM, OF_RESIDUAL };
struct scale {
	enum scale_kind kind;
	size_t i;
	double power; /* the term times variance^power */
};

static void scales_of(const struct an_cfa_term *t, struct scale *s)
{
	if (t->kind == AN_CFA_LOADING) {
		s[0] = (struct scale){ OF_FACTOR, t->i, 0.5 };
		s[1] = (struct scale){ OF_ITEM, t->j, -0.5 };
	} else {
		enum scale_kind kind = t->kind == AN_CFA_FACTOR ? OF_FACTOR : t->i == t->j ? OF_ITEM : OF_RESIDUAL;

		s[0] = (struct scale){ kind, t->i, -0.5 };
		s[1] = (struct scale){ kind, t->j, -0.5 };
	}
}

static double variance(const struct an_cfa_parts *p, const struct scale *s)
{
	size_t i = s->i;

	return s->kind == OF_FACTOR ? p->psi[i * p->m + i]
	    : s->kind == OF_ITEM    ? p->sigma[i * p->k + i]
				    : p->theta[i * p->k + i];
}

/* Slope of that variance by free term a. */
static double variance_slope(const struct an_cfa_parts *p, const struct scale *s, size_t a)
{
	const struct an_cfa_term *t = p->model->term + p->at[a];

	if (s->kind == OF_ITEM)
		return 2 * p->u[a * p->k + s->i] * p->v[a * p->k + s->i]; /* c is in u */
	return t->kind == (s->kind == OF_FACTOR ? AN_CFA_FACTOR : AN_CFA_RESIDUAL) && t->i == s->i && t->j == s->i;
}

static void standardise(struct an_cfa_parts *p, struct an_cfa_term *t, size_t own, double *gradient)
{
	struct scale s[2];
	double by, var = 0;

	scales_of(t, s);
	t->has_std = variance(p, s) > 0 && variance(p, s + 1) > 0;
	if (!t->has_std)
		return;
	by = pow(variance(p, s), s[0].power) * pow(variance(p, s + 1), s[1].power);
	t->std = t->est * by;
	for (size_t a = 0; a < p->q; a++)
		gradient[a] = (p->at[a] == own ? by : 0) +
		    t->std *
			(s[0].power * variance_slope(p, s, a) / variance(p, s) +
			    s[1].power * variance_slope(p, s + 1, a) / variance(p, s + 1));
	for (size_t a = 0; a < p->q; a++)
		for (size_t b = 0; b < p->q; b++)
			var += gradient[a] * p->info[a * p->q + b] * gradient[b];
	/* what cannot vary, such as the variance of a factor, leaves rounding alone */
	t->std_se = var > 1e-20 ? sqrt(var) : 0;
}

void an_cfa_standardise(struct an_cfa_parts *p, struct an_cfa_model *model, double *gradient)
{
	for (size_t t = 0; t < model->terms; t++)
		standardise(p, model->term + t, t, gradient);
}

/* a'M b */
static double quadratic(const double *m, const double *a, const double *b, size_t k)
{
	double s = 0;

	for (size_t i = 0; i < k; i++)
		s += a[i] != 0 ? a[i] * an_dot(m + i * k, b, k) : 0;
	return s;
}

/* Score test of one candidate; room: 4 k + q. */
static void try_out(const struct an_cfa_parts *p, struct an_cfa_change *c, double *room)
{
	size_t k = p->k, q = p->q;
	double *x = room, *y = x + k, *wx = y + k, *wy = wx + k, *row = wy + k;
	double by = an_cfa_vectors(p, &c->term, x, y), slope, info, left;
	struct scale s[2];

	for (size_t i = 0; i < k; i++)
		x[i] *= by;
	for (size_t i = 0; i < k; i++) {
		wx[i] = an_dot(p->w + i * k, x, k);
		wy[i] = an_dot(p->w + i * k, y, k);
	}
	slope = p->n * quadratic(p->kk, x, y, k);
	info = p->n * (an_dot(wx, x, k) * an_dot(wy, y, k) + an_dot(wx, y, k) * an_dot(wy, x, k));
	for (size_t a = 0; a < q; a++) {
		const double *u = p->u + a * k, *v = p->v + a * k;

		row[a] = p->n * (an_dot(wx, u, k) * an_dot(wy, v, k) + an_dot(wx, v, k) * an_dot(wy, u, k));
	}
	left = info - quadratic(p->info, row, row, q);
	scales_of(&c->term, s);
	/* what the free terms already do would not be identified */
	c->has = left > 1e-9 * info;
	if (!c->has)
		return;
	c->mi = slope * slope / left;
	c->epc = slope / left;
	c->has_std = variance(p, s) > 0 && variance(p, s + 1) > 0;
	if (c->has_std)
		c->epc_std = c->epc * pow(variance(p, s), s[0].power) * pow(variance(p, s + 1), s[1].power);
}

enum an_status an_cfa_changes(const double *cov, size_t n, const struct an_cfa_model *model, struct an_work *work,
    struct an_cfa_change *change, size_t changes)
{
	struct an_work_mark mark = an_work_mark(work);
	struct an_cfa_parts p;
	enum an_status status = an_cfa_parts_new(cov, n, model, work, &p);
	double *room = AN_WORK_ARRAY(work, double, 4 * model->items + model->terms);

	if (status == AN_OK && room == NULL)
		status = AN_ENOMEM;
	if (status == AN_OK && !an_cfa_build(&p))
		status = AN_ENOVARIANCE;
	if (status == AN_OK) {
		an_cfa_slopes(&p);
		if (!an_cfa_invert(p.info, p.q, room))
			status = AN_ENOVARIANCE;
		an_cfa_build(&p);
	}
	for (size_t c = 0; status == AN_OK && c < changes; c++) {
		if (!an_work_go_on(work, (double)c / (double)changes))
			status = AN_ESTOPPED;
		else
			try_out(&p, change + c, room);
	}
	an_work_release(work, mark);
	return status;
}

static bool on_one_factor(const struct an_cfa_model *model, size_t item)
{
	size_t n = 0;

	for (size_t t = 0; t < model->terms; t++)
		n += model->term[t].kind == AN_CFA_LOADING && model->term[t].j == item;
	return n == 1;
}

static void one_factor(const struct an_cfa_model *model, size_t f, const double *implied, bool *mine,
    struct an_cfa_factor *out)
{
	size_t k = model->items;
	double sum = 0, psi = 0, whole = 0, std_sum = 0, std_error = 0, squares = 0;

	for (size_t t = 0; t < model->terms; t++) {
		const struct an_cfa_term *x = model->term + t;

		if (x->kind == AN_CFA_FACTOR && x->i == f && x->j == f)
			psi = x->est;
		if (x->kind != AN_CFA_LOADING || x->i != f)
			continue;
		mine[x->j] = true;
		out->items++;
		out->has = out->has && on_one_factor(model, x->j) && x->has_std;
		sum += x->est;
		std_sum += x->std;
		squares += x->std * x->std;
		std_error += 1 - x->std * x->std;
	}
	for (size_t t = 0; t < model->terms; t++) {
		const struct an_cfa_term *x = model->term + t;

		if (x->kind != AN_CFA_RESIDUAL || !mine[x->i] || !mine[x->j])
			continue;
		if (x->i == x->j)
			out->has = out->has && x->est >= 0;
		else
			std_error += 2 * x->est / sqrt(implied[x->i * k + x->i] * implied[x->j * k + x->j]);
	}
	for (size_t i = 0; i < k; i++)
		for (size_t j = 0; j < k; j++)
			whole += mine[i] && mine[j] ? implied[i * k + j] : 0;
	out->has = out->has && out->items > 0 && psi > 0 && whole > 0 && std_sum * std_sum + std_error > 0;
	if (!out->has)
		return;
	out->reliability = sum * sum * psi / whole;
	out->std_reliability = std_sum * std_sum / (std_sum * std_sum + std_error);
	out->ave = squares / (double)out->items;
}

void an_cfa_factors(const struct an_cfa_model *model, const double *implied, struct an_cfa_factor *out)
{
	bool mine[AN_CFA_ITEMS_MOST];

	for (size_t f = 0; f < model->factors; f++) {
		memset(mine, 0, sizeof mine);
		out[f] = (struct an_cfa_factor){ .has = model->items <= AN_CFA_ITEMS_MOST };
		if (out[f].has)
			one_factor(model, f, implied, mine, out + f);
	}
}

static bool loads(const struct an_cfa_model *model, size_t f, size_t item)
{
	for (size_t t = 0; t < model->terms; t++)
		if (model->term[t].kind == AN_CFA_LOADING && model->term[t].i == f && model->term[t].j == item)
			return true;
	return false;
}

/* Mean absolute correlation of items of f with items of g. */
static double mean_r(const struct an_cfa_model *model, const double *cor, size_t f, size_t g)
{
	double s = 0, n = 0;

	for (size_t i = 0; i < model->items; i++)
		for (size_t j = 0; loads(model, f, i) && j < model->items; j++)
			if (i != j && loads(model, g, j)) {
				s += fabs(cor[i * model->items + j]);
				n++;
			}
	return n > 0 ? s / n : 0;
}

void an_cfa_htmt(const struct an_cfa_model *model, const double *cor, double *out)
{
	size_t m = model->factors;

	for (size_t f = 0; f < m; f++)
		for (size_t g = 0; g < m; g++) {
			double within = mean_r(model, cor, f, f) * mean_r(model, cor, g, g);

			out[f * m + g] = f == g ? 1 : within > 0 ? mean_r(model, cor, f, g) / sqrt(within) : -1;
		}
}
