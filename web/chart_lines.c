/* Figures in their order, with a centre and limits: control charts, trends, eigenvalues. */
#include "web/svg.h"

#include "core/buf.h"

#include <math.h>
#include <string.h>

#define HEIGHT	      220
#define TOP	      12
#define GROUND	      176 /* y of the lowest value */
#define LEFT	      9	  /* percent kept for the labels of the axis */
#define LABELS	      8	  /* names under the axis at most */
#define DECIMALS_MOST 5

struct frame_of {
	double min, max;
	size_t n;
};

static double x_of(const struct frame_of *f, size_t i)
{
	double room = 100 - LEFT - 2;

	return f->n < 2 ? LEFT + room / 2 : LEFT + room * (double)i / (double)(f->n - 1);
}

static double y_of(const struct frame_of *f, double v)
{
	return GROUND - (GROUND - TOP) * (v - f->min) / (f->max - f->min);
}

static void widen(struct frame_of *f, double v)
{
	if (isfinite(v)) {
		f->min = fmin(f->min, v);
		f->max = fmax(f->max, v);
	}
}

static struct frame_of measure(const struct chart_lines *l)
{
	struct frame_of f = { INFINITY, -INFINITY, l->count };
	double step;

	for (size_t i = 0; i < l->count; i++) {
		widen(&f, l->points[i].value);
		widen(&f, l->points[i].lo);
		widen(&f, l->points[i].hi);
		widen(&f, l->points[i].centre);
	}
	if (!(f.min <= f.max))
		f = (struct frame_of){ 0, 1, l->count };
	/* values that differ by less than anybody can read stand in one place */
	if (f.max - f.min <= 1e-6 * fmax(fabs(f.min), fabs(f.max))) {
		f.min -= 0.5;
		f.max += 0.5;
	}
	step = chart_step(f.max - f.min, 5);
	f.min = floor(f.min / step + 1e-9) * step;
	f.max = ceil(f.max / step - 1e-9) * step;
	return f;
}

/* As many as tell one step from the next: 2 for 0.25. No number is written with more than DECIMALS_MOST. */
static int decimals_of(double step)
{
	int n = 0;

	for (double v = step; n < DECIMALS_MOST && fabs(v - round(v)) > 1e-6 * v; v *= 10)
		n++;
	return n;
}

static void ground(struct chart *c, const struct frame_of *f)
{
	double step = chart_step(f->max - f->min, 5);
	int decimals = decimals_of(step);
	struct chart_words w = { .next = 0 };

	for (double v = f->min; v <= f->max + step / 2; v += step) {
		svg_line(c, SVG_GRID, LEFT, y_of(f, v), 100, y_of(f, v));
		svg_text(c, SVG_LABEL, LEFT - 1, y_of(f, v) + 4, SVG_END, 0, chart_dec(&w, c, v, decimals));
	}
}

/* A step line through what is there. */
static void steps(struct chart *c, const struct frame_of *f, const struct chart_lines *l, size_t offset,
    enum svg_look look)
{
	for (size_t i = 0; i < l->count; i++) {
		double v, half = f->n > 1 ? x_of(f, 1) - x_of(f, 0) : 20;

		memcpy(&v, (const char *)(l->points + i) + offset, sizeof v);
		if (isfinite(v))
			svg_line(c, look, fmax(LEFT, x_of(f, i) - half / 2), y_of(f, v),
			    fmin(100, x_of(f, i) + half / 2), y_of(f, v));
	}
}

static bool outside(const struct chart_line_point *p)
{
	return (isfinite(p->lo) && p->value < p->lo) || (isfinite(p->hi) && p->value > p->hi);
}

void chart_lines(struct chart *c, const char *label, const struct chart_lines *l)
{
	struct frame_of f = measure(l);
	struct chart_words w = { .next = 0 };
	size_t every = (l->count + LABELS - 1) / LABELS, out = 0;
	struct buf desc;

	buf_init(&desc, 1024);
	for (size_t i = 0; i < l->count; i++)
		out += outside(l->points + i);
	chart_say(&desc, chart_tr(c, "{1} values in order; {2} lie outside their limits."),
	    chart_int(&w, c, (double)l->count), chart_int(&w, c, (double)out), NULL);
	svg_begin(c, HEIGHT, label, desc.failed || desc.p == NULL ? "" : desc.p);
	ground(c, &f);
	steps(c, &f, l, offsetof(struct chart_line_point, centre), SVG_AXIS);
	steps(c, &f, l, offsetof(struct chart_line_point, lo), SVG_LIMIT);
	steps(c, &f, l, offsetof(struct chart_line_point, hi), SVG_LIMIT);
	for (size_t i = 1; i < l->count; i++)
		if (isfinite(l->points[i].value) && isfinite(l->points[i - 1].value))
			svg_line(c, SVG_LINE, x_of(&f, i - 1), y_of(&f, l->points[i - 1].value), x_of(&f, i),
			    y_of(&f, l->points[i].value));
	for (size_t i = 0; i < l->count; i++) {
		if (isfinite(l->points[i].value))
			svg_circle(c, outside(l->points + i) ? SVG_DOT_NOT : SVG_DOT, x_of(&f, i),
			    y_of(&f, l->points[i].value), l->count > 60 ? 2 : 4);
		if (every > 0 && i % every == 0 && l->points[i].label != NULL)
			svg_text(c, SVG_LABEL, x_of(&f, i), GROUND + 20, SVG_CENTRE, 0, l->points[i].label);
	}
	svg_end(c);
	buf_free(&desc);
}
