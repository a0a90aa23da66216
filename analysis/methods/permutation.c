/* Permutation tests. */
#include "analysis/methods/compare.h"
#include "analysis/stats/compare/permute.h"

#include <math.h>
#include <string.h>

#define REPLICATES_MOST 10000000

static int by_groups(struct analyse *a, const struct an_permute_options *o, const char **what, struct an_permute *out,
    struct err *e)
{
	struct compare c;

	if (compare_load(a, 2, 0, &c, e) != 0 ||
	    analyse_status(an_permute_groups(&c.s, o, a->work, out), "permutation", e) != 0)
		return -1;
	*what = c.groups == 2 ? "difference" : "f";
	if (c.groups == 2) {
		size_t high = out->statistic >= 0 ? 0 : 1;

		analyse_say(a, N_("On average {1} lies {2} above {3}."), SAY_TEXT(c.label[high]),
		    SAY_NUM(fabs(out->statistic), 2), SAY_TEXT(c.label[1 - high]));
	}
	compare_small_warn(a, &c);
	return 0;
}

/* Two columns of the same rows: differences with either sign, or the pairing itself. */
static int by_pairs(struct analyse *a, bool correlation, const struct an_permute_options *o, const char **what,
    struct an_permute *out, struct err *e)
{
	struct compare_blocks b;
	double *x, *y;

	if (compare_blocks_load(a, 2, 2, &b, e) != 0)
		return -1;
	x = AN_WORK_ARRAY(a->work, double, b.rows);
	y = AN_WORK_ARRAY(a->work, double, b.rows);
	if (x == NULL || y == NULL)
		return err_nomem(e);
	for (size_t i = 0; i < b.rows; i++) {
		x[i] = correlation ? b.x[2 * i] : b.x[2 * i] - b.x[2 * i + 1];
		y[i] = b.x[2 * i + 1];
	}
	*what = correlation ? "correlation" : "mean_difference";
	compare_blocks_warn(a, &b);
	if (correlation)
		return analyse_status(an_permute_pairing(x, y, b.rows, o, a->work, out), "permutation", e);
	return analyse_status(an_permute_signs(x, b.rows, o, a->work, out), "permutation", e);
}

static int permutation_run(struct analyse *a, json_t *result, struct err *e)
{
	bool correlation = strcmp(analyse_text(a, "statistic"), "correlation") == 0;
	struct an_permute_options o = { compare_alternative(a), analyse_whole(a, "replicates"),
		analyse_whole(a, "seed") };
	const char *what = "";
	struct an_permute p;
	int rc;

	if (o.replicates < 100 || o.replicates > REPLICATES_MOST)
		return err_set(e, ERR_INPUT, "replicates", "--{1} must lie between {2} and {3}.", "replicates", "100",
		    "10000000", (char *)NULL);
	rc = correlation || compare_is_paired(a) ? by_pairs(a, correlation, &o, &what, &p, e)
						 : by_groups(a, &o, &what, &p, e);
	if (rc != 0)
		return -1;
	json_object_set_new(result, "statistic", json_string(what));
	json_object_set_new(result, "value", analyse_real(p.statistic));
	json_object_set_new(result, "p", analyse_real(p.p));
	json_object_set_new(result, "exact", json_boolean(p.exact));
	json_object_set_new(result, "ways", analyse_real(p.ways));
	json_object_set_new(result, "p_se", analyse_real(p.exact ? 0 : sqrt(p.p * (1 - p.p) / p.ways)));
	if (p.exact)
		analyse_say(a, N_("All {1} ways of dealing out the same values were gone through."), SAY_N(p.ways));
	else
		analyse_say(a, N_("{1} ways of dealing out the same values were drawn at random."), SAY_N(p.ways));
	if (correlation)
		analyse_say(a, N_("The two columns correlate by {1}; p {2}."), SAY_NUM(p.statistic, 2), SAY_P(p.p));
	else
		compare_p_say(a, p.p);
	analyse_check(a, -1,
	    N_("The values are taken to be exchangeable: if nothing made a difference, any could have stood in any place."),
	    SAY_END);
	return 0;
}

const struct analyse_method analyse_permutation = {
	.name = "permutation",
	.title = N_("Permutation test"),
	.family = FAMILY_RESAMPLE,
	.not_shown =
	    N_("The test asks whether chance alone would do; it gives no interval for how large a difference is."),
	.r = "# two groups, drawn; with few values enumerate combn() instead\n"
	     "set.seed({seed})\n"
	     "u <- if (exists(\"g\")) split(x[[1]], g) else as.list(x)\n"
	     "z <- unlist(u[1:2]); n <- length(u[[1]])\n"
	     "t0 <- mean(u[[1]]) - mean(u[[2]])\n"
	     "t1 <- replicate({replicates}, { s <- sample(z); mean(s[1:n]) - mean(s[-(1:n)]) })\n"
	     "(sum(abs(t1) >= abs(t0) - 1e-12) + 1) / ({replicates} + 1)\n",
	.summary = N_(
	    "could chance alone give this difference of groups, of pairs, or this correlation? All ways, or many drawn"),
	.reference =
	    "Fisher 1935; Pitman 1937; exact up to 5,000,000 ways, else p = (hits + 1) / (replicates + 1), Davison & "
	    "Hinkley 1997; f: of one-way analysis of variance",
	.missing_rule = N_("rows without a value or without a group are left out; pairs need both values"),
	.options = { OPT_ITEMS, OPT_NA, OPT_BY, OPT_LEVELS, OPT_PAIRED,
	    { "statistic", OPT_CHOICE, "auto", "auto|correlation",
		N_("auto: difference of means, F with more than two groups, mean difference of pairs") },
	    OPT_ALTERNATIVE,
	    { "replicates", OPT_WHOLE, "9999", NULL, N_("ways drawn where there are too many to go through") },
	    OPT_SEED },
	.output = { "statistic", "value", "p", "p_se", "exact", "ways" },
	.run = permutation_run,
};
