#include "analysis/stats/test/dina_model.h"
#include "analysis/stats/numeric/pattern.h"

#include <math.h>
#include <string.h>

size_t an_bits(size_t x)
{
	size_t n = 0;

	for (; x != 0; x &= x - 1)
		n++;
	return n;
}

enum an_status an_dina_classes(const unsigned char *q, size_t items, size_t skills, bool any, struct an_work *work,
    struct an_dina_classes *out)
{
	struct an_patterns alike;
	enum an_status status;
	unsigned char *eta;

	memset(out, 0, sizeof *out);
	if (items == 0 || skills == 0 || skills > AN_DINA_SKILLS)
		return AN_ETOOFEW;
	out->items = items;
	out->skills = skills;
	out->classes = (size_t)1 << skills;
	eta = AN_WORK_ARRAY(work, unsigned char, out->classes *items);
	if (eta == NULL)
		return AN_ENOMEM;
	for (size_t j = 0; j < items; j++) {
		size_t needs = 0;

		for (size_t s = 0; s < skills; s++)
			needs |= (size_t)(q[j * skills + s] != 0) << s;
		if (needs == 0)
			return AN_ETOOFEW;
		for (size_t c = 0; c < out->classes; c++)
			eta[c * items + j] = any ? (c & needs) != 0 : (c & needs) == needs;
	}
	status = an_patterns(eta, out->classes, items, work, &alike);
	if (status != AN_OK)
		return status;
	out->distinct = alike.n;
	out->of = alike.of;
	out->size = AN_WORK_ARRAY(work, size_t, alike.n);
	out->least = AN_WORK_ARRAY(work, size_t, alike.n);
	out->eta = AN_WORK_ARRAY(work, unsigned char, alike.n *items);
	if (out->size == NULL || out->least == NULL || out->eta == NULL)
		return AN_ENOMEM;
	for (size_t g = 0; g < alike.n; g++) {
		out->size[g] = alike.start[g + 1] - alike.start[g];
		out->least[g] = alike.first[g];
		memcpy(out->eta + g * items, eta + alike.first[g] * items, items);
	}
	for (size_t c = 0; c < out->classes; c++)
		if (an_bits(c) < an_bits(out->least[out->of[c]]))
			out->least[out->of[c]] = c;
	return AN_OK;
}

enum an_status an_dina_code(struct an_view x, unsigned char *code)
{
	struct an_missing missing;
	enum an_status status = an_view_check(x, &missing);

	for (size_t i = 0; status == AN_OK && i < x.rows; i++)
		for (size_t j = 0; j < x.cols; j++) {
			double v = an_view_has(x, i, j) ? an_view_at(x, i, j) : 0;

			if (v != 0 && v != 1)
				return AN_EDATA;
			code[i * x.cols + j] = an_view_has(x, i, j) ? (unsigned char)v : AN_DINA_MISSING;
		}
	return status;
}

void an_dina_log_p(const struct an_dina_item *items, size_t k, double *log_p)
{
	for (size_t j = 0; j < k; j++) {
		log_p[j * 4] = log1p(-items[j].guess);
		log_p[j * 4 + 1] = log(items[j].guess);
		log_p[j * 4 + 2] = log(items[j].slip);
		log_p[j * 4 + 3] = log1p(-items[j].slip);
	}
}

double an_dina_posterior(const struct an_dina_classes *c, const double *log_p, const double *share,
    const unsigned char *code, double *post, double *like)
{
	double most = -INFINITY, sum = 0;

	for (size_t g = 0; g < c->distinct; g++) {
		const unsigned char *eta = c->eta + g * c->items;
		double l = 0;

		for (size_t j = 0; j < c->items; j++)
			if (code[j] != AN_DINA_MISSING)
				l += log_p[j * 4 + eta[j] * 2 + code[j]];
		post[g] = l;
		if (like != NULL)
			like[g] = l;
		if (share[g] > 0)
			most = fmax(most, l);
	}
	for (size_t g = 0; g < c->distinct; g++) {
		post[g] = share[g] > 0 ? share[g] * exp(post[g] - most) : 0;
		sum += post[g];
	}
	if (!(sum > 0))
		return -INFINITY; /* answers that this model holds impossible */
	for (size_t g = 0; g < c->distinct; g++)
		post[g] /= sum;
	return most + log(sum);
}

void an_dina_prevalence(const struct an_dina_classes *c, const double *share, double *skill)
{
	memset(skill, 0, c->skills * sizeof *skill);
	for (size_t k = 0; k < c->classes; k++)
		for (size_t s = 0; s < c->skills; s++)
			if (k >> s & 1)
				skill[s] += share[c->of[k]] / (double)c->size[c->of[k]];
}

enum an_status an_dina_people(struct an_view x, const struct an_dina_classes *c, const struct an_dina_item *items,
    const double *share, struct an_work *work, struct an_dina_people *out, double *accuracy, double *by_skill)
{
	struct an_work_mark mark = an_work_mark(work);
	unsigned char *code = AN_WORK_ARRAY(work, unsigned char, x.rows *x.cols);
	double *log_p = AN_WORK_ARRAY(work, double, 4 * c->items), *post = AN_WORK_ARRAY(work, double, c->distinct);
	double *like = AN_WORK_ARRAY(work, double, c->distinct), n = 0;
	enum an_status status = code && log_p && post && like ? an_dina_code(x, code) : AN_ENOMEM;

	*accuracy = 0;
	memset(by_skill, 0, c->skills * sizeof *by_skill);
	if (status == AN_OK)
		an_dina_log_p(items, c->items, log_p);
	for (size_t i = 0; status == AN_OK && i < x.rows; i++) {
		size_t map = 0, mle = 0;

		out->has[i] = an_view_present(x, i) > 0;
		out->map[i] = out->mle[i] = 0;
		out->map_share[i] = 0;
		if (!out->has[i])
			continue;
		an_dina_posterior(c, log_p, share, code + i * x.cols, post, like);
		for (size_t g = 1; g < c->distinct; g++) {
			map = post[g] > post[map] ? g : map;
			mle = like[g] > like[mle] ? g : mle;
		}
		out->map[i] = c->least[map];
		out->mle[i] = c->least[mle];
		out->map_share[i] = post[map];
		an_dina_prevalence(c, post, out->skill + i * c->skills);
		n++;
		*accuracy += post[map];
		for (size_t s = 0; s < c->skills; s++)
			by_skill[s] += fmax(out->skill[i * c->skills + s], 1 - out->skill[i * c->skills + s]);
	}
	*accuracy = n > 0 ? *accuracy / n : 0;
	for (size_t s = 0; s < c->skills; s++)
		by_skill[s] = n > 0 ? by_skill[s] / n : 0;
	an_work_release(work, mark);
	return status == AN_OK && n == 0 ? AN_ETOOFEW : status;
}
