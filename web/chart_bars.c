/* Counts and shares as lengths from zero: histogram with a threshold, horizontal bars, response
 * rate, responses by day. */
#include "web/svg.h"

#include "core/buf.h"
#include "core/text.h"

#include <math.h>
#include <string.h>

static const char *text_of(const struct buf *b)
{
	return b->p != NULL ? b->p : "";
}

/* ---- histogram ---- */

#define EDGE_LEFT 2.0
#define EDGE_ALL  96.0

struct histogram {
	const struct chart_histogram *h;
	bool discrete, shares; /* every bin is one value; values are shares */
	double top, base;      /* pixels */
	double max, total, below;
	double from, to; /* of all bins */
};

static bool is_above(const struct histogram *g, size_t i)
{
	/* a hair, for edges that were computed: 0.6 and 3 * 0.2 */
	return isfinite(g->h->threshold) && g->h->bins[i].from >= g->h->threshold - 1e-9;
}

static struct histogram measure(const struct chart_histogram *h)
{
	struct histogram g = { .h = h, .discrete = true, .max = h->max };
	double largest = 0;

	for (size_t i = 0; i < h->count; i++) {
		g.discrete = g.discrete && h->bins[i].from == h->bins[i].to;
		largest = fmax(largest, h->bins[i].count);
		g.total += h->bins[i].count;
		if (!is_above(&g, i))
			g.below += h->bins[i].count;
	}
	if (!isfinite(g.max) || g.max < largest)
		g.max = largest > 0 ? largest : 1;
	if (h->count > 0) {
		g.from = h->bins[0].from;
		g.to = h->bins[h->count - 1].to;
	}
	g.shares = !g.discrete && g.to <= 1;
	g.top = h->small || !isfinite(h->threshold) ? 4 : 40;
	g.base = h->small ? 54 : h->axis_label != NULL ? 160 : 172;
	return g;
}

static double left_of(const struct histogram *g, size_t i)
{
	if (g->discrete || g->to <= g->from)
		return EDGE_LEFT + EDGE_ALL * (double)i / (double)g->h->count;
	return EDGE_LEFT + EDGE_ALL * (g->h->bins[i].from - g->from) / (g->to - g->from);
}

static double width_of(const struct histogram *g, size_t i)
{
	if (g->discrete || g->to <= g->from)
		return EDGE_ALL / (double)g->h->count;
	return EDGE_ALL * (g->h->bins[i].to - g->h->bins[i].from) / (g->to - g->from);
}

static double threshold_at(const struct histogram *g)
{
	if (!g->discrete && g->to > g->from)
		return EDGE_LEFT + EDGE_ALL * fmin(fmax((g->h->threshold - g->from) / (g->to - g->from), 0), 1);
	for (size_t i = 0; i < g->h->count; i++) {
		if (is_above(g, i))
			return left_of(g, i);
	}
	return EDGE_LEFT + EDGE_ALL;
}

static const char *value_label(struct chart_words *w, const struct chart *c, const struct histogram *g, double v,
    bool last)
{
	if (g->shares)
		return last ? chart_pct(w, c, v, 0) : chart_dec(w, c, v * 100, 0);
	return chart_dec(w, c, v, fabs(v - round(v)) < 1e-9 ? 0 : 1);
}

static void draw_bins(struct chart *c, const struct histogram *g)
{
	bool parted = isfinite(g->h->threshold);
	double gap = g->h->count > 40 ? 0.1 : 0.5;

	for (size_t i = 0; i < g->h->count; i++) {
		double height = (g->base - g->top) * g->h->bins[i].count / g->max;

		if (!(g->h->bins[i].count > 0))
			continue;
		svg_rect(c, !parted || is_above(g, i) ? SVG_BAR : SVG_BAR_DIM, left_of(g, i) + gap / 2,
		    g->base - height, width_of(g, i) - gap, height, 0);
	}
	svg_line(c, SVG_AXIS, EDGE_LEFT, g->base, EDGE_LEFT + EDGE_ALL, g->base);
}

static void bin_labels(struct chart *c, const struct histogram *g)
{
	size_t n = g->h->count, every;
	struct chart_words w = { .next = 0 };
	int y = (int)g->base + 16;

	if (!g->discrete) {
		double step = chart_step(g->to - g->from, g->h->small ? 2 : 5);

		for (double v = g->from; v <= g->to + 1e-9 && g->to > g->from; v += step) {
			double x = EDGE_LEFT + EDGE_ALL * (v - g->from) / (g->to - g->from);
			bool last = v + step > g->to + 1e-9;

			svg_text(c, SVG_LABEL,
			    x > 95	? 100
				: x < 4 ? 0
					: x,
			    y,
			    x > 95	? SVG_END
				: x < 4 ? SVG_START
					: SVG_CENTRE,
			    0, value_label(&w, c, g, v, last));
		}
		return;
	}
	every = n <= 12 ? 1 : (size_t)chart_step((double)n, g->h->small ? 3 : 6);
	if (every == 0)
		every = 1;
	for (size_t i = 0; i < n; i += every)
		svg_text(c, SVG_LABEL, left_of(g, i) + width_of(g, i) / 2, y, SVG_CENTRE, 0,
		    value_label(&w, c, g, g->h->bins[i].from, false));
}

static void threshold_marks(struct chart *c, const struct histogram *g)
{
	double x = threshold_at(g), below = g->total > 0 ? g->below / g->total : NAN;
	int decimals = 0;
	struct chart_words w = { .next = 0 };

	svg_line(c, SVG_TARGET, x, g->h->small ? 0 : 16, x, g->base);
	if (g->h->small)
		return;
	if (g->h->threshold_label != NULL)
		svg_text(c, SVG_TARGET_TEXT, x, 11,
		    x < 25	 ? SVG_START
			: x > 75 ? SVG_END
				 : SVG_CENTRE,
		    0, g->h->threshold_label);
	if (!isfinite(below))
		return;
	/* the share on each side, where there is room for it */
	if (x >= 14)
		svg_text(c, SVG_STRONG, x, 30, SVG_END, -8, chart_pct(&w, c, below, decimals));
	if (x <= 86)
		svg_text(c, SVG_STRONG, x, 30, SVG_START, 8, chart_pct(&w, c, 1 - below, decimals));
}

static void describe_histogram(struct chart *c, const struct histogram *g, struct buf *out)
{
	struct chart_words w = { .next = 0 };
	double above = g->total - g->below;

	chart_say(out, chart_tr(c, "n = {1}, values from {2} to {3}."), chart_int(&w, c, g->total),
	    value_label(&w, c, g, g->from, true), value_label(&w, c, g, g->to, true), NULL);
	if (!isfinite(g->h->threshold) || !(g->total > 0))
		return;
	buf_putc(out, ' ');
	chart_say(out, chart_tr(c, "{1} ({2}) reach the threshold of {3}."), chart_int(&w, c, above),
	    chart_pct(&w, c, above / g->total, format_share_decimals(g->total)),
	    value_label(&w, c, g, g->h->threshold, true), NULL);
}

void chart_histogram(struct chart *c, const char *label, const struct chart_histogram *h)
{
	struct histogram g = measure(h);
	int height = (int)g.base + (h->small ? 18 : h->axis_label != NULL ? 40 : 22);
	struct buf desc;

	buf_init(&desc, 1024);
	describe_histogram(c, &g, &desc);
	svg_begin(c, height, label, text_of(&desc));
	draw_bins(c, &g);
	bin_labels(c, &g);
	if (isfinite(h->threshold) && h->count > 0)
		threshold_marks(c, &g);
	if (h->axis_label != NULL && !h->small)
		svg_text(c, SVG_LABEL, 50, height - 6, SVG_CENTRE, 0, h->axis_label);
	svg_end(c);
	buf_free(&desc);
}

/* ---- horizontal bars ---- */

#define BESIDE_CHARS 16 /* a longer label stands over its bar, not beside it */

void chart_bars(struct chart *c, const char *label, const struct chart_bar *bars, size_t count)
{
	struct chart_words w = { .next = 0 };
	struct buf desc;
	double max = 0, x, room;
	bool beside = true;
	int each;

	buf_init(&desc, 16384);
	for (size_t i = 0; i < count; i++) {
		max = fmax(max, bars[i].count);
		beside = beside && text_chars(bars[i].label, strlen(bars[i].label)) <= BESIDE_CHARS;
		buf_addf(&desc, "%s: %s%s", bars[i].label, chart_int(&w, c, bars[i].count), i + 1 < count ? "; " : ".");
	}
	each = beside ? 34 : 48;
	x = beside ? 38 : 0;
	room = 84 - x;
	svg_begin(c, (int)count * each, label, text_of(&desc));
	for (size_t i = 0; i < count; i++) {
		double y = (double)i * each, width = max > 0 ? room * bars[i].count / max : 0;
		double bar = beside ? y + 4 : y + 20;

		svg_text(c, SVG_LABEL, 0, beside ? y + 21 : y + 14, SVG_START, 0, bars[i].label);
		svg_rect(c, SVG_BAR, x, bar, width, beside ? 26 : 22, 2);
		svg_text(c, SVG_STRONG, x + width, bar + (beside ? 17 : 15), SVG_START, 6,
		    chart_int(&w, c, bars[i].count));
	}
	svg_end(c);
	buf_free(&desc);
}

/* ---- response rate ---- */

void chart_rate_bar(struct chart *c, const char *label, const struct chart_rate *r)
{
	struct chart_words w = { .next = 0 };
	double share = fmin(fmax(r->share, 0), 1);
	struct buf desc;

	buf_init(&desc, 1024);
	if (isfinite(r->share))
		chart_say(&desc, chart_tr(c, "{1}: {2} responses of {3} invited."),
		    chart_pct(&w, c, r->share, format_share_decimals(r->invited)), chart_int(&w, c, r->responses),
		    chart_int(&w, c, r->invited), NULL);
	if (isfinite(r->goal)) {
		buf_putc(&desc, ' ');
		chart_say(&desc, chart_tr(c, "Goal {1}."), chart_pct(&w, c, r->goal, 0), NULL);
	}
	svg_begin(c, 20, label, text_of(&desc));
	svg_rect(c, SVG_BAR_GROUND, 0, 5, 100, 10, 5);
	if (isfinite(r->share) && share > 0)
		svg_rect(c, SVG_BAR, 0, 5, 100 * share, 10, 5);
	if (isfinite(r->goal) && r->goal >= 0 && r->goal <= 1) {
		svg_line(c, SVG_HALO, 100 * r->goal, 0, 100 * r->goal, 20);
		svg_line(c, SVG_GOAL, 100 * r->goal, 0, 100 * r->goal, 20);
	}
	svg_end(c);
	buf_free(&desc);
}

/* ---- responses by day ---- */

#define DAYS_HEIGHT 210
#define DAYS_TOP    34.0
#define DAYS_BASE   184.0
#define DAYS_LEFT   12.0
#define DAYS_RIGHT  98.0

struct days {
	double first, last, max, step;
};

static double day_x(const struct days *g, double day)
{
	double span = g->last - g->first;

	return DAYS_LEFT + (DAYS_RIGHT - DAYS_LEFT) * (span > 0 ? (day - g->first) / span : 1);
}

static double share_y(const struct days *g, double share)
{
	return DAYS_BASE - (DAYS_BASE - DAYS_TOP) * share / g->max;
}

static struct days measure_days(const struct chart_days *d)
{
	double top = isfinite(d->goal) ? d->goal : 0;
	struct days g = { .last = 1 };

	for (size_t i = 0; i < d->count; i++)
		top = fmax(top, d->points[i].share);
	g.step = chart_step(top > 0.05 ? top : 0.05, 4);
	g.max = ceil((top > 0.05 ? top : 0.05) / g.step - 1e-9) * g.step;
	if (d->count > 0) {
		g.first = fmin(0, d->points[0].day);
		g.last = fmax(d->points[d->count - 1].day, g.first + 1);
	}
	return g;
}

static void day_labels(struct chart *c, const struct days *g)
{
	double step = g->last - g->first <= 10 ? 2 : g->last - g->first <= 35 ? 7 : chart_step(g->last - g->first, 5);
	struct chart_words w = { .next = 0 };
	struct buf last;

	buf_init(&last, 256);
	chart_say(&last, chart_tr(c, "day {1}"), chart_int(&w, c, g->last), NULL);
	for (double v = g->first; day_x(g, v) < 78; v += step)
		svg_text(c, SVG_LABEL, day_x(g, v), DAYS_HEIGHT - 8, SVG_CENTRE, 0, chart_dec(&w, c, v, 0));
	svg_text(c, SVG_LABEL, DAYS_RIGHT, DAYS_HEIGHT - 8, SVG_END, 0, text_of(&last));
	buf_free(&last);
}

static void day_frame(struct chart *c, const struct days *g, const struct chart_days *d)
{
	struct chart_words w = { .next = 0 };
	struct buf goal;

	for (double v = 0; v <= g->max + 1e-9; v += g->step) {
		bool top = v + g->step > g->max + 1e-9;

		svg_line(c, SVG_GRID, DAYS_LEFT, share_y(g, v), DAYS_RIGHT, share_y(g, v));
		svg_text(c, SVG_LABEL, DAYS_LEFT - 1.5, share_y(g, v) + 4, SVG_END, 0,
		    top ? chart_pct(&w, c, v, 0) : chart_dec(&w, c, v * 100, g->step < 0.0099 ? 1 : 0));
	}
	if (!isfinite(d->goal))
		return;
	buf_init(&goal, 256);
	chart_say(&goal, chart_tr(c, "goal {1}"), chart_pct(&w, c, d->goal, 0), NULL);
	svg_line(c, SVG_TARGET, DAYS_LEFT, share_y(g, d->goal), DAYS_RIGHT, share_y(g, d->goal));
	svg_text(c, SVG_TARGET_TEXT, DAYS_LEFT + 1, share_y(g, d->goal) - 6, SVG_START, 0, text_of(&goal));
	buf_free(&goal);
}

static void day_reminders(struct chart *c, const struct days *g, const struct chart_days *d)
{
	struct chart_words w = { .next = 0 };

	for (size_t i = 0; i < d->reminder_count; i++) {
		double x = day_x(g, d->reminders[i]);
		struct buf text;

		buf_init(&text, 256);
		chart_say(&text, chart_tr(c, "reminder {1}"), chart_int(&w, c, (double)i + 1), NULL);
		svg_line(c, SVG_LIMIT, x, DAYS_TOP - 10, x, DAYS_BASE);
		/* neighbours take turns in two lines */
		svg_text(c, SVG_LABEL, x, i % 2 == 0 ? 9 : 22,
		    x > 88	 ? SVG_END
			: x < 18 ? SVG_START
				 : SVG_CENTRE,
		    0, text_of(&text));
		buf_free(&text);
	}
}

void chart_days(struct chart *c, const char *label, const struct chart_days *d)
{
	struct days g = measure_days(d);
	struct chart_words w = { .next = 0 };
	const struct chart_day *last = d->count > 0 ? &d->points[d->count - 1] : NULL;
	struct buf desc;

	buf_init(&desc, 1024);
	if (last != NULL)
		chart_say(&desc, chart_tr(c, "After {1} days {2}: {3} responses of {4} invited."),
		    chart_int(&w, c, last->day), chart_pct(&w, c, last->share, format_share_decimals(d->invited)),
		    chart_int(&w, c, d->responses), chart_int(&w, c, d->invited), NULL);
	svg_begin(c, DAYS_HEIGHT, label, text_of(&desc));
	day_frame(c, &g, d);
	day_reminders(c, &g, d);
	for (size_t i = 1; i < d->count; i++)
		svg_line(c, SVG_LINE, day_x(&g, d->points[i - 1].day), share_y(&g, d->points[i - 1].share),
		    day_x(&g, d->points[i].day), share_y(&g, d->points[i].share));
	if (last != NULL)
		svg_circle(c, SVG_DOT, day_x(&g, last->day), share_y(&g, last->share), 5);
	day_labels(c, &g);
	svg_end(c);
	buf_free(&desc);
}

/* ---- the heat map's key ---- */

static void heat_item(struct chart *c, const char *class, const char *text)
{
	buf_addf(c->out, "<li><i class=\"%s\"></i>%s</li>", class, text);
}

void chart_heat_key(struct chart *c)
{
	buf_addf(c->out, "<ul class=\"key\"><li><i class=\"h1\"></i>%s</li>", chart_tr(c, "under 30"));
	heat_item(c, "h2",
	    "30\xE2\x80\x93"
	    "39");
	heat_item(c, "h3",
	    "40\xE2\x80\x93"
	    "49");
	heat_item(c, "h4",
	    "50\xE2\x80\x93"
	    "59");
	heat_item(c, "h5",
	    "60\xE2\x80\x93"
	    "69");
	heat_item(c, "h6", chart_tr(c, "from 70"));
	heat_item(c, "hx", chart_tr(c, "not assessed"));
	heat_item(c, "hs", chart_tr(c, "withheld: too few"));
	heat_item(c, "hn", chart_tr(c, "no results yet"));
	buf_puts(c->out, "</ul>");
}
