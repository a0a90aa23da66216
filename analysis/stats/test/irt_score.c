#include "analysis/stats/test/irt_model.h"
#include "analysis/stats/numeric/sum.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

double an_irt_probability(const struct an_irt_item *item, const double *parameter, size_t category, double theta)
{
	struct an_irt_cell x;

	an_irt_cell(item, parameter, category, theta, &x);
	return exp(x.log_p);
}

double an_irt_information(const struct an_irt_item *item, const double *parameter, double theta)
{
	double a = parameter[item->slope], info = 0;

	for (size_t c = 0; c < item->categories; c++) {
		struct an_irt_cell x;

		an_irt_cell(item, parameter, c, theta, &x);
		info += exp(x.log_p) * (x.upper + x.lower) * (x.upper + x.lower);
	}
	return a * a * info;
}

void an_irt_compare(const struct an_irt *fewer, const struct an_irt *more, struct an_irt_lr *out)
{
	out->lr = fmax(0, 2 * (more->loglik - fewer->loglik));
	out->df = (double)more->parameters - (double)fewer->parameters;
	out->p = gsl_cdf_chisq_Q(out->lr, out->df);
}

enum an_status an_irt_eap(struct an_view x, const struct an_irt_item *items, const double *parameter,
    struct an_work *work, double *eap, double *sd, unsigned char *has, double *reliability)
{
	struct an_work_mark mark = an_work_mark(work);
	unsigned char *code = AN_WORK_ARRAY(work, unsigned char, x.rows *x.cols);
	double *post = AN_WORK_ARRAY(work, double, AN_IRT_POINTS), *all = AN_WORK_ARRAY(work, double, x.rows);
	struct an_irt_grid grid;
	double error = 0;
	size_t n = 0;

	*reliability = 0;
	if (code == NULL || post == NULL || all == NULL || !an_irt_grid_new(&grid, items, x.cols, work)) {
		an_work_release(work, mark);
		return AN_ENOMEM;
	}
	an_irt_code(x, items, code);
	an_irt_grid_set(&grid, parameter);
	for (size_t i = 0; i < x.rows; i++) {
		double square = 0;

		has[i] = an_view_present(x, i) > 0;
		eap[i] = sd[i] = 0;
		if (!has[i])
			continue;
		an_irt_posterior(&grid, code + i * x.cols, post);
		for (size_t q = 0; q < grid.points; q++)
			eap[i] += post[q] * grid.point[q];
		for (size_t q = 0; q < grid.points; q++)
			square += post[q] * (grid.point[q] - eap[i]) * (grid.point[q] - eap[i]);
		sd[i] = sqrt(square);
		error += square;
		all[n++] = eap[i];
	}
	if (n > 1) {
		struct an_central c;

		an_central_of(all, n, &c);
		*reliability = c.m2 / (double)(n - 1) / (c.m2 / (double)(n - 1) + error / (double)n);
	}
	an_work_release(work, mark);
	return AN_OK;
}

/* By number right 0..k: people and, of them, those with the studied item right; expected share
 * right. */
struct scores {
	size_t k;
	double *people, *right, *expected;
};

/* Distribution of the number right at each point, by adding one item after the other (Lord &
 * Wingersky 1984); without: an item left out, or k for none.  dist: points x (k + 1). */
static void number_right(const struct an_irt_grid *g, size_t without, double *dist)
{
	size_t k = g->k;

	for (size_t q = 0; q < g->points; q++) {
		double *d = dist + q * (k + 1);
		size_t n = 0;

		memset(d, 0, (k + 1) * sizeof *d);
		d[0] = 1;
		for (size_t j = 0; j < k; j++) {
			double p = exp(g->log_p[(j * AN_IRT_CATEGORIES + 1) * g->points + q]);

			if (j == without)
				continue;
			n++;
			for (size_t s = n; s > 0; s--)
				d[s] = d[s] * (1 - p) + d[s - 1] * p;
			d[0] *= 1 - p;
		}
	}
}

static void expect_right(const struct an_irt_grid *g, size_t j, const double *all, const double *others,
    struct scores *s)
{
	for (size_t r = 1; r < s->k; r++) {
		double right = 0, any = 0;

		for (size_t q = 0; q < g->points; q++) {
			double p = exp(g->log_p[(j * AN_IRT_CATEGORIES + 1) * g->points + q]);

			right += g->weight[q] * p * others[q * (s->k + 1) + r - 1];
			any += g->weight[q] * all[q * (s->k + 1) + r];
		}
		s->expected[r] = right / any;
	}
}

struct cell {
	double people, right, expected; /* expected: count right */
};

/* Scores with people, merged until every expected count of right and wrong is 1 or more. */
static size_t merge(const struct scores *s, struct cell *cell)
{
	size_t n = 0;

	for (size_t r = 1; r < s->k; r++)
		if (s->people[r] > 0)
			cell[n++] = (struct cell){ s->people[r], s->right[r], s->people[r] * s->expected[r] };
	for (;;) {
		size_t i = 0, into;

		while (i < n && cell[i].expected >= 1 && cell[i].people - cell[i].expected >= 1)
			i++;
		if (i == n || n == 1)
			return n;
		into = i == 0 ? 1 : i == n - 1 ? n - 2 : cell[i - 1].people <= cell[i + 1].people ? i - 1 : i + 1;
		cell[into].people += cell[i].people;
		cell[into].right += cell[i].right;
		cell[into].expected += cell[i].expected;
		memmove(cell + i, cell + i + 1, (n - i - 1) * sizeof *cell);
		n--;
	}
}

static void test(const struct cell *cell, size_t n, double free, struct an_irt_fit *out)
{
	double people = 0;

	memset(out, 0, sizeof *out);
	for (size_t i = 0; i < n; i++) {
		double off = cell[i].right - cell[i].expected;

		people += cell[i].people;
		out->s_x2 += off * off * cell[i].people / (cell[i].expected * (cell[i].people - cell[i].expected));
	}
	out->df = (double)n - free;
	out->has = out->df > 0 && isfinite(out->s_x2);
	if (!out->has)
		return;
	out->p = gsl_cdf_chisq_Q(out->s_x2, out->df);
	out->rmsea = people > 1 ? sqrt(fmax(0, (out->s_x2 - out->df) / (out->df * (people - 1)))) : 0;
}

/* Complete rows by number right; right of item j among them. */
static size_t count_scores(struct an_view x, const unsigned char *code, size_t j, struct scores *s)
{
	size_t n = 0;

	memset(s->people, 0, (s->k + 1) * sizeof *s->people);
	memset(s->right, 0, (s->k + 1) * sizeof *s->right);
	for (size_t i = 0; i < x.rows; i++) {
		size_t score = 0;

		if (an_view_present(x, i) < x.cols)
			continue;
		for (size_t c = 0; c < x.cols; c++)
			score += code[i * x.cols + c];
		s->people[score]++;
		s->right[score] += code[i * x.cols + j];
		n++;
	}
	return n;
}

enum an_status an_irt_s_x2(struct an_view x, const struct an_irt_item *items, const double *parameter, double free,
    struct an_work *work, struct an_irt_fit *fit)
{
	struct an_work_mark mark = an_work_mark(work);
	size_t k = x.cols;
	unsigned char *code = AN_WORK_ARRAY(work, unsigned char, x.rows *k);
	double *all = AN_WORK_ARRAY(work, double, AN_IRT_POINTS *(k + 1));
	double *others = AN_WORK_ARRAY(work, double, AN_IRT_POINTS *(k + 1));
	struct cell *cell = AN_WORK_ARRAY(work, struct cell, k + 1);
	struct scores s = { k, AN_WORK_ARRAY(work, double, k + 1), AN_WORK_ARRAY(work, double, k + 1),
		AN_WORK_ARRAY(work, double, k + 1) };
	struct an_irt_grid grid;
	enum an_status status = AN_OK;

	if (!code || !all || !others || !cell || !s.people || !s.right || !s.expected ||
	    !an_irt_grid_new(&grid, items, k, work))
		status = AN_ENOMEM;
	for (size_t j = 0; status == AN_OK && j < k; j++)
		if (items[j].categories != 2)
			status = AN_EDATA;
	if (status == AN_OK) {
		an_irt_code(x, items, code);
		an_irt_grid_set(&grid, parameter);
		number_right(&grid, k, all);
	}
	for (size_t j = 0; status == AN_OK && j < k; j++) {
		if (count_scores(x, code, j, &s) == 0) {
			status = AN_ETOOFEW;
			break;
		}
		number_right(&grid, j, others);
		expect_right(&grid, j, all, others, &s);
		test(cell, merge(&s, cell), free, fit + j);
	}
	an_work_release(work, mark);
	return status;
}
