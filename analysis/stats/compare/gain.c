#include "analysis/stats/compare/gain.h"
#include "analysis/stats/numeric/dist.h"
#include "analysis/stats/compare/samples.h"
#include "analysis/stats/numeric/sum.h"

#include <math.h>
#include <string.h>

/* part: room for n. */
static enum an_status gain(const double *before, const double *after, size_t n, double most, double level, double *part,
    struct an_gain *out)
{
	double room, half, sum = 0;
	struct an_group g;

	if (!(level > 0 && level < 1) || !isfinite(most))
		return AN_EDATA;
	for (size_t i = 0; i < n; i++) {
		if (!isfinite(before[i]) || !isfinite(after[i]) || before[i] > most || after[i] > most)
			return AN_EDATA;
		out->at_most += before[i] == most;
		if (before[i] < most)
			sum += (after[i] - before[i]) / (most - before[i]);
	}
	if (n < 2)
		return AN_ETOOFEW;
	out->individuals = n - out->at_most;
	if (out->individuals == 0)
		return AN_ENOVARIANCE;
	out->has_individual = true;
	out->individual = sum / (double)out->individuals;
	out->before = an_mean(before, n);
	out->after = an_mean(after, n);
	room = most - out->before;
	out->gain = (out->after - out->before) / room;
	/* the gain moves by after / room, and by (gain - 1) before / room */
	for (size_t i = 0; i < n; i++)
		part[i] = (after[i] + (out->gain - 1) * before[i]) / room;
	g = an_group_of(part, n);
	out->se = sqrt(an_group_variance(&g) / g.n);
	half = an_t_critical(level, g.n - 1) * out->se;
	out->interval = (struct an_interval){ out->gain - half, out->gain + half };
	return isfinite(out->gain) && isfinite(half) ? AN_OK : AN_EDATA;
}

enum an_status an_gain(const double *before, const double *after, size_t n, double most, double level,
    struct an_work *work, struct an_gain *out)
{
	struct an_work_mark mark = an_work_mark(work);
	double *part = AN_WORK_ARRAY(work, double, n);
	enum an_status status;

	memset(out, 0, sizeof *out);
	status = part == NULL ? AN_ENOMEM : gain(before, after, n, most, level, part, out);
	an_work_release(work, mark);
	return status;
}
