/* Factors and components behind the items. */
#include "analysis/methods/correlations.h"
#include "analysis/stats/scale/adequacy.h"
#include "analysis/stats/factor/efa.h"
#include "analysis/stats/factor/factor_stats.h"
#include "analysis/stats/numeric/matrix.h"
#include "analysis/stats/factor/retain.h"
#include "analysis/stats/factor/rotate.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define MISSING_POLICY                                                                                                  \
	N_("by --policy: each correlation from the people who have both items, or complete rows only; n of the fit is " \
	   "the number of rows")
#define MARKED 0.3 /* a loading that counts */

struct solution {
	struct analyse_cor c;
	size_t m;
	double *loading, *unique, *phi; /* phi: NULL when the factors are not correlated */
	struct an_fit turn;
	bool turned;
	const double *pairs; /* people that the fit weighs by; NULL for components, as psych has it */
	const char *letter;  /* of the names of factors */
};

static int make_room(struct analyse *a, struct solution *s, struct err *e)
{
	s->loading = AN_WORK_ARRAY(a->work, double, s->c.k * s->m);
	s->unique = AN_WORK_ARRAY(a->work, double, s->c.k);
	s->phi = AN_WORK_ARRAY(a->work, double, s->m * s->m);
	return s->loading == NULL || s->unique == NULL || s->phi == NULL ? err_nomem(e) : 0;
}

static int rotate(struct analyse *a, struct solution *s, struct err *e)
{
	const char *how = analyse_text(a, "rotation");
	size_t k = s->c.k, m = s->m;
	enum an_status status = AN_OK;

	s->turned = m > 1 && strcmp(how, "none") != 0;
	if (s->turned && strcmp(how, "oblimin") == 0) {
		status = an_oblimin(s->loading, k, m, a->work, s->phi, &s->turn);
	} else {
		s->phi = NULL;
		if (s->turned)
			status = an_varimax(s->loading, k, m, a->work, &s->turn);
	}
	if (status == AN_OK && s->turned)
		status = an_rotation_order(s->loading, k, m, a->work, s->phi);
	return analyse_status(status, "rotation", e);
}

/* Variance of the factors and its shares, in psych's rows. */
static json_t *accounted(const struct solution *s, struct an_work *work)
{
	static const char *const rows[] = { "ss_loadings", "proportion", "cumulative", "proportion_explained",
		"cumulative_explained" };
	size_t m = s->m;
	double *x = AN_WORK_ARRAY(work, double, 5 * m), sum = 0, total = 0;

	if (x == NULL)
		return NULL;
	an_factor_variance(s->loading, s->phi, s->c.k, m, x);
	for (size_t q = 0; q < m; q++)
		sum += x[q];
	for (size_t q = 0; q < m; q++) {
		total += x[q];
		x[m + q] = x[q] / (double)s->c.k;
		x[2 * m + q] = total / (double)s->c.k;
		x[3 * m + q] = x[q] / sum;
		x[4 * m + q] = total / sum;
	}
	return analyse_factor_table(analyse_names(rows, 5), x, 5, m, s->letter);
}

static json_t *fit_json(const struct an_factor_fit *f, const struct solution *s)
{
	bool n = f->has_chisq, t = f->has_test;
	json_t *out = json_pack("{s:i, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "dof", (int)f->dof, "objective",
	    analyse_real(f->objective), "chisq", analyse_real_if(n, f->chisq), "p", analyse_real_if(t, f->p), "rmsea",
	    analyse_real_if(f->has_rmsea, f->rmsea), "rmsea_lo", analyse_real_if(f->has_rmsea && f->has_lo, f->lo),
	    "rmsea_hi", analyse_real_if(f->has_rmsea && f->has_hi, f->hi), "tli", analyse_real_if(f->has_tli, f->tli),
	    "bic", analyse_real_if(t, f->bic), "sabic", analyse_real_if(t, f->sabic));

	json_object_set_new(out, "rms", analyse_real(f->rms));
	json_object_set_new(out, "rms_by_dof", analyse_real_if(f->has_crms, f->crms));
	json_object_set_new(out, "fit", analyse_real(f->fit));
	json_object_set_new(out, "fit_off", analyse_real(f->fit_off));
	json_object_set_new(out, "empirical_chisq", analyse_real_if(s->c.n > 0, f->chi));
	json_object_set_new(out, "empirical_p", analyse_real_if(t, f->chi_p));
	json_object_set_new(out, "empirical_bic", analyse_real_if(t, f->ebic));
	json_object_set_new(out, "null_objective", analyse_real(f->null_objective));
	json_object_set_new(out, "null_chisq", analyse_real_if(n, f->null_chisq));
	json_object_set_new(out, "null_dof", analyse_real((double)s->c.k * ((double)s->c.k - 1) / 2));
	json_object_set_new(out, "smoothed_eigenvalues", analyse_count(f->smoothed));
	return out;
}

/* What efa and pca have in common. */
static int common(struct analyse *a, struct solution *s, const double *communality, struct an_factor_fit *fit,
    json_t *result, struct err *e)
{
	size_t k = s->c.k, m = s->m, kaiser = 0;
	double *value = AN_WORK_ARRAY(a->work, double, k), *complexity = AN_WORK_ARRAY(a->work, double, k);
	const struct an_factor_fit_in in = { s->c.cor, s->loading, s->phi, k, m, s->c.n, s->pairs, a->level };
	enum an_status status;

	if (value == NULL || complexity == NULL)
		return err_nomem(e);
	if (analyse_status(an_eigen(s->c.cor, k, value, NULL), "eigenvalues", e) != 0)
		return -1;
	for (size_t i = 0; i < k; i++) {
		double square = 0, fourth = 0;

		for (size_t q = 0; q < m; q++) {
			double l = s->loading[i * m + q] * s->loading[i * m + q];

			square += l;
			fourth += l * l;
		}
		complexity[i] = square * square / fourth;
		kaiser += value[i] > 1;
	}
	json_object_set_new(result, "loadings",
	    analyse_factor_table(analyse_item_names(a), s->loading, k, m, s->letter));
	json_object_set_new(result, "phi",
	    s->phi != NULL ? analyse_matrix(s->phi, m, analyse_factor_names(m, s->letter)) : json_null());
	json_object_set_new(result, "communality", analyse_by_item(a, communality));
	json_object_set_new(result, "uniqueness", analyse_by_item(a, s->unique));
	json_object_set_new(result, "complexity", analyse_by_item(a, complexity));
	json_object_set_new(result, "vaccounted", accounted(s, a->work));
	json_object_set_new(result, "eigenvalues", analyse_numbers_json(value, k));
	json_object_set_new(result, "kaiser", analyse_count(kaiser));
	status = an_factor_fit(&in, a->work, fit);
	if (status == AN_ENOVARIANCE)
		json_object_set_new(result, "fit", json_null());
	else if (analyse_status(status, "fit", e) != 0)
		return -1;
	else
		json_object_set_new(result, "fit", fit_json(fit, s));
	return 0;
}

/* The items that a factor shows most in: "A1, A2, A3". */
static const char *marked(const struct analyse *a, const struct solution *s, size_t q, char *out, size_t size)
{
	size_t n = 0;

	out[0] = '\0';
	for (size_t i = 0; i < s->c.k; i++) {
		const double *row = s->loading + i * s->m;
		bool most = true;
		int w;

		for (size_t p = 0; p < s->m; p++)
			most = most && fabs(row[p]) <= fabs(row[q]);
		if (!most || fabs(row[q]) < MARKED)
			continue;
		w = snprintf(out + n, size - n, "%s%s%s", n > 0 ? ", " : "", a->items.name[i],
		    row[q] < 0 ? " (-)" : "");
		if (w < 0 || (size_t)w >= size - n) {
			out[n] = '\0'; /* no room for a whole name: the rest stands in the table */
			break;
		}
		n += (size_t)w;
	}
	return out;
}

static void say_factors(struct analyse *a, const struct solution *s)
{
	double *variance = AN_WORK_ARRAY(a->work, double, s->m), sum = 0;
	char list[400];

	if (variance == NULL)
		return;
	an_factor_variance(s->loading, s->phi, s->c.k, s->m, variance);
	for (size_t q = 0; q < s->m; q++)
		sum += variance[q] / (double)s->c.k;
	analyse_say(a,
	    N_("What the {1} items have in common is described by {2} factors; these account for {3} of their variance."),
	    SAY_N(s->c.k), SAY_N(s->m), SAY_PCT(sum));
	for (size_t q = 0; q < s->m && q < 8; q++)
		if (marked(a, s, q, list, sizeof list)[0] != '\0')
			analyse_say(a, N_("Factor {1} shows most in: {2}."), SAY_N(q + 1), SAY_TEXT(list));
}

/* Items that no factor explains, or that several do. */
static void warn_items(struct analyse *a, const struct solution *s, const double *communality)
{
	for (size_t i = 0; i < s->c.k; i++) {
		size_t high = 0;

		for (size_t q = 0; q < s->m; q++)
			high += fabs(s->loading[i * s->m + q]) >= MARKED;
		if (high == 0)
			analyse_warn(a,
			    N_("Item {1} belongs to none of the factors (no loading of 0.30 or more; {2} of its variance "
			       "is shared)."),
			    SAY_TEXT(a->items.name[i]), SAY_PCT(communality[i]));
		else if (high > 1 && s->turned)
			analyse_warn(a, N_("Item {1} belongs to {2} factors at once (loadings of 0.30 or more)."),
			    SAY_TEXT(a->items.name[i]), SAY_N(high));
	}
	for (size_t q = 0; q < s->m && s->turned; q++) {
		size_t items = 0;

		for (size_t i = 0; i < s->c.k; i++)
			items += fabs(s->loading[i * s->m + q]) >= MARKED;
		if (items < 3)
			analyse_warn(a,
			    N_("Factor {1} rests on {2} items (loadings of 0.30 or more); with fewer than three a factor "
			       "is hardly there."),
			    SAY_N(q + 1), SAY_N(items));
	}
}

static void check_data(struct analyse *a, const struct solution *s)
{
	double *each = AN_WORK_ARRAY(a->work, double, s->c.k), msa;

	if (each != NULL && an_kmo(s->c.cor, s->c.k, a->work, &msa, each) == AN_OK)
		analyse_check(a, msa >= 0.6,
		    N_("The items share enough for factors when Kaiser's measure of sampling adequacy is 0.60 or more; here "
		       "it is {1}."),
		    SAY_NUM(msa, 2));
	if (s->c.n > 0)
		analyse_check(a, s->c.n >= 5 * s->c.k && s->c.n >= 100,
		    N_("Factors settle with 100 people and more, and five for each item; here are {1} people and {2} items."),
		    SAY_N(s->c.n), SAY_N(s->c.k));
}

static void say_fit(struct analyse *a, const struct an_factor_fit *f)
{
	if (f->has_rmsea)
		analyse_say(a,
		    f->rmsea <= 0.05
			? N_("The factors reproduce the correlations closely (RMSEA {1}, up to 0.05 is close).")
			: f->rmsea <= 0.08
			? N_("The factors reproduce the correlations fairly (RMSEA {1}, up to 0.08 is fair).")
			: N_("The factors reproduce the correlations poorly (RMSEA {1}, above 0.08): more factors, or other "
			     "items, may be needed."),
		    SAY_NUM(f->rmsea, 3));
	if (f->smoothed > 0)
		analyse_warn(a,
		    N_("The correlations contradict each other, as those from different people can; the test of fit rests "
		       "on a corrected matrix ({1} eigenvalues were lifted above zero)."),
		    SAY_N(f->smoothed));
}

/* --factors, or as many as parallel analysis suggests. */
static int how_many(struct analyse *a, struct solution *s, struct err *e)
{
	struct an_parallel_in in = { s->c.cor, s->c.k, s->c.n, 100, 0.95, 1 };
	struct an_parallel_row *rows;
	struct an_parallel_out out;

	s->m = analyse_whole(a, "factors");
	if (analyse_given(a, "factors"))
		return s->m >= 1 && s->m < s->c.k
		    ? 0
		    : err_set(e, ERR_INPUT, "factors", "--{1} must be at least 1 and less than the number of items.",
			  "factors", (char *)NULL);
	if (s->c.n == 0)
		return err_set(e, ERR_INPUT, "factors",
		    "--{1} must say how many factors; to find a number, the people behind the matrix must be given as --{2}.",
		    "factors", "n", (char *)NULL);
	rows = AN_WORK_ARRAY(a->work, struct an_parallel_row, s->c.k);
	if (rows == NULL)
		return err_nomem(e);
	if (analyse_status(an_parallel_analysis(&in, a->work, rows, &out), "factors", e) != 0)
		return -1;
	s->m = out.has_factors && out.factors > 0 && out.factors < s->c.k ? out.factors : 1;
	analyse_say(a,
	    N_("Parallel analysis suggested the number of factors, {1}; another one can be set with --factors."),
	    SAY_N(s->m));
	return 0;
}

static void warn_extraction(struct analyse *a, const struct an_efa *f)
{
	if (f->dof < 0)
		analyse_warn(a,
		    N_("So many factors cannot be determined from so few items (degrees of freedom: {1}): other loadings "
		       "fit as well, and these must not be interpreted."),
		    SAY_NUM((double)f->dof, 0));
	if (f->heywood > 0)
		analyse_warn(a,
		    N_("For {1} items nothing of their own would be left (a Heywood case): too many factors, too few "
		       "people, or two items that say the same."),
		    SAY_N(f->heywood));
}

static int efa_run(struct analyse *a, json_t *result, struct err *e)
{
	static const char *const names[] = { "minres", "ml", "pa" };
	struct solution s = { .letter = "F" };
	enum an_extraction extraction = AN_MINRES;
	struct an_factor_fit fit = { 0 };
	double *communality;
	struct an_efa f;

	if (analyse_cor_load(a, &s.c, e) != 0 || how_many(a, &s, e) != 0 || make_room(a, &s, e) != 0)
		return -1;
	s.pairs = s.c.pairs;
	while (strcmp(names[extraction], analyse_text(a, "extraction")) != 0)
		extraction++;
	communality = AN_WORK_ARRAY(a->work, double, s.c.k);
	if (communality == NULL)
		return err_nomem(e);
	if (analyse_status(an_efa(s.c.cor, s.c.k, s.m, extraction, a->work, s.loading, s.unique, &f), "factors", e) !=
	    0)
		return -1;
	for (size_t i = 0; i < s.c.k * s.m; i++)
		communality[i / s.m] += s.loading[i] * s.loading[i];
	if (rotate(a, &s, e) != 0 || common(a, &s, communality, &fit, result, e) != 0)
		return -1;
	json_object_set_new(result, "factors", analyse_count(s.m));
	json_object_set_new(result, "heywood", analyse_count(f.heywood));
	json_object_set_new(result, "convergence", analyse_fit(&f.fit));
	json_object_set_new(result, "rotation", s.turned ? analyse_fit(&s.turn) : json_null());
	say_factors(a, &s);
	say_fit(a, &fit);
	check_data(a, &s);
	warn_extraction(a, &f);
	warn_items(a, &s, communality);
	return 0;
}

const struct analyse_method analyse_efa = {
	.name = "efa",
	.codes = true,
	.title = N_("Exploratory factor analysis"),
	.family = FAMILY_FACTOR,
	.not_shown =
	    N_("Factors are descriptions of correlations, not causes: another rotation describes them as well, and "
	       "a name for a factor is a proposal that other data must confirm."),
	.r = "library(psych); library(GPArotation)\n"
	     "m <- {input|data=x|correlation=as.matrix(x)}; n <- {n}\n"
	     "if (nrow(m) == ncol(m)) rownames(m) <- colnames(m)\n"
	     "{policy|pairwise=|listwise=m <- na.omit(m)}\n"
	     "k <- {factors}; if (is.null(k)) k <- fa.parallel(m, n.obs = n, plot = FALSE)$nfact\n"
	     "f <- fa(m, nfactors = k, n.obs = if (is.null(n)) NA else n, fm = {extraction},\n"
	     "  rotate = {rotation}, alpha = 1 - {level})\n"
	     "f; f$Vaccounted; f$Phi; eigen(f$r)$values\n",
	.chart = { CHART_MATRIX, .table = "/result/loadings" },
	.summary = N_("common factors of the items: loadings, correlations of the factors, fit"),
	.reference =
	    "minres Harman & Jones 1966, maximum likelihood Joreskog 1967, principal axes with iterated communalities; "
	    "varimax Kaiser 1958, oblimin (quartimin) Jennrich & Sampson 1966; fit as psych::fa; without --factors their "
	    "number by parallel analysis, Horn 1965",
	.missing_rule = MISSING_POLICY,
	.options = { OPT_ITEMS, OPT_NA, OPT_KEYS, OPT_POLICY("pairwise"), OPT_INPUT,
	    { "factors", OPT_WHOLE, "", NULL, N_("how many; not given: as parallel analysis suggests") },
	    { "extraction", OPT_CHOICE, "minres", "minres|ml|pa",
		N_("least squares of the residuals, maximum likelihood, or principal axes") },
	    { "rotation", OPT_CHOICE, "oblimin", "oblimin|varimax|none",
		N_("oblimin lets the factors correlate, varimax keeps them apart") },
	    { "level", OPT_NUMBER, "0.9", NULL, N_("confidence of the interval of RMSEA, between 0 and 1") } },
	.output = { "loadings", "phi", "communality", "uniqueness", "complexity", "vaccounted", "eigenvalues", "kaiser",
	    "fit", "factors", "heywood", "convergence", "rotation" },
	.run = efa_run,
};

static int pca_run(struct analyse *a, json_t *result, struct err *e)
{
	struct solution s = { .letter = "C" };
	struct an_factor_fit fit = { 0 };
	double *value, *communality, share = 0;
	json_t *shares = json_array();

	if (analyse_cor_load(a, &s.c, e) != 0)
		goto failed;
	value = AN_WORK_ARRAY(a->work, double, s.c.k);
	communality = AN_WORK_ARRAY(a->work, double, s.c.k);
	if (value == NULL || communality == NULL) {
		err_nomem(e);
		goto failed;
	}
	if (analyse_status(an_eigen(s.c.cor, s.c.k, value, NULL), "eigenvalues", e) != 0)
		goto failed;
	while (s.m < s.c.k && value[s.m] > 1)
		s.m++;
	s.m = analyse_given(a, "components") ? analyse_whole(a, "components") : s.m > 0 ? s.m : 1;
	if (s.m < 1 || s.m > s.c.k) {
		err_set(e, ERR_INPUT, "components", "--{1} must lie between 1 and the number of items.", "components",
		    (char *)NULL);
		goto failed;
	}
	if (make_room(a, &s, e) != 0 ||
	    analyse_status(an_components(s.c.cor, s.c.k, s.m, a->work, s.loading, value), "components", e) != 0)
		goto failed;
	for (size_t i = 0; i < s.c.k * s.m; i++)
		communality[i / s.m] += s.loading[i] * s.loading[i];
	for (size_t i = 0; i < s.c.k; i++) {
		s.unique[i] = 1 - communality[i];
		json_array_append_new(shares, analyse_real(value[i] / (double)s.c.k));
		share += i < s.m ? value[i] / (double)s.c.k : 0;
	}
	if (rotate(a, &s, e) != 0 || common(a, &s, communality, &fit, result, e) != 0)
		goto failed;
	json_object_set_new(result, "shares", shares);
	json_object_set_new(result, "components", analyse_count(s.m));
	json_object_set_new(result, "rotation", s.turned ? analyse_fit(&s.turn) : json_null());
	analyse_say(a, N_("{1} components keep {2} of the variance of {3} items."), SAY_N(s.m), SAY_PCT(share),
	    SAY_N(s.c.k));
	check_data(a, &s);
	if (value[s.c.k - 1] < 1e-10)
		analyse_warn(a,
		    N_("Some items follow from others, or the correlations contradict each other: the smallest eigenvalue is {1}."),
		    SAY_NUM(value[s.c.k - 1], 3));
	return 0;
failed:
	json_decref(shares);
	return -1;
}

const struct analyse_method analyse_pca = {
	.name = "pca",
	.codes = true,
	.title = N_("Principal components"),
	.family = FAMILY_FACTOR,
	.not_shown =
	    N_("Components sum up items, with what is special to each and with error in them; they are not the "
	       "common factors behind the items, for which there is factor analysis."),
	.r = "library(psych); library(GPArotation)\n"
	     "m <- {input|data=x|correlation=as.matrix(x)}; n <- {n}; k <- {components}\n"
	     "u <- \"{policy|pairwise=pairwise.complete.obs|listwise=complete.obs}\"\n"
	     "if (nrow(m) == ncol(m)) rownames(m) <- colnames(m)\n"
	     "r <- {input|data=cor(x, use = u)|correlation=cov2cor(m)}\n"
	     "if (is.null(k)) k <- sum(eigen(r)$values > 1)\n"
	     "p <- principal(r, nfactors = k, rotate = {rotation}, \n"
	     "  n.obs = if (is.null(n)) {policy|pairwise=nrow(x)|listwise=nrow(na.omit(x))} else n)\n"
	     "p; p$Vaccounted; p$values; p$values / ncol(r)\n",
	.chart = { CHART_MATRIX, .table = "/result/loadings" },
	.summary = N_("principal components of the items' correlations: eigenvalues, shares of variance, loadings"),
	.reference = "Pearson 1901; Hotelling 1933; varimax Kaiser 1958; kaiser: eigenvalues above 1, and as many "
		     "components when --components is not given; loadings and fit as psych::principal",
	.missing_rule = MISSING_POLICY,
	.options = { OPT_ITEMS, OPT_NA, OPT_KEYS, OPT_POLICY("pairwise"), OPT_INPUT,
	    { "components", OPT_WHOLE, "", NULL, N_("how many; not given: those with an eigenvalue above 1") },
	    { "rotation", OPT_CHOICE, "varimax", "oblimin|varimax|none",
		N_("varimax keeps the components apart, oblimin lets them correlate") },
	    { "level", OPT_NUMBER, "0.9", NULL, N_("confidence of the interval of RMSEA, between 0 and 1") } },
	.output = { "loadings", "phi", "communality", "uniqueness", "complexity", "vaccounted", "eigenvalues", "kaiser",
	    "fit", "shares", "components", "rotation" },
	.run = pca_run,
};
