#include "analysis/stats/test/irt_model.h"
#include "analysis/stats/numeric/quadrature.h"

#include <math.h>
#include <string.h>

/* log of 1 / (1 + exp(-x)). */
static double log_logistic(double x)
{
	return x > 0 ? -log1p(exp(-x)) : x - log1p(exp(x));
}

static double logistic(double x)
{
	double e = exp(-fabs(x));

	return x > 0 ? 1 / (1 + e) : e / (1 + e);
}

/* F(x) - F(y) = F(x) F(-y) (1 - exp(y - x)), so that nothing cancels; t = 1 / (exp(x - y) - 1). */
void an_irt_cell(const struct an_irt_item *item, const double *parameter, size_t category, double theta,
    struct an_irt_cell *out)
{
	double a = parameter[item->slope];
	const double *d = parameter + item->first;
	bool has_upper = category > 0, has_lower = category + 1 < item->categories;
	double x = has_upper ? a * theta + d[category - 1] : 0, y = has_lower ? a * theta + d[category] : 0;
	double fx = logistic(x), fy = logistic(y), t = 0;

	memset(out, 0, sizeof *out);
	if (has_upper && has_lower) {
		t = 1 / expm1(d[category - 1] - d[category]);
		out->log_p = log(-expm1(d[category] - d[category - 1]));
	}
	if (has_upper) {
		out->log_p += log_logistic(x);
		out->upper = 1 - fx + t;
		out->upper2 = -fx * (1 - fx) - t * (1 + t);
	}
	if (has_lower) {
		out->log_p += log_logistic(-y);
		out->lower = -fy - t;
		out->lower2 = -fy * (1 - fy) - t * (1 + t);
	}
	out->both = t * (1 + t);
}

bool an_irt_grid_new(struct an_irt_grid *g, const struct an_irt_item *items, size_t k, struct an_work *work)
{
	g->k = k;
	g->points = AN_IRT_POINTS;
	g->items = items;
	g->point = AN_WORK_ARRAY(work, double, g->points);
	g->weight = AN_WORK_ARRAY(work, double, g->points);
	g->log_p = AN_WORK_ARRAY(work, double, k *AN_IRT_CATEGORIES * g->points);
	if (g->point == NULL || g->weight == NULL || g->log_p == NULL)
		return false;
	an_quadrature_normal(g->points, g->point, g->weight);
	return true;
}

void an_irt_grid_set(struct an_irt_grid *g, const double *parameter)
{
	struct an_irt_cell cell;

	for (size_t j = 0; j < g->k; j++)
		for (size_t c = 0; c < g->items[j].categories; c++)
			for (size_t q = 0; q < g->points; q++) {
				an_irt_cell(g->items + j, parameter, c, g->point[q], &cell);
				g->log_p[(j * AN_IRT_CATEGORIES + c) * g->points + q] = cell.log_p;
			}
}

double an_irt_posterior(const struct an_irt_grid *g, const unsigned char *code, double *post)
{
	double most = -INFINITY, sum = 0;

	for (size_t q = 0; q < g->points; q++)
		post[q] = 0;
	for (size_t j = 0; j < g->k; j++) {
		const double *log_p;

		if (code[j] == AN_IRT_MISSING)
			continue;
		log_p = g->log_p + (j * AN_IRT_CATEGORIES + code[j]) * g->points;
		for (size_t q = 0; q < g->points; q++)
			post[q] += log_p[q];
	}
	for (size_t q = 0; q < g->points; q++)
		most = fmax(most, post[q]);
	for (size_t q = 0; q < g->points; q++) {
		post[q] = g->weight[q] * exp(post[q] - most);
		sum += post[q];
	}
	for (size_t q = 0; q < g->points; q++)
		post[q] /= sum;
	return most + log(sum);
}

void an_irt_code(struct an_view x, const struct an_irt_item *items, unsigned char *code)
{
	for (size_t i = 0; i < x.rows; i++)
		for (size_t j = 0; j < x.cols; j++) {
			size_t c = 0;

			code[i * x.cols + j] = AN_IRT_MISSING;
			if (!an_view_has(x, i, j))
				continue;
			while (c + 1 < items[j].categories && items[j].value[c] != an_view_at(x, i, j))
				c++;
			code[i * x.cols + j] = (unsigned char)c;
		}
}
