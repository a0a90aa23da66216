#include "analysis/stats/regression/glm.h"
#include "analysis/stats/numeric/dist.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sf_gamma.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#define STEPS_MOST 100
#define STILL	   1e-9 /* the largest move of a linear predictor that counts as none */
#define PEER_STILL 1e-8 /* R: the relative change of deviance that ends the fit */
#define FAR	   15	/* a linear predictor out here that still moves runs away */

/* One fit: the columns of x at stride k, with an offset that is not estimated. */
struct irls {
	const struct an_lsq_data *data;
	const double *offset; /* or NULL */
	enum an_glm_family family;
	struct an_work *work;
	double *eta, *w, *z, *before;
	double *b, *old, *inverse;
	double deviance;
	bool as_peer; /* stop where R does */
	struct an_fit fit;
	size_t dependent, separated;
};

static double mean_of(enum an_glm_family family, double eta)
{
	if (family == AN_POISSON)
		return exp(eta);
	return eta < 0 ? exp(eta) / (1 + exp(eta)) : 1 / (1 + exp(-eta));
}

/* Slope of the mean along eta, which is the variance too: both links are canonical. */
static double slope_of(enum an_glm_family family, double eta)
{
	double e = exp(-fabs(eta));

	return family == AN_POISSON ? exp(eta) : e / ((1 + e) * (1 + e));
}

/* log(1 + exp(x)) */
static double softplus(double x)
{
	return x > 0 ? x + log1p(exp(-x)) : log1p(exp(x));
}

static double entropy(double y)
{
	return y > 0 ? y * log(y) : 0;
}

/* Twice the log likelihood lost against a fit without error. */
static double deviance_of(enum an_glm_family family, double y, double eta)
{
	if (family == AN_POISSON)
		return 2 * (entropy(y) - y * eta - y + exp(eta));
	return 2 * (entropy(y) + entropy(1 - y) + y * softplus(-eta) + (1 - y) * softplus(eta));
}

static double deviance(const struct irls *f, const double *eta)
{
	long double sum = 0;

	for (size_t i = 0; i < f->data->n; i++)
		if (an_lsq_weight(f->data, i) > 0)
			sum += an_lsq_weight(f->data, i) * deviance_of(f->family, f->data->y[i], eta[i]);
	return (double)sum;
}

static void start(struct irls *f)
{
	for (size_t i = 0; i < f->data->n; i++) {
		double w = an_lsq_weight(f->data, i), y = f->data->y[i], mu = (w * y + 0.5) / (w + 1);

		f->eta[i] = f->family == AN_POISSON ? log(y + 0.1) : log(mu / (1 - mu));
	}
}

static void predict(struct irls *f)
{
	for (size_t i = 0; i < f->data->n; i++)
		f->eta[i] = (f->offset != NULL ? f->offset[i] : 0) +
		    an_lsq_fitted(f->data->x + i * f->data->k, f->b, f->data->k);
}

/* Largest move of a linear predictor, and the largest of them. */
static void moves(const struct irls *f, double *move, double *far)
{
	*move = *far = 0;
	for (size_t i = 0; i < f->data->n; i++)
		if (an_lsq_weight(f->data, i) > 0) {
			*move = fmax(*move, fabs(f->eta[i] - f->before[i]));
			*far = fmax(*far, fabs(f->eta[i]));
		}
}

static enum an_status step(struct irls *f)
{
	struct an_lsq_data d = *f->data;
	struct an_lsq lsq = { .b = f->b, .inverse = f->inverse };
	enum an_status status;

	for (size_t i = 0; i < d.n; i++) {
		double slope = fmax(slope_of(f->family, f->eta[i]), 1e-300);

		f->w[i] = an_lsq_weight(f->data, i) * slope;
		f->z[i] = f->eta[i] - (f->offset != NULL ? f->offset[i] : 0) +
		    (f->data->y[i] - mean_of(f->family, f->eta[i])) / slope;
	}
	d.y = f->z;
	d.w = f->w;
	status = an_lsq(&d, f->work, &lsq);
	f->dependent = lsq.dependent;
	return status;
}

/* The column whose coefficient moves most, in units of its own range. */
static size_t fastest(const struct irls *f)
{
	size_t k = f->data->k, best = 0;
	double most = -1;

	for (size_t j = 0; j < k; j++) {
		double lo = INFINITY, hi = -INFINITY;

		for (size_t i = 0; i < f->data->n; i++) {
			lo = fmin(lo, f->data->x[i * k + j]);
			hi = fmax(hi, f->data->x[i * k + j]);
		}
		if ((hi - lo) * fabs(f->b[j] - f->old[j]) > most) {
			most = (hi - lo) * fabs(f->b[j] - f->old[j]);
			best = j;
		}
	}
	return best;
}

static enum an_status iterate(struct irls *f)
{
	size_t k = f->data->k;
	double move = INFINITY, far = 0;

	f->separated = f->dependent = SIZE_MAX;
	f->deviance = deviance(f, f->eta);
	f->fit = (struct an_fit){ 0, 0, false };
	while (f->fit.iterations < STEPS_MOST && !(move <= STILL * (1 + far))) {
		double was = f->deviance;
		enum an_status status;

		if (!an_work_still(f->work))
			return AN_ESTOPPED;
		memcpy(f->before, f->eta, f->data->n * sizeof *f->eta);
		memcpy(f->old, f->b, k * sizeof *f->b);
		status = step(f);
		if (status != AN_OK && f->fit.iterations > 5) {
			f->separated = fastest(f);
			return AN_ENOCONVERGE;
		}
		if (status != AN_OK)
			return status;
		predict(f);
		f->deviance = deviance(f, f->eta);
		for (int half = 0; f->fit.iterations > 0 && half < 30; half++) {
			if (isfinite(f->deviance) && f->deviance <= was + 1e-9 * (1 + was))
				break;
			for (size_t j = 0; j < k; j++)
				f->b[j] = (f->b[j] + f->old[j]) / 2;
			predict(f);
			f->deviance = deviance(f, f->eta);
		}
		f->fit.iterations++;
		if (f->as_peer && fabs(f->deviance - was) < PEER_STILL * (fabs(f->deviance) + 0.1)) {
			f->fit.converged = true;
			return AN_OK;
		}
		moves(f, &move, &far);
		if (!isfinite(f->deviance) || (far > FAR && move > 0.5 && f->fit.iterations > 25))
			break;
	}
	f->fit.gradient = move;
	f->fit.converged = move <= STILL * (1 + far);
	if (f->fit.converged)
		return AN_OK;
	f->separated = far > FAR ? fastest(f) : SIZE_MAX;
	return AN_ENOCONVERGE;
}

static enum an_status prepare(struct irls *f)
{
	size_t n = f->data->n, k = f->data->k;

	f->eta = AN_WORK_ARRAY(f->work, double, n);
	f->before = AN_WORK_ARRAY(f->work, double, n);
	f->w = AN_WORK_ARRAY(f->work, double, n);
	f->z = AN_WORK_ARRAY(f->work, double, n);
	f->b = AN_WORK_ARRAY(f->work, double, k);
	f->old = AN_WORK_ARRAY(f->work, double, k);
	f->inverse = AN_WORK_ARRAY(f->work, double, k *k);
	return f->eta != NULL && f->before != NULL && f->w != NULL && f->z != NULL && f->b != NULL && f->old != NULL &&
		f->inverse != NULL
	    ? AN_OK
	    : AN_ENOMEM;
}

/* The deviance that is left with some columns alone, use[j] saying which; offset may be NULL.  With
 * none at all it is that of the offset. */
static enum an_status refit(const struct an_model *m, enum an_glm_family family, const bool *use, const double *offset,
    struct an_work *work, double *left)
{
	struct an_work_mark mark = an_work_mark(work);
	size_t k = m->data.k, n = m->data.n, kept = 0;
	struct an_lsq_data d = m->data;
	struct irls f = { .data = &d, .offset = offset, .family = family, .work = work };
	double *x;
	enum an_status status;

	for (size_t j = 0; j < k; j++)
		kept += use[j];
	x = AN_WORK_ARRAY(work, double, n *kept);
	status = x != NULL ? AN_OK : AN_ENOMEM;
	for (size_t i = 0; i < n && status == AN_OK; i++)
		for (size_t j = 0, to = 0; j < k; j++)
			if (use[j])
				x[i * kept + to++] = m->data.x[i * k + j];
	d.x = x;
	d.k = kept;
	if (status == AN_OK)
		status = prepare(&f);
	if (status == AN_OK && kept == 0) {
		predict(&f);
		f.deviance = deviance(&f, f.eta);
	} else if (status == AN_OK) {
		start(&f);
		status = iterate(&f);
	}
	*left = f.deviance;
	an_work_release(work, mark);
	return status;
}

static enum an_status check(const struct an_model *m, enum an_glm_family family, double level, struct an_glm *out)
{
	const struct an_lsq_data *d = &m->data;
	double lo = INFINITY, hi = -INFINITY;

	if (!(level > 0 && level < 1))
		return AN_EDATA;
	for (size_t i = 0; i < d->n; i++) {
		double w = an_lsq_weight(d, i);

		if (!isfinite(w) || w < 0 || !(d->y[i] >= 0) || (family == AN_LOGIT && d->y[i] > 1) ||
		    !isfinite(d->y[i]))
			return AN_EDATA;
		if (w == 0)
			continue;
		out->n++;
		out->people += w;
		lo = fmin(lo, d->y[i]);
		hi = fmax(hi, d->y[i]);
	}
	if (out->n <= d->k || d->k == 0)
		return AN_ETOOFEW;
	return lo < hi ? AN_OK : AN_ENOVARIANCE;
}

/* The null model has the constant alone, or nothing, which fits 1/2 (counts: 1). */
static double null_deviance(const struct irls *f, bool intercept)
{
	double mean = 0, people = 0, sum = 0;

	for (size_t i = 0; i < f->data->n; i++) {
		mean += an_lsq_weight(f->data, i) * f->data->y[i];
		people += an_lsq_weight(f->data, i);
	}
	mean /= people;
	for (size_t i = 0; i < f->data->n; i++) {
		double eta = !intercept ? 0 : f->family == AN_POISSON ? log(mean) : log(mean / (1 - mean));

		if (an_lsq_weight(f->data, i) > 0)
			sum += an_lsq_weight(f->data, i) * deviance_of(f->family, f->data->y[i], eta);
	}
	return sum;
}

/* Log likelihood as R gives it: of 0 and 1 (or shares of w trials), or of counts. */
static double log_likelihood(const struct irls *f)
{
	double sum = -f->deviance / 2;

	for (size_t i = 0; i < f->data->n; i++) {
		double w = an_lsq_weight(f->data, i), y = f->data->y[i];

		if (!(w > 0))
			continue;
		if (f->family == AN_POISSON)
			sum += w * (entropy(y) - y - gsl_sf_lngamma(y + 1));
		else if (y > 0 && y < 1)
			sum += w * (entropy(y) + entropy(1 - y)) + gsl_sf_lngamma(w + 1) - gsl_sf_lngamma(w * y + 1) -
			    gsl_sf_lngamma(w * (1 - y) + 1);
	}
	return sum;
}

static void report(const struct irls *f, double level, struct an_glm_coefficient *each, double *covariance)
{
	size_t k = f->data->k;
	double critical = an_normal_critical(level);

	if (covariance != NULL)
		an_lsq_covariance(f->inverse, k, 1, covariance);
	for (size_t j = 0; each != NULL && j < k; j++) {
		struct an_glm_coefficient *c = each + j;
		double variance = 0;

		for (size_t i = j; i < k; i++)
			variance += f->inverse[j * k + i] * f->inverse[j * k + i];
		c->estimate = f->b[j];
		c->se = sqrt(variance);
		c->z = c->estimate / c->se;
		c->p = 2 * gsl_cdf_ugaussian_Q(fabs(c->z));
		c->interval = (struct an_interval){ f->b[j] - critical * c->se, f->b[j] + critical * c->se };
	}
}

enum an_status an_glm(const struct an_model *m, enum an_glm_family family, double level, struct an_work *work,
    struct an_glm *out, struct an_glm_coefficient *each, double *covariance, double *fitted)
{
	struct an_work_mark mark = an_work_mark(work);
	struct irls f = { .data = &m->data, .family = family, .work = work };
	double k = (double)m->data.k;
	enum an_status status;

	memset(out, 0, sizeof *out);
	out->dependent = out->separated = SIZE_MAX;
	status = check(m, family, level, out);
	if (status == AN_OK)
		status = prepare(&f);
	if (status == AN_OK) {
		start(&f);
		status = iterate(&f);
		out->fit = f.fit;
		out->dependent = f.dependent;
		out->separated = f.separated;
	}
	if (status == AN_OK) {
		f.as_peer = true;
		start(&f);
		status = iterate(&f);
	}
	if (status == AN_OK) {
		out->deviance = f.deviance;
		out->null_deviance = null_deviance(&f, m->intercept);
		out->log_lik = log_likelihood(&f);
		out->aic = -2 * out->log_lik + 2 * k;
		out->bic = -2 * out->log_lik + log(out->people) * k;
		report(&f, level, each, covariance);
		for (size_t i = 0; fitted != NULL && i < m->data.n; i++)
			fitted[i] = mean_of(family, f.eta[i]);
	}
	an_work_release(work, mark);
	return status;
}

enum an_status an_glm_terms(const struct an_model *m, enum an_glm_family family, struct an_work *work,
    struct an_glm_term *terms)
{
	struct an_work_mark mark = an_work_mark(work);
	size_t k = m->data.k, rows = 0, used = m->intercept;
	bool *use = AN_WORK_ARRAY(work, bool, k);
	double before = 0, whole;
	enum an_status status = use != NULL ? AN_OK : AN_ENOMEM;

	memset(terms, 0, m->terms * sizeof *terms);
	for (size_t i = 0; i < m->data.n; i++)
		rows += an_lsq_weight(&m->data, i) > 0;
	for (size_t j = 0; j < k && status == AN_OK; j++)
		use[j] = m->intercept && j == 0;
	if (status == AN_OK)
		status = refit(m, family, use, NULL, work, &before);
	for (size_t t = 0; t < m->terms && status == AN_OK; t++) {
		if (!an_work_go_on(work, 0.5 * (double)t / (double)m->terms))
			status = AN_ESTOPPED;
		for (size_t j = m->intercept; j < k; j++)
			if (m->term[j] == t) {
				use[j] = true;
				terms[t].columns++;
			}
		used += terms[t].columns;
		if (status == AN_OK)
			status = refit(m, family, use, NULL, work, &terms[t].rest);
		terms[t].rest_df = rows - used;
		terms[t].deviance = fmax(before - terms[t].rest, 0);
		terms[t].p = gsl_cdf_chisq_Q(terms[t].deviance, (double)terms[t].columns);
		before = terms[t].rest;
	}
	whole = before;
	for (size_t t = 0; t < m->terms && status == AN_OK; t++) {
		for (size_t j = 0; j < k; j++)
			use[j] = (m->intercept && j == 0) || m->term[j] != t;
		status = an_work_go_on(work, 0.5 + 0.5 * (double)t / (double)m->terms)
		    ? refit(m, family, use, NULL, work, &before)
		    : AN_ESTOPPED;
		terms[t].lr = fmax(before - whole, 0);
		terms[t].lr_p = gsl_cdf_chisq_Q(terms[t].lr, (double)terms[t].columns);
	}
	an_work_release(work, mark);
	return status;
}

/* One coefficient held at values. */
struct profile {
	const struct an_model *m;
	enum an_glm_family family;
	struct an_work *work;
	double least, wanted; /* the deviance of the whole fit; the root of the rise that is looked for */
	size_t column;
	double *offset;
	bool *use;
};

/* Root of the rise of deviance with the coefficient at value, less what is wanted. */
static bool rise(const struct profile *p, double value, double *out)
{
	size_t k = p->m->data.k;
	double left;

	for (size_t i = 0; i < p->m->data.n; i++)
		p->offset[i] = value * p->m->data.x[i * k + p->column];
	for (size_t j = 0; j < k; j++)
		p->use[j] = j != p->column;
	if (refit(p->m, p->family, p->use, p->offset, p->work, &left) != AN_OK)
		return false;
	*out = sqrt(fmax(left - p->least, 0)) - p->wanted;
	return true;
}

/* Where the rise is as wanted, from the estimate outward: bracketed by doubling the way, then false
 * position (Illinois). */
static bool edge(const struct profile *p, double estimate, double reach, double *at)
{
	double a = estimate, fa = -p->wanted, b = estimate + reach, fb, c, fc;

	if (!rise(p, b, &fb))
		return false;
	for (int i = 0; i < 12 && fb < 0; i++) {
		a = b;
		fa = fb;
		b = estimate + 2 * (b - estimate);
		if (!rise(p, b, &fb))
			return false;
	}
	for (int i = 0; i < 100 && (fb >= 0) != (fa >= 0); i++) {
		*at = c = (a * fb - b * fa) / (fb - fa);
		if (!rise(p, c, &fc))
			return false;
		if (fabs(fc) < 1e-10 || fabs(b - a) < 1e-13 * (1 + fabs(c)))
			return true;
		if ((fc < 0) != (fb < 0)) {
			a = b;
			fa = fb;
		} else {
			fa /= 2;
		}
		b = c;
		fb = fc;
	}
	return false;
}

enum an_status an_glm_profile(const struct an_model *m, enum an_glm_family family, const struct an_glm *fit,
    const struct an_glm_coefficient *each, size_t column, double level, struct an_work *work, struct an_profile *out)
{
	struct an_work_mark mark = an_work_mark(work);
	struct profile p = { .m = m,
		.family = family,
		.work = work,
		.least = fit->deviance,
		.wanted = an_normal_critical(level),
		.column = column,
		.offset = AN_WORK_ARRAY(work, double, m->data.n),
		.use = AN_WORK_ARRAY(work, bool, m->data.k) };
	double reach = p.wanted * each[column].se;
	enum an_status status = p.offset != NULL && p.use != NULL ? AN_OK : AN_ENOMEM;

	memset(out, 0, sizeof *out);
	if (status == AN_OK) {
		out->has_lo = edge(&p, each[column].estimate, -reach, &out->lo);
		out->has_hi = edge(&p, each[column].estimate, reach, &out->hi);
	}
	an_work_release(work, mark);
	return status;
}
