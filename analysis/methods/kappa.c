/* Methods on raters who put the same things into categories. */
#include "analysis/methods/cells.h"
#include "analysis/stats/agreement/kappa.h"
#include "analysis/stats/agreement/krippendorff.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Landis & Koch 1977, in plain words. */
static void say_kappa(struct analyse *a, double x)
{
	if (x > 0.8)
		analyse_say(a, N_("That is nearly full agreement beyond chance."), SAY_END);
	else if (x > 0.6)
		analyse_say(a, N_("That is substantial agreement beyond chance."), SAY_END);
	else if (x > 0.4)
		analyse_say(a,
		    N_("That is moderate agreement beyond chance: let the raters talk over the cases in which they "
		       "differ, and make the categories clearer."),
		    SAY_END);
	else
		analyse_say(a,
		    N_("That is little agreement beyond chance: do not use single ratings before the categories are "
		       "clearer and the raters trained."),
		    SAY_END);
}

/* The table of two raters without the categories that neither used, unless they were given. */
static size_t squeeze(const struct analyse *a, double *count, size_t k, const char **label, const char **kept)
{
	size_t n = 0, *from = AN_WORK_ARRAY(a->work, size_t, k);

	if (from == NULL)
		return 0;
	for (size_t i = 0; i < k; i++) {
		double used = analyse_given(a, "categories");

		for (size_t j = 0; j < k; j++)
			used += count[i * k + j] + count[j * k + i];
		if (used > 0)
			from[n++] = i;
	}
	for (size_t i = 0; i < n; i++) {
		kept[i] = label[from[i]];
		for (size_t j = 0; j < n; j++)
			count[i * n + j] = count[from[i] * k + from[j]];
	}
	return n;
}

struct pair {
	size_t k;
	double *count, n;
	const char **label;
	struct an_cohen c;
};

static int pair_of(struct analyse *a, const struct analyse_ratings *r, size_t i, size_t j, struct pair *p,
    struct err *e)
{
	p->label = AN_WORK_ARRAY(a->work, const char *, r->categories);
	if (p->label == NULL)
		return err_nomem(e);
	if (analyse_ratings_square(a, r, i, j, &p->count, &p->n, e) != 0)
		return -1;
	p->k = squeeze(a, p->count, r->categories, r->label, p->label);
	return 0;
}

static json_t *cohen_json(const struct an_cohen *c)
{
	json_t *rows = json_array(), *values = json_array();

	for (int w = 0; w < AN_KAPPA_WEIGHTS; w++) {
		const struct an_kappa *k = c->by + w;

		json_array_append_new(rows, json_string(an_kappa_weight_name((enum an_kappa_weight)w)));
		json_array_append_new(values,
		    json_pack("[o, o, o, o, o, o, o, o]", analyse_real(k->observed), analyse_real(k->expected),
			analyse_real(k->kappa), analyse_real(k->se), analyse_real(k->interval.lo),
			analyse_real(k->interval.hi), analyse_real_if(k->has_z, k->z),
			analyse_real_if(k->has_z, k->p)));
	}
	return analyse_sheet(rows, "observed expected kappa se lo hi z p", values);
}

/* As psych::cohen.kappa prints them, for those who compare. */
static json_t *psych_json(const struct an_cohen *c)
{
	const struct an_kappa *u = c->by + AN_KAPPA_UNWEIGHTED, *q = c->by + AN_KAPPA_QUADRATIC;

	return analyse_sheet(json_pack("[s, s]", "unweighted kappa", "weighted kappa"), "lower estimate upper",
	    json_pack("[[o, o, o], [o, o, o]]", analyse_real(u->psych_interval.lo), analyse_real(u->kappa),
		analyse_real(u->psych_interval.hi), analyse_real(q->psych_interval.lo), analyse_real(q->kappa),
		analyse_real(q->psych_interval.hi)));
}

static void kappa_say(struct analyse *a, const struct an_cohen *c)
{
	const struct an_kappa *u = c->by + AN_KAPPA_UNWEIGHTED;

	analyse_say(a,
	    N_("The two raters chose the same category in {1} of {2} cases; chance alone would give {3}. Kappa is {4} ({5} "
	       "interval {6} to {7})."),
	    SAY_PCT(u->observed), SAY_NUM(c->n, 0), SAY_PCT(u->expected), SAY_NUM(u->kappa, 2), SAY_PCT(a->level),
	    SAY_NUM(u->interval.lo, 2), SAY_NUM(u->interval.hi, 2));
	say_kappa(a, u->kappa);
	analyse_check(a, u->expected <= 0.7,
	    N_("Kappa is hard to read where one category is very frequent; chance alone gives {1} agreement here."),
	    SAY_PCT(u->expected));
	if (c->n < 30)
		analyse_warn(a, N_("With {1} cases the interval is rough."), SAY_NUM(c->n, 0));
	if (c->largest < 0.8)
		analyse_warn(a,
		    N_("The raters use the categories differently often, so that kappa could not be above {1} whatever they "
		       "did."),
		    SAY_NUM(c->largest, 2));
}

static int all_pairs(struct analyse *a, const struct analyse_ratings *r, json_t *result, struct err *e)
{
	json_t *rows = json_array(), *values = json_array();
	double sum[2] = { 0, 0 }, pairs = 0;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < r->raters; i++)
		for (size_t j = i + 1; rc == 0 && j < r->raters; j++) {
			struct an_work_mark mark = an_work_mark(a->work);
			struct pair p;
			bool ok;

			rc = pair_of(a, r, i, j, &p, e);
			if (rc != 0)
				break;
			ok = an_cohen(p.count, p.k, a->level, a->work, &p.c) == AN_OK;
			json_array_append_new(rows, json_sprintf("%s %s", r->rater[i], r->rater[j]));
			json_array_append_new(values,
			    json_pack("[o, o, o, o, o, o]", analyse_real(p.n), analyse_real_if(ok, p.c.by[0].observed),
				analyse_real_if(ok, p.c.by[0].kappa), analyse_real_if(ok, p.c.by[0].interval.lo),
				analyse_real_if(ok, p.c.by[0].interval.hi),
				analyse_real_if(ok, p.c.by[AN_KAPPA_QUADRATIC].kappa)));
			pairs += ok;
			sum[0] += ok ? p.c.by[0].kappa : 0;
			sum[1] += ok ? p.c.by[AN_KAPPA_QUADRATIC].kappa : 0;
			an_work_release(a->work, mark);
		}
	json_object_set_new(result, "pairs", analyse_sheet(rows, "n observed kappa lo hi quadratic", values));
	json_object_set_new(result, "mean",
	    json_pack("{s:o, s:o}", "kappa", analyse_real_if(pairs > 0, sum[0] / pairs), "quadratic",
		analyse_real_if(pairs > 0, sum[1] / pairs)));
	return rc;
}

static int kappa_run(struct analyse *a, json_t *result, struct err *e)
{
	struct analyse_ratings r;
	struct an_missing missing;
	struct pair p;

	if (analyse_ratings_load(a, &r, e) != 0)
		return -1;
	missing = a->missing;
	if (r.raters > 2) {
		int rc = all_pairs(a, &r, result, e);

		a->missing = missing;
		a->used = r.units;
		if (rc == 0 && json_is_number(json_object_get(json_object_get(result, "mean"), "kappa")))
			analyse_say(a, N_("On average of all pairs of raters kappa is {1}."),
			    SAY_NUM(json_number_value(json_object_get(json_object_get(result, "mean"), "kappa")), 2));
		return rc;
	}
	if (pair_of(a, &r, 0, 1, &p, e) != 0 ||
	    analyse_status(an_cohen(p.count, p.k, a->level, a->work, &p.c), "kappa", e) != 0)
		return -1;
	json_object_set_new(result, "n", analyse_real(p.n));
	json_object_set_new(result, "counts",
	    analyse_grid(p.count, p.k, p.k, analyse_names(p.label, p.k), analyse_names(p.label, p.k)));
	json_object_set_new(result, "agreement",
	    analyse_estimate(true, p.c.by[0].observed, true, p.c.observed_interval));
	json_object_set_new(result, "kappa", cohen_json(&p.c));
	json_object_set_new(result, "largest", analyse_real(p.c.largest));
	json_object_set_new(result, "pabak", analyse_real(p.c.pabak));
	json_object_set_new(result, "psych", psych_json(&p.c));
	kappa_say(a, &p.c);
	return 0;
}

const struct analyse_method analyse_kappa = {
	.name = "kappa",
	.title = N_("Cohen's kappa"),
	.family = FAMILY_AGREEMENT,
	.not_shown =
	    N_("Kappa does not show that the raters are right, nor which of them is; and it cannot be compared between "
	       "materials in which the categories are differently frequent."),
	.r = "library(psych)\n"
	     "v <- {raters}\n"
	     "z <- na.omit(d[, if (is.null(v)) names(d) else v])\n"
	     "k <- cohen.kappa(z, alpha = 1 - {level})\n"
	     "k$confid\n",
	.chart = { CHART_ESTIMATES, .table = "/result/kappa", .value = "kappa", .lo = "lo", .hi = "hi" },
	.summary = N_(
	    "how far two raters choose the same categories beyond chance, plain and with weights for near misses; with "
	    "more raters, each pair"),
	.reference =
	    "Cohen 1960, 1968; linear weights Cicchetti & Allison 1971, quadratic Fleiss & Cohen 1973; standard error "
	    "Fleiss, Cohen & Everitt 1969; psych: intervals as psych::cohen.kappa 2.2.9 gives them, whose variance "
	    "of the weighted kappa is another; mean of pairs Light 1971",
	.missing_rule = N_("cases that one of the two raters left out are left out, pair by pair"),
	.options = { OPT_RATERS, OPT_COUNT, OPT_CATEGORIES, OPT_NA, OPT_LEVEL },
	.output = { "n", "counts", "agreement", "kappa", "largest", "pabak", "psych", "pairs", "mean" },
	.run = kappa_run,
};

/* Counts of categories by unit: from ratings, or as they stand in the file. */
static int unit_counts(struct analyse *a, double **count, size_t *units, size_t *k, const char ***label, struct err *e)
{
	struct analyse_ratings r;

	if (strcmp(analyse_text(a, "data"), "counts") == 0) {
		*units = analyse_rows(a);
		if (analyse_ratings_load(a, &r, e) != 0)
			return -1;
		*k = r.raters;
		*label = r.rater;
		*count = AN_WORK_ARRAY(a->work, double, *units *r.raters);
		if (*count == NULL)
			return err_nomem(e);
		for (size_t i = 0; i < *units; i++)
			for (size_t j = 0; j < *k; j++) {
				size_t c = r.code[i * *k + j];

				(*count)[i * *k + j] = c < r.categories ? r.value[c] : 0;
			}
		return r.numbers ? 0
				 : err_set(e, ERR_INPUT, "data", "With --{1} counts every column must hold counts.",
				       "data", (char *)NULL);
	}
	if (analyse_ratings_load(a, &r, e) != 0)
		return -1;
	*units = r.units;
	*k = r.categories;
	*label = r.label;
	*count = AN_WORK_ARRAY(a->work, double, r.units *r.categories);
	if (*count == NULL)
		return err_nomem(e);
	for (size_t i = 0; i < r.units * r.raters; i++)
		if (r.code[i] < r.categories)
			(*count)[i / r.raters * r.categories + r.code[i]]++;
	return 0;
}

static json_t *agreement_json(const struct an_agreement *x)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o}", "estimate", analyse_real(x->estimate), "expected",
	    analyse_real(x->expected), "se", analyse_real(x->se), "lo", analyse_real(x->interval.lo), "hi",
	    analyse_real(x->interval.hi));
}

static json_t *categories_json(const struct an_fleiss_category *each, size_t k, const char **label)
{
	json_t *values = json_array();

	for (size_t c = 0; c < k; c++)
		json_array_append_new(values,
		    json_pack("[o, o, o, o]", analyse_real(each[c].share),
			analyse_real_if(each[c].has_kappa, each[c].kappa), analyse_real_if(each[c].has_z, each[c].z),
			analyse_real_if(each[c].has_z, each[c].p)));
	return analyse_sheet(analyse_names(label, k), "share kappa z p", values);
}

static int fleiss_kappa_run(struct analyse *a, json_t *result, struct err *e)
{
	struct an_fleiss_category *each;
	double *count;
	const char **label;
	size_t units, k;
	struct an_fleiss f;

	if (unit_counts(a, &count, &units, &k, &label, e) != 0)
		return -1;
	each = AN_WORK_ARRAY(a->work, struct an_fleiss_category, k);
	if (each == NULL)
		return err_nomem(e);
	if (analyse_status(an_fleiss(count, units, k, a->level, a->work, &f, each), "ratings", e) != 0)
		return -1;
	a->used = f.rated;
	json_object_set_new(result, "units", analyse_count(f.units));
	json_object_set_new(result, "units_paired", analyse_count(f.rated));
	json_object_set_new(result, "ratings", analyse_real(f.ratings));
	json_object_set_new(result, "agreement", analyse_real(f.observed));
	json_object_set_new(result, "kappa", agreement_json(&f.fleiss));
	json_object_set_new(result, "se0", analyse_real_if(f.same, f.fleiss_se0));
	json_object_set_new(result, "z", analyse_real_if(f.same && f.fleiss_se0 > 0, f.fleiss_z));
	json_object_set_new(result, "p", analyse_real_if(f.same && f.fleiss_se0 > 0, f.fleiss_p));
	json_object_set_new(result, "ac1", agreement_json(&f.ac1));
	json_object_set_new(result, "categories", categories_json(each, k, label));
	analyse_say(a,
	    N_("Two raters of the same case chose the same category in {1} of all pairs; chance alone would give {2}. Fleiss' "
	       "kappa is {3} ({4} interval {5} to {6})."),
	    SAY_PCT(f.observed), SAY_PCT(f.fleiss.expected), SAY_NUM(f.fleiss.estimate, 2), SAY_PCT(a->level),
	    SAY_NUM(f.fleiss.interval.lo, 2), SAY_NUM(f.fleiss.interval.hi, 2));
	say_kappa(a, f.fleiss.estimate);
	analyse_check(a, f.fleiss.expected <= 0.7,
	    N_("Kappa is hard to read where one category is very frequent; chance alone gives {1} agreement here."),
	    SAY_PCT(f.fleiss.expected));
	if (f.ac1.estimate - f.fleiss.estimate > 0.2)
		analyse_warn(a,
		    N_("One category is so frequent that kappa is low although the raters mostly agree; Gwet's AC1, which "
		       "minds that less, is {1}."),
		    SAY_NUM(f.ac1.estimate, 2));
	return 0;
}

const struct analyse_method analyse_fleiss_kappa = {
	.name = "fleiss_kappa",
	.title = N_("Fleiss' kappa"),
	.family = FAMILY_AGREEMENT,
	.not_shown = N_("Kappa does not show that the raters are right; and near misses count as much as far ones."),
	.r = "v <- {raters}\n"
	     "z <- d[, if (is.null(v)) names(d) else v]\n"
	     "k <- sort(unique(na.omit(unlist(z))))\n"
	     "t <- if (\"{data|counts=counts|*=ratings}\" == \"counts\") as.matrix(z) else\n"
	     "  t(apply(z, 1, function(r) table(factor(r, levels = k))))\n"
	     "r <- rowSums(t)\n"
	     "p <- colMeans((t / r)[r > 0, ])\n"
	     "Po <- mean(((rowSums(t^2) - r) / (r * (r - 1)))[r > 1])\n"
	     "c(kappa = (Po - sum(p^2)) / (1 - sum(p^2)))\n",
	.chart = { CHART_BARS, .table = "/result/categories", .value = "kappa" },
	.summary = N_(
	    "how far many raters choose the same categories beyond chance: Fleiss' kappa, in all and by category, and "
	    "Gwet's AC1"),
	.reference =
	    "Fleiss 1971; standard error against chance Fleiss, Nee & Landis 1979; intervals and ratings that differ in "
	    "number Gwet 2014; AC1 Gwet 2008",
	.missing_rule =
	    N_("cases with one rating count toward the shares of categories alone; empty cells are no rating"),
	.options = { OPT_RATERS, OPT_CATEGORIES, OPT_NA, OPT_LEVEL,
	    { "data", OPT_CHOICE, "ratings", "ratings|counts",
		N_("ratings: a column each rater; counts: a column each category, with the number of raters who chose it") } },
	.output = { "units", "units_paired", "ratings", "agreement", "kappa", "se0", "z", "p", "ac1", "categories" },
	.run = fleiss_kappa_run,
};

static int view_of(struct analyse *a, const struct analyse_ratings *r, struct an_view *out, struct err *e)
{
	size_t n = r->units * r->raters;
	double *data = AN_WORK_ARRAY(a->work, double, n);
	unsigned char *why = AN_WORK_ARRAY(a->work, unsigned char, n);

	if (data == NULL || why == NULL)
		return err_nomem(e);
	for (size_t i = 0; i < n; i++) {
		why[i] = r->code[i] < r->categories ? AN_PRESENT : AN_SKIPPED;
		data[i] = r->code[i] < r->categories ? r->value[r->code[i]] : 0;
	}
	*out = (struct an_view){ data, why, r->units, r->raters, r->raters };
	return 0;
}

static void alpha_say(struct analyse *a, const char *distance, const struct an_krippendorff *k)
{
	if (k->has_interval)
		analyse_say(a,
		    N_("Krippendorff's alpha ({1}) is {2} ({3} interval {4} to {5}), from {6} cases that two raters or more "
		       "judged; 1 is full agreement, 0 what chance gives."),
		    SAY_TEXT(distance), SAY_NUM(k->alpha, 2), SAY_PCT(a->level), SAY_NUM(k->interval.lo, 2),
		    SAY_NUM(k->interval.hi, 2), SAY_N(k->units));
	if (k->alpha >= 0.8)
		analyse_say(a, N_("That is enough to rely on the ratings."), SAY_END);
	else if (k->alpha >= AN_KRIPPENDORFF_ENOUGH)
		analyse_say(a, N_("That is enough for tentative conclusions."), SAY_END);
	else
		analyse_say(a, N_("That is too little for conclusions from these ratings."), SAY_END);
	analyse_check(a, k->units >= 30, N_("The interval needs about 30 cases or more; here they are {1}."),
	    SAY_N(k->units));
	if (2 * k->constant > 0)
		analyse_warn(a,
		    N_("In {1} of {2} resamples everything was the same, so that they have no alpha; they were left out of "
		       "the interval."),
		    SAY_N(k->constant), SAY_N(k->replicates));
}

static int krippendorff_run(struct analyse *a, json_t *result, struct err *e)
{
	const char *wanted = analyse_text(a, "distance");
	json_t *rows = json_array(), *values = json_array();
	struct an_krippendorff k, chosen = { 0 };
	struct analyse_ratings r;
	struct an_view v;
	int rc = analyse_ratings_load(a, &r, e) != 0 ? -1 : view_of(a, &r, &v, e);

	for (int d = 0; rc == 0 && d < AN_DISTANCES; d++) {
		const char *name = an_distance_name((enum an_krippendorff_distance)d);
		bool is_it = strcmp(name, wanted) == 0, numeric = d == AN_INTERVAL || d == AN_RATIO;
		enum an_status status = AN_EDATA;

		if (!numeric || r.numbers)
			status = an_krippendorff(v, (enum an_krippendorff_distance)d,
			    is_it ? analyse_whole(a, "replicates") : 0, a->level, analyse_whole(a, "seed"), a->work,
			    &k);
		if (is_it && !r.numbers && numeric)
			rc = err_set(e, ERR_INPUT, "distance",
			    "The ratings are texts, for which --{1} is nominal or ordinal.", "distance", (char *)NULL);
		else if (is_it)
			rc = analyse_status(status, wanted, e);
		if (is_it)
			chosen = k;
		json_array_append_new(rows, json_string(name));
		json_array_append_new(values,
		    json_pack("[o, o, o]", analyse_real_if(status == AN_OK, k.alpha),
			analyse_real_if(status == AN_OK, k.observed), analyse_real_if(status == AN_OK, k.expected)));
	}
	json_object_set_new(result, "all", analyse_sheet(rows, "alpha observed expected", values));
	if (rc != 0)
		return rc;
	a->used = chosen.units;
	json_object_set_new(result, "distance", json_string(wanted));
	json_object_set_new(result, "alpha", analyse_real(chosen.alpha));
	json_object_set_new(result, "lo", analyse_real_if(chosen.has_interval, chosen.interval.lo));
	json_object_set_new(result, "hi", analyse_real_if(chosen.has_interval, chosen.interval.hi));
	json_object_set_new(result, "below_667", analyse_real_if(chosen.has_interval, chosen.below));
	json_object_set_new(result, "units", analyse_count(chosen.units));
	json_object_set_new(result, "values", analyse_count(chosen.values));
	json_object_set_new(result, "categories", analyse_count(chosen.different));
	json_object_set_new(result, "replicates", analyse_count(chosen.replicates));
	alpha_say(a, wanted, &chosen);
	return 0;
}

const struct analyse_method analyse_krippendorff = {
	.name = "krippendorff",
	.title = N_("Krippendorff's alpha"),
	.family = FAMILY_AGREEMENT,
	.not_shown = N_("Alpha does not show that the raters are right, nor which cases or categories they differ on."),
	.r =
	    "v <- {raters}\n"
	    "m <- t(as.matrix(d[, if (is.null(v)) names(d) else v]))\n"
	    "m <- m[, colSums(!is.na(m)) > 1]\n"
	    "f <- \"{distance|nominal=nominal|ordinal=ordinal|interval=interval|ratio=ratio}\"\n"
	    "k <- sort(unique(c(m)))\n"
	    "t <- table(factor(m, levels = k))\n"
	    "x <- if (f == \"ordinal\") (cumsum(t) - t / 2)[match(m, k)] else if (f == \"nominal\") match(m, k) else m\n"
	    "x <- array(x, dim(m))\n"
	    "apart <- function(a, b) switch(f, nominal = a != b, ratio = ifelse(a + b == 0, 0, ((a - b) / (a + b))^2),\n"
	    "  (a - b)^2)\n"
	    "pairs <- function(u) sum(outer(u[!is.na(u)], u[!is.na(u)], apart))\n"
	    "n <- sum(!is.na(x))\n"
	    "observed <- sum(apply(x, 2, function(u) pairs(u) / (sum(!is.na(u)) - 1))) / n\n"
	    "1 - observed / (pairs(c(x)) / (n * (n - 1)))\n",
	.chart = { CHART_BARS, .table = "/result/all", .value = "alpha" },
	.summary = N_(
	    "how far any number of raters agree beyond chance, with missing ratings, for categories, ranks and numbers"),
	.reference =
	    "Krippendorff 2011, Computing Krippendorff's alpha-reliability; interval from resamples of whole cases",
	.missing_rule = N_("every pair of ratings of the same case counts; cases with one rating are left out"),
	.options = { OPT_RATERS, OPT_CATEGORIES, OPT_NA, OPT_LEVEL,
	    { "distance", OPT_CHOICE, "ordinal", "nominal|ordinal|interval|ratio",
		N_("how far apart two ratings are") },
	    { "replicates", OPT_WHOLE, "2000", NULL, N_("resamples for the interval, 100 or more; 0 for none") },
	    OPT_SEED },
	.output = { "distance", "alpha", "lo", "hi", "below_667", "units", "values", "categories", "replicates",
	    "all" },
	.run = krippendorff_run,
};
