/* Control charts and funnel plots. */
#include "analysis/stats/trend/control.h"
#include "analysis/methods/method.h"
#include "analysis/stats/trend/funnel.h"
#include "analysis/stats/describe/proportion.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define WORDS_MOST 8 /* points that are spoken of one by one */

/* Columns of one chart, rows with a missing cell left out. */
struct points {
	size_t n;
	double *x, *size; /* values, or hits and their sizes */
	json_t *label;
};

static int points_load(struct analyse *a, const char *first, const char *second, struct points *out, struct err *e)
{
	struct analyse_variable x = { 0 }, size = { 0 };
	json_t *labels = json_array();
	size_t column;
	int rc = analyse_column_of(a, first, true, &column, e);

	memset(out, 0, sizeof *out);
	if (rc == 0)
		rc = analyse_variable_load(a, column, &x, e);
	if (rc == 0 && second != NULL)
		rc = analyse_column_of(a, second, true, &column, e);
	if (rc == 0 && second != NULL)
		rc = analyse_variable_load(a, column, &size, e);
	if (rc == 0)
		rc = analyse_labels(a, labels, e);
	out->label = json_array();
	for (size_t i = 0; rc == 0 && i < analyse_rows(a); i++) {
		if (x.why[i] != AN_PRESENT || (second != NULL && size.why[i] != AN_PRESENT)) {
			a->missing.by[AN_SKIPPED]++;
			continue;
		}
		x.data[out->n] = x.data[i];
		if (second != NULL)
			size.data[out->n] = size.data[i];
		json_array_append(out->label, json_array_get(labels, i));
		out->n++;
	}
	json_decref(labels);
	if (rc != 0) {
		json_decref(out->label);
		out->label = NULL;
		return rc;
	}
	out->x = x.data;
	out->size = size.data;
	a->used = out->n;
	return 0;
}

static const char *label_of(const struct points *p, size_t i)
{
	return json_string_value(json_array_get(p->label, i));
}

static int rules_asked(const struct analyse *a, unsigned *asked, struct err *e)
{
	double *list = NULL;
	size_t n = 0;
	int rc = analyse_numbers(a, "rules", &list, &n, e);

	*asked = 0;
	for (size_t i = 0; rc == 0 && i < n; i++) {
		if (!(list[i] >= 1 && list[i] <= AN_RULES_MOST && list[i] == floor(list[i])))
			rc = err_set(e, ERR_INPUT, "rules", "--{1} takes the numbers 1 to 8.", "rules", (char *)NULL);
		else
			*asked |= 1u << ((unsigned)list[i] - 1);
	}
	free(list);
	return rc;
}

struct chart {
	struct an_control control;
	struct an_control_point *point;
	double *up, *down; /* cusum */
	unsigned *rules;
	char kind; /* x, p, u, e, c */
	bool laney;
};

static int draw(struct analyse *a, const struct points *p, struct chart *c, struct err *e)
{
	double centre = analyse_number(a, "centre"), sigma = analyse_number(a, "sigma");
	const double *m = analyse_given(a, "centre") ? &centre : NULL, *s = analyse_given(a, "sigma") ? &sigma : NULL;
	enum an_status status = AN_ENOMEM;

	c->point = AN_WORK_ARRAY(a->work, struct an_control_point, p->n);
	c->rules = AN_WORK_ARRAY(a->work, unsigned, p->n);
	c->up = AN_WORK_ARRAY(a->work, double, p->n);
	c->down = AN_WORK_ARRAY(a->work, double, p->n);
	if (c->point == NULL || c->rules == NULL || c->up == NULL || c->down == NULL)
		return err_nomem(e);
	switch (c->kind) {
	case 'x':
		status = an_control_xmr(p->x, p->n, &c->control, c->point);
		break;
	case 'p':
		status = an_control_p(p->x, p->size, p->n, c->laney, &c->control, c->point);
		break;
	case 'u':
		status = an_control_u(p->x, p->size, p->n, c->laney, &c->control, c->point);
		break;
	case 'e':
		status = an_control_ewma(p->x, p->n, analyse_number(a, "lambda"), analyse_number(a, "width"), m, s,
		    &c->control, c->point);
		break;
	case 'c':
		status = an_control_cusum(p->x, p->n, analyse_number(a, "k"), analyse_number(a, "h"), m, s, &c->control,
		    c->point, c->up, c->down);
		break;
	}
	if (status == AN_EDATA)
		return err_set(e, ERR_INPUT, c->kind == 'p' || c->kind == 'u' ? "trials" : "kind",
		    "This chart needs counts from 0 up to their trials, trials above 0, and parameters above 0 (lambda at "
		    "most 1).",
		    (char *)NULL);
	return analyse_status(status, "points", e);
}

static json_t *points_json(const struct points *p, const struct chart *c)
{
	json_t *values = json_array();

	for (size_t i = 0; i < p->n; i++) {
		const struct an_control_point *x = c->point + i;
		char rules[3 * AN_RULES_MOST] = "";
		size_t at = 0;

		for (unsigned k = 0; k < AN_RULES_MOST; k++)
			if ((c->rules[i] & (1u << k)) != 0) {
				if (at > 0)
					rules[at++] = ',';
				rules[at++] = (char)('1' + k);
				rules[at] = '\0';
			}
		json_array_append_new(values,
		    json_pack("[o, o, o, o, o, b, s]", analyse_real(x->value), analyse_real(x->centre),
			analyse_real(x->lo), analyse_real(x->hi), analyse_real(x->z), x->out, rules));
	}
	return analyse_sheet(json_incref(p->label), "value centre lcl ucl z out rules", values);
}

/* Moving ranges of an individuals chart, or the two sums of a cusum. */
static json_t *second_json(const struct points *p, const struct chart *c)
{
	json_t *values = json_array();

	if (c->kind != 'x' && c->kind != 'c') {
		json_decref(values);
		return json_null();
	}
	for (size_t i = 0; i < p->n; i++) {
		double range = i > 0 ? fabs(p->x[i] - p->x[i - 1]) : 0;

		json_array_append_new(values,
		    c->kind == 'c' ? json_pack("[o, o, o]", analyse_real(p->x[i]), analyse_real(c->up[i]),
					 analyse_real(c->down[i]))
				   : json_pack("[o, o, b]", analyse_real_if(i > 0, range),
					 analyse_real(c->control.range_hi), i > 0 && range > c->control.range_hi));
	}
	return analyse_sheet(json_incref(p->label), c->kind == 'c' ? "value up down" : "range ucl out", values);
}

static json_t *limits_json(const struct chart *c)
{
	const struct an_control *x = &c->control;
	bool same = c->kind == 'x' || c->kind == 'c', ranges = c->kind == 'x' || c->laney;

	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "centre", analyse_real(x->centre), "sigma",
	    analyse_real_if(c->kind == 'x' || c->kind == 'e' || c->kind == 'c', x->sigma), "sigma_z",
	    analyse_real_if(c->kind == 'p' || c->kind == 'u', c->control.range / AN_D2), "mean_range",
	    analyse_real_if(ranges, x->range), "range_ucl", analyse_real_if(ranges, x->range_hi), "lcl",
	    analyse_real_if(same, c->point[0].lo), "ucl", analyse_real_if(same, c->point[0].hi));
}

/* One sentence for each rule that a point completes beyond its limits. */
static void rule_words(struct analyse *a, const char *label, unsigned rules)
{
	static const char *const message[AN_RULES_MOST] = { NULL,
		N_("{1} is the ninth or a later point in a row on the same side of the centre."),
		N_("{1} is the sixth or a later point in a row going the same way."),
		N_("{1} is the fourteenth or a later point in a row going up and down in turn."),
		N_("{1} is with another of the last three points in the outer third of the limits, on the same side."),
		N_("{1} is with three others of the last five points beyond the inner third, on the same side."),
		N_("{1} is the fifteenth or a later point in a row close to the centre."),
		N_("{1} is the eighth or a later point in a row away from the centre, on either side.") };

	for (unsigned k = 1; k < AN_RULES_MOST; k++)
		if ((rules & (1u << k)) != 0)
			analyse_words(a->says, -1, message[k], (const struct say[]){ SAY_TEXT(label), SAY_END });
}

static void chart_words(struct analyse *a, const struct points *p, const struct chart *c, size_t out, size_t signals)
{
	size_t said = 0;

	if (signals == 0)
		analyse_say(a,
		    N_("All {1} points lie within their limits and show no pattern: they differ no more than chance makes "
		       "them, and single ones should not be praised or blamed."),
		    SAY_N(p->n));
	else
		analyse_say(a,
		    N_("{1} of {2} points lie beyond their limits, and {3} are signals with the runs rules asked for: for "
		       "these a particular cause is worth looking for."),
		    SAY_N(out), SAY_N(p->n), SAY_N(signals));
	for (size_t i = 0; i < p->n && said < WORDS_MOST; i++) {
		const struct an_control_point *x = c->point + i;

		if (c->rules[i] == 0 && !x->out)
			continue;
		said++;
		if (x->out)
			analyse_say(a, N_("{1} has {2}, beyond its limits {3} to {4}."), SAY_TEXT(label_of(p, i)),
			    SAY_NUM(x->value, 3), SAY_NUM(x->lo, 3), SAY_NUM(x->hi, 3));
		rule_words(a, label_of(p, i), c->rules[i]);
	}
	if (p->n < 20)
		analyse_warn(a, N_("Limits from {1} points are rough; 20 or more make them firm."), SAY_N(p->n));
}

/* Whether counts spread as their kind of chart takes for granted. */
static void dispersion_words(struct analyse *a, const struct points *p, const struct chart *c)
{
	double z = c->control.range / AN_D2;
	size_t small = 0;

	if (c->kind != 'p' && c->kind != 'u')
		return;
	analyse_check(a, z < 1.5,
	    N_("Limits from counts alone expect neighbouring points to differ by chance of counting; here they differ {1} "
	       "times as much (Laney's sigma z)."),
	    SAY_NUM(z, 2));
	if (z >= 1.5 && !c->laney)
		analyse_warn(a,
		    N_("The points differ more than counting alone explains, so that nearly all seem out. Use Laney's "
		       "limits (--kind {1})."),
		    SAY_TEXT(c->kind == 'p' ? "laney_p" : "laney_u"));
	for (size_t i = 0; i < p->n; i++)
		small += p->size[i] * c->control.centre * (c->kind == 'p' ? 1 - c->control.centre : 1) < 3;
	if (small > 0)
		analyse_warn(a, N_("{1} points rest on so few cases that their limits say little."), SAY_N(small));
}

static int control_chart_run(struct analyse *a, json_t *result, struct err *e)
{
	const char *kind = analyse_text(a, "kind");
	struct chart c = { .laney = strncmp(kind, "laney", 5) == 0 };
	json_t *beyond, *signals;
	struct points p;
	unsigned asked = 0;
	bool counts;
	int rc;

	c.kind = c.laney ? kind[6] : kind[0];
	counts = c.kind == 'p' || c.kind == 'u';
	if (rules_asked(a, &asked, e) != 0 ||
	    points_load(a, counts ? "successes" : "value", counts ? "trials" : NULL, &p, e) != 0)
		return -1;
	rc = draw(a, &p, &c, e);
	if (rc != 0) {
		json_decref(p.label);
		return rc;
	}
	/* sums carry the past along: runs rules are made for charts of separate points */
	an_control_rules(c.point, p.n, c.kind == 'e' || c.kind == 'c' ? asked & 1 : asked, c.rules);
	beyond = json_array();
	signals = json_array();
	for (size_t i = 0; i < p.n; i++) {
		if (c.point[i].out)
			json_array_append(beyond, json_array_get(p.label, i));
		if (c.rules[i] != 0)
			json_array_append(signals, json_array_get(p.label, i));
	}
	chart_words(a, &p, &c, json_array_size(beyond), json_array_size(signals));
	dispersion_words(a, &p, &c);
	json_object_set_new(result, "limits", limits_json(&c));
	json_object_set_new(result, "points", points_json(&p, &c));
	json_object_set_new(result, "second", second_json(&p, &c));
	json_object_set_new(result, "out", beyond);
	json_object_set_new(result, "signals", signals);
	json_decref(p.label);
	return 0;
}

const struct analyse_method analyse_control_chart = {
	.file_alone = true,
	.name = "control_chart",
	.title = N_("Control chart"),
	.family = FAMILY_TREND,
	.summary =
	    N_("which points of a series stand out from its own usual variation: individuals, shares, rates, Laney's "
	       "limits, moving averages, cumulative sums"),
	.reference =
	    "Shewhart 1931; individuals with 2.66 and 3.267 (Wheeler & Chambers 1992); Laney 2002; EWMA Roberts "
	    "1959; CUSUM Page 1954; runs rules Nelson 1984 (1, 5, 6: Western Electric 1956)",
	.missing_rule = N_("rows with an empty cell are left out; their neighbours become neighbours"),
	.not_shown =
	    N_("A point within the limits need not be good, and a point beyond them need not be bad: limits say "
	       "what is usual here, not what is wanted."),
	.r =
	    "col <- function(v) if (is.null(v)) NULL else d[[v]]\n"
	    "k <- {kind}; y <- col({value}); x <- col({successes}); n <- col({trials})\n"
	    "if (grepl(\"p$|u$\", k)) { \n"
	    "  p <- sum(x) / sum(n); s <- sqrt(p * (if (grepl(\"p$\", k)) 1 - p else 1) / n); z <- (x / n - p) / s\n"
	    "  if (grepl(\"laney\", k)) s <- s * mean(abs(diff(z))) / 1.128\n"
	    "  print(data.frame(value = x / n, lcl = pmax(0, p - 3 * s), ucl = if (grepl(\"p$\", k)) pmin(1, p + 3 * s) else p + 3 * s))\n"
	    "} else { \n"
	    "  y <- y[!is.na(y)]; r <- mean(abs(diff(y))); i <- seq_along(y)\n"
	    "  m <- if (is.null({centre})) mean(y) else {centre}\n"
	    "  s <- if (is.null({sigma})) r / 1.128 else {sigma}; l <- {lambda}\n"
	    "  print(switch(k, xmr = c(centre = m, lcl = m - 2.66 * r, ucl = m + 2.66 * r, range_ucl = 3.267 * r),\n"
	    "    ewma = data.frame(value = Reduce(function(e, v) l * v + (1 - l) * e, y, m, accumulate = TRUE)[-1],\n"
	    "      width = {width} * s * sqrt(l / (2 - l) * (1 - (1 - l)^(2 * i)))),\n"
	    "    cusum = data.frame(up = Reduce(function(c, v) max(0, c + v - m - {k} * s), y, 0, accumulate = TRUE)[-1],\n"
	    "      down = Reduce(function(c, v) max(0, c - v + m - {k} * s), y, 0, accumulate = TRUE)[-1], limit = {h} * s)))\n"
	    "}",
	.chart = { CHART_LINES, .table = "/result/points", .value = "value", .lo = "lcl", .hi = "ucl",
	    .centre = "centre" },
	.options = { { "kind", OPT_CHOICE, "xmr", "xmr|p|u|laney_p|laney_u|ewma|cusum",
			 N_("xmr: single values; p: shares; u: events per unit; laney: these where counts spread too much; "
			    "ewma and cusum: small lasting shifts") },
	    { "value", OPT_COLUMN, "", NULL, N_("column of values (xmr, ewma, cusum)") },
	    { "successes", OPT_COLUMN, "", NULL, N_("column of counts (p, u)"), USE_FILE },
	    { "trials", OPT_COLUMN, "", NULL, N_("column of how many were counted among, or of sizes (p, u)"),
		USE_FILE },
	    { "label", OPT_COLUMN, "", NULL, N_("column that names the points"), USE_FILE },
	    { "rules", OPT_NUMBERS, "1,2,5,6", NULL,
		N_("signals by Nelson's numbers: 1 beyond limits; 2 nine on a side; 3 six one way; 4 fourteen in turn; 5 two "
		   "of three beyond 2 sigma; 6 four of five beyond 1; 7 fifteen within 1; 8 eight beyond 1") },
	    { "lambda", OPT_NUMBER, "0.2", NULL, N_("weight of the newest value (ewma)") },
	    { "width", OPT_NUMBER, "3", NULL, N_("limits in standard errors (ewma)") },
	    { "k", OPT_NUMBER, "0.5", NULL, N_("slack in standard deviations (cusum)") },
	    { "h", OPT_NUMBER, "5", NULL, N_("limit in standard deviations (cusum)") },
	    { "centre", OPT_NUMBER, "", NULL, N_("known centre (ewma, cusum); the mean when not given") },
	    { "sigma", OPT_NUMBER, "", NULL, N_("known standard deviation (ewma, cusum)") }, OPT_NA },
	.output = { "limits", "points", "second", "out", "signals" },
	.run = control_chart_run,
};

static json_t *unit_row(const struct an_funnel *f, enum an_overdispersion over, const struct an_funnel_unit *u,
    double hits, double n, double level, bool *out, bool *far)
{
	double lo = 0, hi = 1, lo3 = 0, hi3 = 1;
	struct an_interval ci = { 0, 0 };
	bool ok = an_proportion(hits, n, AN_WILSON, level, &ci) == AN_OK;

	an_funnel_limits(f, over, n, level, &lo, &hi);
	an_funnel_limits(f, over, n, 0.998, &lo3, &hi3);
	*out = u->p < 1 - level;
	*far = u->p < 0.002;
	return json_pack("[o, o, o, o, o, o, o, o, o, o, o, o, o, b]", analyse_real(n), analyse_real(hits),
	    analyse_real(u->share), analyse_real(lo), analyse_real(hi), analyse_real(lo3), analyse_real(hi3),
	    analyse_real(u->z), analyse_real(u->adjusted_z), analyse_real(u->p), analyse_real_if(ok, ci.lo),
	    analyse_real_if(ok, ci.hi), analyse_real(u->shrunk), *out);
}

static void funnel_words(struct analyse *a, const struct an_funnel *f, size_t out, size_t far, size_t small)
{
	analyse_say(a,
	    N_("All {1} units together have {2}. Beyond the outer limits lie {3} of them, where chance would put about "
	       "{4}."),
	    SAY_N(f->units), SAY_PCT(f->centre), SAY_N(far), SAY_NUM(0.002 * (double)f->units, 1));
	analyse_say(a, N_("Beyond the {1} limits lie {2}, where chance would put about {3}."), SAY_PCT(a->level),
	    SAY_N(out), SAY_NUM((1 - a->level) * (double)f->units, 1));
	analyse_check(a, f->phi_winsor <= 1 + 2 * sqrt(2 / (double)f->units),
	    N_("If only chance made units differ, their squared distance from the centre would be 1 on average; it is {1} "
	       "({2} with the outermost drawn in)."),
	    SAY_NUM(f->phi, 2), SAY_NUM(f->phi_winsor, 2));
	if (strcmp(analyse_text(a, "overdispersion"), "none") == 0 &&
	    f->phi_winsor > 1 + 2 * sqrt(2 / (double)f->units))
		analyse_warn(a,
		    N_("Units differ more than chance alone explains, so that limits without overdispersion accuse too "
		       "many."),
		    SAY_END);
	if (small > 0)
		analyse_warn(a, N_("{1} units rest on so few cases that their limits say little."), SAY_N(small));
}

static int funnel_run(struct analyse *a, json_t *result, struct err *e)
{
	static const char *const words[] = { "none", "multiplicative", "additive" };
	enum an_overdispersion over = AN_DISPERSION_NONE;
	struct an_funnel_unit *unit;
	json_t *values = json_array(), *flagged = json_array();
	size_t outs = 0, fars = 0, small = 0;
	struct an_funnel f = { 0 };
	struct points p;
	int rc = points_load(a, "successes", "trials", &p, e);

	for (int i = 0; i < 3; i++)
		if (strcmp(analyse_text(a, "overdispersion"), words[i]) == 0)
			over = (enum an_overdispersion)i;
	if (rc == 0) {
		unit = AN_WORK_ARRAY(a->work, struct an_funnel_unit, p.n);
		rc = unit == NULL
		    ? err_nomem(e)
		    : analyse_status(an_funnel(p.x, p.size, p.n, analyse_number(a, "winsor"), over, a->work, &f, unit),
			  "successes and trials", e);
	}
	for (size_t i = 0; rc == 0 && i < p.n; i++) {
		bool out, far;

		json_array_append_new(values, unit_row(&f, over, unit + i, p.x[i], p.size[i], a->level, &out, &far));
		if (out)
			json_array_append(flagged, json_array_get(p.label, i));
		outs += out;
		fars += far;
		small += p.size[i] * f.centre * (1 - f.centre) < 3;
	}
	json_object_set_new(result, "centre", analyse_real(f.centre));
	json_object_set_new(result, "phi", analyse_real(f.phi));
	json_object_set_new(result, "phi_winsor", analyse_real(f.phi_winsor));
	json_object_set_new(result, "tau2", analyse_real(f.tau2));
	json_object_set_new(result, "rho", analyse_real(f.rho));
	json_object_set_new(result, "units",
	    analyse_sheet(json_incref(p.label),
		"n hits share lo hi lo998 hi998 z adjusted_z p wilson_lo wilson_hi shrunk out", values));
	json_object_set_new(result, "out", flagged);
	if (rc == 0)
		funnel_words(a, &f, outs, fars, small);
	json_decref(p.label);
	return rc;
}

const struct analyse_method analyse_funnel = {
	.file_alone = true,
	.name = "funnel",
	.title = N_("Funnel plot of shares"),
	.family = FAMILY_TREND,
	.summary = N_("shares of many units around their common share, with limits that know overdispersion"),
	.reference =
	    "Spiegelhalter 2005, Funnel plots for comparing institutional performance; winsorised phi, additive "
	    "variance by moments; shrunk: beta-binomial by moments (Kleinman 1973); Wilson 1927",
	.missing_rule = MISSING_ROWS,
	.not_shown =
	    N_("A unit beyond the limits differs more than chance; the plot does not say whether its work or its "
	       "students make the difference."),
	.r = "x <- d[[{successes}]]; n <- d[[{trials}]]; p <- sum(x) / sum(n)\n"
	     "z <- (x / n - p) / sqrt(p * (1 - p) / n); q <- quantile(z, c({winsor}, 1 - {winsor}))\n"
	     "phi <- mean(pmin(pmax(z, q[1]), q[2])^2); w <- n / (p * (1 - p)); k <- length(n)\n"
	     "tau2 <- max(0, (k * phi - (k - 1)) / (sum(w) - sum(w^2) / sum(w)))\n"
	     "s <- switch({overdispersion}, none = sqrt(1 / w), multiplicative = sqrt(max(1, phi) / w),\n"
	     "  additive = sqrt(1 / w + tau2))\n"
	     "data.frame(share = x / n, lo = pmax(0, p - qnorm((1 + {level}) / 2) * s),\n"
	     "  hi = pmin(1, p + qnorm((1 + {level}) / 2) * s), z = z, adjusted_z = (x / n - p) / s)",
	.chart = { CHART_ESTIMATES, .table = "/result/units", .value = "share", .lo = "lo", .hi = "hi" },
	.options = { { "successes", OPT_COLUMN, "", NULL, N_("column of counts reached, one unit a row"), USE_FILE },
	    { "trials", OPT_COLUMN, "", NULL, N_("column of counts in all"), USE_FILE },
	    { "label", OPT_COLUMN, "", NULL, N_("column that names the units"), USE_FILE }, OPT_NA, OPT_LEVEL,
	    { "overdispersion", OPT_CHOICE, "additive", "none|multiplicative|additive",
		N_("additive: units differ by a variance of their own; multiplicative: every limit wider by the same factor") },
	    { "winsor", OPT_NUMBER, "0.1", NULL, N_("share at each end that is drawn in for phi, 0 to under 0.5") } },
	.output = { "centre", "phi", "phi_winsor", "tau2", "rho", "units", "out" },
	.run = funnel_run,
};
