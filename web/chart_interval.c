/* Dot and interval against a goal; shrunken groups against the overall value; the words and
 * icons of a verdict.  No bars from zero: what is shown is an estimate and its uncertainty. */
#include "web/svg.h"

#include "core/buf.h"
#include "web/html.h"
#include "web/locale.h"

#include <math.h>
#include <string.h>

#define INTERVAL_ROW 28
#define GROUP_ROW    26
#define LEFT	     3.0 /* percent kept free on each side, for half a dot and half a label */
#define RIGHT	     97.0
#define TICKS_MOST   20

struct span {
	double min, max;
};

static double across(const struct span *s, double v)
{
	double width = s->max - s->min;

	return LEFT + (RIGHT - LEFT) * (width > 0 ? (v - s->min) / width : 0.5);
}

static double clamp(const struct span *s, double v)
{
	return v < s->min ? s->min : v > s->max ? s->max : v;
}

static bool inside(const struct span *s, double v)
{
	return v >= s->min - 1e-12 && v <= s->max + 1e-12;
}

/* a label over x that does not leave the drawing */
static enum svg_anchor anchor_at(double x)
{
	return x < 18 ? SVG_START : x > 82 ? SVG_END : SVG_CENTRE;
}

/* ticks stand at whole multiples of the step */
static double first_tick(const struct span *s, double step)
{
	return ceil(s->min / step - 1e-9) * step;
}

/* Ticks with their labels; the last one carries the unit of shares. */
static void tick_labels(struct chart *c, const struct span *s, double step, double y, bool share, int decimals)
{
	double first = first_tick(s, step), little = step * 1e-6;
	struct chart_words w = { .next = 0 };

	for (int i = 0; i < TICKS_MOST && first + i * step <= s->max + little; i++) {
		double v = first + i * step, x = across(s, v);
		bool last = share && v + step > s->max + little;

		/* at the ends a label keeps inside the drawing */
		svg_text(c, SVG_LABEL,
		    x > 92	? 100
			: x < 5 ? 0
				: x,
		    y,
		    x > 92	? SVG_END
			: x < 5 ? SVG_START
				: SVG_CENTRE,
		    0,
		    last	? chart_pct(&w, c, v, decimals)
			: share ? chart_dec(&w, c, v * 100, decimals)
				: chart_dec(&w, c, v, decimals));
	}
}

/* ---- intervals ---- */

static void share_grid(struct chart *c, const struct span *s)
{
	double step = chart_step(s->max - s->min, 6);

	for (double v = first_tick(s, step); v <= s->max + 1e-9; v += step)
		svg_line(c, SVG_GRID, across(s, v), 0, across(s, v), INTERVAL_ROW);
}

void chart_interval_axis(struct chart *c, const struct chart_interval_scale *s)
{
	struct span span = { s->min, s->max };
	double step = chart_step(s->max - s->min, 6), goal = across(&span, s->goal);
	const char *word = s->label != NULL ? s->label : chart_tr(c, "goal");
	struct chart_words w = { .next = 0 };
	struct buf text;

	buf_init(&text, 256);
	if (isfinite(s->goal))
		buf_addf(&text, "%s %s", word, chart_pct(&w, c, s->goal, 0));
	svg_begin(c, 32, chart_tr(c, "Scale in percent"), text.p != NULL ? text.p : "");
	tick_labels(c, &span, step, 28, true, 0);
	if (isfinite(s->goal) && inside(&span, s->goal))
		svg_text(c, SVG_TARGET_TEXT, goal, 12, anchor_at(goal), 0, text.p != NULL ? text.p : "");
	svg_end(c);
	buf_free(&text);
}

static void describe_estimate(struct chart *c, const struct chart_estimate *e, double goal, struct buf *out)
{
	struct chart_words w = { .next = 0 };
	int d = format_share_decimals(e->n);

	chart_say(out, chart_tr(c, "{1}, interval {2}"), chart_pct(&w, c, e->share, d),
	    chart_pct_range(&w, c, e->lo, e->hi, d), NULL);
	if (isfinite(goal)) {
		buf_puts(out, "; ");
		chart_say(out, chart_tr(c, "goal {1}"), chart_pct(&w, c, goal, 0), NULL);
	}
	if (isfinite(e->n))
		buf_addf(out, "; n = %s", chart_int(&w, c, e->n));
	buf_putc(out, '.');
}

void chart_interval_row(struct chart *c, const struct chart_interval_scale *s, const char *label,
    const struct chart_estimate *e)
{
	static const enum svg_look whisks[] = { SVG_WHISK, SVG_WHISK_MET, SVG_WHISK_NOT, SVG_WHISK_UNCERTAIN,
		SVG_WHISK };
	static const enum svg_look dots[] = { SVG_DOT, SVG_DOT_MET, SVG_DOT_NOT, SVG_DOT_UNCERTAIN, SVG_DOT };
	struct span span = { s->min, s->max };
	double goal = isfinite(e->goal) ? e->goal : s->goal, y = INTERVAL_ROW / 2.0;
	bool known = isfinite(e->share);
	struct buf desc;

	buf_init(&desc, 1024);
	if (known)
		describe_estimate(c, e, goal, &desc);
	else
		buf_puts(&desc, chart_tr(c, "Not enough data"));
	svg_begin(c, INTERVAL_ROW, label, desc.p != NULL ? desc.p : "");
	/* a row without an estimate holds words, and no lines through them */
	if (known)
		share_grid(c, &span);
	if (known && isfinite(goal) && inside(&span, goal))
		svg_line(c, SVG_TARGET, across(&span, goal), 0, across(&span, goal), INTERVAL_ROW);
	if (known && isfinite(e->lo) && isfinite(e->hi))
		svg_line(c, whisks[e->status], across(&span, clamp(&span, e->lo)), y,
		    across(&span, clamp(&span, e->hi)), y);
	if (known && inside(&span, e->share))
		svg_circle(c, dots[e->status], across(&span, e->share), y, 6);
	if (!known)
		svg_text(c, SVG_LABEL, LEFT, y + 4, SVG_START, 4, chart_tr(c, "Not enough data"));
	svg_end(c);
	buf_free(&desc);
}

/* ---- groups ---- */

static const char *group_value(struct chart_words *w, const struct chart *c, const struct chart_group_scale *s,
    double v)
{
	double span = s->max - s->min;

	return s->share ? chart_pct(w, c, v, 1) : chart_dec(w, c, v, span < 0.02 ? 4 : span < 0.2 ? 3 : 2);
}

void chart_group_axis(struct chart *c, const struct chart_group_scale *s)
{
	struct span span = { s->min, s->max };
	double step = chart_step(s->max - s->min, 5);
	/* as many as tell two ticks apart: one more for 2.5, 0.25 ... */
	double digits = -floor(log10(step) + 1e-9), lead = step * pow(10, digits);
	int decimals = (int)fmin(fmax(digits + (fabs(lead - 2.5) < 0.01), 0), 6);
	struct chart_words w = { .next = 0 };
	struct buf desc;

	buf_init(&desc, 256);
	if (isfinite(s->overall))
		chart_say(&desc, chart_tr(c, "The upright line is the overall value, {1}."),
		    group_value(&w, c, s, s->overall), NULL);
	svg_begin(c, 18, chart_tr(c, "Scale"), desc.p != NULL ? desc.p : "");
	tick_labels(c, &span, step, 13, s->share, s->share ? 0 : decimals);
	svg_end(c);
	buf_free(&desc);
}

static void describe_group(struct chart *c, const struct chart_group_scale *s, const struct chart_group *g,
    struct buf *out)
{
	struct chart_words w = { .next = 0 };

	if (!isfinite(g->lo) || !isfinite(g->hi)) {
		chart_say(out, chart_tr(c, "Estimate {1}."), group_value(&w, c, s, g->estimate), NULL);
		return;
	}
	if (!isfinite(g->raw)) {
		chart_say(out, chart_tr(c, "Estimate {1}, interval {2} to {3}."), group_value(&w, c, s, g->estimate),
		    group_value(&w, c, s, g->lo), group_value(&w, c, s, g->hi), NULL);
		return;
	}
	chart_say(out, chart_tr(c, "Estimate {1}, interval {2} to {3}; raw mean {4}; n = {5}."),
	    group_value(&w, c, s, g->estimate), group_value(&w, c, s, g->lo), group_value(&w, c, s, g->hi),
	    group_value(&w, c, s, g->raw), chart_int(&w, c, g->n), NULL);
}

void chart_group_row(struct chart *c, const struct chart_group_scale *s, const char *label, const struct chart_group *g)
{
	struct span span = { s->min, s->max };
	double y = GROUP_ROW / 2.0;
	bool known = isfinite(g->estimate);
	struct buf desc;

	buf_init(&desc, 1024);
	if (known)
		describe_group(c, s, g, &desc);
	else
		buf_puts(&desc, chart_tr(c, "Not enough data"));
	svg_begin(c, GROUP_ROW, label, desc.p != NULL ? desc.p : "");
	if (known && isfinite(s->overall) && inside(&span, s->overall))
		svg_line(c, SVG_MID, across(&span, s->overall), 0, across(&span, s->overall), GROUP_ROW);
	if (known && isfinite(g->lo) && isfinite(g->hi))
		svg_line(c, SVG_WHISK, across(&span, clamp(&span, g->lo)), y, across(&span, clamp(&span, g->hi)), y);
	if (known && isfinite(g->raw) && inside(&span, g->raw))
		svg_circle(c, SVG_RING, across(&span, g->raw), y, 5);
	if (known && inside(&span, g->estimate))
		svg_circle(c, SVG_DOT, across(&span, g->estimate), y, 5.5);
	if (!known)
		svg_text(c, SVG_LABEL, LEFT, y + 4, SVG_START, 4, chart_tr(c, "Not enough data"));
	svg_end(c);
	buf_free(&desc);
}

static void key_item(struct chart *c, enum svg_look look, const char *shape, const char *text)
{
	buf_puts(c->out, "<li><svg width=\"16\" height=\"16\" aria-hidden=\"true\">");
	buf_addf(c->out, "<%s", shape);
	svg_look(c, look);
	buf_puts(c->out, "/></svg>");
	html_text(c->out, text);
	buf_puts(c->out, "</li>");
}

void chart_group_key(struct chart *c, const struct chart_group_scale *s)
{
	struct chart_words w = { .next = 0 };
	struct buf text;

	buf_init(&text, 256);
	buf_puts(c->out, "<ul class=\"key\">");
	key_item(c, SVG_DOT, "circle cx=\"8\" cy=\"8\" r=\"6\"", chart_tr(c, "shrunken estimate with its interval"));
	key_item(c, SVG_RING, "circle cx=\"8\" cy=\"8\" r=\"5\"", chart_tr(c, "raw mean"));
	if (isfinite(s->overall)) {
		chart_say(&text, chart_tr(c, "overall {1}"), group_value(&w, c, s, s->overall), NULL);
		key_item(c, SVG_MID, "line x1=\"8\" y1=\"0\" x2=\"8\" y2=\"16\"", text.p != NULL ? text.p : "");
	}
	buf_puts(c->out, "</ul>");
	buf_free(&text);
}

/* ---- verdicts ---- */

static const struct {
	const char *name, *class, *word, *icon;
} verdicts[] = {
	[CHART_NO_STATUS] = { "", "", "", "" },
	[CHART_MET] = { "met", "met", N_("Met"), "<path d=\"M3 8.5 6.2 11.7 13 5\" stroke-width=\"2.4\"/>" },
	[CHART_NOT] = { "not_met", "not", N_("Not met"), "<path d=\"m4 4 8 8m0-8-8 8\" stroke-width=\"2.4\"/>" },
	[CHART_UNCERTAIN] = { "uncertain", "unsure", N_("Cannot tell yet"),
	    "<path d=\"M2 6.5c2-2 4-2 6 0s4 2 6 0M2 11c2-2 4-2 6 0s4 2 6 0\" stroke-width=\"2\"/>" },
	[CHART_FEW] = { "few", "few", N_("Not enough data"),
	    "<circle cx=\"8\" cy=\"8\" r=\"5.5\" stroke-width=\"2\" stroke-dasharray=\"2.5 2.2\"/>" },
};

void chart_status_tag(struct chart *c, enum chart_status status)
{
	if (status == CHART_NO_STATUS)
		return;
	buf_addf(c->out,
	    "<span class=\"tag %s\"><svg viewBox=\"0 0 16 16\" width=\"14\" height=\"14\" fill=\"none\""
	    " stroke=\"currentColor\" aria-hidden=\"true\">%s</svg>",
	    verdicts[status].class, verdicts[status].icon);
	html_text(c->out, chart_tr(c, verdicts[status].word));
	buf_puts(c->out, "</span>");
}

enum chart_status chart_status_named(const char *name)
{
	for (size_t i = 1; name != NULL && i < sizeof verdicts / sizeof *verdicts; i++) {
		if (strcmp(verdicts[i].name, name) == 0)
			return (enum chart_status)i;
	}
	return CHART_NO_STATUS;
}

const char *chart_status_name(enum chart_status s)
{
	return verdicts[s].name;
}

enum chart_status chart_status_of(double lo, double hi, double goal)
{
	if (!isfinite(lo) || !isfinite(hi) || !isfinite(goal))
		return CHART_NO_STATUS;
	return lo >= goal ? CHART_MET : hi < goal ? CHART_NOT : CHART_UNCERTAIN;
}
