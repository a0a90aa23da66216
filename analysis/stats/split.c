#include "analysis/stats/reliability.h"

#include <math.h>
#include <string.h>

enum an_status an_split_half(const struct an_pairs *p, enum an_policy policy, struct an_work *work,
    struct an_split *out)
{
	struct an_work_mark mark = an_work_mark(work);
	double *cov = AN_WORK_ARRAY(work, double, p->k * p->k), odd = 0, even = 0, both = 0;
	enum an_status status;

	memset(out, 0, sizeof *out);
	out->used = an_pairs_used(p, policy);
	status = cov == NULL ? AN_ENOMEM : p->k < 2 ? AN_ETOOFEW : an_pairs_cov(p, policy, cov);
	for (size_t i = 0; status == AN_OK && i < p->k; i++)
		for (size_t j = 0; j < p->k; j++) {
			double c = cov[i * p->k + j];

			if (i % 2 != j % 2)
				both += c / 2;
			else if (i % 2 == 0)
				odd += c;
			else
				even += c;
		}
	if (status == AN_OK && (!(odd > 0) || !(even > 0)))
		status = AN_ENOVARIANCE;
	if (status == AN_OK) {
		out->r = fmin(1, fmax(-1, both / sqrt(odd * even)));
		if (out->r <= -1 || !(odd + even + 2 * both > 0))
			status = AN_ENOVARIANCE;
	}
	if (status == AN_OK) {
		out->spearman_brown = 2 * out->r / (1 + out->r);
		out->flanagan = 4 * both / (odd + even + 2 * both);
	}
	an_work_release(work, mark);
	return status;
}
