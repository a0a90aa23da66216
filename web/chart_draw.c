/* From the view model's JSON to drawings, and scales for a whole panel. */
#include "web/svg.h"

#include "core/err.h"
#include "web/locale.h"

#include <math.h>
#include <stdlib.h>

#define MOST_LINE 400
#define MOST_BINS 500

static double number_of(const json_t *v)
{
	return json_is_number(v) ? json_number_value(v) : NAN;
}

static double member(const json_t *o, const char *key)
{
	return number_of(json_object_get(o, key));
}

static double count_of(const json_t *o, const char *key)
{
	double v = member(o, key);

	return isfinite(v) && v > 0 ? v : 0;
}

static const char *text_member(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s != NULL && s[0] != '\0' ? s : NULL;
}

/* ---- what every drawing begins with ---- */

static struct chart begin(struct template_view *v, unsigned *id)
{
	/* one drawing takes one id: svg_begin() counts up to the one got here */
	*id = template_next_id(v) - 1;
	return (struct chart){ template_out(v), template_style(v), id };
}

static const char *label_of(const struct template_view *v)
{
	static const char *const keys[] = { "label", "name", "title", "code" };

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		const char *s = template_string(v, template_lookup(v, keys[i]));

		if (s != NULL)
			return s;
	}
	return "";
}

static int no_scale(struct err *e, const char *name)
{
	return err_internal(e, "a chart needs %s in its context", name);
}

/* ---- likert ---- */

static int likert_scale(const struct template_view *v, struct chart_likert_scale *s, struct err *e)
{
	const json_t *o = template_lookup(v, "likert_scale"), *labels = json_object_get(o, "labels");
	double points = member(o, "points");

	*s = (struct chart_likert_scale){ .points = 0 };
	if (!(points >= 2 && points <= CHART_POINTS))
		return err_internal(e, "a chart needs likert_scale with 2 to 11 points in its context");
	s->points = (size_t)points;
	s->below = count_of(o, "below");
	s->middle = count_of(o, "middle");
	s->above = count_of(o, "above");
	s->low = text_member(o, "low");
	s->mid = text_member(o, "mid");
	s->high = text_member(o, "high");
	for (size_t i = 0; i < s->points; i++)
		s->labels[i] = template_string(v, json_array_get(labels, i));
	return 0;
}

static int draw_likert_axis(struct template_view *v, struct err *e)
{
	struct chart_likert_scale s;
	unsigned id;
	struct chart c = begin(v, &id);

	if (likert_scale(v, &s, e) != 0)
		return -1;
	chart_likert_axis(&c, &s);
	return 0;
}

static int draw_likert_key(struct template_view *v, struct err *e)
{
	struct chart_likert_scale s;
	unsigned id;
	struct chart c = begin(v, &id);

	if (likert_scale(v, &s, e) != 0)
		return -1;
	chart_likert_key(&c, &s);
	return 0;
}

static int draw_likert_row(struct template_view *v, struct err *e)
{
	const json_t *counts = json_object_get(template_lookup(v, "."), "distribution");
	double n[CHART_POINTS] = { 0 };
	struct chart_likert_scale s;
	unsigned id;
	struct chart c = begin(v, &id);

	if (likert_scale(v, &s, e) != 0)
		return -1;
	if (json_is_array(counts) && json_array_size(counts) != s.points)
		return err_internal(e, "a distribution of %zu points on a scale of %zu", json_array_size(counts),
		    s.points);
	for (size_t i = 0; i < s.points; i++) {
		double k = number_of(json_array_get(counts, i));

		n[i] = isfinite(k) && k > 0 ? k : 0;
	}
	chart_likert_row(&c, &s, label_of(v), n);
	return 0;
}

/* ---- intervals and groups ---- */

static int interval_scale(const struct template_view *v, struct chart_interval_scale *s, struct err *e)
{
	const json_t *o = template_lookup(v, "interval_scale");

	*s = (struct chart_interval_scale){ member(o, "min"), member(o, "max"), member(o, "goal"),
		text_member(o, "label") };
	return s->min < s->max ? 0 : no_scale(e, "interval_scale");
}

static int draw_interval_axis(struct template_view *v, struct err *e)
{
	struct chart_interval_scale s;
	unsigned id;
	struct chart c = begin(v, &id);

	if (interval_scale(v, &s, e) != 0)
		return -1;
	chart_interval_axis(&c, &s);
	return 0;
}

static int draw_interval_row(struct template_view *v, struct err *e)
{
	const json_t *o = template_lookup(v, "."), *pair = json_object_get(o, "interval");
	struct chart_estimate est = { .share = member(o, "share"),
		.lo = number_of(json_array_get(pair, 0)),
		.hi = number_of(json_array_get(pair, 1)),
		.goal = member(o, "goal"),
		.n = member(o, "n"),
		.status = chart_status_named(text_member(o, "status")) };
	struct chart_interval_scale s;
	unsigned id;
	struct chart c = begin(v, &id);

	if (interval_scale(v, &s, e) != 0)
		return -1;
	chart_interval_row(&c, &s, label_of(v), &est);
	return 0;
}

static int group_scale(const struct template_view *v, struct chart_group_scale *s, struct err *e)
{
	const json_t *o = template_lookup(v, "group_scale");

	*s = (struct chart_group_scale){ member(o, "min"), member(o, "max"), member(o, "overall"),
		text_member(o, "unit") != NULL };
	return s->min < s->max ? 0 : no_scale(e, "group_scale");
}

static int draw_group_axis(struct template_view *v, struct err *e)
{
	struct chart_group_scale s;
	unsigned id;
	struct chart c = begin(v, &id);

	if (group_scale(v, &s, e) != 0)
		return -1;
	chart_group_axis(&c, &s);
	return 0;
}

static int draw_group_key(struct template_view *v, struct err *e)
{
	struct chart_group_scale s;
	unsigned id;
	struct chart c = begin(v, &id);

	if (group_scale(v, &s, e) != 0)
		return -1;
	chart_group_key(&c, &s);
	return 0;
}

static int draw_group_row(struct template_view *v, struct err *e)
{
	const json_t *o = template_lookup(v, "."), *pair = json_object_get(o, "interval");
	struct chart_group g = { member(o, "estimate"), number_of(json_array_get(pair, 0)),
		number_of(json_array_get(pair, 1)), member(o, "raw"), member(o, "n") };
	struct chart_group_scale s;
	unsigned id;
	struct chart c = begin(v, &id);

	if (group_scale(v, &s, e) != 0)
		return -1;
	chart_group_row(&c, &s, label_of(v), &g);
	return 0;
}

/* ---- bars, rates, days ---- */

static int draw_histogram(struct template_view *v, struct err *e)
{
	const json_t *o = template_lookup(v, "."), *bins = json_object_get(o, "bins");
	size_t n = json_array_size(bins);
	struct chart_bin *b;
	struct chart_histogram h = { .threshold = member(o, "threshold"),
		.max = member(o, "max"),
		.threshold_label = text_member(o, "threshold_label"),
		.axis_label = text_member(o, "axis_label"),
		.small = json_is_true(json_object_get(o, "small")) };
	unsigned id;
	struct chart c = begin(v, &id);

	if (n > MOST_BINS)
		return err_internal(e, "a histogram of %zu bins; %d are the most", n, MOST_BINS);
	b = calloc(n + 1, sizeof *b);
	if (b == NULL)
		return err_nomem(e);
	for (size_t i = 0; i < n; i++) {
		const json_t *bin = json_array_get(bins, i);

		b[i] = (struct chart_bin){ member(bin, "from"), member(bin, "to"), count_of(bin, "count") };
	}
	h.bins = b;
	h.count = n;
	chart_histogram(&c, label_of(v), &h);
	free(b);
	return 0;
}

static int draw_bars(struct template_view *v, struct err *e)
{
	const json_t *bars = json_object_get(template_lookup(v, "."), "bars");
	size_t n = json_array_size(bars);
	struct chart_bar *b;
	unsigned id;
	struct chart c = begin(v, &id);

	if (n > MOST_BINS)
		return err_internal(e, "a chart of %zu bars; %d are the most", n, MOST_BINS);
	b = calloc(n + 1, sizeof *b);
	if (b == NULL)
		return err_nomem(e);
	for (size_t i = 0; i < n; i++) {
		const json_t *bar = json_array_get(bars, i);
		const char *label = template_string(v, json_object_get(bar, "label"));

		b[i] = (struct chart_bar){ label != NULL ? label : "", count_of(bar, "count") };
	}
	chart_bars(&c, label_of(v), b, n);
	free(b);
	return 0;
}

static int draw_rate_bar(struct template_view *v, struct err *e)
{
	const json_t *o = template_lookup(v, ".");
	struct chart_rate r = { member(o, "share"), member(o, "goal"), member(o, "responses"), member(o, "invited") };
	unsigned id;
	struct chart c = begin(v, &id);

	(void)e;
	chart_rate_bar(&c, label_of(v), &r);
	return 0;
}

static int draw_lines(struct template_view *v, struct err *e)
{
	const json_t *points = json_object_get(template_lookup(v, "."), "points");
	size_t n = json_array_size(points);
	struct chart_line_point *p = n <= MOST_LINE ? calloc(n + 1, sizeof *p) : NULL;
	struct chart_lines l = { p, n };
	unsigned id;
	struct chart c = begin(v, &id);

	if (p == NULL)
		return n <= MOST_LINE ? err_nomem(e)
				      : err_internal(e, "a line of %zu points; %d are the most", n, MOST_LINE);
	for (size_t i = 0; i < n; i++) {
		const json_t *o = json_array_get(points, i);

		p[i] = (struct chart_line_point){ json_string_value(json_object_get(o, "label")), member(o, "value"),
			member(o, "lo"), member(o, "hi"), member(o, "centre") };
	}
	chart_lines(&c, label_of(v), &l);
	free(p);
	return 0;
}

static int draw_days(struct template_view *v, struct err *e)
{
	const json_t *o = template_lookup(v, "."), *points = json_object_get(o, "points"),
		     *reminders = json_object_get(o, "reminders");
	size_t n = json_array_size(points), m = json_array_size(reminders);
	struct chart_days d = { .goal = member(o, "goal"),
		.responses = member(o, "responses"),
		.invited = member(o, "invited"),
		.count = n,
		.reminder_count = m };
	struct chart_day *p = n <= MOST_BINS ? calloc(n + 1, sizeof *p) : NULL;
	double *r = m <= MOST_BINS ? calloc(m + 1, sizeof *r) : NULL;
	unsigned id;
	struct chart c = begin(v, &id);
	int rc = -1;

	if (p == NULL || r == NULL) {
		err_internal(e, "a curve of %zu days and %zu reminders; %d are the most", n, m, MOST_BINS);
		goto out;
	}
	for (size_t i = 0; i < n; i++) {
		const json_t *at = json_array_get(points, i);

		p[i] = (struct chart_day){ count_of(at, "day"), count_of(at, "share") };
	}
	for (size_t i = 0; i < m; i++)
		r[i] = fmax(number_of(json_array_get(reminders, i)), 0); /* NAN gives 0 */
	d.points = p;
	d.reminders = r;
	chart_days(&c, label_of(v), &d);
	rc = 0;
out:
	free(p);
	free(r);
	return rc;
}

static int draw_status_tag(struct template_view *v, struct err *e)
{
	unsigned id;
	struct chart c = begin(v, &id);

	(void)e;
	chart_status_tag(&c, chart_status_named(text_member(template_lookup(v, "."), "status")));
	return 0;
}

static int draw_heat_key(struct template_view *v, struct err *e)
{
	unsigned id;
	struct chart c = begin(v, &id);

	(void)e;
	chart_heat_key(&c);
	return 0;
}

const struct template_draw chart_draws[] = {
	{ "likert_axis", draw_likert_axis },
	{ "likert_row", draw_likert_row },
	{ "likert_key", draw_likert_key },
	{ "interval_axis", draw_interval_axis },
	{ "interval_row", draw_interval_row },
	{ "group_axis", draw_group_axis },
	{ "group_row", draw_group_row },
	{ "group_key", draw_group_key },
	{ "histogram", draw_histogram },
	{ "bars", draw_bars },
	{ "rate_bar", draw_rate_bar },
	{ "days", draw_days },
	{ "lines", draw_lines },
	{ "status_tag", draw_status_tag },
	{ "heat_key", draw_heat_key },
	{ NULL, NULL },
};
