/* Association of two variables, for each pair of several: Pearson, Spearman, Kendall, gamma. */
#include "analysis/methods/method.h"
#include "analysis/stats/association/concord.h"
#include "analysis/stats/association/correlate.h"
#include "analysis/stats/numeric/matrix.h"
#include "analysis/stats/moments.h"
#include "analysis/stats/numeric/padjust.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#define MISSING_PAIRS N_("by --policy: each pair from the people who have both, or complete rows only")

/* Figures of every pair i < j, in that order; a pair that has none keeps has false. */
struct pair {
	size_t i, j, n;
	bool has, has_holm;
	double value, p, holm;
	bool has_interval;
	struct an_interval interval;
	struct an_spearman spearman;
	struct an_concord concord;
	bool has_exact, has_t;
	double exact, t;
};

struct pairs {
	struct analyse *a;
	size_t k, count;
	struct pair *pair;
	double *x, *y, *w; /* the values of one pair; w NULL without weights */
	const struct analyse_variable *weights;
};

static int pairs_new(struct analyse *a, struct pairs *out, struct err *e)
{
	size_t k = a->items.view.cols, rows = a->items.view.rows;

	*out = (struct pairs){ .a = a, .k = k, .count = k * (k - 1) / 2 };
	if (k < 2)
		return err_set(e, ERR_INPUT, "items", "Here --{1} must name two columns or more.", "items",
		    (char *)NULL);
	out->pair = AN_WORK_ARRAY(a->work, struct pair, out->count);
	out->x = AN_WORK_ARRAY(a->work, double, rows);
	out->y = AN_WORK_ARRAY(a->work, double, rows);
	if (out->pair == NULL || out->x == NULL || out->y == NULL)
		return err_nomem(e);
	for (size_t i = 0, n = 0; i < k; i++)
		for (size_t j = i + 1; j < k; j++, n++)
			out->pair[n] = (struct pair){ .i = i, .j = j };
	return 0;
}

static bool usable(const struct pairs *s, size_t row, const struct pair *p)
{
	struct an_view v = s->a->items.view;

	if (s->weights != NULL && s->weights->why[row] != AN_PRESENT)
		return false;
	if (s->a->policy == AN_LISTWISE)
		return an_view_present(v, row) == v.cols;
	return an_view_has(v, row, p->i) && an_view_has(v, row, p->j);
}

static void gather(struct pairs *s, struct pair *p)
{
	struct an_view v = s->a->items.view;

	p->n = 0;
	for (size_t row = 0; row < v.rows; row++)
		if (usable(s, row, p)) {
			s->x[p->n] = an_view_at(v, row, p->i);
			s->y[p->n] = an_view_at(v, row, p->j);
			if (s->w != NULL)
				s->w[p->n] = s->weights->data[row];
			p->n++;
		}
}

static int adjust(struct pairs *s, struct err *e)
{
	double *p = AN_WORK_ARRAY(s->a->work, double, s->count);
	size_t n = 0;

	if (p == NULL)
		return err_nomem(e);
	for (size_t i = 0; i < s->count; i++)
		if (s->pair[i].has)
			p[n++] = s->pair[i].p;
	if (n > 0 && an_p_adjust(p, n, AN_HOLM, s->a->work, p) != AN_OK)
		return err_nomem(e);
	n = 0;
	for (size_t i = 0; i < s->count; i++)
		if (s->pair[i].has)
			s->pair[i].holm = p[n++];
	return 0;
}

static json_t *pair_names(const struct pairs *s)
{
	json_t *names = json_array();

	for (size_t i = 0; i < s->count; i++)
		json_array_append_new(names,
		    json_sprintf("%s %s", s->a->items.name[s->pair[i].i], s->a->items.name[s->pair[i].j]));
	return names;
}

enum figure { VALUE, P_VALUES, PEOPLE };

/* One figure of every pair as a matrix; of p-values the raw ones below and Holm's above the diagonal. */
static json_t *matrix_of(const struct pairs *s, enum figure which)
{
	json_t *values = json_array(), *names = analyse_item_names(s->a);

	for (size_t i = 0; i < s->k; i++) {
		json_t *row = json_array();

		for (size_t j = 0; j < s->k; j++) {
			size_t low = i < j ? i : j, high = i < j ? j : i;
			const struct pair *p = s->pair + low * (2 * s->k - low - 1) / 2 + high - low - 1;

			if (i == j)
				json_array_append_new(row,
				    which == PEOPLE ? json_null() : json_real(which == VALUE ? 1 : 0));
			else if (which == PEOPLE)
				json_array_append_new(row, analyse_count(p->n));
			else
				json_array_append_new(row,
				    analyse_real_if(p->has,
					which == VALUE ? p->value
					    : i < j    ? p->holm
						       : p->p));
		}
		json_array_append_new(values, row);
	}
	return analyse_table(names, json_copy(names), values);
}

static const struct pair *strongest(const struct pairs *s)
{
	const struct pair *best = NULL;

	for (size_t i = 0; i < s->count; i++)
		if (s->pair[i].has && (best == NULL || fabs(s->pair[i].value) > fabs(best->value)))
			best = s->pair + i;
	return best;
}

/* What all of these methods say: the strongest pair, and how many stand after the correction. */
static void say(struct analyse *a, const struct pairs *s)
{
	const struct pair *p = strongest(s);
	size_t sure = 0, tried = 0;

	if (p == NULL) {
		analyse_warn(a, N_("For no pair is there a figure: too few people, or everyone the same."), SAY_END);
		return;
	}
	if (p->has_interval)
		analyse_say(a,
		    N_("{1} and {2} go together most closely: {3} ({4} interval {5} to {6}), from {7} people; 1 or -1 would "
		       "be complete agreement or opposition, 0 none."),
		    SAY_TEXT(a->items.name[p->i]), SAY_TEXT(a->items.name[p->j]), SAY_NUM(p->value, 2),
		    SAY_PCT(a->level), SAY_NUM(p->interval.lo, 2), SAY_NUM(p->interval.hi, 2), SAY_N(p->n));
	else
		analyse_say(a,
		    N_("{1} and {2} go together most closely: {3}, from {4} people; 1 or -1 would be complete agreement or "
		       "opposition, 0 none."),
		    SAY_TEXT(a->items.name[p->i]), SAY_TEXT(a->items.name[p->j]), SAY_NUM(p->value, 2), SAY_N(p->n));
	for (size_t i = 0; i < s->count; i++) {
		tried += s->pair[i].has;
		sure += s->pair[i].has && s->pair[i].holm < 0.05;
	}
	if (tried > 1)
		analyse_say(a,
		    N_("{1} of {2} pairs are more than chance would give, with allowance for so many pairs (Holm)."),
		    SAY_N(sure), SAY_N(tried));
}

static void check_people(struct analyse *a, const struct pairs *s)
{
	size_t least = SIZE_MAX;

	for (size_t i = 0; i < s->count; i++)
		least = s->pair[i].n < least ? s->pair[i].n : least;
	analyse_check(a, least >= 30,
	    N_("Under about 30 people a correlation moves much by chance; the pair with the fewest has {1}."),
	    SAY_N(least));
}

/* Pearson --------------------------------------------------------------------------------------- */

static int sums(struct analyse *a, struct an_pairs **out, struct err *e)
{
	struct an_pairs *p;

	*out = NULL;
	if (a->items.view.cols > AN_PAIRS_MOST)
		return err_set(e, ERR_INPUT, "items", "This method takes at most {1} items.", "512", (char *)NULL);
	*out = p = an_pairs_new(a->items.view.cols);
	if (p == NULL)
		return err_nomem(e);
	if (an_pairs_centre(p, a->items.view) != AN_OK || an_pairs_add_view(p, a->items.view) != AN_OK)
		return analyse_status(AN_EDATA, "items", e);
	a->used = an_pairs_used(p, a->policy);
	return 0;
}

static int pearson_pairs(struct pairs *s, const struct an_pairs *p, const double *cor, struct err *e)
{
	for (size_t i = 0; i < s->count; i++) {
		struct pair *x = s->pair + i;
		struct an_correlation t;

		x->n = an_pairs_n(p, s->a->policy, x->i, x->j);
		x->value = fmax(-1, fmin(1, cor[x->i * s->k + x->j]));
		x->has = an_correlation_test(x->value, x->n, s->a->level, &t) == AN_OK;
		x->p = t.p;
		x->has_t = t.has_t;
		x->t = t.t;
		x->has_interval = x->has && t.has_interval;
		x->interval = t.interval;
	}
	return adjust(s, e);
}

static json_t *pearson_json(const struct pairs *s)
{
	json_t *values = json_array();

	for (size_t i = 0; i < s->count; i++) {
		const struct pair *x = s->pair + i;

		json_array_append_new(values,
		    json_pack("[o, o, o, o, o, o, o]", analyse_count(x->n), analyse_real(x->value),
			analyse_real_if(x->has_interval, x->interval.lo),
			analyse_real_if(x->has_interval, x->interval.hi), analyse_real_if(x->has && x->has_t, x->t),
			analyse_real_if(x->has, x->p), analyse_real_if(x->has, x->holm)));
	}
	return analyse_sheet(pair_names(s), "n r lo hi t p p_holm", values);
}

/* A straight line is what Pearson's r sees; ranks see any rise. */
static void check_line(struct analyse *a, struct pairs *s)
{
	const struct pair *best = strongest(s);
	struct an_spearman r;
	struct pair p;

	if (best == NULL)
		return;
	p = *best;
	gather(s, &p);
	if (an_spearman(s->x, s->y, p.n, a->work, &r) == AN_OK)
		analyse_check(a, fabs(r.rho - p.value) < 0.1,
		    N_("Pearson's correlation sees straight lines and can hang on a few extreme values: of the closest pair it "
		       "is {1}, and {2} by ranks, which are free of both. The two should be near each other."),
		    SAY_NUM(p.value, 2), SAY_NUM(r.rho, 2));
}

static json_t *people_of(const struct analyse *a, const struct an_pairs *p)
{
	json_t *values = json_array(), *names = analyse_item_names(a);

	for (size_t i = 0; i < p->k; i++) {
		json_t *row = json_array();

		for (size_t j = 0; j < p->k; j++)
			json_array_append_new(row, analyse_count(an_pairs_n(p, a->policy, i, j)));
		json_array_append_new(values, row);
	}
	return analyse_table(names, json_copy(names), values);
}

static json_t *smc_of(const struct analyse *a, const double *cor, double *smc)
{
	size_t k = a->items.view.cols;
	json_t *out;

	if (k < 2 || an_smc(cor, k, a->work, smc) != AN_OK)
		return json_null();
	out = json_object();
	for (size_t i = 0; i < k; i++)
		json_object_set_new(out, a->items.name[i], analyse_real(smc[i]));
	return out;
}

static int correlation_run(struct analyse *a, json_t *result, struct err *e)
{
	size_t k = a->items.view.cols;
	double *cov = AN_WORK_ARRAY(a->work, double, k *k), *cor = AN_WORK_ARRAY(a->work, double, k *k);
	double *one = AN_WORK_ARRAY(a->work, double, k);
	struct an_pairs *p = NULL;
	json_t *eigen = json_array();
	struct pairs s;
	int rc = -1;

	if (cov == NULL || cor == NULL || one == NULL) {
		err_nomem(e);
		goto done;
	}
	if (pairs_new(a, &s, e) != 0 || sums(a, &p, e) != 0 ||
	    analyse_status(an_pairs_cov(p, a->policy, cov), "covariances", e) != 0 ||
	    analyse_status(an_pairs_cor(p, a->policy, cor), "correlations", e) != 0 ||
	    pearson_pairs(&s, p, cor, e) != 0 || analyse_status(an_eigen(cor, k, one, NULL), "eigenvalues", e) != 0)
		goto done;
	for (size_t i = 0; i < k; i++)
		json_array_append_new(eigen, analyse_real(one[i]));
	json_object_set_new(result, "cor", analyse_matrix(cor, k, analyse_item_names(a)));
	json_object_set_new(result, "cov", analyse_matrix(cov, k, analyse_item_names(a)));
	json_object_set_new(result, "n", people_of(a, p));
	json_object_set_new(result, "p", matrix_of(&s, P_VALUES));
	json_object_set_new(result, "pairs", pearson_json(&s));
	json_object_set_new(result, "eigenvalues", json_incref(eigen));
	json_object_set_new(result, "smc", smc_of(a, cor, one));
	say(a, &s);
	check_line(a, &s);
	check_people(a, &s);
	rc = 0;
done:
	json_decref(eigen);
	an_pairs_free(p);
	return rc;
}

#define NOT_CAUSE                                                                                                      \
	N_("That two things go together does not show that one brings about the other: a third can be behind both.")

const struct analyse_method analyse_correlation = {
	.name = "correlation",
	.title = N_("Pearson correlations"),
	.family = FAMILY_ASSOCIATION,
	.not_shown = NOT_CAUSE,
	.r = "library(psych)\n"
	     "cor(x, use = \"{policy|pairwise=pairwise.complete.obs|listwise=complete.obs}\")\n"
	     "corr.test(x, use = \"{policy|pairwise=pairwise|listwise=complete}\", alpha = 1 - {level})$p\n"
	     "for (i in names(x)[-1]) print(cor.test(x[[1]], x[[i]], conf.level = {level}))\n",
	.chart = { CHART_MATRIX, .table = "/result/cor" },
	.summary = N_("Pearson correlations and covariances, with n, tests and intervals of each pair"),
	.reference =
	    "Pearson's r; t on n - 2 degrees of freedom; interval by Fisher's z (1921); p_holm over all pairs (Holm 1979); "
	    "p: raw below the diagonal, Holm's above it, as psych::corr.test; smc: squared multiple correlation of each "
	    "variable with the others; with a variable of 0 and 1 it is the point-biserial correlation",
	.missing_rule = MISSING_PAIRS,
	.options = { OPT_ITEMS, OPT_NA, OPT_KEYS, OPT_POLICY("pairwise"), OPT_LEVEL },
	.output = { "cor", "cov", "n", "p", "pairs", "eigenvalues", "smc" },
	.run = correlation_run,
};

/* Ranks ----------------------------------------------------------------------------------------- */

static enum an_status spearman_pair(struct pairs *s, struct pair *p)
{
	enum an_status status = an_spearman(s->x, s->y, p->n, s->a->work, &p->spearman);

	p->value = p->spearman.rho;
	p->p = p->spearman.p;
	p->has_exact = p->spearman.has_exact;
	p->exact = p->spearman.p_exact;
	return status;
}

static enum an_status concord_pair(struct pairs *s, struct pair *p)
{
	const struct an_concord *c = &p->concord;
	enum an_status status = an_concord(s->x, s->y, s->w, p->n, s->a->level, s->a->work, &p->concord);

	if (status != AN_OK)
		return status;
	p->value = c->tau.value;
	p->interval = c->tau.interval;
	p->has_interval = true;
	p->p = c->has_z ? c->p : 1;
	p->has_exact = c->tied_x == 0 && c->tied_y == 0 && p->n <= AN_KENDALL_EXACT;
	return p->has_exact ? an_kendall_exact(p->value, p->n, s->a->work, &p->exact) : AN_OK;
}

/* Each pair by one function; pairs without a figure stay without one, other failures end it. */
static int each_pair(struct pairs *s, enum an_status (*one)(struct pairs *, struct pair *), struct err *e)
{
	for (size_t i = 0; i < s->count; i++) {
		struct pair *p = s->pair + i;
		enum an_status status;

		gather(s, p);
		status = one(s, p);
		p->has = status == AN_OK;
		if (status != AN_OK && status != AN_ETOOFEW && status != AN_ENOVARIANCE)
			return analyse_status(status, "items", e);
		if (!an_work_go_on(s->a->work, (double)(i + 1) / (double)s->count))
			return analyse_status(AN_ESTOPPED, "items", e);
		s->a->used = p->n > s->a->used ? p->n : s->a->used;
	}
	if (s->count == 1 && !s->pair[0].has)
		return analyse_status(s->pair[0].n < 3 ? AN_ETOOFEW : AN_ENOVARIANCE, "items", e);
	return adjust(s, e);
}

static void common(struct analyse *a, struct pairs *s, json_t *result)
{
	json_object_set_new(result, "cor", matrix_of(s, VALUE));
	json_object_set_new(result, "n", matrix_of(s, PEOPLE));
	json_object_set_new(result, "p", matrix_of(s, P_VALUES));
	say(a, s);
	check_people(a, s);
}

static int spearman_run(struct analyse *a, json_t *result, struct err *e)
{
	json_t *values;
	struct pairs s;

	if (pairs_new(a, &s, e) != 0 || each_pair(&s, spearman_pair, e) != 0)
		return -1;
	common(a, &s, result);
	values = json_array();
	for (size_t i = 0; i < s.count; i++) {
		const struct pair *p = s.pair + i;

		json_array_append_new(values,
		    json_pack("[o, o, o, o, o, o, o]", analyse_count(p->n), analyse_real_if(p->has, p->value),
			analyse_real_if(p->has, p->spearman.s),
			analyse_real_if(p->has && p->spearman.has_t, p->spearman.t), analyse_real_if(p->has, p->p),
			analyse_real_if(p->has && p->has_exact, p->exact), analyse_real_if(p->has, p->holm)));
	}
	json_object_set_new(result, "pairs", analyse_sheet(pair_names(&s), "n rho s t p p_exact p_holm", values));
	return 0;
}

const struct analyse_method analyse_spearman = {
	.name = "spearman",
	.title = N_("Spearman's rank correlations"),
	.family = FAMILY_ASSOCIATION,
	.not_shown = NOT_CAUSE,
	.r = "cor(x, method = \"spearman\", use = \"{policy|pairwise=pairwise.complete.obs|listwise=complete.obs}\")\n"
	     "for (i in names(x)[-1]) print(cor.test(x[[1]], x[[i]], method = \"spearman\", exact = FALSE))\n",
	.chart = { CHART_MATRIX, .table = "/result/cor" },
	.summary = N_("Spearman's rank correlations, with n and tests of each pair"),
	.reference =
	    "Spearman 1904: Pearson's r of average ranks; p by t on n - 2 degrees of freedom, as R's cor.test(exact = "
	    "FALSE); p_exact over all orders for up to nine people without ties; p_holm over all pairs (Holm 1979)",
	.missing_rule = MISSING_PAIRS,
	.options = { OPT_ITEMS, OPT_NA, OPT_KEYS, OPT_POLICY("pairwise"), OPT_LEVEL },
	.output = { "cor", "n", "p", "pairs" },
	.run = spearman_run,
};

static int kendall_run(struct analyse *a, json_t *result, struct err *e)
{
	json_t *values;
	struct pairs s;

	if (pairs_new(a, &s, e) != 0 || each_pair(&s, concord_pair, e) != 0)
		return -1;
	common(a, &s, result);
	values = json_array();
	for (size_t i = 0; i < s.count; i++) {
		const struct pair *p = s.pair + i;
		const struct an_concord *c = &p->concord;

		json_array_append_new(values,
		    json_pack("[o, o, o, o, o, o, o, o, o]", analyse_count(p->n), analyse_real_if(p->has, p->value),
			analyse_real_if(p->has, c->tau.se), analyse_real_if(p->has, p->interval.lo),
			analyse_real_if(p->has, p->interval.hi), analyse_real_if(p->has && c->has_z, c->z),
			analyse_real_if(p->has, p->p), analyse_real_if(p->has && p->has_exact, p->exact),
			analyse_real_if(p->has, p->holm)));
	}
	json_object_set_new(result, "pairs",
	    analyse_sheet(pair_names(&s), "n tau se lo hi z p p_exact p_holm", values));
	return 0;
}

const struct analyse_method analyse_kendall = {
	.name = "kendall",
	.title = N_("Kendall's rank correlations"),
	.family = FAMILY_ASSOCIATION,
	.not_shown = NOT_CAUSE,
	.r = "cor(x, method = \"kendall\", use = \"{policy|pairwise=pairwise.complete.obs|listwise=complete.obs}\")\n"
	     "for (i in names(x)[-1]) print(cor.test(x[[1]], x[[i]], method = \"kendall\", exact = FALSE))\n",
	.chart = { CHART_MATRIX, .table = "/result/cor" },
	.summary = N_("Kendall's tau-b, with n, tests and intervals of each pair"),
	.reference =
	    "Kendall 1970, Rank correlation methods: tau-b; z with the null variance for ties, as R's cor.test(exact = "
	    "FALSE); p_exact without ties for up to 200 people; se and interval asymptotic (Goodman & Kruskal 1972); "
	    "pairs counted in n log n time (Knight 1966)",
	.missing_rule = MISSING_PAIRS,
	.options = { OPT_ITEMS, OPT_NA, OPT_KEYS, OPT_POLICY("pairwise"), OPT_LEVEL },
	.output = { "cor", "n", "p", "pairs" },
	.run = kendall_run,
};

static int load_weights(struct pairs *s, struct analyse_variable *v, struct err *e)
{
	size_t column;

	if (analyse_column_of(s->a, "weights", false, &column, e) != 0)
		return -1;
	if (column == SIZE_MAX)
		return 0;
	for (size_t j = 0; j < s->k; j++)
		if (s->a->items.column[j] == column)
			return err_set(e, ERR_INPUT, "weights",
			    "Column {1} of --{2} cannot be an item too; name the others with --items.",
			    s->a->items.name[j], "weights", (char *)NULL);
	if (analyse_variable_load(s->a, column, v, e) != 0)
		return -1;
	s->weights = v;
	s->w = AN_WORK_ARRAY(s->a->work, double, analyse_rows(s->a));
	return s->w != NULL ? 0 : err_nomem(e);
}

static json_t *gamma_json(const struct pairs *s)
{
	json_t *values = json_array();

	for (size_t i = 0; i < s->count; i++) {
		const struct an_concord *c = &s->pair[i].concord;
		bool has = s->pair[i].has, gamma = has && c->has_gamma;

		json_array_append_new(values,
		    json_pack("[o, o, o, o, o, o, o, o, o, o, o]", analyse_real(c->n),
			analyse_real_if(gamma, c->gamma.value), analyse_real_if(gamma, c->gamma.se),
			analyse_real_if(gamma, c->gamma.interval.lo), analyse_real_if(gamma, c->gamma.interval.hi),
			analyse_real_if(has, c->concordant), analyse_real_if(has, c->discordant),
			analyse_real_if(has, c->d_yx.value), analyse_real_if(has, c->d_yx.se),
			analyse_real_if(has, c->d_xy.value), analyse_real_if(has, c->d_xy.se)));
	}
	return analyse_sheet(pair_names(s), "n gamma se lo hi concordant discordant d_yx d_yx_se d_xy d_xy_se", values);
}

/* From here on a pair's figure is gamma. */
static void to_gamma(struct pairs *s)
{
	for (size_t i = 0; i < s->count; i++) {
		struct pair *p = s->pair + i;

		p->has = p->has && p->concord.has_gamma;
		p->value = p->concord.gamma.value;
		p->interval = p->concord.gamma.interval;
		p->n = (size_t)llround(p->concord.n);
	}
}

static void warn_ties(struct analyse *a, const struct pairs *s)
{
	const struct pair *p = strongest(s);
	double all, left;

	if (p == NULL)
		return;
	all = p->concord.n * (p->concord.n - 1) / 2;
	left = p->concord.concordant + p->concord.discordant;
	if (left < 0.5 * all)
		analyse_warn(a,
		    N_("Gamma looks only at pairs of people who differ in both: {1} of all pairs for {2} and {3}. The fewer "
		       "they are, the further it lies from the other measures."),
		    SAY_PCT(left / all), SAY_TEXT(a->items.name[p->i]), SAY_TEXT(a->items.name[p->j]));
}

static int gamma_run(struct analyse *a, json_t *result, struct err *e)
{
	struct analyse_variable v;
	struct pairs s;

	if (pairs_new(a, &s, e) != 0 || load_weights(&s, &v, e) != 0 || each_pair(&s, concord_pair, e) != 0)
		return -1;
	to_gamma(&s);
	json_object_set_new(result, "cor", matrix_of(&s, VALUE));
	json_object_set_new(result, "pairs", gamma_json(&s));
	say(a, &s);
	check_people(a, &s);
	warn_ties(a, &s);
	return 0;
}

const struct analyse_method analyse_gamma = {
	.name = "gamma",
	.title = N_("Goodman and Kruskal's gamma"),
	.family = FAMILY_ASSOCIATION,
	.not_shown = NOT_CAUSE,
	.r = "library(vcdExtra)\n"
	     "w <- if (is.null({weights})) rep(1, nrow(x)) else d[[{weights}]]\n"
	     "GKgamma(xtabs(w ~ x[[1]] + x[[2]]), level = {level})\n",
	.chart = { CHART_ESTIMATES, .table = "/result/pairs", .value = "gamma", .lo = "lo", .hi = "hi" },
	.summary = N_("Goodman and Kruskal's gamma and Somers' d of ordered answers, with standard errors"),
	.reference =
	    "Goodman & Kruskal 1954, 1963, 1972; Somers 1962: d_yx with the second variable depending on the first",
	.missing_rule = MISSING_PAIRS,
	.options = { OPT_ITEMS, OPT_NA, OPT_KEYS, OPT_POLICY("pairwise"), OPT_LEVEL,
	    { "weights", OPT_COLUMN, "", NULL, N_("column that says how often a row counts, for a table of counts"),
		USE_FILE } },
	.output = { "cor", "pairs" },
	.run = gamma_run,
};
