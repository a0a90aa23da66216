#include "analysis/stats/factor/cfa.h"
#include "analysis/stats/factor/cfa_parts.h"
#include "analysis/stats/numeric/matrix.h"

#include <gsl/gsl_blas.h>
#include <gsl/gsl_linalg.h>
#include <math.h>
#include <string.h>

#define ITERATIONS 1000
#define PIVOT	   1e-9	 /* of an information matrix with unit diagonal: below, terms are not told apart */
#define NEAR	   1e-14 /* squared step in standard errors that ends the search */
#define NOISE	   1e-13 /* share of the log likelihood that doubles cannot tell from 0 */

enum an_status an_cfa_parts_new(const double *cov, size_t n, const struct an_cfa_model *model, struct an_work *work,
    struct an_cfa_parts *p)
{
	size_t k = model->items, m = model->factors, q = 0;
	double *room;

	for (size_t t = 0; t < model->terms; t++)
		q += model->term[t].free;
	*p = (struct an_cfa_parts){ .model = model, .cov = cov, .n = (double)n, .k = k, .m = m, .q = q };
	p->at = AN_WORK_ARRAY(work, size_t, q + 1);
	room = AN_WORK_ARRAY(work, double, 2 * k * m + m * m + 4 * k * k + 4 * q * k + q + q * q);
	if (p->at == NULL || room == NULL)
		return AN_ENOMEM;
	p->lambda = room;
	p->through = p->lambda + k * m;
	p->psi = p->through + k * m;
	p->theta = p->psi + m * m;
	p->sigma = p->theta + k * k;
	p->w = p->sigma + k * k;
	p->kk = p->w + k * k;
	p->u = p->kk + k * k;
	p->v = p->u + q * k;
	p->wu = p->v + q * k;
	p->wv = p->wu + q * k;
	p->slope = p->wv + q * k;
	p->info = p->slope + q;
	q = 0;
	for (size_t t = 0; t < model->terms; t++)
		if (model->term[t].free)
			p->at[q++] = t;
	return AN_OK;
}

/* Inverse and log determinant of a positive definite matrix; false where it is not that. */
static bool invert(const double *a, size_t k, double *inverse, double *log_det)
{
	gsl_matrix_view c = gsl_matrix_view_array(inverse, k, k);

	memcpy(inverse, a, k * k * sizeof *a);
	if (gsl_linalg_cholesky_decomp1(&c.matrix) != 0)
		return false;
	*log_det = 0;
	for (size_t i = 0; i < k; i++)
		*log_det += 2 * log(inverse[i * k + i]);
	return isfinite(*log_det) && gsl_linalg_cholesky_invert(&c.matrix) == 0;
}

/* c = a b (all k x k or fitting), stored by rows. */
static void product(const double *a, size_t rows, size_t inner, const double *b, size_t cols, double *c)
{
	gsl_matrix_const_view x = gsl_matrix_const_view_array(a, rows, inner),
			      y = gsl_matrix_const_view_array(b, inner, cols);
	gsl_matrix_view z = gsl_matrix_view_array(c, rows, cols);

	gsl_blas_dgemm(CblasNoTrans, CblasNoTrans, 1, &x.matrix, &y.matrix, 0, &z.matrix);
}

/* c = a b', likewise. */
static void product_t(const double *a, size_t rows, size_t inner, const double *b, size_t cols, double *c)
{
	gsl_matrix_const_view x = gsl_matrix_const_view_array(a, rows, inner),
			      y = gsl_matrix_const_view_array(b, cols, inner);
	gsl_matrix_view z = gsl_matrix_view_array(c, rows, cols);

	gsl_blas_dgemm(CblasNoTrans, CblasTrans, 1, &x.matrix, &y.matrix, 0, &z.matrix);
}

bool an_cfa_build(struct an_cfa_parts *p)
{
	size_t k = p->k, m = p->m;

	memset(p->lambda, 0, k * m * sizeof *p->lambda);
	memset(p->psi, 0, m * m * sizeof *p->psi);
	memset(p->theta, 0, k * k * sizeof *p->theta);
	for (size_t t = 0; t < p->model->terms; t++) {
		const struct an_cfa_term *x = p->model->term + t;

		if (x->kind == AN_CFA_LOADING)
			p->lambda[x->j * m + x->i] = x->est;
		else if (x->kind == AN_CFA_RESIDUAL)
			p->theta[x->i * k + x->j] = p->theta[x->j * k + x->i] = x->est;
		else
			p->psi[x->i * m + x->j] = p->psi[x->j * m + x->i] = x->est;
	}
	product(p->lambda, k, m, p->psi, m, p->through);
	product_t(p->through, k, m, p->lambda, k, p->sigma);
	for (size_t i = 0; i < k * k; i++)
		p->sigma[i] += p->theta[i];
	if (!invert(p->sigma, k, p->w, &p->log_det))
		return false;
	p->trace = 0;
	for (size_t i = 0; i < k * k; i++)
		p->trace += p->w[i] * p->cov[i];
	return isfinite(p->trace);
}

double an_cfa_vectors(const struct an_cfa_parts *p, const struct an_cfa_term *t, double *u, double *v)
{
	memset(u, 0, p->k * sizeof *u);
	memset(v, 0, p->k * sizeof *v);
	if (t->kind == AN_CFA_LOADING) {
		u[t->j] = 1;
		for (size_t i = 0; i < p->k; i++)
			v[i] = p->through[i * p->m + t->i];
		return 1;
	}
	if (t->kind == AN_CFA_RESIDUAL) {
		u[t->i] = 1;
		v[t->j] = 1;
	} else {
		for (size_t i = 0; i < p->k; i++) {
			u[i] = p->lambda[i * p->m + t->i];
			v[i] = p->lambda[i * p->m + t->j];
		}
	}
	return t->i == t->j ? 0.5 : 1;
}

void an_cfa_slopes(struct an_cfa_parts *p)
{
	size_t k = p->k, q = p->q;

	/* K, by way of the inverse times S */
	product(p->w, k, k, p->cov, k, p->theta);
	product(p->theta, k, k, p->w, k, p->kk);
	for (size_t i = 0; i < k * k; i++)
		p->kk[i] -= p->w[i];
	for (size_t a = 0; a < q; a++) {
		double c = an_cfa_vectors(p, p->model->term + p->at[a], p->u + a * k, p->v + a * k);

		/* c goes into one of the two vectors, so that both formulas do without it */
		for (size_t i = 0; i < k; i++)
			p->u[a * k + i] *= c;
	}
	product(p->u, q, k, p->w, k, p->wu);
	product(p->v, q, k, p->w, k, p->wv);
	for (size_t a = 0; a < q; a++) {
		double s = 0;

		for (size_t i = 0; i < k; i++)
			if (p->u[a * k + i] != 0)
				s += p->u[a * k + i] * an_dot(p->kk + i * k, p->v + a * k, k);
		p->slope[a] = p->n * s;
		for (size_t b = a; b < q; b++) {
			double uu = an_dot(p->wu + a * k, p->u + b * k, k), vv = an_dot(p->wv + a * k, p->v + b * k, k);
			double uv = an_dot(p->wu + a * k, p->v + b * k, k), vu = an_dot(p->wv + a * k, p->u + b * k, k);

			p->info[a * q + b] = p->info[b * q + a] = p->n * (uu * vv + uv * vu);
		}
	}
}

bool an_cfa_invert(double *info, size_t q, double *scale)
{
	gsl_matrix_view c;

	if (q == 0)
		return true;
	c = gsl_matrix_view_array(info, q, q);
	for (size_t a = 0; a < q; a++) {
		if (!(info[a * q + a] > 0) || !isfinite(info[a * q + a]))
			return false;
		scale[a] = 1 / sqrt(info[a * q + a]);
	}
	for (size_t a = 0; a < q * q; a++)
		info[a] *= scale[a / q] * scale[a % q];
	if (gsl_linalg_cholesky_decomp1(&c.matrix) != 0)
		return false;
	for (size_t a = 0; a < q; a++)
		if (!(info[a * q + a] * info[a * q + a] > PIVOT))
			return false;
	if (gsl_linalg_cholesky_invert(&c.matrix) != 0)
		return false;
	for (size_t a = 0; a < q * q; a++)
		info[a] *= scale[a / q] * scale[a % q];
	return true;
}

static double loglik(const struct an_cfa_parts *p)
{
	return -p->n / 2 * (p->log_det + p->trace);
}

struct search {
	double *step, *scale, *before, *spare;
	bool damped;
};

/* Scoring step; where the information is singular on the way, with a ridge.  Returns the square of
 * the step in standard errors. */
static double direction(struct an_cfa_parts *p, struct search *s)
{
	size_t q = p->q;
	double size = 0;

	memcpy(s->spare, p->info, q * q * sizeof *s->spare);
	s->damped = !an_cfa_invert(p->info, q, s->scale);
	for (double ridge = 1e-6; s->damped && ridge < 1e3; ridge *= 10) {
		memcpy(p->info, s->spare, q * q * sizeof *s->spare);
		for (size_t a = 0; a < q; a++)
			p->info[a * q + a] += ridge * fmax(p->info[a * q + a], 1e-12 * p->n);
		if (an_cfa_invert(p->info, q, s->scale))
			break;
	}
	for (size_t a = 0; a < q; a++) {
		s->step[a] = an_dot(p->info + a * q, p->slope, q);
		size += s->step[a] * p->slope[a];
	}
	return size;
}

/* Halves the step until the likelihood does not fall; false where none does. */
static bool advance(struct an_cfa_parts *p, struct an_cfa_model *model, struct search *s, double *l)
{
	for (size_t a = 0; a < p->q; a++)
		s->before[a] = model->term[p->at[a]].est;
	for (double part = 1; part > 1e-10; part /= 2) {
		for (size_t a = 0; a < p->q; a++)
			model->term[p->at[a]].est = s->before[a] + part * s->step[a];
		if (an_cfa_build(p) && loglik(p) >= *l - NOISE * fabs(*l)) {
			*l = loglik(p);
			return true;
		}
	}
	for (size_t a = 0; a < p->q; a++)
		model->term[p->at[a]].est = s->before[a];
	an_cfa_build(p);
	return false;
}

static enum an_status search(struct an_cfa_parts *p, struct an_cfa_model *model, struct an_work *work,
    struct an_cfa *out)
{
	struct search s = { 0 };
	double l, size, *room = AN_WORK_ARRAY(work, double, 3 * p->q + p->q * p->q + 1);

	if (room == NULL)
		return AN_ENOMEM;
	s.step = room;
	s.scale = room + p->q;
	s.before = room + 2 * p->q;
	s.spare = room + 3 * p->q;
	l = loglik(p);
	do {
		if (!an_work_go_on(work, (double)out->fit.iterations / ITERATIONS))
			return AN_ESTOPPED;
		an_cfa_slopes(p);
		size = direction(p, &s);
		out->fit.iterations++;
	} while (size > NEAR && out->fit.iterations < ITERATIONS && advance(p, model, &s, &l));
	out->identified = !s.damped;
	for (size_t a = 0; a < p->q; a++)
		out->fit.gradient = fmax(out->fit.gradient, fabs(p->slope[a]) * sqrt(fmax(0, p->info[a * p->q + a])));
	out->fit.converged = size < 1e-8;
	return out->fit.converged && out->identified ? AN_OK : AN_ENOCONVERGE;
}

static enum an_status check(const double *cov, size_t n, const struct an_cfa_model *model)
{
	size_t k = model->items, m = model->factors, free = 0;

	if (k < 2 || m < 1 || n <= k)
		return AN_ETOOFEW;
	if (k > AN_CFA_ITEMS_MOST)
		return AN_EDATA;
	for (size_t i = 0; i < k * k; i++)
		if (!isfinite(cov[i]))
			return AN_EDATA;
	for (size_t t = 0; t < model->terms; t++) {
		const struct an_cfa_term *x = model->term + t;

		if (x->i >= (x->kind == AN_CFA_RESIDUAL ? k : m) || x->j >= (x->kind == AN_CFA_FACTOR ? m : k) ||
		    (!x->free && !isfinite(x->est)))
			return AN_EDATA;
		free += x->free;
	}
	return free <= k * (k + 1) / 2 ? AN_OK : AN_ETOOFEW;
}

enum an_status an_cfa(const double *cov, size_t n, struct an_cfa_model *model, struct an_work *work, double *implied,
    struct an_cfa *out)
{
	struct an_work_mark mark = an_work_mark(work);
	enum an_status status = check(cov, n, model);
	struct an_cfa_parts p;
	double log_det;

	memset(out, 0, sizeof *out);
	if (status == AN_OK)
		status = an_cfa_parts_new(cov, n, model, work, &p);
	if (status == AN_OK && !invert(cov, model->items, p.w, &log_det))
		status = AN_ENOVARIANCE;
	if (status != AN_OK)
		goto done;
	an_cfa_start(cov, model, work);
	status = an_cfa_build(&p) ? search(&p, model, work, out) : AN_ENOCONVERGE;
	if (status != AN_OK)
		goto done;
	for (size_t a = 0; a < p.q; a++)
		model->term[p.at[a]].se = sqrt(p.info[a * p.q + a]);
	an_cfa_build(&p); /* theta was scratch */
	an_cfa_measure(&p, log_det, out);
	an_cfa_standardise(&p, model, p.slope);
	if (implied != NULL)
		memcpy(implied, p.sigma, p.k * p.k * sizeof *implied);
done:
	an_work_release(work, mark);
	return status;
}
