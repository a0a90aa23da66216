/* Whether a series goes up or down. */
#include "analysis/stats/trend/trend.h"
#include "analysis/methods/method.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define POINTS_MOST 6000

struct moment {
	double t, y;
	size_t row, season;
};

static int by_time(const void *a, const void *b)
{
	const struct moment *x = a, *y = b;

	if (x->t != y->t)
		return x->t < y->t ? -1 : 1;
	return (x->row > y->row) - (x->row < y->row);
}

struct series {
	size_t n, seasons;
	double *t, *y;
	size_t *season; /* NULL without --season */
	const char *name;
};

static int copy_series(const struct analyse *a, struct moment *m, bool seasonal, struct series *out, struct err *e)
{
	out->t = AN_WORK_ARRAY(a->work, double, out->n);
	out->y = AN_WORK_ARRAY(a->work, double, out->n);
	out->season = seasonal ? AN_WORK_ARRAY(a->work, size_t, out->n) : NULL;
	if (out->t == NULL || out->y == NULL || (seasonal && out->season == NULL))
		return err_nomem(e);
	qsort(m, out->n, sizeof *m, by_time);
	for (size_t i = 0; i < out->n; i++) {
		out->t[i] = m[i].t;
		out->y[i] = m[i].y;
		if (seasonal)
			out->season[i] = m[i].season;
	}
	return 0;
}

/* Points with time, value and season, in order of time. */
static int load(struct analyse *a, struct series *out, struct err *e)
{
	struct moment *m = AN_WORK_ARRAY(a->work, struct moment, analyse_rows(a));
	struct analyse_groups season = { 0 };
	struct analyse_variable y, t = { 0 };
	size_t value, time, part;
	int rc;

	memset(out, 0, sizeof *out);
	if (m == NULL)
		return err_nomem(e);
	if (analyse_column_of(a, "value", true, &value, e) != 0 || analyse_column_of(a, "time", false, &time, e) != 0 ||
	    analyse_column_of(a, "season", false, &part, e) != 0 || analyse_variable_load(a, value, &y, e) != 0 ||
	    (time != SIZE_MAX && analyse_variable_load(a, time, &t, e) != 0) ||
	    (part != SIZE_MAX && analyse_factor_load(a, part, &season, e) != 0))
		return -1;
	out->name = y.name;
	out->seasons = season.count;
	for (size_t i = 0; i < analyse_rows(a); i++) {
		bool has = y.why[i] == AN_PRESENT && (t.why == NULL || t.why[i] == AN_PRESENT) &&
		    (part == SIZE_MAX || season.of[i] < season.count);

		if (!has) {
			a->missing.by[AN_SKIPPED]++;
			continue;
		}
		m[out->n++] = (struct moment){ t.data != NULL ? t.data[i] : (double)(i + 1), y.data[i], i,
			part != SIZE_MAX ? season.of[i] : 0 };
	}
	a->used = out->n;
	rc = out->n > POINTS_MOST
	    ? err_set(e, ERR_INPUT, "value", "This method takes at most {1} points.", "6000", (char *)NULL)
	    : copy_series(a, m, part != SIZE_MAX, out, e);
	analyse_groups_free(&season);
	return rc;
}

static json_t *coefficient_row(const struct an_trend_coefficient *c)
{
	return json_pack("[o, o, o, o]", analyse_real(c->value), analyse_real(c->se), analyse_real_if(c->has_t, c->t),
	    analyse_real_if(c->has_t, c->p));
}

static json_t *line_json(const struct an_trend_line *l, double level)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "coefficients",
	    analyse_sheet(json_pack("[s, s]", "(Intercept)", "time"), "estimate se t p",
		json_pack("[o, o]", coefficient_row(&l->intercept), coefficient_row(&l->slope))),
	    "lo", analyse_real(l->interval.lo), "hi", analyse_real(l->interval.hi), "level", analyse_real(level), "r2",
	    analyse_real(l->r2), "sigma", analyse_real(l->sigma));
}

/* Autocorrelations of values or of what a line leaves, with the Ljung-Box test; null where not defined. */
static json_t *correlations_json(struct analyse *a, const double *y, size_t n, size_t lags, double *p)
{
	double *r = AN_WORK_ARRAY(a->work, double, lags), q = 0;
	json_t *list;

	*p = -1;
	if (r == NULL || an_autocorrelation(y, n, lags, r) != AN_OK || an_ljung_box(r, n, lags, &q, p) != AN_OK)
		return json_null();
	list = json_array();
	for (size_t k = 0; k < lags; k++)
		json_array_append_new(list, analyse_real(r[k]));
	return json_pack("{s:o, s:o}", "acf", list, "ljung_box",
	    json_pack("{s:o, s:o, s:o}", "statistic", analyse_real(q), "df", analyse_count(lags), "p",
		analyse_real(*p)));
}

static void autocorrelated(struct analyse *a, const json_t *left, double p)
{
	double first = json_number_value(json_array_get(json_object_get(left, "acf"), 0));

	if (p < 0)
		return;
	analyse_check(a, p >= 0.05,
	    N_("The test takes points to be independent once the trend is taken out; neighbouring ones correlate {1} "
	       "(Ljung-Box p-value {2})."),
	    SAY_NUM(first, 2), SAY_P(p));
	if (p < 0.05 && first > 0)
		analyse_warn(a,
		    N_("Neighbouring points resemble each other more than by the trend alone, so that p-values and "
		       "intervals here are too hopeful."),
		    SAY_END);
}

static void trend_say(struct analyse *a, const struct series *s, const struct an_mann_kendall *mk,
    const struct an_sen *sen)
{
	if (mk->p < 1 - a->level)
		analyse_say(a,
		    mk->s > 0
			? N_("{1} goes up over time: by {2} a step in the median (Mann-Kendall p-value {3}, {4} "
			     "points).")
			: N_("{1} goes down over time: by {2} a step in the median (Mann-Kendall p-value {3}, {4} "
			     "points)."),
		    SAY_TEXT(s->name), SAY_NUM(fabs(sen->slope), 3), SAY_P(mk->p), SAY_N(mk->n));
	else
		analyse_say(a,
		    N_("These {1} points show no clear trend of {2} (Mann-Kendall p-value {3}); a small one could still be "
		       "there."),
		    SAY_N(mk->n), SAY_TEXT(s->name), SAY_P(mk->p));
	if (sen->has_lo && sen->has_hi)
		analyse_say(a, N_("The slope lies between {1} and {2} a step ({3} interval)."), SAY_NUM(sen->lo, 3),
		    SAY_NUM(sen->hi, 3), SAY_PCT(a->level));
	if (mk->n < 10)
		analyse_warn(a, N_("With {1} points only a very steady trend can be seen."), SAY_N(mk->n));
}

static int smoothing_json(struct analyse *a, const struct series *s, json_t *result, struct err *e)
{
	double *level = AN_WORK_ARRAY(a->work, double, s->n), sse = 0;

	if (level == NULL)
		return err_nomem(e);
	if (an_smoothing(s->y, s->n, analyse_number(a, "alpha"), level, &sse) != AN_OK)
		return err_set(e, ERR_INPUT, "alpha", "--{1} must be above 0 and at most 1.", "alpha", (char *)NULL);
	json_object_set_new(result, "smoothing",
	    json_pack("{s:o, s:o, s:o}", "alpha", analyse_real(analyse_number(a, "alpha")), "last",
		analyse_real(level[s->n - 1]), "mse", analyse_real_if(s->n > 1, sse / (double)(s->n - 1))));
	json_object_set_new(result, "series", json_array());
	for (size_t i = 0; i < s->n; i++)
		json_array_append_new(json_object_get(result, "series"),
		    json_pack("[o, o, o]", analyse_real(s->t[i]), analyse_real(s->y[i]), analyse_real(level[i])));
	return 0;
}

static void series_table(const struct an_trend_line *line, json_t *result)
{
	json_t *values = json_array(), *rows = json_array(), *one;
	size_t i;

	json_array_foreach(json_object_get(result, "series"), i, one) {
		double t = json_number_value(json_array_get(one, 0));

		json_array_append_new(rows, json_sprintf("%.12g", t));
		json_array_append_new(values,
		    json_pack("[O, O, o]", json_array_get(one, 1), json_array_get(one, 2),
			analyse_real(line->intercept.value + line->slope.value * t)));
	}
	json_object_set_new(result, "series", analyse_sheet(rows, "value smoothed line", values));
}

static int trend_run(struct analyse *a, json_t *result, struct err *e)
{
	struct an_mann_kendall mk;
	struct an_trend_line line;
	struct an_sen sen;
	struct series s;
	size_t lags = analyse_whole(a, "lags");
	double *left, p, raw;
	json_t *residuals;
	enum an_status status;

	if (load(a, &s, e) != 0)
		return -1;
	status = s.season != NULL ? an_mann_kendall_seasonal(s.t, s.y, s.season, s.n, s.seasons, a->work, &mk)
				  : an_mann_kendall(s.t, s.y, s.n, a->work, &mk);
	if (analyse_status(status, s.name, e) != 0 ||
	    analyse_status(an_sen(s.t, s.y, s.season, s.n, mk.var, a->level, a->work, &sen), s.name, e) != 0 ||
	    analyse_status(an_trend_line(s.t, s.y, s.n, a->level, &line), s.name, e) != 0)
		return -1;
	left = AN_WORK_ARRAY(a->work, double, s.n);
	if (left == NULL)
		return err_nomem(e);
	for (size_t i = 0; i < s.n; i++)
		left[i] = s.y[i] - line.intercept.value - line.slope.value * s.t[i];
	json_object_set_new(result, "mann_kendall",
	    json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "n", analyse_count(mk.n), "s", analyse_real(mk.s), "var",
		analyse_real(mk.var), "z", analyse_real(mk.z), "p", analyse_real(mk.p), "tau", analyse_real(mk.tau)));
	json_object_set_new(result, "sen",
	    json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "slope", analyse_real(sen.slope), "lo",
		analyse_real_if(sen.has_lo, sen.lo), "hi", analyse_real_if(sen.has_hi, sen.hi), "lo_rank",
		analyse_real(sen.lo_rank), "hi_rank", analyse_real(sen.hi_rank), "intercept",
		analyse_real(sen.intercept), "pairs", analyse_count(sen.pairs)));
	json_object_set_new(result, "line", line_json(&line, a->level));
	json_object_set_new(result, "autocorrelation", correlations_json(a, s.y, s.n, lags, &raw));
	residuals = correlations_json(a, left, s.n, lags, &p);
	json_object_set_new(result, "residual_autocorrelation", residuals);
	if (smoothing_json(a, &s, result, e) != 0)
		return -1;
	series_table(&line, result);
	trend_say(a, &s, &mk, &sen);
	autocorrelated(a, residuals, p);
	return 0;
}

const struct analyse_method analyse_trend = {
	.file_alone = true,
	.name = "trend",
	.title = N_("Trend over time"),
	.family = FAMILY_TREND,
	.summary =
	    N_("Mann-Kendall test, Sen's slope, straight line, autocorrelations and exponential smoothing of a series"),
	.reference = "Mann 1945; Kendall 1975 (ties, continuity correction); Sen 1968, interval at interpolated ranks "
		     "(Gilbert 1987); Hirsch, Slack & Smith 1982 by season; Ljung & Box 1978",
	.missing_rule =
	    N_("rows without a value, a time or a season are left out; autocorrelations count the points that stay "
	       "as neighbours"),
	.not_shown =
	    N_("A trend does not say why. Other people asked, another form or another way of marking make one as "
	       "well as real change does."),
	.r = "y <- d[[{value}]]; t <- if (is.null({time})) seq_along(y) else d[[{time}]]\n"
	     "k <- !is.na(y) & !is.na(t); y <- y[k]; t <- t[k]; y <- y[order(t)]; t <- sort(t)\n"
	     "n <- length(y); i <- which(lower.tri(diag(n)), arr.ind = TRUE)\n"
	     "S <- sum(sign((y[i[, 1]] - y[i[, 2]]) * (t[i[, 1]] - t[i[, 2]]))); u <- as.vector(table(y))\n"
	     "V <- (n * (n - 1) * (2 * n + 5) - sum(u * (u - 1) * (2 * u + 5))) / 18 # times without ties\n"
	     "c(S = S, var = V, z = (S - sign(S)) / sqrt(V), tau = cor(t, y, method = \"kendall\"))\n"
	     "median((y[i[, 1]] - y[i[, 2]]) / (t[i[, 1]] - t[i[, 2]]))\n"
	     "summary(lm(y ~ t)); acf(y, {lags}, plot = FALSE); Box.test(y, {lags}, \"Ljung\")\n"
	     "Reduce(function(s, v) {alpha} * v + (1 - {alpha}) * s, y)",
	.chart = { CHART_LINES, .table = "/result/series", .value = "value", .centre = "line" },
	.options = { { "value", OPT_COLUMN, "", NULL, N_("column of the series") },
	    { "time", OPT_COLUMN, "", NULL, N_("column of times, numbers; the order of rows when not given") },
	    { "season", OPT_COLUMN, "", NULL, N_("column of seasons; points are then compared within a season alone") },
	    OPT_NA, OPT_LEVEL, { "lags", OPT_WHOLE, "5", NULL, N_("how many autocorrelations") },
	    { "alpha", OPT_NUMBER, "0.3", NULL,
		N_("weight of the newest value in smoothing, above 0 and at most 1") } },
	.output = { "mann_kendall", "sen", "line", "autocorrelation", "residual_autocorrelation", "smoothing",
	    "series" },
	.run = trend_run,
};
