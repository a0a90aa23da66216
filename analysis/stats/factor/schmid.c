#include "analysis/stats/factor/schmid.h"
#include "analysis/stats/numeric/matrix.h"
#include "analysis/stats/factor/rotate.h"

#include <math.h>
#include <string.h>

/* Loadings of the group factors on the general one. */
static enum an_status second_order(size_t m, struct an_work *work, struct an_schmid *out)
{
	struct an_efa f;
	double *unique;
	enum an_status status;

	if (m == 2) {
		double r = out->phi[1];

		out->second[0] = sqrt(fabs(r));
		out->second[1] = r < 0 ? -out->second[0] : out->second[0];
		out->heywood_general = fabs(r) >= 1;
		return AN_OK;
	}
	unique = AN_WORK_ARRAY(work, double, m);
	if (unique == NULL)
		return AN_ENOMEM;
	status = an_efa(out->phi, m, 1, AN_EFA_MINRES_PATH, work, out->second, unique, &f);
	out->heywood_general = status == AN_OK && f.heywood > 0;
	return status;
}

/* What each item owes to the general factor and, beyond it, to each group factor. */
static void split(size_t k, size_t m, struct an_schmid *out)
{
	for (size_t i = 0; i < k; i++) {
		out->general[i] = 0;
		for (size_t q = 0; q < m; q++) {
			double l = out->pattern[i * m + q], s = out->second[q];

			out->general[i] += l * s;
			out->group[i * m + q] = copysign(sqrt(fmax(0, l * l * (1 - s * s))), l);
		}
		out->against[i] = out->general[i] < 0;
		out->flipped += out->against[i];
		for (size_t q = 0; out->against[i] && q < m; q++)
			out->group[i * m + q] = -out->group[i * m + q];
		out->general[i] = fabs(out->general[i]);
	}
}

/* Shares of each group's own sum; r: correlations as turned. */
static void by_group(const double *r, size_t k, size_t m, struct an_work *work, struct an_schmid *out)
{
	struct an_work_mark mark = an_work_mark(work);
	size_t *of = AN_WORK_ARRAY(work, size_t, k);

	for (size_t i = 0; of != NULL && i < k; i++)
		for (size_t q = 1; q < m; q++)
			if (fabs(out->group[i * m + q]) > fabs(out->group[i * m + of[i]]))
				of[i] = q;
	for (size_t q = 0; of != NULL && q < m; q++) {
		struct an_omega_group *g = out->groups + q;
		double v = 0, general = 0, own = 0;

		*g = (struct an_omega_group){ 0 };
		for (size_t i = 0; i < k; i++) {
			if (of[i] != q)
				continue;
			g->items++;
			general += out->general[i];
			own += out->group[i * m + q];
			for (size_t j = 0; j < k; j++)
				v += of[j] == q ? r[i * k + j] : 0;
		}
		g->has = g->items > 0 && v > 0;
		if (!g->has)
			continue;
		g->general = general * general / v;
		g->own = own * own / v;
		g->total = g->general + g->own;
	}
	an_work_release(work, mark);
}

static enum an_status shares(const double *cor, size_t k, size_t m, struct an_work *work, struct an_schmid *out)
{
	struct an_work_mark mark = an_work_mark(work);
	double *r = AN_WORK_ARRAY(work, double, k *k), *smc = AN_WORK_ARRAY(work, double, k);
	double v = 0, general = 0, unique = 0, squares = 0, all = 0, explained = 0;
	enum an_status status = AN_ENOMEM;

	if (r == NULL || smc == NULL)
		goto done;
	for (size_t i = 0; i < k * k; i++)
		r[i] = out->against[i / k] == out->against[i % k] ? cor[i] : -cor[i];
	status = an_smc_general(r, k, work, smc);
	for (size_t i = 0; i < k * k; i++)
		v += r[i];
	for (size_t i = 0; i < k; i++) {
		general += out->general[i];
		squares += out->general[i] * out->general[i];
		unique += out->unique[i];
		explained += smc[i];
		for (size_t q = 0; q < m; q++)
			all += out->group[i * m + q] * out->group[i * m + q];
	}
	if (status == AN_OK && !(v > 0 && v - unique > 0 && squares + all > 0))
		status = AN_ENOVARIANCE;
	if (status != AN_OK)
		goto done;
	out->omega_h = general * general / v;
	out->omega_total = (v - unique) / v;
	out->omega_lim = general * general / (v - unique);
	out->alpha = (v - (double)k) / v * (double)k / ((double)k - 1);
	out->g6 = (v - (double)k + explained) / v;
	out->ecv = squares / (squares + all);
	by_group(r, k, m, work, out);
done:
	an_work_release(work, mark);
	return status;
}

enum an_status an_schmid(const double *cor, size_t k, size_t m, struct an_work *work, struct an_schmid *out)
{
	struct an_work_mark mark = an_work_mark(work);
	struct an_fit turn;
	struct an_efa f;
	enum an_status status = m < 2 ? AN_ETOOFEW : AN_OK;

	if (status == AN_OK)
		status = an_efa(cor, k, m, AN_EFA_MINRES_PATH, work, out->pattern, out->unique, &f);
	if (status == AN_OK)
		status = an_varimax(out->pattern, k, m, work, &turn);
	if (status == AN_OK)
		status = an_rotation_order(out->pattern, k, m, work, NULL);
	if (status == AN_OK)
		status = an_oblimin(out->pattern, k, m, work, out->phi, &turn);
	if (status == AN_OK)
		status = second_order(m, work, out);
	if (status == AN_OK) {
		out->fit = f.fit;
		out->dof = f.dof;
		out->heywood = f.heywood;
		out->flipped = 0;
		split(k, m, out);
		status = shares(cor, k, m, work, out);
	}
	an_work_release(work, mark);
	return status;
}
