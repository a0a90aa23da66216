#include "analysis/stats/agreement/kappa.h"
#include "analysis/stats/numeric/dist.h"
#include "analysis/stats/describe/proportion.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>

const char *an_kappa_weight_name(enum an_kappa_weight w)
{
	static const char *const names[AN_KAPPA_WEIGHTS] = { "unweighted", "linear", "quadratic" };

	return (unsigned)w < AN_KAPPA_WEIGHTS ? names[w] : "unknown";
}

/* Shares of a square table and its margins. */
struct square {
	const double *p;
	double *row, *col;
	double *row_weight, *col_weight; /* mean weight of a category, over the other rater's shares */
	size_t k;
	double n;
};

static double weight(enum an_kappa_weight w, size_t k, size_t i, size_t j)
{
	double off = k > 1 ? fabs((double)i - (double)j) / (double)(k - 1) : 0;

	switch (w) {
	case AN_KAPPA_UNWEIGHTED:
		return i == j;
	case AN_KAPPA_LINEAR:
		return 1 - off;
	case AN_KAPPA_QUADRATIC:
		break;
	}
	return 1 - off * off;
}

static struct an_interval within_one(double x, double half)
{
	return (struct an_interval){ fmax(-1, x - half), fmin(1, x + half) };
}

static enum an_status one_kappa(const struct square *s, enum an_kappa_weight which, double z, struct an_kappa *out)
{
	double po = 0, pe = 0, spread = 0, psych = 0, chance = 0, centre;

	memset(s->row_weight, 0, s->k * sizeof *s->row_weight);
	memset(s->col_weight, 0, s->k * sizeof *s->col_weight);
	for (size_t i = 0; i < s->k; i++)
		for (size_t j = 0; j < s->k; j++) {
			double w = weight(which, s->k, i, j);

			po += w * s->p[i * s->k + j];
			pe += w * s->row[i] * s->col[j];
			s->row_weight[i] += w * s->col[j];
			s->col_weight[j] += w * s->row[i];
		}
	if (!(pe < 1 - 1e-15))
		return AN_ENOVARIANCE;
	out->observed = po;
	out->expected = pe;
	out->kappa = (po - pe) / (1 - pe);
	centre = po * pe - 2 * pe + po;
	for (size_t j = 0; j < s->k; j++) {
		double all = 0;

		for (size_t i = 0; i < s->k; i++)
			all += weight(which, s->k, i, j);
		for (size_t i = 0; i < s->k; i++) {
			double w = weight(which, s->k, i, j), p = s->p[i * s->k + j];
			double both = s->row_weight[i] + s->col_weight[j];
			double d = w * (1 - pe) - both * (1 - po);
			double e = which == AN_KAPPA_UNWEIGHTED
			    ? d
			    : w * (1 - pe) - (s->row_weight[i] + all * s->row[j]) * (1 - po);

			spread += p * (d - centre) * (d - centre);
			psych += p * e * e;
			chance += s->row[i] * s->col[j] * (w - both) * (w - both);
		}
	}
	out->se = sqrt(spread / s->n) / ((1 - pe) * (1 - pe));
	psych = which == AN_KAPPA_UNWEIGHTED ? spread : psych - centre * centre;
	out->psych_se = psych > 0 ? sqrt(psych / s->n) / ((1 - pe) * (1 - pe)) : 0;
	out->interval = within_one(out->kappa, z * out->se);
	out->psych_interval = within_one(out->kappa, z * out->psych_se);
	chance -= pe * pe;
	out->has_z = chance > 0;
	if (out->has_z) {
		out->z = out->kappa / (sqrt(chance / s->n) / (1 - pe));
		out->p = 2 * gsl_cdf_ugaussian_Q(fabs(out->z));
	}
	return AN_OK;
}

static enum an_status shares_of(const double *count, size_t k, struct an_work *work, struct square *s)
{
	double *p = AN_WORK_ARRAY(work, double, k *k);

	s->k = k;
	s->p = p;
	s->row = AN_WORK_ARRAY(work, double, k);
	s->col = AN_WORK_ARRAY(work, double, k);
	s->row_weight = AN_WORK_ARRAY(work, double, k);
	s->col_weight = AN_WORK_ARRAY(work, double, k);
	if (p == NULL || s->row == NULL || s->col == NULL || s->row_weight == NULL || s->col_weight == NULL)
		return AN_ENOMEM;
	for (size_t i = 0; i < k * k; i++) {
		if (!(count[i] >= 0))
			return AN_EDATA;
		s->n += count[i];
	}
	if (!isfinite(s->n))
		return AN_EDATA;
	if (!(s->n > 0))
		return AN_ETOOFEW;
	for (size_t i = 0; i < k * k; i++) {
		p[i] = count[i] / s->n;
		s->row[i / k] += p[i];
		s->col[i % k] += p[i];
	}
	return AN_OK;
}

enum an_status an_cohen(const double *count, size_t categories, double level, struct an_work *work,
    struct an_cohen *out)
{
	struct an_work_mark mark = an_work_mark(work);
	double z, most = 0, plain = 0, k = (double)categories;
	struct square s = { 0 };
	enum an_status status;

	memset(out, 0, sizeof *out);
	if (!(level > 0 && level < 1))
		return AN_EDATA;
	status = shares_of(count, categories, work, &s);
	z = an_normal_critical(level);
	for (int w = 0; status == AN_OK && w < AN_KAPPA_WEIGHTS; w++)
		status = one_kappa(&s, (enum an_kappa_weight)w, z, out->by + w);
	for (size_t i = 0; status == AN_OK && i < categories; i++) {
		most += fmin(s.row[i], s.col[i]);
		plain += count[i * categories + i];
	}
	if (status == AN_OK) {
		const struct an_kappa *u = out->by + AN_KAPPA_UNWEIGHTED;

		out->n = s.n;
		out->largest = (most - u->expected) / (1 - u->expected);
		out->pabak = (k * u->observed - 1) / (k - 1);
		status = an_proportion(fmin(plain, s.n), s.n, AN_WILSON, level, &out->observed_interval);
	}
	an_work_release(work, mark);
	return status;
}

/* Ratings of each unit, shares of categories as means over units, and plain agreement. */
struct many {
	const double *count;
	size_t units, k, n, rated;
	double *ratings, *share, *agree;
	double observed;
};

static enum an_status survey(struct many *m, struct an_work *work, struct an_fleiss *out)
{
	double same = 0;

	m->ratings = AN_WORK_ARRAY(work, double, m->units);
	m->agree = AN_WORK_ARRAY(work, double, m->units);
	m->share = AN_WORK_ARRAY(work, double, m->k);
	if (m->ratings == NULL || m->agree == NULL || m->share == NULL)
		return AN_ENOMEM;
	out->same = true;
	for (size_t i = 0; i < m->units; i++) {
		double r = 0, pairs = 0;

		for (size_t c = 0; c < m->k; c++) {
			double x = m->count[i * m->k + c];

			if (!(x >= 0) || !isfinite(x))
				return AN_EDATA;
			r += x;
			pairs += x * (x - 1);
		}
		m->ratings[i] = r;
		if (!(r > 0))
			continue;
		m->n++;
		out->ratings += r;
		out->same = out->same && (same == 0 || same == r);
		same = r;
		for (size_t c = 0; c < m->k; c++)
			m->share[c] += m->count[i * m->k + c] / r;
		if (r < 2)
			continue;
		m->agree[i] = pairs / (r * (r - 1));
		m->observed += m->agree[i];
		m->rated++;
	}
	if (m->rated < 2)
		return AN_ETOOFEW;
	for (size_t c = 0; c < m->k; c++)
		m->share[c] /= (double)m->n;
	m->observed /= (double)m->rated;
	out->units = m->n;
	out->rated = m->rated;
	out->observed = m->observed;
	return AN_OK;
}

/* Gwet's linearised variance.  turned: AC1, whose chance agreement goes by 1 - share. */
static enum an_status coefficient(const struct many *m, bool turned, double t, struct an_agreement *out)
{
	double pe = 0, spread = 0, n = (double)m->n, q = (double)m->k - 1;

	for (size_t c = 0; c < m->k; c++)
		pe += turned ? m->share[c] * (1 - m->share[c]) / q : m->share[c] * m->share[c];
	if (!(pe < 1 - 1e-15))
		return AN_ENOVARIANCE;
	out->expected = pe;
	out->estimate = (m->observed - pe) / (1 - pe);
	for (size_t i = 0; i < m->units; i++) {
		double r = m->ratings[i], chance = 0, own = 0;

		if (!(r > 0))
			continue;
		for (size_t c = 0; c < m->k; c++)
			chance += m->count[i * m->k + c] / r * (turned ? (1 - m->share[c]) / q : m->share[c]);
		if (r >= 2)
			own = n / (double)m->rated * (m->agree[i] - pe) / (1 - pe);
		own -= 2 * (1 - out->estimate) * (chance - pe) / (1 - pe);
		spread += (own - out->estimate) * (own - out->estimate);
	}
	out->se = sqrt(spread / (n * (n - 1)));
	out->interval = within_one(out->estimate, t * out->se);
	return AN_OK;
}

/* Standard error when raters choose by the shares alone. */
static void against_chance(const struct many *m, struct an_fleiss *out, struct an_fleiss_category *each)
{
	double n = (double)m->n, r = out->ratings / n, pq = 0, skew = 0, base = sqrt(2 / (n * r * (r - 1)));

	for (size_t c = 0; c < m->k; c++) {
		double p = m->share[c];

		pq += p * (1 - p);
		skew += p * (1 - p) * (1 - 2 * p);
		if (each != NULL && each[c].has_kappa) {
			each[c].has_z = true;
			each[c].z = each[c].kappa / base;
			each[c].p = 2 * gsl_cdf_ugaussian_Q(fabs(each[c].z));
		}
	}
	out->fleiss_se0 = base * sqrt(fmax(0, pq * pq - skew)) / pq;
	out->fleiss_z = out->fleiss_se0 > 0 ? out->fleiss.estimate / out->fleiss_se0 : 0;
	out->fleiss_p = 2 * gsl_cdf_ugaussian_Q(fabs(out->fleiss_z));
}

static void by_category(const struct many *m, struct an_fleiss_category *each)
{
	for (size_t c = 0; c < m->k; c++) {
		double p = m->share[c], apart = 0;

		for (size_t i = 0; i < m->units; i++) {
			double x = m->count[i * m->k + c], r = m->ratings[i];

			apart += r >= 2 ? x * (r - x) / (r * (r - 1)) : 0;
		}
		each[c] = (struct an_fleiss_category){ .share = p, .has_kappa = p > 0 && p < 1 };
		if (each[c].has_kappa)
			each[c].kappa = 1 - apart / ((double)m->rated * p * (1 - p));
	}
}

enum an_status an_fleiss(const double *count, size_t units, size_t categories, double level, struct an_work *work,
    struct an_fleiss *out, struct an_fleiss_category *each)
{
	struct an_work_mark mark = an_work_mark(work);
	struct many m = { .count = count, .units = units, .k = categories };
	enum an_status status;
	double t;

	memset(out, 0, sizeof *out);
	if (!(level > 0 && level < 1))
		return AN_EDATA;
	if (categories < 2)
		return AN_ENOVARIANCE;
	status = survey(&m, work, out);
	if (status == AN_OK) {
		t = an_t_critical(level, (double)m.n - 1);
		status = coefficient(&m, false, t, &out->fleiss);
		if (status == AN_OK)
			status = coefficient(&m, true, t, &out->ac1);
	}
	if (status == AN_OK) {
		if (each != NULL)
			by_category(&m, each);
		if (out->same)
			against_chance(&m, out, each);
	}
	an_work_release(work, mark);
	return status;
}
