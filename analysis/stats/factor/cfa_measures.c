/* How well a factor model fits: the measures of lavaan, by its formulas. */
#include "analysis/stats/factor/cfa_parts.h"
#include "analysis/stats/numeric/noncentral.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

#define RMSEA_LEVEL 0.90
#define RMSEA_CLOSE 0.05

static void count(const struct an_cfa_parts *p, struct an_cfa *out)
{
	const struct an_cfa_model *model = p->model;

	out->n = (size_t)p->n;
	out->free = p->q;
	out->df = (double)(p->k * (p->k + 1) / 2) - (double)p->q;
	out->base_df = (double)(p->k * (p->k - 1) / 2);
	for (size_t t = 0; t < model->terms; t++) {
		const struct an_cfa_term *x = model->term + t;

		if (x->kind == AN_CFA_LOADING)
			continue;
		if (x->i == x->j)
			out->negative += x->est < 0;
		else if (x->kind == AN_CFA_FACTOR)
			out->odd = out->odd ||
			    x->est * x->est > p->psi[x->i * p->m + x->i] * p->psi[x->j * p->m + x->j] * (1 + 1e-9);
	}
}

/* Bentler & Bonett 1980; Bentler 1990; Tucker & Lewis 1973. */
static void against_none(struct an_cfa *out)
{
	double excess = fmax(out->chisq - out->df, 0), most = fmax(fmax(out->base_chisq - out->base_df, 0), excess);
	double with = (out->chisq - out->df) * out->base_df, without = (out->base_chisq - out->base_df) * out->df;

	/* what rounding leaves of a model that fits wholly is no misfit, however little there is to fit */
	out->cfi = excess > 1e-8 ? 1 - excess / most : 1;
	out->tli = out->df > 0 && without != 0 ? 1 - with / without : 1;
}

/* Steiger & Lind 1980; Browne & Cudeck 1993. */
static void rmsea(struct an_cfa *out)
{
	double by = (double)out->n * out->df;

	if (!(out->df > 0))
		return;
	out->rmsea = sqrt(fmax((out->chisq - out->df) / by, 0));
	out->rmsea_interval.lo = sqrt(an_noncentral_chisq_ncp((1 + RMSEA_LEVEL) / 2, out->chisq, out->df) / by);
	out->rmsea_interval.hi = sqrt(an_noncentral_chisq_ncp((1 - RMSEA_LEVEL) / 2, out->chisq, out->df) / by);
	out->rmsea_p_close = 1 - an_noncentral_chisq_lower(out->chisq, out->df, by * RMSEA_CLOSE * RMSEA_CLOSE);
}

/* Bentler 1995: residuals over the observed standard deviations, the diagonal among them. */
static double srmr(const struct an_cfa_parts *p)
{
	double s = 0;

	for (size_t i = 0; i < p->k; i++)
		for (size_t j = 0; j <= i; j++) {
			double r = p->cov[i * p->k + j] - p->sigma[i * p->k + j];

			s += r * r / (p->cov[i * p->k + i] * p->cov[j * p->k + j]);
		}
	return sqrt(s / ((double)p->k * ((double)p->k + 1) / 2));
}

void an_cfa_measure(const struct an_cfa_parts *p, double log_det_cov, struct an_cfa *out)
{
	double k = (double)p->k, logs = 0, q = (double)p->q;

	count(p, out);
	for (size_t i = 0; i < p->k; i++)
		logs += log(p->cov[i * p->k + i]);
	out->chisq = fmax(0, p->n * (p->log_det + p->trace - log_det_cov - k));
	out->p = out->df > 0 ? gsl_cdf_chisq_Q(out->chisq, out->df) : 1;
	out->base_chisq = fmax(0, p->n * (logs - log_det_cov));
	out->base_p = gsl_cdf_chisq_Q(out->base_chisq, out->base_df);
	against_none(out);
	rmsea(out);
	out->srmr = srmr(p);
	out->logl = -p->n / 2 * (k * log(2 * M_PI) + p->log_det + p->trace);
	out->logl_most = -p->n / 2 * (k * log(2 * M_PI) + log_det_cov + k);
	out->aic = -2 * out->logl + 2 * q;
	out->bic = -2 * out->logl + q * log(p->n);
	out->bic_adjusted = -2 * out->logl + q * log((p->n + 2) / 24);
}
