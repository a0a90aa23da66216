#include "analysis/stats/association/correlate.h"
#include "analysis/stats/numeric/dist.h"
#include "analysis/stats/numeric/sum.h"

#include <math.h>
#include <string.h>

enum an_status an_correlation_test(double r, size_t n, double level, struct an_correlation *out)
{
	memset(out, 0, sizeof *out);
	if (!(fabs(r) <= 1) || !(level > 0 && level < 1))
		return AN_EDATA;
	if (n < 3)
		return AN_ETOOFEW;
	if (fabs(r) == 1)
		return AN_OK;
	out->has_t = true;
	out->t = r * sqrt((double)(n - 2) / (1 - r * r));
	out->p = 2 * an_t_upper(fabs(out->t), (double)(n - 2));
	out->has_interval = n > 3;
	if (out->has_interval) {
		double half = an_normal_quantile(1 - (1 - level) / 2) / sqrt((double)(n - 3));

		out->interval = (struct an_interval){ tanh(atanh(r) - half), tanh(atanh(r) + half) };
	}
	return AN_OK;
}

bool an_pearson(const double *x, const double *y, size_t n, double *out)
{
	double mx = an_mean(x, n), my = an_mean(y, n), xx = 0, yy = 0, xy = 0;

	for (size_t i = 0; i < n; i++) {
		xx += (x[i] - mx) * (x[i] - mx);
		yy += (y[i] - my) * (y[i] - my);
		xy += (x[i] - mx) * (y[i] - my);
	}
	if (!(xx > 0) || !(yy > 0))
		return false;
	*out = fmin(1, fmax(-1, xy / sqrt(xx) / sqrt(yy)));
	return true;
}
