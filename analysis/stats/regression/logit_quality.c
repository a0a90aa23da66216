#include "analysis/stats/regression/glm.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define TENTHS 10

struct forecast {
	double p, y, w;
};

static int by_p(const void *a, const void *b)
{
	const struct forecast *f = a, *g = b;

	return (f->p > g->p) - (f->p < g->p);
}

/* Events against the others, ties half: the rank sum of the events. */
static double area(const struct forecast *f, size_t n)
{
	double below = 0, wins = 0, events = 0, others = 0;

	for (size_t from = 0, to; from < n; from = to) {
		double yes = 0, no = 0;

		for (to = from; to < n && f[to].p == f[from].p; to++) {
			yes += f[to].w * f[to].y;
			no += f[to].w * (1 - f[to].y);
		}
		wins += yes * (below + no / 2);
		below += no;
		events += yes;
		others += no;
	}
	return wins / (events * others);
}

/* Value at place at (from 0) of the sorted forecasts, each as often as it weighs. */
static double value_at(const struct forecast *f, size_t n, double at)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++) {
		sum += f[i].w;
		if (sum > at)
			return f[i].p;
	}
	return f[n - 1].p;
}

/* Bounds between tenths as quantiles of type 7; equal ones are taken once. */
static void hosmer_lemeshow(const struct forecast *f, size_t n, double people, struct an_logit_quality *out)
{
	double bound[TENTHS] = { 0 }, chi2 = 0;
	size_t bounds = 0, groups = 0, i = 0;

	for (int t = 1; t <= TENTHS; t++) {
		double place = (people - 1) * t / TENTHS, low = floor(place + 1e-9);
		double a = value_at(f, n, low), b = value_at(f, n, fmin(low + 1, people - 1));
		double q = a + fmax(place - low, 0) * (b - a);

		if (bounds == 0 || q > bound[bounds - 1])
			bound[bounds++] = q;
	}
	for (size_t g = 0; g < bounds; g++) {
		double yes = 0, expected = 0, total = 0;

		for (; i < n && (f[i].p <= bound[g] || g + 1 == bounds); i++) {
			yes += f[i].w * f[i].y;
			expected += f[i].w * f[i].p;
			total += f[i].w;
		}
		if (!(total > 0 && expected > 0 && expected < total))
			continue;
		groups++;
		chi2 += (yes - expected) * (yes - expected) * (1 / expected + 1 / (total - expected));
	}
	out->has_hl = groups > 2 && isfinite(chi2);
	if (!out->has_hl)
		return;
	out->hl = chi2;
	out->hl_df = (double)groups - 2;
	out->hl_p = gsl_cdf_chisq_Q(chi2, out->hl_df);
}

enum an_status an_logit_quality(const struct an_model *m, const struct an_glm *fit, const double *fitted,
    struct an_work *work, struct an_logit_quality *out)
{
	struct an_work_mark mark = an_work_mark(work);
	struct forecast *f = AN_WORK_ARRAY(work, struct forecast, m->data.n);
	double yes = 0, no = 0, p_yes = 0, p_no = 0, gain = (fit->null_deviance - fit->deviance) / fit->people;
	size_t n = 0;

	memset(out, 0, sizeof *out);
	if (f == NULL)
		return AN_ENOMEM;
	for (size_t i = 0; i < m->data.n; i++) {
		double w = m->data.w != NULL ? m->data.w[i] : 1, y = m->data.y[i];

		if (!(w > 0))
			continue;
		f[n++] = (struct forecast){ fitted[i], y, w };
		yes += w * y;
		no += w * (1 - y);
		p_yes += w * y * fitted[i];
		p_no += w * (1 - y) * fitted[i];
	}
	qsort(f, n, sizeof *f, by_p);
	out->mcfadden = 1 - fit->deviance / fit->null_deviance;
	out->cox_snell = -expm1(-gain);
	out->nagelkerke = out->cox_snell / -expm1(-fit->null_deviance / fit->people);
	out->tjur = p_yes / yes - p_no / no;
	out->auc = area(f, n);
	hosmer_lemeshow(f, n, fit->people, out);
	an_work_release(work, mark);
	return AN_OK;
}
