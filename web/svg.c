#include "web/svg.h"

#include "core/buf.h"
#include "web/html.h"
#include "web/locale.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* the light colours; web/static/elod.css has them as its tokens, with the dark ones */
#define INK	  "#16212c"
#define INK2	  "#495665"
#define PAPER	  "#ffffff"
#define SUNK	  "#eaeef1"
#define EDGE	  "#73808d"
#define GRID	  "#e1e6ea"
#define ACCENT	  "#0b5a82"
#define BAR_DIM	  "#6a97b0"
#define TARGET	  "#9c2f17"
#define MET	  "#17653f"
#define NOT	  "#9c2f17"
#define UNCERTAIN "#6d4a00"

#define FILL(colour)		 " fill=\"" colour "\""
#define STROKE(colour, width)	 " stroke=\"" colour "\" stroke-width=\"" width "\""
#define DASHED(colour, width, d) STROKE(colour, width) " stroke-dasharray=\"" d "\""
#define BOLD			 " font-weight=\"600\""

static const struct {
	const char *class, *attributes;
} looks[] = {
	[SVG_LABEL] = { "", FILL(INK2) },
	[SVG_STRONG] = { "strong", FILL(INK) BOLD },
	[SVG_TARGET_TEXT] = { "tt", FILL(TARGET) BOLD },
	[SVG_ON_STRONG] = { "in on1", FILL(PAPER) BOLD },
	[SVG_ON_WEAK] = { "in on2", FILL(INK) BOLD },
	[SVG_GRID] = { "grid", STROKE(GRID, "1") },
	[SVG_AXIS] = { "axis", STROKE(EDGE, "1") },
	[SVG_TARGET] = { "target", DASHED(TARGET, "2", "5 3") },
	[SVG_LINE] = { "line", STROKE(ACCENT, "2.5") },
	[SVG_LIMIT] = { "limit", DASHED(EDGE, "1.5", "2 3") },
	[SVG_MID] = { "mid", STROKE(EDGE, "1.5") },
	[SVG_GOAL] = { "goal", STROKE(INK, "2") },
	[SVG_HALO] = { "halo", STROKE(PAPER, "5") },
	[SVG_WHISK] = { "whisk", STROKE(ACCENT, "2.5") },
	[SVG_WHISK_MET] = { "whisk s-met", STROKE(MET, "2.5") },
	[SVG_WHISK_NOT] = { "whisk s-not", STROKE(NOT, "2.5") },
	[SVG_WHISK_UNCERTAIN] = { "whisk s-unsure", STROKE(UNCERTAIN, "2.5") },
	[SVG_DOT] = { "dot", FILL(ACCENT) STROKE(PAPER, "1.5") },
	[SVG_DOT_MET] = { "dot s-met", FILL(MET) STROKE(PAPER, "1.5") },
	[SVG_DOT_NOT] = { "dot s-not", FILL(NOT) STROKE(PAPER, "1.5") },
	[SVG_DOT_UNCERTAIN] = { "dot s-unsure", FILL(UNCERTAIN) STROKE(PAPER, "1.5") },
	[SVG_RING] = { "ring", FILL(PAPER) STROKE(EDGE, "2") },
	[SVG_BAR] = { "bar", FILL(ACCENT) },
	[SVG_BAR_DIM] = { "bar2", FILL(BAR_DIM) },
	[SVG_BAR_GROUND] = { "barbg", FILL(SUNK) },
	[SVG_LO1] = { "lo1", FILL("#943c0a") },
	[SVG_LO2] = { "lo2", FILL("#a74c14") },
	[SVG_LO3] = { "lo3", FILL("#b4571a") },
	[SVG_LO4] = { "lo4", FILL("#c9763a") },
	[SVG_LO5] = { "lo5", FILL("#e8a56b") },
	[SVG_MIDDLE] = { "mid0", FILL("#d3d8dd") },
	[SVG_HI5] = { "hi5", FILL("#8dbfde") },
	[SVG_HI4] = { "hi4", FILL("#5596be") },
	[SVG_HI3] = { "hi3", FILL("#2f7aa8") },
	[SVG_HI2] = { "hi2", FILL("#246b96") },
	[SVG_HI1] = { "hi1", FILL("#13547b") },
};

static void number(struct chart *c, double v)
{
	char text[40];
	size_t n;

	/* nothing that can be seen lies further out, and the text stays short */
	v = isfinite(v) ? fmin(fmax(v, -1e6), 1e6) : 0;
	n = (size_t)snprintf(text, sizeof text, "%.2f", v);
	while (text[n - 1] == '0')
		n--;
	if (text[n - 1] == '.')
		n--;
	if (n == 2 && text[0] == '-' && text[1] == '0')
		buf_putc(c->out, '0');
	else
		buf_add(c->out, text, n);
}

static void attribute(struct chart *c, const char *name, double v, const char *unit)
{
	buf_addf(c->out, " %s=\"", name);
	number(c, v);
	buf_addf(c->out, "%s\"", unit);
}

void svg_look(struct chart *c, enum svg_look look)
{
	if (looks[look].class[0] != '\0')
		buf_addf(c->out, " class=\"%s\"", looks[look].class);
	buf_puts(c->out, looks[look].attributes);
}

void svg_begin(struct chart *c, int height, const char *title, const char *desc)
{
	unsigned id = ++*c->next_id;

	buf_addf(c->out,
	    "<svg class=\"c\" height=\"%d\" width=\"100%%\" font-size=\"12\" font-family=\"Noto Sans, sans-serif\""
	    " role=\"img\" aria-labelledby=\"c%ut c%ud\"><title id=\"c%ut\">",
	    height, id, id, id);
	html_text(c->out, title);
	buf_addf(c->out, "</title><desc id=\"c%ud\">", id);
	html_text(c->out, desc);
	buf_puts(c->out, "</desc>");
}

void svg_end(struct chart *c)
{
	buf_puts(c->out, "</svg>");
}

void svg_rect(struct chart *c, enum svg_look look, double x, double y, double w, double h, int round)
{
	buf_puts(c->out, "<rect");
	svg_look(c, look);
	attribute(c, "x", x, "%");
	attribute(c, "y", y, "");
	attribute(c, "width", w > 0 ? w : 0, "%");
	attribute(c, "height", h > 0 ? h : 0, "");
	if (round > 0)
		attribute(c, "rx", round, "");
	buf_puts(c->out, "/>");
}

void svg_line(struct chart *c, enum svg_look look, double x1, double y1, double x2, double y2)
{
	buf_puts(c->out, "<line");
	svg_look(c, look);
	attribute(c, "x1", x1, "%");
	attribute(c, "y1", y1, "");
	attribute(c, "x2", x2, "%");
	attribute(c, "y2", y2, "");
	buf_puts(c->out, "/>");
}

void svg_circle(struct chart *c, enum svg_look look, double x, double y, double r)
{
	buf_puts(c->out, "<circle");
	svg_look(c, look);
	attribute(c, "cx", x, "%");
	attribute(c, "cy", y, "");
	attribute(c, "r", r, "");
	buf_puts(c->out, "/>");
}

void svg_text(struct chart *c, enum svg_look look, double x, double y, enum svg_anchor anchor, int dx, const char *s)
{
	static const char *const anchors[] = { "start", "middle", "end" };

	buf_puts(c->out, "<text");
	svg_look(c, look);
	attribute(c, "x", x, "%");
	attribute(c, "y", y, "");
	buf_addf(c->out, " text-anchor=\"%s\"", anchors[anchor]);
	if (dx != 0)
		attribute(c, "dx", dx, "");
	buf_putc(c->out, '>');
	html_text(c->out, s);
	buf_puts(c->out, "</text>");
}

/* ---- words and figures ---- */

const char *chart_tr(const struct chart *c, const char *msgid)
{
	return locale_text(c->style->words, msgid);
}

void chart_say(struct buf *out, const char *sentence, ...)
{
	const char *arg[9] = { NULL };
	va_list ap;

	va_start(ap, sentence);
	for (int i = 0; i < 9 && (arg[i] = va_arg(ap, const char *)) != NULL; i++)
		;
	va_end(ap);
	for (const char *s = sentence; *s != '\0'; s++) {
		if (s[0] == '{' && s[1] >= '1' && s[1] <= '9' && s[2] == '}') {
			if (arg[s[1] - '1'] != NULL)
				buf_puts(out, arg[s[1] - '1']);
			s += 2;
		} else {
			buf_putc(out, *s);
		}
	}
}

static char *slot(struct chart_words *w)
{
	return w->slot[w->next++ % 8];
}

static const char *keep(struct chart_words *w, struct buf *b)
{
	char *to = slot(w);
	size_t n = b->failed || b->p == NULL ? 0 : b->len;

	if (n > 0)
		memcpy(to, b->p, n);
	to[n] = '\0';
	buf_free(b);
	return to;
}

const char *chart_int(struct chart_words *w, const struct chart *c, double v)
{
	return chart_dec(w, c, v, 0);
}

const char *chart_dec(struct chart_words *w, const struct chart *c, double v, int decimals)
{
	struct buf b;

	buf_init(&b, FORMAT_SMALL - 1);
	format_number(c->style, v, decimals, &b);
	return keep(w, &b);
}

const char *chart_pct(struct chart_words *w, const struct chart *c, double share, int decimals)
{
	return format_share_in(c->style, share, decimals, slot(w));
}

const char *chart_pct_range(struct chart_words *w, const struct chart *c, double lo, double hi, int decimals)
{
	struct buf b;

	buf_init(&b, FORMAT_SMALL - 1);
	format_share_range(c->style, lo, hi, decimals, &b);
	return keep(w, &b);
}

double chart_step(double span, int most)
{
	static const double nice[] = { 1, 2, 2.5, 5, 10 };
	double unit;

	if (!(span > 0) || !isfinite(span))
		return 1;
	unit = pow(10, floor(log10(span / most)));
	for (size_t i = 0; i < sizeof nice / sizeof *nice; i++) {
		/* a hair of room: 0.3 / 6 is a little over 0.05 */
		if (span / (nice[i] * unit) <= most + 1e-9)
			return nice[i] * unit;
	}
	return 10 * unit;
}
