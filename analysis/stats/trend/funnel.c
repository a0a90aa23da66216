#include "analysis/stats/trend/funnel.h"
#include "analysis/stats/numeric/dist.h"
#include "analysis/stats/numeric/quantile.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>

static enum an_status centre_of(const double *hits, const double *n, size_t units, double *centre)
{
	double all = 0, of = 0;

	for (size_t i = 0; i < units; i++) {
		if (!(n[i] > 0) || !isfinite(n[i]) || !(hits[i] >= 0 && hits[i] <= n[i]))
			return AN_EDATA;
		all += hits[i];
		of += n[i];
	}
	if (units < 2)
		return AN_ETOOFEW;
	*centre = all / of;
	return *centre > 0 && *centre < 1 ? AN_OK : AN_ENOVARIANCE;
}

static double winsorised(const double *z, size_t units, double winsor, double *sorted)
{
	double lo = 0, hi = 0, phi = 0;

	memcpy(sorted, z, units * sizeof *sorted);
	an_sort(sorted, units);
	an_quantile(sorted, units, winsor, AN_QUANTILE_7, &lo);
	an_quantile(sorted, units, 1 - winsor, AN_QUANTILE_7, &hi);
	for (size_t i = 0; i < units; i++) {
		double w = fmin(fmax(z[i], lo), hi);

		phi += w * w;
	}
	return phi / (double)units;
}

/* Variance between units: (I phi - (I - 1)) / (W1 - W2 / W1), weights 1 / se^2. */
static double between(const double *n, size_t units, double centre, double phi)
{
	double w1 = 0, w2 = 0, m = (double)units, tau2;

	for (size_t i = 0; i < units; i++) {
		double w = n[i] / (centre * (1 - centre));

		w1 += w;
		w2 += w * w;
	}
	tau2 = (m * phi - (m - 1)) / (w1 - w2 / w1);
	return tau2 > 0 ? tau2 : 0;
}

/* Intraclass correlation of a beta-binomial by moments, kept at 0 or more. */
static double intraclass(const double *hits, const double *n, size_t units, double centre)
{
	double s2 = 0, of = 0, squares = 0, size, plain = centre * (1 - centre), rho;

	for (size_t i = 0; i < units; i++) {
		double d = hits[i] / n[i] - centre;

		s2 += n[i] * d * d;
		of += n[i];
		squares += n[i] * n[i];
	}
	s2 /= (double)(units - 1);
	size = (of - squares / of) / (double)(units - 1);
	if (!(size > 1)) /* one person a unit: nothing can be told apart */
		return 0;
	rho = (s2 - plain) / (plain * (size - 1));
	return fmin(fmax(rho, 0), 1);
}

static double spread(const struct an_funnel *f, enum an_overdispersion over, double n)
{
	double v = f->centre * (1 - f->centre) / n;

	if (over == AN_DISPERSION_MULTIPLICATIVE)
		return sqrt(v * fmax(1, f->phi_winsor));
	return sqrt(over == AN_DISPERSION_ADDITIVE ? v + f->tau2 : v);
}

enum an_status an_funnel(const double *hits, const double *n, size_t units, double winsor, enum an_overdispersion over,
    struct an_work *work, struct an_funnel *out, struct an_funnel_unit *unit)
{
	struct an_work_mark mark = an_work_mark(work);
	double *z = AN_WORK_ARRAY(work, double, 2 * units);
	enum an_status s;

	memset(out, 0, sizeof *out);
	s = centre_of(hits, n, units, &out->centre);
	if (s == AN_OK && !(winsor >= 0 && winsor < 0.5))
		s = AN_EDATA;
	if (s == AN_OK && z == NULL)
		s = AN_ENOMEM;
	if (s != AN_OK) {
		an_work_release(work, mark);
		return s;
	}
	out->units = units;
	for (size_t i = 0; i < units; i++) {
		z[i] = (hits[i] / n[i] - out->centre) / sqrt(out->centre * (1 - out->centre) / n[i]);
		out->phi += z[i] * z[i] / (double)units;
	}
	out->phi_winsor = winsorised(z, units, winsor, z + units);
	out->tau2 = between(n, units, out->centre, out->phi_winsor);
	out->rho = intraclass(hits, n, units, out->centre);
	for (size_t i = 0; i < units; i++) {
		double b = n[i] * out->rho / (1 - out->rho + n[i] * out->rho), share = hits[i] / n[i];

		unit[i].share = share;
		unit[i].z = z[i];
		unit[i].adjusted_z = (share - out->centre) / spread(out, over, n[i]);
		unit[i].p = 2 * gsl_cdf_ugaussian_Q(fabs(unit[i].adjusted_z));
		unit[i].shrunk = b * share + (1 - b) * out->centre;
	}
	an_work_release(work, mark);
	return AN_OK;
}

enum an_status an_funnel_limits(const struct an_funnel *f, enum an_overdispersion over, double n, double level,
    double *lo, double *hi)
{
	double width;

	if (!(level > 0 && level < 1) || !(n > 0))
		return AN_EDATA;
	width = an_normal_critical(level) * spread(f, over, n);
	*lo = fmax(0, f->centre - width);
	*hi = fmin(1, f->centre + width);
	return AN_OK;
}
