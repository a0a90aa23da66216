/* How many factors or components to keep. */
#include "analysis/methods/correlations.h"
#include "analysis/stats/factor/retain.h"

#include <string.h>

#define MISSING_POLICY N_("by --policy: each correlation from the people who have both items, or complete rows only")

static json_t *numbered(size_t from, size_t n)
{
	json_t *out = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(out, json_sprintf("%zu", from + i));
	return out;
}

static int parallel_run(struct analyse *a, json_t *result, struct err *e)
{
	struct an_parallel_row *rows;
	struct an_parallel_out out;
	struct an_parallel_in in;
	struct analyse_cor c;
	json_t *values;

	if (analyse_cor_load(a, &c, e) != 0)
		return -1;
	if (c.n == 0)
		return err_set(e, ERR_INPUT, "n", "--{1} must say how many people are behind the matrix.", "n",
		    (char *)NULL);
	in = (struct an_parallel_in){ c.cor, c.k, c.n, analyse_whole(a, "replicates"), analyse_number(a, "quantile"),
		(uint64_t)analyse_whole(a, "seed") };
	if (!(in.quantile > 0 && in.quantile < 1))
		return err_set(e, ERR_INPUT, "quantile", "--{1} must lie between 0 and 1, as 0.95 does.", "quantile",
		    (char *)NULL);
	rows = AN_WORK_ARRAY(a->work, struct an_parallel_row, c.k);
	if (rows == NULL)
		return err_nomem(e);
	if (analyse_status(an_parallel_analysis(&in, a->work, rows, &out), "parallel analysis", e) != 0)
		return -1;
	values = json_array();
	for (size_t i = 0; i < c.k; i++) {
		const struct an_parallel_row *r = rows + i;

		json_array_append_new(values,
		    json_pack("[o, o, o, o, o, o]", analyse_real(r->component), analyse_real(r->component_mean),
			analyse_real(r->component_limit), analyse_real_if(out.has_factors, r->factor),
			analyse_real_if(out.has_factors, r->factor_mean),
			analyse_real_if(out.has_factors, r->factor_limit)));
	}
	json_object_set_new(result, "components", analyse_count(out.components));
	json_object_set_new(result, "factors", out.has_factors ? analyse_count(out.factors) : json_null());
	json_object_set_new(result, "eigenvalues",
	    analyse_sheet(numbered(1, c.k), "component component_mean component_limit factor factor_mean factor_limit",
		values));
	if (out.has_factors)
		analyse_say(a,
		    N_("{1} factors and {2} components hold more than chance would put into {3} items that have nothing in "
		       "common."),
		    SAY_N(out.factors), SAY_N(out.components), SAY_N(c.k));
	else
		analyse_say(a,
		    N_("{1} components hold more than chance would put into {2} items that have nothing in common."),
		    SAY_N(out.components), SAY_N(c.k));
	analyse_check(a, in.replicates >= 50,
	    N_("The limits are quantiles of random data and settle with 50 repetitions or more; here are {1}."),
	    SAY_N(in.replicates));
	return 0;
}

const struct analyse_method analyse_parallel = {
	.name = "parallel",
	.title = N_("Parallel analysis"),
	.family = FAMILY_FACTOR,
	.not_shown =
	    N_("The number says how many factors are not chance; it does not say that each is worth a name or a "
	       "score of its own. With very many people even tiny factors count."),
	.r = "library(psych)\n"
	     "m <- {input|data=x|correlation=as.matrix(x)}; n <- {n}; set.seed({seed})\n"
	     "if (nrow(m) == ncol(m)) rownames(m) <- colnames(m)\n"
	     "u <- \"{policy|pairwise=pairwise|listwise=complete}\"\n"
	     "p <- fa.parallel(m, n.obs = n, n.iter = {replicates}, quant = {quantile}, use = u, plot = FALSE)\n"
	     "p; p$pc.values; p$fa.values # the random ones differ by chance\n",
	.chart = { CHART_LINES, .table = "/result/eigenvalues", .value = "component", .hi = "component_limit" },
	.summary = N_("number of factors and components: eigenvalues against those of random data"),
	.reference = "Horn 1965; limits are quantiles over random normal data of the same size, as psych::fa.parallel; "
		     "factor: eigenvalues with the communalities of one minres factor in the diagonal",
	.missing_rule = MISSING_POLICY,
	.options = { OPT_ITEMS, OPT_NA, OPT_KEYS, OPT_POLICY("pairwise"), OPT_INPUT,
	    { "replicates", OPT_WHOLE, "100", NULL, N_("how many sets of random data") },
	    { "quantile", OPT_NUMBER, "0.95", NULL, N_("of the random eigenvalues, between 0 and 1") }, OPT_SEED },
	.output = { "components", "factors", "eigenvalues" },
	.run = parallel_run,
};

static int map_run(struct analyse *a, json_t *result, struct err *e)
{
	struct an_map_row *rows;
	size_t square, fourth;
	struct analyse_cor c;
	json_t *values;

	if (analyse_cor_load(a, &c, e) != 0)
		return -1;
	rows = AN_WORK_ARRAY(a->work, struct an_map_row, c.k);
	if (rows == NULL)
		return err_nomem(e);
	if (analyse_status(an_map(c.cor, c.k, a->work, rows, &square, &fourth), "partial correlations", e) != 0)
		return -1;
	values = json_array();
	for (size_t m = 1; m < c.k; m++)
		json_array_append_new(values,
		    json_pack("[o, o]", analyse_real_if(rows[m].has, rows[m].square),
			analyse_real_if(rows[m].has, rows[m].fourth)));
	json_object_set_new(result, "components", analyse_count(square));
	json_object_set_new(result, "components_fourth", analyse_count(fourth));
	json_object_set_new(result, "none",
	    json_pack("{s:o, s:o}", "square", analyse_real(rows[0].square), "fourth", analyse_real(rows[0].fourth)));
	json_object_set_new(result, "map", analyse_sheet(numbered(1, c.k - 1), "square fourth", values));
	analyse_say(a, N_("Taking out {1} components leaves the least that the items still share in pairs."),
	    SAY_N(square));
	if (square != fourth)
		analyse_warn(a,
		    N_("The revised form of the criterion, with fourth powers, suggests {1} components instead."),
		    SAY_N(fourth));
	return 0;
}

const struct analyse_method analyse_map = {
	.name = "map",
	.codes = true,
	.title = N_("Velicer's minimum average partial"),
	.family = FAMILY_FACTOR,
	.not_shown =
	    N_("The criterion tends to find too few factors when each has few items or low loadings; set it beside "
	       "parallel analysis."),
	.r = "library(psych)\n"
	     "m <- {input|data=x|correlation=as.matrix(x)}\n"
	     "u <- \"{policy|pairwise=pairwise.complete.obs|listwise=complete.obs}\"\n"
	     "r <- {input|data=cor(x, use = u)|correlation=cov2cor(m)}\n"
	     "vss(r, ncol(r) - 1, n.obs = 1000, plot = FALSE)$map\n",
	.chart = { CHART_LINES, .table = "/result/map", .value = "square" },
	.summary = N_("number of components by the least average squared partial correlation"),
	.reference = "Velicer 1976; fourth: with fourth powers, Velicer, Eaton & Fava 2000; map as psych::vss",
	.missing_rule = MISSING_POLICY,
	.options = { OPT_ITEMS, OPT_NA, OPT_KEYS, OPT_POLICY("pairwise"), OPT_INPUT },
	.output = { "components", "components_fourth", "none", "map" },
	.run = map_run,
};
