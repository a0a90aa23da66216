/* Diverging bars.  Disagreement lies left and agreement right of one zero; the middle of an odd
 * scale stands apart with a zero of its own and the same unit, so that agreement begins at the
 * same place in every row and its share can be compared along one line. */
#include "web/svg.h"

#include "core/buf.h"
#include "core/text.h"
#include "web/html.h"

#include <math.h>
#include <string.h>

#define ROW   30    /* pixels */
#define GAP   7.0   /* percent of the scale between agreement and the middle */
#define LABEL 5.0   /* percent of the width from which a segment carries its number */
#define PHONE 294.0 /* pixels: the narrowest drawing, for what must not collide */
#define CHAR  7.5   /* pixels of an average bold character at 12 px */

/* Where things stand across, in percent of the width. */
struct layout {
	size_t side; /* points on one side */
	bool middle;
	double unit, zero, apart; /* width of one percent; the two zeros */
};

static struct layout layout_of(const struct chart_likert_scale *s)
{
	struct layout l = { .side = s->points / 2, .middle = s->points % 2 == 1 };
	double total = (s->below + s->above) * 100 + (l.middle ? s->middle * 100 + GAP : 0);

	l.unit = total > 0 ? 100 / total : 1;
	l.zero = s->below * 100 * l.unit;
	l.apart = l.middle ? (s->below + s->above) * 100 * l.unit + GAP * l.unit : 100;
	return l;
}

/* distance from the end of the scale, 0 the strongest, spread over the five tones of a side */
static enum svg_look tone(size_t rank, size_t side, bool low)
{
	static const unsigned char of[6][5] = {
		{ 0 },
		{ 0 },
		{ 0, 4 },
		{ 0, 2, 4 },
		{ 0, 1, 3, 4 },
		{ 0, 1, 2, 3, 4 },
	};
	unsigned t = of[side][rank];

	return low ? SVG_LO1 + t : SVG_HI1 - t;
}

static enum svg_look look_of(size_t point, const struct chart_likert_scale *s)
{
	size_t side = s->points / 2;

	if (point < side)
		return tone(point, side, true);
	if (s->points % 2 == 1 && point == side)
		return SVG_MIDDLE;
	return tone(s->points - 1 - point, side, false);
}

static bool is_strong(enum svg_look l)
{
	return l <= SVG_LO3 || l >= SVG_HI3;
}

static void segment(struct chart *c, enum svg_look look, double x, double share, double unit)
{
	struct chart_words w = { .next = 0 };
	double width = share * 100 * unit;

	if (!(width > 0))
		return;
	/* a hair between neighbours */
	svg_rect(c, look, x, 2, width > 0.5 ? width - 0.25 : width, ROW - 4, 0);
	if (width >= LABEL)
		svg_text(c, is_strong(look) ? SVG_ON_STRONG : SVG_ON_WEAK, x + width / 2, ROW / 2 + 4, SVG_CENTRE, 0,
		    chart_dec(&w, c, share * 100, 0));
}

static void describe(struct chart *c, const struct chart_likert_scale *s, const double *counts, double n,
    struct buf *out)
{
	struct chart_words w = { .next = 0 };

	for (size_t i = 0; i < s->points; i++) {
		if (s->labels[i] != NULL)
			buf_puts(out, s->labels[i]);
		else
			buf_addf(out, "%zu", i + 1);
		buf_addf(out, " %s%s", chart_pct(&w, c, counts[i] / n, format_share_decimals(n)),
		    i + 1 < s->points ? ", " : "; ");
	}
	buf_addf(out, "n = %s.", chart_int(&w, c, n));
}

static void draw_segments(struct chart *c, const struct chart_likert_scale *s, const double *counts, double n)
{
	struct layout l = layout_of(s);
	double x = l.zero;

	for (size_t i = l.side; i-- > 0;) {
		x -= counts[i] / n * 100 * l.unit;
		segment(c, look_of(i, s), x, counts[i] / n, l.unit);
	}
	x = l.zero;
	for (size_t i = s->points - l.side; i < s->points; i++) {
		segment(c, look_of(i, s), x, counts[i] / n, l.unit);
		x += counts[i] / n * 100 * l.unit;
	}
	if (l.middle)
		segment(c, SVG_MIDDLE, l.apart, counts[l.side] / n, l.unit);
}

void chart_likert_row(struct chart *c, const struct chart_likert_scale *s, const char *label, const double *counts)
{
	struct layout l = layout_of(s);
	struct buf desc;
	double n = 0;

	for (size_t i = 0; i < s->points; i++)
		n += counts[i];
	buf_init(&desc, 4096);
	if (n > 0)
		describe(c, s, counts, n, &desc);
	else
		buf_puts(&desc, chart_tr(c, "No answers yet."));
	svg_begin(c, ROW, label, desc.p != NULL ? desc.p : "");
	if (n > 0)
		draw_segments(c, s, counts, n);
	else
		svg_text(c, SVG_LABEL, l.zero, ROW / 2 + 4, l.zero < 60 ? SVG_START : SVG_END, l.zero < 60 ? 6 : -6,
		    chart_tr(c, "No answers yet."));
	svg_line(c, SVG_AXIS, l.zero, 0, l.zero, ROW);
	if (l.middle)
		svg_line(c, SVG_AXIS, l.apart, 0, l.apart, ROW);
	svg_end(c);
	buf_free(&desc);
}

/* ---- axis ---- */

static void ticks(struct chart *c, const struct chart_likert_scale *s, const struct layout *l, double y)
{
	/* labels need about 26 pixels on a phone's 294 */
	double step = 20 * l->unit >= 9 ? 20 : 40 * l->unit >= 9 ? 40 : 50;
	struct chart_words w = { .next = 0 };

	for (double v = step; v < s->below * 100 - 1e-9; v += step)
		svg_text(c, SVG_LABEL, l->zero - v * l->unit, y, SVG_CENTRE, 0, chart_dec(&w, c, v, 0));
	svg_text(c, SVG_LABEL, l->zero, y, SVG_CENTRE, 0, "0");
	/* the next zero, or the unit at the end, keeps its room */
	for (double v = step; v <= s->above * 100 + 1e-9 && l->zero + v * l->unit < l->apart - 9; v += step)
		svg_text(c, SVG_LABEL, l->zero + v * l->unit, y, SVG_CENTRE, 0, chart_dec(&w, c, v, 0));
	if (!l->middle) {
		svg_text(c, SVG_LABEL, 100, y, SVG_END, 0, "%");
		return;
	}
	svg_text(c, SVG_LABEL, l->apart, y, SVG_CENTRE, 0, "0");
	if (s->middle * 100 >= step - 1e-9)
		svg_text(c, SVG_LABEL, l->apart + step * l->unit, y,
		    l->apart + step * l->unit > 94 ? SVG_END : SVG_CENTRE, 0, chart_pct(&w, c, step / 100, 0));
	else
		svg_text(c, SVG_LABEL, 100, y, SVG_END, 0, "%");
}

static const char *or_word(const char *given, const char *otherwise)
{
	return given != NULL ? given : otherwise;
}

/* percent of a phone's width that a word and a little room take */
static double wide(const struct buf *word)
{
	return (CHAR * (double)text_chars(word->p != NULL ? word->p : "", word->len) + 8) / PHONE * 100;
}

void chart_likert_axis(struct chart *c, const struct chart_likert_scale *s)
{
	struct layout l = layout_of(s);
	const char *mid = or_word(s->mid, chart_tr(c, "neutral"));
	struct buf low, high;
	int second, height;
	bool tight;

	buf_init(&low, 256);
	buf_init(&high, 256);
	buf_addf(&low, "\xE2\x86\x90 %s", or_word(s->low, chart_tr(c, "disagree")));
	buf_addf(&high, "%s \xE2\x86\x92", or_word(s->high, chart_tr(c, "agree")));
	/* words that would leave the drawing or meet on one line take two */
	tight = wide(&low) > l.zero || wide(&high) > l.apart - l.zero;
	second = tight ? 28 : 12;
	height = tight ? 50 : 34;
	svg_begin(c, height, chart_tr(c, "Scale"),
	    l.middle ? chart_tr(c,
			   "Left of zero lies disagreement, right of it agreement; the middle has a zero of its "
			   "own. In percent of responses.")
		     : chart_tr(c, "Left of zero lies disagreement, right of it agreement. In percent of responses."));
	if (tight)
		svg_text(c, SVG_STRONG, 0, 12, SVG_START, 0, low.p != NULL ? low.p : "");
	else
		svg_text(c, SVG_STRONG, l.zero, 12, SVG_END, -6, low.p != NULL ? low.p : "");
	svg_text(c, SVG_STRONG, l.zero, second, SVG_START, tight ? 0 : 6, high.p != NULL ? high.p : "");
	if (l.middle && 100 - l.apart < 24)
		svg_text(c, SVG_STRONG, 100, 12, SVG_END, 0, mid);
	else if (l.middle)
		svg_text(c, SVG_STRONG, l.apart, 12, SVG_START, 0, mid);
	ticks(c, s, &l, height - 4);
	svg_end(c);
	buf_free(&low);
	buf_free(&high);
}

void chart_likert_key(struct chart *c, const struct chart_likert_scale *s)
{
	buf_puts(c->out, "<ul class=\"key\">");
	for (size_t i = 0; i < s->points; i++) {
		buf_puts(c->out,
		    "<li><svg width=\"16\" height=\"16\" aria-hidden=\"true\"><rect width=\"16\" height=\"16\" rx=\"3\"");
		svg_look(c, look_of(i, s));
		buf_puts(c->out, "/></svg>");
		if (s->labels[i] != NULL)
			html_text(c->out, s->labels[i]);
		else
			buf_addf(c->out, "%zu", i + 1);
		buf_puts(c->out, "</li>");
	}
	buf_puts(c->out, "</ul>");
}
