/* Whether items are fit for factor analysis, and which people answer unlike the others. */
#include "analysis/methods/correlations.h"
#include "analysis/stats/scale/adequacy.h"
#include "analysis/stats/scale/mahalanobis.h"

#include <math.h>

static int kmo_run(struct analyse *a, json_t *result, struct err *e)
{
	struct an_bartlett b;
	struct analyse_cor c;
	double *each, msa;
	bool ok;

	if (analyse_cor_load(a, &c, e) != 0)
		return -1;
	each = AN_WORK_ARRAY(a->work, double, c.k);
	if (each == NULL)
		return err_nomem(e);
	if (analyse_status(an_kmo(c.cor, c.k, a->work, &msa, each), "KMO", e) != 0)
		return -1;
	ok = c.n > 0 && an_bartlett_sphericity(c.cor, c.k, c.n, a->work, &b) == AN_OK;
	json_object_set_new(result, "msa", analyse_real(msa));
	json_object_set_new(result, "msa_by_item", analyse_by_item(a, each));
	json_object_set_new(result, "bartlett",
	    ok ? json_pack("{s:o, s:o, s:o, s:o, s:o}", "chi2", analyse_real(b.chisq), "df", analyse_real(b.df), "p",
		     analyse_real(b.p), "n", analyse_count(c.n), "determinant", analyse_real(b.determinant))
	       : json_null());
	analyse_say(a,
	    msa >= 0.8
		? N_("The items share enough for a factor analysis: sampling adequacy is {1}, 0.80 or more is good.")
		: msa >= 0.6
		? N_("The items share enough for a factor analysis, though not much: sampling adequacy is {1}.")
		: N_("The items share too little for a factor analysis: sampling adequacy is {1}, below 0.60."),
	    SAY_NUM(msa, 2));
	if (ok)
		analyse_check(a, b.p < 0.05,
		    N_("Bartlett's test asks whether the items correlate at all: p {1} (with many people it nearly always says yes)."),
		    SAY_P(b.p));
	for (size_t i = 0; i < c.k; i++)
		if (each[i] < 0.5)
			analyse_warn(a, N_("Item {1} shares little with the others (its own adequacy is {2})."),
			    SAY_TEXT(a->items.name[i]), SAY_NUM(each[i], 2));
	return 0;
}

const struct analyse_method analyse_kmo = {
	.name = "kmo",
	.codes = true,
	.title = N_("Sampling adequacy and sphericity"),
	.family = FAMILY_FACTOR,
	.not_shown =
	    N_("Adequacy says that there is something in common, not how many factors it is nor whether they are the "
	       "intended ones."),
	.r =
	    "library(psych)\n"
	    "m <- {input|data=x|correlation=as.matrix(x)}; n <- {n}\n"
	    "u <- \"{policy|pairwise=pairwise.complete.obs|listwise=complete.obs}\"\n"
	    "r <- {input|data=cor(x, use = u)|correlation=cov2cor(m)}\n"
	    "KMO(r)\n"
	    "cortest.bartlett(r, n = {input|correlation=n|data=if (u == \"complete.obs\") nrow(na.omit(x)) else nrow(x)})\n",
	.summary = N_("Kaiser's measure of sampling adequacy, over all and by item, and Bartlett's test of sphericity"),
	.reference =
	    "Kaiser 1970; Kaiser & Rice 1974; Bartlett 1951; as psych::KMO and psych::cortest.bartlett, n being "
	    "the number of rows",
	.missing_rule = MISSING_POLICY,
	.options = { OPT_ITEMS, OPT_NA, OPT_KEYS, OPT_POLICY("pairwise"), OPT_INPUT },
	.output = { "msa", "msa_by_item", "bartlett" },
	.run = kmo_run,
};

static json_t *people_json(const struct an_mahalanobis *d, size_t n, double limit)
{
	json_t *rows = json_array(), *values = json_array();

	for (size_t i = 0; i < n; i++) {
		json_array_append_new(rows, json_sprintf("%zu", i + 1));
		json_array_append_new(values,
		    json_pack("[o, o, o, b]", analyse_count(d[i].answered), analyse_real_if(d[i].has, d[i].d2),
			analyse_real_if(d[i].has_p, d[i].p), d[i].has_p && d[i].p < limit));
	}
	return analyse_sheet(rows, "answered d2 p flagged", values);
}

static int mahalanobis_run(struct analyse *a, json_t *result, struct err *e)
{
	size_t rows = a->items.view.rows, people = analyse_whole(a, "people"), used = 0, flagged = 0, below = 0;
	struct an_mahalanobis *each = AN_WORK_ARRAY(a->work, struct an_mahalanobis, rows);
	double limit = analyse_number(a, "limit"), most = 0, mean = 0;
	struct an_pairs *p;
	int rc;

	if (each == NULL)
		return err_nomem(e);
	if (!(limit > 0 && limit < 1))
		return err_set(e, ERR_INPUT, "limit", "--{1} must lie between 0 and 1, as 0.95 does.", "limit",
		    (char *)NULL);
	p = analyse_pairs(a, e);
	if (p == NULL)
		return -1;
	rc = analyse_status(an_mahalanobis(a->items.view, p, a->work, each), "covariances", e);
	an_pairs_free(p);
	if (rc != 0)
		return -1;
	for (size_t i = 0; i < rows; i++) {
		if (!each[i].has)
			continue;
		used++;
		mean += (each[i].d2 - mean) / (double)used;
		most = fmax(most, each[i].d2);
		flagged += each[i].has_p && each[i].p < limit;
		below += !each[i].has_p;
	}
	a->used = used;
	json_object_set_new(result, "n", analyse_count(used));
	json_object_set_new(result, "mean", analyse_real(mean));
	json_object_set_new(result, "largest", analyse_real_if(a->frame->least == 0, most));
	json_object_set_new(result, "flagged", analyse_count(flagged));
	json_object_set_new(result, "flagged_share", analyse_real_if(used > 0, (double)flagged / (double)used));
	json_object_set_new(result, "expected", analyse_real(limit * (double)used));
	json_object_set_new(result, "people", people_json(each, people < rows ? people : rows, limit));
	analyse_say(a,
	    N_("{1} of {2} people answer unlike the others, taking all items together; by chance about {3} would be expected."),
	    SAY_N(flagged), SAY_N(used), SAY_NUM(limit * (double)used, 0));
	analyse_check(a, (double)flagged <= 3 * limit * (double)used + 3,
	    N_("The limit comes from the normal distribution, which answers on a short scale follow only roughly; {1} of {2} "
	       "people are beyond it."),
	    SAY_N(flagged), SAY_N(used));
	if (below > 0)
		analyse_warn(a,
		    N_("The covariances contradict each other, as those from different people can: {1} distances came out below zero."),
		    SAY_N(below));
	return 0;
}

const struct analyse_method analyse_mahalanobis = {
	.counts_values = true,
	.name = "mahalanobis",
	.title = N_("Unusual answer patterns"),
	.family = FAMILY_SCALE,
	.not_shown =
	    N_("An unusual pattern is not a careless one: it is a reason to look, never a reason by itself to leave a "
	       "person out."),
	.r = "library(psych)\n"
	     "d2 <- outlier(x, plot = FALSE)\n"
	     "cbind(d2, p = pchisq(d2, rowSums(!is.na(x)), lower.tail = FALSE))\n",
	.summary =
	    N_("distance of each person's answers from the mean, taking the correlations of the items into account"),
	.reference =
	    "Mahalanobis 1936; as psych::outlier: pairwise covariances, a missing answer counts as no distance; p by "
	    "chi-square on the number of items answered",
	.missing_rule = N_("covariances from the people who have both items; a missing answer adds no distance"),
	.options = { OPT_ITEMS, OPT_NA, OPT_KEYS,
	    { "limit", OPT_NUMBER, "0.001", NULL, N_("p below which a pattern is flagged") }, OPT_PEOPLE },
	.output = { "n", "mean", "largest", "flagged", "flagged_share", "expected", "people" },
	.run = mahalanobis_run,
};
