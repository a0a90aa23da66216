#include "analysis/stats/compare/differ.h"
#include "analysis/stats/numeric/dist.h"
#include "analysis/stats/numeric/padjust.h"
#include "analysis/stats/numeric/dist.h"

#include <math.h>

enum an_status an_differences(const struct an_group *g, size_t groups, const struct an_mixed *model,
    struct an_work *work, struct an_difference *out)
{
	struct an_work_mark mark = an_work_mark(work);
	double *p = AN_WORK_ARRAY(work, double, groups > 0 ? groups : 1);
	double df = model->n - (double)model->groups;
	enum an_status status = AN_ENOMEM;
	size_t used = 0;

	if (p == NULL)
		goto out;
	status = df < 1 || groups == 0 ? AN_ETOOFEW : model->sd_within > 0 ? AN_OK : AN_ENOVARIANCE;
	if (status != AN_OK)
		goto out;
	for (size_t i = 0; i < groups; i++) {
		out[i] = (struct an_difference){ 0, 1, 1 };
		if (!(g[i].n > 0))
			continue;
		out[i].difference = g[i].mean - model->mean;
		p[used] = an_t_two_sided(out[i].difference * sqrt(g[i].n) / model->sd_within, df);
		out[i].p = p[used++];
	}
	status = an_p_adjust(p, used, AN_BH, work, p);
	for (size_t i = 0, at = 0; status == AN_OK && i < groups; i++)
		if (g[i].n > 0)
			out[i].adjusted = p[at++];
out:
	an_work_release(work, mark);
	return status;
}
