/* web/svg.h -- the strokes that charts are made of; for web/chart*.c only.
 * x and widths are percent of the drawing's width, y and heights pixels.  What a thing looks
 * like is named once, in the table of svg.c: its class for the style sheet and the light
 * colours as attributes for everything that has no style sheet. */
#ifndef WEB_SVG_H
#define WEB_SVG_H

#include "web/chart.h"

enum svg_look {
	SVG_LABEL,  /* text in the second ink */
	SVG_STRONG, /* text in the first ink */
	SVG_TARGET_TEXT,
	SVG_ON_STRONG, /* number on a strong segment */
	SVG_ON_WEAK,   /* number on a pale one */
	SVG_GRID,
	SVG_AXIS,
	SVG_TARGET,
	SVG_LINE,
	SVG_LIMIT,
	SVG_MID,
	SVG_GOAL,
	SVG_HALO,
	SVG_WHISK,
	SVG_WHISK_MET,
	SVG_WHISK_NOT,
	SVG_WHISK_UNCERTAIN,
	SVG_DOT,
	SVG_DOT_MET,
	SVG_DOT_NOT,
	SVG_DOT_UNCERTAIN,
	SVG_RING,
	SVG_BAR,
	SVG_BAR_DIM,
	SVG_BAR_GROUND,
	SVG_LO1, /* strongest disagreement */
	SVG_LO2,
	SVG_LO3,
	SVG_LO4,
	SVG_LO5,
	SVG_MIDDLE,
	SVG_HI5, /* mildest agreement */
	SVG_HI4,
	SVG_HI3,
	SVG_HI2,
	SVG_HI1
};

enum svg_anchor { SVG_START, SVG_CENTRE, SVG_END };

/* title and desc are plain text; one begin and one end a drawing. */
void svg_begin(struct chart *c, int height, const char *title, const char *desc);
void svg_end(struct chart *c);
void svg_rect(struct chart *c, enum svg_look look, double x, double y, double w, double h, int round);
void svg_line(struct chart *c, enum svg_look look, double x1, double y1, double x2, double y2);
void svg_circle(struct chart *c, enum svg_look look, double x, double y, double r);
/* dx: pixels added to x */
void svg_text(struct chart *c, enum svg_look look, double x, double y, enum svg_anchor anchor, int dx, const char *s);
/* The class and the colours of a look, as attributes, for a shape written elsewhere. */
void svg_look(struct chart *c, enum svg_look look);

/* ---- words and figures ---- */
const char *chart_tr(const struct chart *c, const char *msgid);
/* Adds a translated sentence with its places {1}..{9} filled; const char * arguments, NULL last. */
void chart_say(struct buf *out, const char *sentence, ...) __attribute__((sentinel));
/* A figure for a label, alive until the next but seven calls with the same struct. */
struct chart_words {
	char slot[8][FORMAT_SMALL];
	unsigned next;
};
const char *chart_int(struct chart_words *w, const struct chart *c, double v);
const char *chart_dec(struct chart_words *w, const struct chart *c, double v, int decimals);
const char *chart_pct(struct chart_words *w, const struct chart *c, double share, int decimals);
const char *chart_pct_range(struct chart_words *w, const struct chart *c, double lo, double hi, int decimals);

/* 1, 2, 2.5 or 5 times a power of ten, so that span / step <= most */
double chart_step(double span, int most);

#endif
