/* Correlations of ordered answers: of the normal variables that are taken to lie behind them. */
#include "analysis/methods/method.h"
#include "analysis/stats/factor/factor.h"
#include "analysis/stats/numeric/matrix.h"
#include "analysis/stats/factor/ordinal.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define MISSING_PAIRS                                                                                                  \
	N_("by --policy: each correlation from the people who answered both items and thresholds from everyone who "   \
	   "answered the item, or complete rows only")

struct ordinal {
	struct an_ordinal o;
	const char **name; /* of its items, which are those of the call that vary */
	struct an_polychoric_way way;
	enum an_thresholds_by by;
	struct an_polychoric_pair *pair;
	size_t pairs;
	double *rho, *tau;
	double least; /* smallest eigenvalue */
	bool complete, smoothed, two;
};

static int reserve(struct analyse *a, struct ordinal *x, unsigned char **code, struct err *e)
{
	size_t k = a->items.view.cols;

	if (k < 2)
		return err_set(e, ERR_INPUT, "items", "--{1} must name at least two columns.", "items", (char *)NULL);
	x->pairs = k * (k - 1) / 2;
	*code = AN_WORK_ARRAY(a->work, unsigned char, a->items.view.rows *k);
	x->pair = AN_WORK_ARRAY(a->work, struct an_polychoric_pair, x->pairs);
	x->rho = AN_WORK_ARRAY(a->work, double, k *k);
	x->tau = AN_WORK_ARRAY(a->work, double, k *AN_POLYCHORIC_MOST);
	return *code != NULL && x->pair != NULL && x->rho != NULL && x->tau != NULL ? 0 : err_nomem(e);
}

static int categories(struct analyse *a, struct ordinal *x, unsigned char *code, struct err *e)
{
	enum an_status status = an_ordinal_code(a->items.view, a->policy, code, &x->o);
	char most[24];

	snprintf(most, sizeof most, "%d", AN_POLYCHORIC_MOST);
	if (status == AN_EDATA)
		return err_set(e, ERR_INPUT, "items",
		    "This method is for ordered answers with at most {1} different values; these items have more.",
		    most, (char *)NULL);
	if (status != AN_OK)
		return analyse_status(status, "items", e);
	if (!x->two)
		return 0;
	for (size_t j = 0; j < x->o.items; j++) {
		double count[AN_POLYCHORIC_MOST];

		if (an_ordinal_count(&x->o, j, count) > 2)
			return err_set(e, ERR_INPUT, "items",
			    "Column {1} has more than two different values; use the method {2} for it.",
			    a->items.name[j], "polychoric", (char *)NULL);
	}
	an_ordinal_by_item(&x->o);
	return 0;
}

static int read_way(const struct analyse *a, bool two, struct an_polychoric_way *way, struct err *e)
{
	const char *by = analyse_text(a, "thresholds");

	*way = (struct an_polychoric_way){ .by = AN_THRESHOLDS_AUTO, .level = a->level, .correct_item = two };
	if (strcmp(by, "item") == 0 || two)
		way->by = AN_THRESHOLDS_ITEM;
	else if (strcmp(by, "pair") == 0)
		way->by = AN_THRESHOLDS_PAIR;
	way->ml = strcmp(analyse_text(a, "estimator"), "ml") == 0;
	way->correct = analyse_number(a, "correct");
	if (!(way->correct >= 0 && way->correct <= 1))
		return err_set(e, ERR_INPUT, "correct", "--{1} must lie between 0 and 1.", "correct", (char *)NULL);
	return 0;
}

static int keep_varying(struct analyse *a, struct ordinal *x, struct err *e)
{
	size_t k = x->o.items, *at = AN_WORK_ARRAY(a->work, size_t, k);

	x->name = AN_WORK_ARRAY(a->work, const char *, k);
	if (at == NULL || x->name == NULL)
		return err_nomem(e);
	an_ordinal_keep_varying(&x->o, at);
	x->pairs = x->o.items * (x->o.items - 1) / 2;
	for (size_t j = 0, kept = 0; j < k; j++) {
		if (kept < x->o.items && at[kept] == j)
			x->name[kept++] = a->items.name[j];
		else
			analyse_warn(a,
			    N_("Everyone gave the same answer to item {1}, so that it has no correlations and is left out."),
			    SAY_TEXT(a->items.name[j]));
	}
	return 0;
}

/* Smallest eigenvalue, and the matrix made consistent where that is wanted and needed. */
static int smooth(struct analyse *a, struct ordinal *x, struct err *e)
{
	size_t k = x->o.items;
	double *copy = AN_WORK_ARRAY(a->work, double, k *k);

	if (copy == NULL)
		return err_nomem(e);
	memcpy(copy, x->rho, k * k * sizeof *copy);
	if (analyse_status(an_cor_smooth(copy, k, a->work, &x->least, &x->smoothed), "eigenvalues", e) != 0)
		return -1;
	x->smoothed = x->smoothed && strcmp(analyse_text(a, "smooth"), "yes") == 0;
	if (x->smoothed)
		memcpy(x->rho, copy, k * k * sizeof *copy);
	return 0;
}

static int estimate(struct analyse *a, struct ordinal *x, struct err *e)
{
	unsigned char *code = NULL;
	enum an_status status;

	if (read_way(a, x->two, &x->way, e) != 0 || reserve(a, x, &code, e) != 0 || categories(a, x, code, e) != 0 ||
	    keep_varying(a, x, e) != 0)
		return -1;
	status = an_polychoric_all(&x->o, &x->way, a->work, x->pair, x->rho, x->tau, &x->complete, &x->by);
	if (analyse_status(status, "items", e) != 0)
		return -1;
	for (size_t i = 0; i < a->items.view.rows; i++) {
		size_t n = an_view_present(a->items.view, i);

		a->used += a->policy == AN_LISTWISE ? n == a->items.view.cols : n > 0;
	}
	return x->complete ? smooth(a, x, e) : 0;
}

static json_t *rho_json(const struct ordinal *x)
{
	size_t k = x->o.items;
	json_t *values = json_array(), *names = analyse_names(x->name, x->o.items);

	for (size_t i = 0; i < k; i++) {
		json_t *row = json_array();

		for (size_t j = 0; j < k; j++)
			json_array_append_new(row,
			    analyse_real_if(i == j || x->pair[an_pair_at(i, j, k)].status == AN_OK, x->rho[i * k + j]));
		json_array_append_new(values, row);
	}
	return analyse_table(names, json_copy(names), values);
}

static json_t *tau_json(const struct ordinal *x)
{
	size_t cuts = x->o.categories - 1;
	json_t *values = json_array(), *cols = json_array();

	for (size_t c = 0; c < cuts; c++)
		json_array_append_new(cols, json_sprintf("%zu", c + 1));
	for (size_t j = 0; j < x->o.items; j++) {
		json_t *row = json_array();

		for (size_t c = 0; c < cuts; c++)
			json_array_append_new(row, analyse_limit(x->tau[j * cuts + c]));
		json_array_append_new(values, row);
	}
	return analyse_table(analyse_names(x->name, x->o.items), cols, values);
}

static json_t *pairs_json(const struct ordinal *x)
{
	json_t *rows = json_array(), *values = json_array();

	for (size_t p = 0; p < x->pairs; p++) {
		const struct an_polychoric_pair *q = x->pair + p;
		const struct an_polychoric *y = &q->x;
		bool ok = q->status == AN_OK;

		json_array_append_new(rows, json_sprintf("%s %s", x->name[q->i], x->name[q->j]));
		json_array_append_new(values,
		    json_pack("[o, o, o, o, o, o, o, o, o, o]", analyse_real(y->n), analyse_real_if(ok, y->rho),
			analyse_real_if(ok && y->has_se, y->se), analyse_real_if(ok && y->has_se, y->interval.lo),
			analyse_real_if(ok && y->has_se, y->interval.hi), analyse_real_if(ok && y->has_g2, y->g2),
			analyse_real_if(ok && y->has_g2, y->df), analyse_real_if(ok && y->has_g2, y->p),
			analyse_count(ok ? y->empty : 0), ok ? json_boolean(y->at_bound) : json_null()));
	}
	return analyse_sheet(rows, "n rho se lo hi g2 df p empty at_bound", values);
}

static json_t *eigen_json(const struct analyse *a, const struct ordinal *x)
{
	double *value = AN_WORK_ARRAY(a->work, double, x->o.items);
	json_t *out;

	if (!x->complete || value == NULL || an_eigen(x->rho, x->o.items, value, NULL) != AN_OK)
		return json_null();
	out = json_array();
	for (size_t i = 0; i < x->o.items; i++)
		json_array_append_new(out, analyse_real(value[i]));
	return out;
}

static void results(struct analyse *a, const struct ordinal *x, json_t *result)
{
	json_t *values = json_array();

	for (size_t c = 0; c < x->o.categories && !x->two; c++)
		json_array_append_new(values, analyse_real(x->o.value[c]));
	json_object_set_new(result, "rho", rho_json(x));
	json_object_set_new(result, "thresholds", tau_json(x));
	if (x->two)
		json_decref(values);
	else
		json_object_set_new(result, "categories", values);
	json_object_set_new(result, "thresholds_by", json_string(x->by == AN_THRESHOLDS_PAIR ? "pair" : "item"));
	json_object_set_new(result, "pairs", pairs_json(x));
	json_object_set_new(result, "eigenvalues", eigen_json(a, x));
	json_object_set_new(result, "smallest_eigenvalue", analyse_real_if(x->complete, x->least));
	json_object_set_new(result, "smoothed", json_boolean(x->smoothed));
}

static void warn_pairs(struct analyse *a, const struct ordinal *x)
{
	size_t none = 0, empty = 0;

	for (size_t p = 0; p < x->pairs; p++) {
		const struct an_polychoric_pair *q = x->pair + p;

		none += q->status != AN_OK;
		empty += q->status == AN_OK && q->x.empty > 0;
		if (q->status == AN_OK && q->x.at_bound)
			analyse_warn(a,
			    N_("Items {1} and {2} go together perfectly as far as these answers can tell: their "
			       "correlation lies at the edge, {3}, and has no interval."),
			    SAY_TEXT(x->name[q->i]), SAY_TEXT(x->name[q->j]), SAY_NUM(q->x.rho, 0));
	}
	if (none > 0)
		analyse_warn(a,
		    N_("{1} of {2} pairs have no correlation, because nobody answered both items, or those who did all "
		       "answered one of them alike."),
		    SAY_N(none), SAY_N(x->pairs));
	if (empty > 0)
		analyse_warn(a,
		    N_("In {1} of {2} pairs some combination of answers was given by nobody; where many are empty, the "
		       "correlation is uncertain."),
		    SAY_N(empty), SAY_N(x->pairs));
	if (x->smoothed)
		analyse_warn(a,
		    N_("The correlations contradicted each other slightly (smallest eigenvalue {1}) and were smoothed; "
		       "those in the matrix are not those of the single pairs."),
		    SAY_NUM(x->least, 4));
	else if (x->complete && x->least < 1e-12)
		analyse_warn(a,
		    N_("The correlations contradict each other (smallest eigenvalue {1}); a factor model of this matrix "
		       "needs --smooth yes, fewer items or more people."),
		    SAY_NUM(x->least, 4));
}

/* Two normal variables behind each pair: the likelihood ratio test, Bonferroni over the pairs. */
static void check_normal(struct analyse *a, const struct ordinal *x)
{
	size_t tested = 0, against = 0;

	for (size_t p = 0; p < x->pairs; p++)
		tested += x->pair[p].status == AN_OK && x->pair[p].x.has_g2;
	for (size_t p = 0; p < x->pairs; p++)
		against += x->pair[p].status == AN_OK && x->pair[p].x.has_g2 && x->pair[p].x.p * (double)tested < 0.05;
	if (tested > 0)
		analyse_check(a, against == 0,
		    N_("The method takes for granted that a normally distributed opinion lies behind each item. In {1} of "
		       "{2} pairs that could be tested the answers contradict it; with many people even small departures "
		       "show."),
		    SAY_N(against), SAY_N(tested));
}

static void say_pairs(struct analyse *a, const struct ordinal *x)
{
	const struct an_polychoric_pair *low = NULL, *high = NULL;

	for (size_t p = 0; p < x->pairs; p++) {
		const struct an_polychoric_pair *q = x->pair + p;

		if (q->status != AN_OK)
			continue;
		low = low == NULL || q->x.rho < low->x.rho ? q : low;
		high = high == NULL || q->x.rho > high->x.rho ? q : high;
	}
	if (low == NULL)
		return;
	if (low == high && high->x.has_se)
		analyse_say(a,
		    N_("The opinions behind {1} and {2} correlate {3} ({4} interval {5} to {6}), from {7} people."),
		    SAY_TEXT(x->name[high->i]), SAY_TEXT(x->name[high->j]), SAY_NUM(high->x.rho, 2), SAY_PCT(a->level),
		    SAY_NUM(high->x.interval.lo, 2), SAY_NUM(high->x.interval.hi, 2), SAY_N(high->x.n));
	else if (low != high)
		analyse_say(a,
		    N_("The opinions behind the answers correlate from {1} ({2} and {3}) to {4} ({5} and {6})."),
		    SAY_NUM(low->x.rho, 2), SAY_TEXT(x->name[low->i]), SAY_TEXT(x->name[low->j]),
		    SAY_NUM(high->x.rho, 2), SAY_TEXT(x->name[high->i]), SAY_TEXT(x->name[high->j]));
	analyse_say(a,
	    N_("These correlations do not shrink because a scale has few steps; they are usually higher than ordinary "
	       "ones from the same answers."),
	    SAY_END);
}

static int pairs_run(struct analyse *a, json_t *result, bool two, struct err *e)
{
	struct ordinal x = { .two = two };

	if (estimate(a, &x, e) != 0)
		return -1;
	results(a, &x, result);
	say_pairs(a, &x);
	check_normal(a, &x);
	warn_pairs(a, &x);
	return 0;
}

static int polychoric_run(struct analyse *a, json_t *result, struct err *e)
{
	return pairs_run(a, result, false, e);
}

static int tetrachoric_run(struct analyse *a, json_t *result, struct err *e)
{
	return pairs_run(a, result, true, e);
}

#define OPT_THRESHOLDS                                                                                                   \
	{                                                                                                                \
		"thresholds", OPT_CHOICE, "auto", "auto|item|pair",                                                      \
		    N_("item: from all who answered the item; pair: from those who answered both; auto: item where all " \
		       "items reach the same highest answer, as psych does")                                             \
	}
#define OPT_CORRECT(help)                                                                                              \
	{                                                                                                              \
		"correct", OPT_NUMBER, "0.5", NULL, help                                                               \
	}
#define OPT_SMOOTH                                                                                                     \
	{                                                                                                              \
		"smooth", OPT_CHOICE, "yes", "yes|no",                                                                 \
		    N_("yes: make a matrix that contradicts itself consistent (psych::cor.smooth)")                    \
	}
#define CORRECT_PAIR N_("put into each empty cell of a pair's table, where thresholds are by pair; 0 for nothing")

const struct analyse_method analyse_polychoric = {
	.counts_values = true,
	.name = "polychoric",
	.title = N_("Polychoric correlations"),
	.family = FAMILY_ASSOCIATION,
	.not_shown =
	    N_("A correlation of opinions that nobody has seen: it holds as far as normally distributed opinions "
	       "lie behind the answers. It does not show which item causes what."),
	.r = "library(psych)\n"
	     "{policy|listwise=x <- na.omit(x)\n}"
	     "polychoric(x, correct = {correct}, smooth = {smooth|yes=TRUE|no=FALSE})\n"
	     "# one pair with standard error: polycor::polychor(x[[1]], x[[2]], std.err = TRUE,\n"
	     "#   ML = {estimator|ml=TRUE|two-step=FALSE})\n",
	.chart = { CHART_MATRIX, .table = "/result/rho" },
	.summary = N_("correlations of the normal variables behind ordered answers, with thresholds"),
	.reference = "Olsson 1979; bivariate normal probabilities Drezner & Wesolowsky 1990, Genz 2004; two-step as "
		     "psych::polychoric, full maximum likelihood and standard errors as polycor::polychor",
	.missing_rule = MISSING_PAIRS,
	.options = { OPT_ITEMS, OPT_NA, OPT_KEYS, OPT_POLICY("pairwise"),
	    { "estimator", OPT_CHOICE, "two-step", "two-step|ml",
		N_("two-step: thresholds first, then the correlation; ml: both together, pair by pair") },
	    OPT_THRESHOLDS, OPT_CORRECT(CORRECT_PAIR), OPT_SMOOTH, OPT_LEVEL },
	.output = { "rho", "thresholds", "categories", "thresholds_by", "pairs", "eigenvalues", "smallest_eigenvalue",
	    "smoothed" },
	.run = polychoric_run,
};

const struct analyse_method analyse_tetrachoric = {
	.counts_values = true,
	.name = "tetrachoric",
	.title = N_("Tetrachoric correlations"),
	.family = FAMILY_ASSOCIATION,
	.not_shown =
	    N_("A correlation of opinions that nobody has seen: it holds as far as normally distributed opinions "
	       "lie behind the answers. It does not show which item causes what."),
	.r = "library(psych)\n"
	     "{policy|listwise=x <- na.omit(x)\n}"
	     "tetrachoric(x, correct = {correct}, smooth = {smooth|yes=TRUE|no=FALSE})\n",
	.chart = { CHART_MATRIX, .table = "/result/rho" },
	.summary = N_("correlations of the normal variables behind answers of two kinds, such as right and wrong"),
	.reference =
	    "Pearson 1900; Divgi 1979; two-step as psych::tetrachoric, which puts --correct into empty cells and "
	    "takes thresholds from all who answered the item",
	.missing_rule = MISSING_PAIRS,
	.options = { OPT_ITEMS, OPT_NA, OPT_KEYS, OPT_POLICY("pairwise"),
	    OPT_CORRECT(N_("put into an empty cell of a pair's table; 0 for nothing")), OPT_SMOOTH, OPT_LEVEL },
	.output = { "rho", "thresholds", "thresholds_by", "pairs", "eigenvalues", "smallest_eigenvalue", "smoothed" },
	.run = tetrachoric_run,
};

/* Alpha of a correlation matrix: k mean r / (1 + (k - 1) mean r). */
static double alpha_of(const double *cor, size_t k)
{
	double sum = an_matrix_sum(cor, k), n = (double)k;

	return n / (n - 1) * (1 - n / sum);
}

static json_t *dropped(const struct analyse *a, const struct ordinal *x)
{
	size_t k = x->o.items;
	double *rest = AN_WORK_ARRAY(a->work, double, k *k);
	json_t *out = json_object();

	for (size_t i = 0; i < k && rest != NULL; i++) {
		an_matrix_without(x->rho, k, i, rest);
		json_object_set_new(out, x->name[i], analyse_real_if(k > 2, alpha_of(rest, k - 1)));
	}
	return out;
}

static void omega_json(struct analyse *a, const struct ordinal *x, json_t *result)
{
	size_t k = x->o.items;
	double *l = AN_WORK_ARRAY(a->work, double, k), *u = AN_WORK_ARRAY(a->work, double, k);
	struct an_factor f;
	bool ok = l != NULL && u != NULL && an_factor_minres(x->rho, k, a->work, l, u, &f) == AN_OK;
	json_t *loadings = ok ? json_object() : json_null();

	for (size_t i = 0; i < k && ok; i++)
		json_object_set_new(loadings, x->name[i], analyse_real(l[i]));
	json_object_set_new(result, "omega", analyse_real_if(ok, ok ? f.omega : 0));
	json_object_set_new(result, "loadings", loadings);
	if (ok && f.heywood > 0)
		analyse_warn(a,
		    N_("{1} items would be explained wholly by the common factor, which cannot be right: read omega with "
		       "care."),
		    SAY_N(f.heywood));
}

static int ordinal_alpha_run(struct analyse *a, json_t *result, struct err *e)
{
	struct ordinal x = { .two = false };
	double alpha, average;
	size_t k;

	if (estimate(a, &x, e) != 0)
		return -1;
	k = x.o.items;
	if (!x.complete)
		return analyse_status(AN_ENOVARIANCE, "items", e);
	if (!(an_matrix_sum(x.rho, k) > 0))
		return analyse_status(AN_ENOVARIANCE, "ordinal_alpha", e);
	alpha = alpha_of(x.rho, k);
	average = (an_matrix_sum(x.rho, k) - (double)k) / (double)(k * (k - 1));
	json_object_set_new(result, "alpha", analyse_real(alpha));
	json_object_set_new(result, "average_r", analyse_real(average));
	omega_json(a, &x, result);
	json_object_set_new(result, "if_dropped", dropped(a, &x));
	json_object_set_new(result, "rho", rho_json(&x));
	json_object_set_new(result, "smallest_eigenvalue", analyse_real(x.least));
	json_object_set_new(result, "smoothed", json_boolean(x.smoothed));
	analyse_say(a, N_("Ordinal alpha is {1}, from {2} people and {3} items."), SAY_NUM(alpha, 2), SAY_N(a->used),
	    SAY_N(k));
	analyse_say(a,
	    N_("It is the reliability that a scale of the opinions behind the answers would have. The sum of the answers "
	       "as they are is less reliable: report ordinary alpha for that."),
	    SAY_END);
	check_normal(a, &x);
	warn_pairs(a, &x);
	return 0;
}

const struct analyse_method analyse_ordinal_alpha = {
	.counts_values = true,
	.name = "ordinal_alpha",
	.title = N_("Ordinal alpha and omega"),
	.family = FAMILY_SCALE,
	.not_shown =
	    N_("Ordinal alpha does not show how reliable the sum of the answers is that one really computes, nor "
	       "that the items measure one thing."),
	.r = "library(psych)\n"
	     "{policy|listwise=x <- na.omit(x)\n}"
	     "R <- polychoric(x, correct = {correct}, smooth = {smooth|yes=TRUE|no=FALSE})$rho\n"
	     "alpha(R)$total$std.alpha\n"
	     "f <- fa(R)$loadings[, 1]\n"
	     "sum(f)^2 / (sum(f)^2 + sum(1 - f^2))\n",
	.chart = { CHART_MATRIX, .table = "/result/rho" },
	.summary = N_("alpha and omega of a scale from its polychoric correlations"),
	.reference = "Zumbo, Gadermann & Zeisser 2007; Gadermann, Guhn & Zumbo 2012; Chalmers 2018 on what it does not "
		     "say; omega of one minres factor (McDonald 1999)",
	.missing_rule = MISSING_PAIRS,
	.options = { OPT_ITEMS, OPT_NA, OPT_KEYS, OPT_POLICY("pairwise"), OPT_THRESHOLDS, OPT_CORRECT(CORRECT_PAIR),
	    OPT_SMOOTH, OPT_LEVEL },
	.output = { "alpha", "average_r", "omega", "loadings", "if_dropped", "rho", "smallest_eigenvalue", "smoothed" },
	.run = ordinal_alpha_run,
};
