#include "analysis/stats/test/dina_model.h"
#include "analysis/stats/numeric/parallel.h"
#include "analysis/stats/numeric/pattern.h"

#include <gsl/gsl_linalg.h>
#include <math.h>
#include <string.h>

#define STEPS	   20000
#define SMALL_STEP 1e-9
#define START	   0.2
#define EDGE	   1e-6 /* from here to 0 or 1 a parameter lies on its bound */
#define CHUNKS	   8	/* fixed, so that sums are taken in one order on any machine */

/* Parameters in one vector: guess and slip by item, then the shares of the groups. */
struct em {
	const struct an_dina_classes *c;
	size_t k, d, p, patterns;
	unsigned char *code;
	double *people;
	struct an_dina_item *at; /* items as the posterior wants them */
	double *log_p, *share;
	double *answered[CHUNKS], *right[CHUNKS], *post[CHUNKS], part[CHUNKS];
	double *x0, *x1, *x2, *xn;
};

static enum an_status collapse(struct em *m, struct an_view x, struct an_work *work, struct an_dina *out)
{
	unsigned char *code = AN_WORK_ARRAY(work, unsigned char, x.rows *x.cols);
	struct an_counted seen;
	enum an_status status = code != NULL ? an_dina_code(x, code) : AN_ENOMEM;

	if (status == AN_OK)
		status = an_patterns_count(code, x.rows, x.cols, AN_DINA_MISSING, work, &seen);
	if (status != AN_OK)
		return status;
	m->patterns = seen.n;
	m->code = seen.code;
	m->people = seen.count;
	out->people = seen.rows;
	return out->people > 0 ? AN_OK : AN_ETOOFEW;
}

static bool room(struct em *m, struct an_work *work)
{
	m->at = AN_WORK_ARRAY(work, struct an_dina_item, m->k);
	m->log_p = AN_WORK_ARRAY(work, double, 4 * m->k);
	m->share = AN_WORK_ARRAY(work, double, m->d);
	m->x0 = AN_WORK_ARRAY(work, double, m->p);
	m->x1 = AN_WORK_ARRAY(work, double, m->p);
	m->x2 = AN_WORK_ARRAY(work, double, m->p);
	m->xn = AN_WORK_ARRAY(work, double, m->p);
	for (size_t c = 0; c < CHUNKS; c++) {
		m->answered[c] = AN_WORK_ARRAY(work, double, m->d *(m->k + 1));
		m->right[c] = AN_WORK_ARRAY(work, double, m->d * m->k);
		m->post[c] = AN_WORK_ARRAY(work, double, m->d);
		if (!m->answered[c] || !m->right[c] || !m->post[c])
			return false;
	}
	return m->at && m->log_p && m->share && m->x0 && m->x1 && m->x2 && m->xn;
}

static void unpack(struct em *m, const double *x)
{
	for (size_t j = 0; j < m->k; j++) {
		m->at[j].guess = x[2 * j];
		m->at[j].slip = x[2 * j + 1];
	}
	memcpy(m->share, x + 2 * m->k, m->d * sizeof *m->share);
	an_dina_log_p(m->at, m->k, m->log_p);
}

static void expect_chunk(void *arg, size_t chunk)
{
	struct em *m = arg;
	double *answered = m->answered[chunk], *right = m->right[chunk], *post = m->post[chunk];

	memset(answered, 0, m->d * (m->k + 1) * sizeof *answered);
	memset(right, 0, m->d * m->k * sizeof *right);
	m->part[chunk] = 0;
	for (size_t n = chunk * m->patterns / CHUNKS; n < (chunk + 1) * m->patterns / CHUNKS; n++) {
		const unsigned char *code = m->code + n * m->k;
		double w = m->people[n];

		m->part[chunk] += w * an_dina_posterior(m->c, m->log_p, m->share, code, post, NULL);
		for (size_t g = 0; g < m->d; g++) {
			double *a = answered + g * (m->k + 1), *r = right + g * m->k, v = w * post[g];

			if (v == 0)
				continue;
			for (size_t j = 0; j < m->k; j++)
				if (code[j] != AN_DINA_MISSING) {
					a[j] += v;
					r[j] += code[j] * v;
				}
			a[m->k] += v;
		}
	}
}

/* Log-likelihood at x; expected counts in answered[0] (its last column: all people) and right[0]. */
static double expect(struct em *m, const double *x)
{
	double l = 0;

	unpack(m, x);
	an_parallel(CHUNKS, expect_chunk, m);
	for (size_t c = 0; c < CHUNKS; c++) {
		l += m->part[c];
		for (size_t i = 0; c > 0 && i < m->d * (m->k + 1); i++)
			m->answered[0][i] += m->answered[c][i];
		for (size_t i = 0; c > 0 && i < m->d * m->k; i++)
			m->right[0][i] += m->right[c][i];
	}
	return l;
}

/* One EM step from x to next; returns the log-likelihood at x. */
static double em_step(struct em *m, const double *x, double people, double *next)
{
	double l = expect(m, x);

	for (size_t j = 0; j < m->k; j++) {
		double n[2] = { 0, 0 }, r[2] = { 0, 0 };

		for (size_t g = 0; g < m->d; g++) {
			size_t eta = m->c->eta[g * m->k + j];

			n[eta] += m->answered[0][g * (m->k + 1) + j];
			r[eta] += m->right[0][g * m->k + j];
		}
		/* nobody on one side: the parameter stays, as nothing is known of it */
		next[2 * j] = n[0] > 0 ? fmin(1, fmax(0, r[0] / n[0])) : x[2 * j];
		next[2 * j + 1] = n[1] > 0 ? fmin(1, fmax(0, 1 - r[1] / n[1])) : x[2 * j + 1];
	}
	for (size_t g = 0; g < m->d; g++)
		next[2 * m->k + g] = m->answered[0][g * (m->k + 1) + m->k] / people;
	return l;
}

static bool inside(const double *x, size_t p)
{
	for (size_t i = 0; i < p; i++)
		if (!(x[i] >= 0 && x[i] <= 1))
			return false;
	return true;
}

/* Two EM steps and their extrapolation (SQUAREM, scheme S3), kept when it stays inside the bounds
 * and the likelihood does not fall. */
static enum an_status climb(struct em *m, struct an_work *work, double people, struct an_dina *out)
{
	for (int i = 0; i < STEPS; i++) {
		double l0 = em_step(m, m->x0, people, m->x1), l1 = em_step(m, m->x1, people, m->x2), rr = 0, vv = 0;
		double most = 0, a;

		for (size_t q = 0; q < m->p; q++) {
			double r = m->x1[q] - m->x0[q], v = m->x2[q] - m->x1[q] - r;

			rr += r * r;
			vv += v * v;
			most = fmax(most, fabs(m->x2[q] - m->x1[q]));
		}
		out->fit.iterations = 2 * i + 2;
		out->fit.gradient = most;
		out->loglik = l1;
		if (!isfinite(l0) || !isfinite(l1))
			return AN_ENOCONVERGE;
		a = vv > 0 ? -sqrt(rr / vv) : -1;
		if (most < SMALL_STEP || (most < 1e-6 && a > -1e6 && -a * most < SMALL_STEP)) {
			out->fit.converged = true;
			memcpy(m->x0, m->x2, m->p * sizeof *m->x0);
			return AN_OK;
		}
		for (size_t q = 0; q < m->p; q++) {
			double r = m->x1[q] - m->x0[q], v = m->x2[q] - m->x1[q] - r;

			m->xn[q] = m->x0[q] - 2 * a * r + a * a * v;
		}
		if (a < -1 && inside(m->xn, m->p) && expect(m, m->xn) >= l1)
			memcpy(m->x0, m->xn, m->p * sizeof *m->x0);
		else
			memcpy(m->x0, m->x2, m->p * sizeof *m->x0);
		if (i % 16 == 0 && !an_work_go_on(work, 1 - 1 / (1 + (double)i / 64)))
			return AN_ESTOPPED;
	}
	return AN_ENOCONVERGE;
}

static bool free_value(double x)
{
	return x > EDGE && x < 1 - EDGE;
}

/* Score of one pattern by the free parameters; place[i]: of parameter i among them, or p. */
static void score(const struct em *m, const unsigned char *code, const double *post, const size_t *place,
    size_t largest, double *s)
{
	for (size_t j = 0; j < m->k; j++) {
		double has[2] = { 0, 0 }, g = m->at[j].guess, slip = m->at[j].slip;

		if (code[j] == AN_DINA_MISSING)
			continue;
		for (size_t d = 0; d < m->d; d++)
			has[m->c->eta[d * m->k + j]] += post[d];
		if (place[2 * j] != m->p)
			s[place[2 * j]] = has[0] * (code[j] ? 1 / g : -1 / (1 - g));
		if (place[2 * j + 1] != m->p)
			s[place[2 * j + 1]] = has[1] * (code[j] ? -1 / (1 - slip) : 1 / slip);
	}
	for (size_t d = 0; d < m->d; d++)
		if (place[2 * m->k + d] != m->p)
			s[place[2 * m->k + d]] = post[d] / m->share[d] - post[largest] / m->share[largest];
}

/* Standard errors of guess and slip; false when the cross-products cannot be inverted.  with_shares:
 * the shares of the groups are parameters too. */
static bool errors(struct em *m, struct an_work *work, bool with_shares, struct an_dina_item *items)
{
	struct an_work_mark mark = an_work_mark(work);
	size_t *place = AN_WORK_ARRAY(work, size_t, m->p), n = 0, largest = 0;
	double *s = AN_WORK_ARRAY(work, double, m->p), *info = AN_WORK_ARRAY(work, double, m->p * m->p);
	bool ok = place != NULL && s != NULL && info != NULL;
	gsl_matrix_view v;

	for (size_t d = 1; ok && d < m->d; d++)
		largest = m->share[d] > m->share[largest] ? d : largest;
	for (size_t i = 0; ok && i < m->p; i++) {
		bool counts = (i < 2 * m->k || (with_shares && i != 2 * m->k + largest)) && free_value(m->x0[i]);

		place[i] = counts ? n++ : m->p;
	}
	for (size_t r = 0; ok && r < m->patterns; r++) {
		an_dina_posterior(m->c, m->log_p, m->share, m->code + r * m->k, m->post[0], NULL);
		memset(s, 0, n * sizeof *s);
		score(m, m->code + r * m->k, m->post[0], place, largest, s);
		for (size_t i = 0; i < n; i++)
			for (size_t j = 0; j < n; j++)
				info[i * n + j] += m->people[r] * s[i] * s[j];
	}
	if (ok && n > 0) {
		v = gsl_matrix_view_array(info, n, n);
		ok = gsl_linalg_cholesky_decomp1(&v.matrix) == 0;
		for (size_t i = 0; ok && i < n; i++)
			ok = isfinite(info[i * n + i]) && info[i * n + i] > 1e-7;
		ok = ok && gsl_linalg_cholesky_invert(&v.matrix) == 0;
	}
	for (size_t j = 0; ok && j < m->k; j++) {
		size_t g = place[2 * j], l = place[2 * j + 1];

		items[j].has_guess_se = g != m->p;
		items[j].has_slip_se = l != m->p;
		items[j].guess_se = g != m->p ? sqrt(info[g * n + g]) : 0;
		items[j].slip_se = l != m->p ? sqrt(info[l * n + l]) : 0;
	}
	an_work_release(work, mark);
	return ok;
}

enum an_status an_dina(struct an_view x, const struct an_dina_classes *c, struct an_work *work, struct an_dina *out,
    struct an_dina_item *items, double *share, double *answered, double *right)
{
	struct an_work_mark mark = an_work_mark(work);
	struct em m = { .c = c, .k = c->items, .d = c->distinct, .p = 2 * c->items + c->distinct };
	enum an_status status;

	memset(out, 0, sizeof *out);
	memset(items, 0, c->items * sizeof *items);
	out->parameters = 2 * c->items + c->classes - 1;
	status = x.cols == c->items ? an_view_check(x, &out->missing) : AN_EDATA;
	if (status == AN_OK)
		status = collapse(&m, x, work, out);
	if (status == AN_OK && !room(&m, work))
		status = AN_ENOMEM;
	if (status == AN_OK) {
		for (size_t i = 0; i < 2 * m.k; i++)
			m.x0[i] = START;
		for (size_t g = 0; g < m.d; g++)
			m.x0[2 * m.k + g] = (double)c->size[g] / (double)c->classes;
		status = climb(&m, work, (double)out->people, out);
	}
	if (status == AN_OK) {
		out->loglik = expect(&m, m.x0);
		out->aic = 2 * (double)out->parameters - 2 * out->loglik;
		out->bic = log((double)out->people) * (double)out->parameters - 2 * out->loglik;
		for (size_t j = 0; j < m.k; j++) {
			items[j].guess = m.at[j].guess;
			items[j].slip = m.at[j].slip;
			for (size_t i = 0; i < x.rows; i++)
				items[j].n += an_view_has(x, i, j);
		}
		memcpy(share, m.share, m.d * sizeof *share);
		for (size_t g = 0; g < m.d; g++)
			memcpy(answered + g * m.k, m.answered[0] + g * (m.k + 1), m.k * sizeof *answered);
		memcpy(right, m.right[0], m.d * m.k * sizeof *right);
		if (!errors(&m, work, true, items))
			errors(&m, work, false, items);
	}
	an_work_release(work, mark);
	return status;
}
