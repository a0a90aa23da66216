/* Reliability of a scale from factors and from splits. */
#include "analysis/methods/correlations.h"
#include "analysis/stats/factor/factor.h"
#include "analysis/stats/scale/guttman.h"
#include "analysis/stats/scale/reliability.h"
#include "analysis/stats/factor/schmid.h"

#include <stdlib.h>
#include <string.h>

#define MISSING_POLICY N_("by --policy: each correlation from the people who have both items, or complete rows only")

static void omega_say(struct analyse *a, const struct an_factor *f, const struct analyse_cor *c)
{
	analyse_say(a,
	    N_("Omega is {1}: that share of the differences in the total score is what the {2} items have in common."),
	    SAY_NUM(f->omega, 2), SAY_N(c->k));
	if (f->omega >= 0.9)
		analyse_say(a, N_("The items agree closely enough for statements about single persons."), SAY_END);
	else if (f->omega >= 0.7)
		analyse_say(a, N_("The items agree well enough to compare groups, not to judge single persons."),
		    SAY_END);
	else
		analyse_say(a,
		    N_("The items agree too little for their sum to be read as one thing; look at them one by one."),
		    SAY_END);
	analyse_check(a, f->explained >= 0.4,
	    N_("One factor is a fair description when it accounts for 40 % of the items' variance or more; here it is {1}."),
	    SAY_PCT(f->explained));
	if (f->heywood > 0)
		analyse_warn(a,
		    N_("For {1} items nothing of their own would be left (a Heywood case): too many factors, too few "
		       "people, or two items that say the same."),
		    SAY_N(f->heywood));
}

static int omega_run(struct analyse *a, json_t *result, struct err *e)
{
	size_t k = a->items.view.cols;
	double *l = AN_WORK_ARRAY(a->work, double, k), *u = AN_WORK_ARRAY(a->work, double, k);
	bool ml = strcmp(analyse_text(a, "extraction"), "ml") == 0;
	struct analyse_cor c;
	struct an_factor f = { 0 };

	if (l == NULL || u == NULL)
		return err_nomem(e);
	if (analyse_cor_load(a, &c, e) != 0 ||
	    analyse_status((ml ? an_factor_ml : an_factor_minres)(c.cor, k, a->work, l, u, &f), "omega", e) != 0)
		return -1;
	json_object_set_new(result, "omega", analyse_real(f.omega));
	json_object_set_new(result, "explained", analyse_real(f.explained));
	json_object_set_new(result, "loadings", analyse_by_item(a, l));
	json_object_set_new(result, "uniquenesses", analyse_by_item(a, u));
	json_object_set_new(result, "objective", analyse_real(f.objective));
	json_object_set_new(result, "heywood", analyse_count(f.heywood));
	json_object_set_new(result, "convergence", analyse_fit(&f.fit));
	omega_say(a, &f, &c);
	return analyse_against(a, c.cor, NULL, result, e);
}

const struct analyse_method analyse_omega = {
	.name = "omega",
	.codes = true,
	.title = N_("McDonald's omega"),
	.family = FAMILY_SCALE,
	.not_shown = N_("Omega takes for granted that one factor is behind all items; where there are several, omega "
			"hierarchical shows how much of the total score is common to all."),
	.r = "library(psych)\n"
	     "m <- {input|data=x|correlation=as.matrix(x)}\n"
	     "u <- \"{policy|pairwise=pairwise.complete.obs|listwise=complete.obs}\"\n"
	     "r <- {input|data=cor(x, use = u)|correlation=cov2cor(m)}\n"
	     "f <- fa(r, 1, fm = {extraction})\n"
	     "sum(f$loadings)^2 / (sum(f$loadings)^2 + sum(f$uniquenesses))\n"
	     "f$loadings\n",
	.summary = N_("McDonald's omega (total) of one common factor, with its loadings"),
	.reference = "McDonald 1999, Test theory; minres Harman & Jones 1966; maximum likelihood Joreskog 1967",
	.missing_rule = MISSING_POLICY,
	.options = { OPT_ITEMS, OPT_NA, OPT_KEYS, OPT_POLICY("pairwise"), OPT_INPUT,
	    { "extraction", OPT_CHOICE, "minres", "minres|ml", N_("how the factor is fitted") } },
	.output = { "omega", "explained", "loadings", "uniquenesses", "objective", "heywood", "convergence",
	    "negative_on_component" },
	.run = omega_run,
};

static int make_room(struct analyse *a, size_t k, size_t m, struct an_schmid *s, struct err *e)
{
	s->general = AN_WORK_ARRAY(a->work, double, k);
	s->group = AN_WORK_ARRAY(a->work, double, k *m);
	s->unique = AN_WORK_ARRAY(a->work, double, k);
	s->pattern = AN_WORK_ARRAY(a->work, double, k *m);
	s->phi = AN_WORK_ARRAY(a->work, double, m *m);
	s->second = AN_WORK_ARRAY(a->work, double, m);
	s->against = AN_WORK_ARRAY(a->work, bool, k);
	s->groups = AN_WORK_ARRAY(a->work, struct an_omega_group, m);
	return s->general != NULL && s->group != NULL && s->unique != NULL && s->pattern != NULL && s->phi != NULL &&
		s->second != NULL && s->against != NULL && s->groups != NULL
	    ? 0
	    : err_nomem(e);
}

/* An item a row: general, one column for each group factor, what is common, what is its own, share general. */
static json_t *schmid_table(const struct analyse *a, const struct an_schmid *s, size_t m)
{
	json_t *cols = analyse_factor_names(m, "F"), *values = json_array();

	json_array_insert_new(cols, 0, json_string("general"));
	json_array_append_new(cols, json_string("communality"));
	json_array_append_new(cols, json_string("uniqueness"));
	json_array_append_new(cols, json_string("share_general"));
	for (size_t i = 0; i < a->items.view.cols; i++) {
		json_t *row = analyse_numbers_json(s->group + i * m, m);
		double h = 1 - s->unique[i];

		json_array_insert_new(row, 0, analyse_real(s->general[i]));
		json_array_append_new(row, analyse_real(h));
		json_array_append_new(row, analyse_real(s->unique[i]));
		json_array_append_new(row, analyse_real_if(h > 0, s->general[i] * s->general[i] / h));
		json_array_append_new(values, row);
	}
	return analyse_table(analyse_item_names(a), cols, values);
}

static json_t *groups_table(const struct an_schmid *s, size_t m)
{
	json_t *values = json_array();

	for (size_t q = 0; q < m; q++) {
		const struct an_omega_group *g = s->groups + q;

		json_array_append_new(values,
		    json_pack("[o, o, o, o, o]", analyse_count(g->items), analyse_real_if(g->has, g->total),
			analyse_real_if(g->has, g->general), analyse_real_if(g->has, g->own),
			analyse_real(s->second[q])));
	}
	return analyse_sheet(analyse_factor_names(m, "F"), "items total general group loading_on_general", values);
}

static void omega_h_say(struct analyse *a, const struct an_schmid *s)
{
	analyse_say(a,
	    N_("Omega hierarchical is {1}: that share of the differences in the total score comes from one thing that all "
	       "items have in common. Together with the group factors the items explain {2} (omega total)."),
	    SAY_NUM(s->omega_h, 2), SAY_NUM(s->omega_total, 2));
	if (s->omega_h >= 0.7)
		analyse_say(a, N_("The total score can be read as one thing."), SAY_END);
	else if (s->omega_h >= 0.5)
		analyse_say(a,
		    N_("The total score can be read as one thing only with care; look at the parts as well."), SAY_END);
	else
		analyse_say(a, N_("The total score mixes several things; report the parts instead."), SAY_END);
	for (size_t i = 0; i < a->items.view.cols; i++)
		if (s->against[i])
			analyse_warn(a,
			    N_("Item {1} runs against the general factor. The shares here are those of the sum with this "
			       "item turned round, as psych::omega does; if it is worded the other way, say so with "
			       "--reverse."),
			    SAY_TEXT(a->items.name[i]));
	if (s->dof < 0)
		analyse_warn(a,
		    N_("So many factors cannot be determined from so few items (degrees of freedom: {1}): other loadings "
		       "fit as well, and these must not be interpreted."),
		    SAY_NUM((double)s->dof, 0));
	if (s->heywood > 0)
		analyse_warn(a,
		    N_("For {1} items nothing of their own would be left (a Heywood case): too many factors, too few "
		       "people, or two items that say the same."),
		    SAY_N(s->heywood));
	if (s->heywood_general)
		analyse_warn(a,
		    N_("A group factor coincides with the general one; the groups cannot be told apart well, and omega "
		       "hierarchical is uncertain."),
		    SAY_END);
}

static int omega_h_run(struct analyse *a, json_t *result, struct err *e)
{
	size_t k = a->items.view.cols, m = analyse_whole(a, "factors");
	struct an_schmid s = { 0 };
	struct analyse_cor c;

	if (m < 2 || m >= k)
		return err_set(e, ERR_INPUT, "factors",
		    "--{1} must be at least 2 and less than the number of items: group factors below the general one.",
		    "factors", (char *)NULL);
	if (analyse_cor_load(a, &c, e) != 0 || make_room(a, k, m, &s, e) != 0 ||
	    analyse_status(an_schmid(c.cor, k, m, a->work, &s), "omega", e) != 0)
		return -1;
	json_object_set_new(result, "omega_h", analyse_real(s.omega_h));
	json_object_set_new(result, "omega_total", analyse_real(s.omega_total));
	json_object_set_new(result, "omega_lim", analyse_real(s.omega_lim));
	json_object_set_new(result, "alpha", analyse_real(s.alpha));
	json_object_set_new(result, "g6", analyse_real(s.g6));
	json_object_set_new(result, "ecv", analyse_real(s.ecv));
	json_object_set_new(result, "schmid", schmid_table(a, &s, m));
	json_object_set_new(result, "groups", groups_table(&s, m));
	json_object_set_new(result, "phi", analyse_matrix(s.phi, m, analyse_factor_names(m, "F")));
	json_object_set_new(result, "turned", json_array());
	for (size_t i = 0; i < k; i++)
		if (s.against[i])
			json_array_append_new(json_object_get(result, "turned"), json_string(a->items.name[i]));
	json_object_set_new(result, "dof", json_integer(s.dof));
	json_object_set_new(result, "heywood", analyse_count(s.heywood));
	json_object_set_new(result, "convergence", analyse_fit(&s.fit));
	omega_h_say(a, &s);
	return 0;
}

const struct analyse_method analyse_omega_h = {
	.name = "omega_h",
	.codes = true,
	.title = N_("Omega hierarchical"),
	.family = FAMILY_SCALE,
	.not_shown =
	    N_("The split into a general and group factors depends on how many groups are asked for; it does not "
	       "show that the groups are real."),
	.r = "library(psych); library(GPArotation)\n"
	     "m <- {input|data=x|correlation=as.matrix(x)}\n"
	     "u <- \"{policy|pairwise=pairwise.complete.obs|listwise=complete.obs}\"\n"
	     "r <- {input|data=cor(x, use = u)|correlation=cov2cor(m)}\n"
	     "omega(r, nfactors = {factors}, plot = FALSE)\n",
	.chart = { CHART_ESTIMATES, .table = "/result/schmid", .value = "general" },
	.summary = N_("omega hierarchical and total: a general factor above group factors (Schmid-Leiman)"),
	.reference =
	    "McDonald 1999; Zinbarg, Revelle, Yovel & Li 2005; Schmid & Leiman 1957; minres and oblimin; figures "
	    "with items turned round that run against the general factor, as psych::omega (flip = TRUE)",
	.missing_rule = MISSING_POLICY,
	.options = { OPT_ITEMS, OPT_NA, OPT_KEYS, OPT_POLICY("pairwise"), OPT_INPUT,
	    { "factors", OPT_WHOLE, "3", NULL, N_("group factors, two or more") } },
	.output = { "omega_h", "omega_total", "omega_lim", "alpha", "g6", "ecv", "schmid", "groups", "phi", "turned",
	    "dof", "heywood", "convergence" },
	.run = omega_h_run,
};

/* Covariances in place of correlations, when asked for. */
static int covariances(struct analyse *a, double *cov, struct err *e)
{
	struct an_pairs *p = analyse_pairs(a, e);
	int rc;

	if (p == NULL)
		return -1;
	rc = analyse_status(an_pairs_cov(p, a->policy, cov), "covariances", e);
	an_pairs_free(p);
	return rc;
}

static json_t *halves(const struct analyse *a, const bool *best)
{
	json_t *first = json_array(), *second = json_array();

	for (size_t i = 0; i < a->items.view.cols; i++)
		json_array_append_new(best[i] ? first : second, json_string(a->items.name[i]));
	return json_pack("[o, o]", first, second);
}

static int guttman_run(struct analyse *a, json_t *result, struct err *e)
{
	static const char *const names[] = { "lambda1", "lambda2", "lambda3", "lambda4", "lambda5", "lambda6" };
	bool raw = strcmp(analyse_text(a, "of"), "covariance") == 0, *best;
	double *cov;
	struct an_guttman g;
	struct analyse_cor c;

	if (analyse_cor_load(a, &c, e) != 0)
		return -1;
	if (raw && c.pairs == NULL)
		return err_set(e, ERR_INPUT, "of", "Covariances need answers; with --{1} correlation there are none.",
		    "input", (char *)NULL);
	best = AN_WORK_ARRAY(a->work, bool, c.k);
	cov = raw ? AN_WORK_ARRAY(a->work, double, c.k *c.k) : c.cor;
	if (best == NULL || cov == NULL)
		return err_nomem(e);
	if (analyse_whole(a, "draws") < 1)
		return err_set(e, ERR_INPUT, "draws", "--{1} must be at least 1.", "draws", (char *)NULL);
	if ((raw && covariances(a, cov, e) != 0) ||
	    analyse_status(an_guttman(cov, c.k, analyse_whole(a, "draws"), (uint64_t)analyse_whole(a, "seed"), a->work,
			       &g, best),
		"lambda", e) != 0)
		return -1;
	for (size_t i = 0; i < 6; i++)
		json_object_set_new(result, names[i], analyse_real(g.lambda[i]));
	json_object_set_new(result, "splits",
	    json_pack("{s:o, s:b, s:o, s:o, s:o, s:o}", "n", analyse_count(g.splits), "exact", g.exact, "best",
		analyse_real(g.lambda[3]), "worst", analyse_real(g.worst), "mean", analyse_real(g.mean), "best_halves",
		halves(a, best)));
	analyse_say(a,
	    N_("The reliability of the total score is at least {1} (lambda 2) and by the best split {2} (lambda 4); alpha, "
	       "lambda 3, is {3}."),
	    SAY_NUM(g.lambda[1], 2), SAY_NUM(g.lambda[3], 2), SAY_NUM(g.lambda[2], 2));
	analyse_check(a, g.worst >= 0.5,
	    N_("Items that measure one thing agree however they are split; the worst split gives {1}."),
	    SAY_NUM(g.worst, 2));
	if (c.n > 0 && c.n < 1000)
		analyse_warn(a,
		    N_("The best split takes advantage of chance: with {1} people lambda 4 tends to be too high."),
		    SAY_N(c.n));
	return analyse_against(a, c.cor, NULL, result, e);
}

const struct analyse_method analyse_guttman = {
	.name = "guttman",
	.codes = true,
	.title = N_("Guttman's lambdas"),
	.family = FAMILY_SCALE,
	.not_shown =
	    N_("Each lambda is a lower bound of reliability in the population, not an estimate with a margin of "
	       "error, and none shows that the items measure one thing."),
	.r = "library(psych)\n"
	     "m <- {input|data=x|correlation=as.matrix(x)}\n"
	     "u <- \"{policy|pairwise=pairwise.complete.obs|listwise=complete.obs}\"\n"
	     "r <- {input|data=cov(x, use = u)|correlation=as.matrix(x)}\n"
	     "r <- {of|correlation=cov2cor(r)|covariance=r}\n"
	     "V <- sum(r); k <- ncol(r); o <- r - diag(diag(r))\n"
	     "c(lambda1 = 1 - sum(diag(r)) / V, lambda2 = (sum(o) + sqrt(sum(o^2) * k / (k - 1))) / V,\n"
	     "  lambda3 = k / (k - 1) * (1 - sum(diag(r)) / V),\n"
	     "  lambda5 = 1 - sum(diag(r)) / V + 2 * sqrt(max(colSums(o^2))) / V,\n"
	     "  lambda6 = (sum(o) + sum(smc(r, covar = {of|correlation=FALSE|covariance=TRUE}))) / V)\n"
	     "splitHalf(r, check.keys = FALSE, covar = {of|correlation=FALSE|covariance=TRUE})\n"
	     "# its lambda 4 is the best of all splits when the number of items is even, else of half of them\n",
	.summary = N_("Guttman's six lower bounds of reliability, with the best and the worst split into halves"),
	.reference =
	    "Guttman 1945; lambda 4: best of all splits up to 24 items, else the best found; worst split (beta) "
	    "Revelle 1979; of correlations as psych::guttman unless --of covariance",
	.missing_rule = MISSING_POLICY,
	.options = { OPT_ITEMS, OPT_NA, OPT_KEYS, OPT_POLICY("pairwise"), OPT_INPUT,
	    { "of", OPT_CHOICE, "correlation", "correlation|covariance",
		N_("standardised items, or items as they are") },
	    { "draws", OPT_WHOLE, "200", NULL, N_("random splits to begin from with more than 24 items") }, OPT_SEED },
	.output = { "lambda1", "lambda2", "lambda3", "lambda4", "lambda5", "lambda6", "splits",
	    "negative_on_component" },
	.run = guttman_run,
};

/* The items of --first, or those that --split puts into the first half. */
static int choose_half(const struct analyse *a, bool *first, struct err *e)
{
	size_t k = a->items.view.cols, *column = NULL, n = 0;
	bool odd = strcmp(analyse_text(a, "split"), "odd_even") == 0;

	if (!analyse_given(a, "first")) {
		for (size_t i = 0; i < k; i++)
			first[i] = odd ? i % 2 == 0 : i < (k + 1) / 2;
		return 0;
	}
	if (analyse_columns(a->frame, analyse_text(a, "first"), "first", &column, &n, e) != 0)
		return -1;
	for (size_t c = 0; c < n; c++) {
		bool found = false;

		for (size_t i = 0; i < k; i++)
			if (a->items.column[i] == column[c])
				found = first[i] = true;
		if (!found) {
			err_set(e, ERR_INPUT, "first", "Column {1} of --{2} is not among the items.",
			    analyse_column_name(a, column[c]), "first", (char *)NULL);
			free(column);
			return -1;
		}
	}
	free(column);
	return 0;
}

static int split_half_run(struct analyse *a, json_t *result, struct err *e)
{
	size_t k = a->items.view.cols;
	bool *first = AN_WORK_ARRAY(a->work, bool, k);
	double *cor = AN_WORK_ARRAY(a->work, double, k *k);
	struct an_pairs *p;
	struct an_split s;
	int rc = -1;

	if (first == NULL || cor == NULL)
		return err_nomem(e);
	if (choose_half(a, first, e) != 0 || (p = analyse_pairs(a, e)) == NULL)
		return -1;
	if (analyse_status(an_split(p, a->policy, first, a->work, &s), "halves", e) != 0)
		goto done;
	a->used = s.used;
	json_object_set_new(result, "n", analyse_count(s.used));
	json_object_set_new(result, "r", analyse_real(s.r));
	json_object_set_new(result, "spearman_brown", analyse_real(s.spearman_brown));
	json_object_set_new(result, "flanagan", analyse_real(s.flanagan));
	json_object_set_new(result, "halves", halves(a, first));
	analyse_say(a,
	    N_("The two halves correlate {1}; stepped up to the whole scale that is a reliability of {2} (Spearman-Brown)."),
	    SAY_NUM(s.r, 2), SAY_NUM(s.spearman_brown, 2));
	analyse_check(a, s.spearman_brown - s.flanagan <= 0.05,
	    N_("Stepping up takes for granted that the halves spread alike; without that the reliability is {1} (Flanagan)."),
	    SAY_NUM(s.flanagan, 2));
	rc = 0;
	if (an_pairs_cor(p, a->policy, cor) == AN_OK)
		rc = analyse_against(a, cor, NULL, result, e);
	else
		json_object_set_new(result, "negative_on_component", json_null());
done:
	an_pairs_free(p);
	return rc;
}

const struct analyse_method analyse_split_half = {
	.name = "split_half",
	.codes = true,
	.title = N_("Split-half reliability"),
	.family = FAMILY_SCALE,
	.not_shown =
	    N_("Another split gives another figure: alpha is the mean of all, and Guttman's lambda 4 the best."),
	.r = "f <- {first}; s <- {split}; k <- ncol(x)\n"
	     "if (is.null(f)) f <- names(x)[if (s == \"odd_even\") seq(1, k, 2) else 1:ceiling(k / 2)]\n"
	     "v <- cov(x, use = \"{policy|pairwise=pairwise.complete.obs|listwise=complete.obs}\")\n"
	     "h <- names(x) %in% f; ab <- sum(v[h, !h]); r <- ab / sqrt(sum(v[h, h]) * sum(v[!h, !h]))\n"
	     "c(r = r, spearman_brown = 2 * r / (1 + r), flanagan = 4 * ab / sum(v))\n",
	.summary = N_("reliability from two halves of a scale, by Spearman-Brown and by Flanagan"),
	.reference = "Spearman 1910; Brown 1910; Flanagan (Rulon 1939), which is Guttman's lambda 4 of this split",
	.missing_rule = N_("by --policy: complete rows only, or each covariance from the people who have both items"),
	.options = { OPT_ITEMS, OPT_NA, OPT_KEYS, OPT_POLICY("listwise"),
	    { "split", OPT_CHOICE, "odd_even", "odd_even|first_second",
		N_("how the items are parted, in their order") },
	    { "first", OPT_COLUMNS, "", NULL, N_("items of the first half, in place of --split") } },
	.output = { "n", "r", "spearman_brown", "flanagan", "halves", "negative_on_component" },
	.run = split_half_run,
};
