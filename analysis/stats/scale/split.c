#include "analysis/stats/scale/reliability.h"

#include <math.h>
#include <string.h>

enum an_status an_split(const struct an_pairs *p, enum an_policy policy, const bool *first, struct an_work *work,
    struct an_split *out)
{
	struct an_work_mark mark = an_work_mark(work);
	double *cov = AN_WORK_ARRAY(work, double, p->k * p->k), one = 0, other = 0, both = 0;
	enum an_status status;

	memset(out, 0, sizeof *out);
	out->used = an_pairs_used(p, policy);
	status = cov == NULL ? AN_ENOMEM : p->k < 2 ? AN_ETOOFEW : an_pairs_cov(p, policy, cov);
	for (size_t i = 0; status == AN_OK && i < p->k; i++)
		for (size_t j = 0; j < p->k; j++) {
			double c = cov[i * p->k + j];

			if (first[i] != first[j])
				both += c / 2;
			else if (first[i])
				one += c;
			else
				other += c;
		}
	if (status == AN_OK && (!(one > 0) || !(other > 0)))
		status = AN_ENOVARIANCE;
	if (status == AN_OK) {
		out->r = fmin(1, fmax(-1, both / sqrt(one * other)));
		if (out->r <= -1 || !(one + other + 2 * both > 0))
			status = AN_ENOVARIANCE;
	}
	if (status == AN_OK) {
		out->spearman_brown = 2 * out->r / (1 + out->r);
		out->flanagan = 4 * both / (one + other + 2 * both);
	}
	an_work_release(work, mark);
	return status;
}

enum an_status an_split_half(const struct an_pairs *p, enum an_policy policy, struct an_work *work,
    struct an_split *out)
{
	struct an_work_mark mark = an_work_mark(work);
	bool *first = AN_WORK_ARRAY(work, bool, p->k);
	enum an_status status = AN_ENOMEM;

	memset(out, 0, sizeof *out);
	for (size_t i = 0; first != NULL && i < p->k; i += 2)
		first[i] = true;
	if (first != NULL)
		status = an_split(p, policy, first, work, out);
	an_work_release(work, mark);
	return status;
}
