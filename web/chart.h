/* web/chart.h -- accessible SVG for pages, reports and the API.
 *
 * How they are drawn: lengths across in percent, lengths down in pixels, no viewBox: one
 * drawing fits 294 and 900 pixels and text is never scaled.  Every shape carries the light
 * colours as presentation attributes and a class; the style sheet's classes win in a browser
 * and bring the dark theme.  Each drawing has <title> and <desc>; the desc says the numbers.
 * Words come from the catalogue, figures in the reader's notation.
 *
 * Two faces: functions over structs (no JSON), and drawings for templates (chart_draws) that
 * read the JSON shapes below from the context.  A drawing reads its own members from the
 * innermost object only; the scale, which a whole panel shares, and the name ("label", else
 * "name", else "title", else "code") may stand further out.
 * Shares are 0..1.  Missing: a number that is not finite (JSON: null or absent) is not drawn;
 * a row without its estimate says "not enough data" in words.
 * Values outside the scale are cut at its ends with no dot.
 *
 * drawing         innermost object                                     from further out
 * likert_axis     -                                                    likert_scale
 * likert_row      {"distribution": [count of the lowest point, ...]}   likert_scale
 * likert_key      -                                                    likert_scale
 * interval_axis   -                                                    interval_scale
 * interval_row    an estimate (below)                                  interval_scale
 * group_axis      -                                                    group_scale
 * group_row       {"estimate", "interval": [lo, hi], "raw", "n"}       group_scale
 * group_key       -                                                    group_scale
 * histogram       {"bins": [{"from", "to", "count"}], "threshold", "threshold_label",
 *                  "max", "axis_label", "small"}                       -
 * bars            {"bars": [{"label", "count"}]}                       -
 * rate_bar        {"share", "goal", "responses", "invited"}            -
 * days            {"points": [{"day", "share"}], "goal", "reminders": [day, ...],
 *                  "responses", "invited"}                             -
 * lines           {"points": [{"label", "value", "lo", "hi", "centre"}]}  -
 * status_tag      {"status": "met" | "not_met" | "uncertain" | "few"}      -
 * heat_key        -                                                    -
 *
 * estimate        {"share", "n", "interval": [lo, hi], "status", "goal"}
 * likert_scale    {"points": 2..11, "below", "middle", "above": widest sums, 0..1;
 *                  "low", "mid", "high": short words for the axis (optional),
 *                  "labels": [a word a point] (optional)}; chart_likert_fit() makes it
 * interval_scale  {"min", "max", "goal": number or null, "label": word for the goal (optional)};
 *                 chart_interval_fit() makes it
 * group_scale     {"min", "max", "overall": number or null, "unit": "share" or absent};
 *                 chart_group_fit() makes it
 *
 * histogram: bars from the threshold up are darker; the share on each side is printed.  "max"
 * is the largest count for figures that share a height (absent: its own).  "small": true is
 * the small multiple.  Bins that end at 1 or below are shares and get percent on the axis.
 * A histogram without a threshold has one tone. */
#ifndef WEB_CHART_H
#define WEB_CHART_H

#include "web/format.h"
#include "web/template.h"

#include <stdbool.h>
#include <stddef.h>

struct buf;

/* Where a drawing goes.  next_id is the page's counter for ids. */
struct chart {
	struct buf *out;
	const struct format_style *style;
	unsigned *next_id;
};

#define CHART_POINTS 11

struct chart_likert_scale {
	size_t points;			  /* 2..CHART_POINTS; an odd number has a middle, drawn apart */
	double below, middle, above;	  /* widest sums of the panel, rounded up to tenths */
	const char *low, *mid, *high;	  /* NULL: disagree, neutral, agree */
	const char *labels[CHART_POINTS]; /* NULL: the point's number */
};

enum chart_status { CHART_NO_STATUS, CHART_MET, CHART_NOT, CHART_UNCERTAIN, CHART_FEW };

struct chart_interval_scale {
	double min, max;   /* shares */
	double goal;	   /* NAN: none common to the panel */
	const char *label; /* word for the goal; NULL: goal */
};

struct chart_estimate {
	double share, lo, hi, goal; /* goal NAN: the scale's */
	double n;
	enum chart_status status;
};

struct chart_group_scale {
	double min, max, overall; /* overall NAN: none */
	bool share;
};

struct chart_group {
	double estimate, lo, hi, raw, n;
};

struct chart_bin {
	double from, to, count;
};

struct chart_histogram {
	const struct chart_bin *bins;
	size_t count;
	double threshold; /* NAN: none */
	double max;	  /* NAN: its own */
	const char *threshold_label, *axis_label;
	bool small;
};

struct chart_bar {
	const char *label;
	double count;
};

struct chart_rate {
	double share, goal, responses, invited; /* NAN where not known */
};

struct chart_day {
	double day, share;
};

struct chart_days {
	const struct chart_day *points; /* by day, cumulative shares of those invited */
	size_t count;
	const double *reminders;
	size_t reminder_count;
	double goal, responses, invited;
};

struct chart_line_point {
	const char *label;	      /* under the axis; not all are shown where there are many */
	double value, lo, hi, centre; /* NAN: not there */
};

struct chart_lines { /* values in their order, the ones outside lo to hi marked */
	const struct chart_line_point *points;
	size_t count;
};

void chart_likert_axis(struct chart *c, const struct chart_likert_scale *s);
/* counts: s->points numbers; all zero draws the empty row. */
void chart_likert_row(struct chart *c, const struct chart_likert_scale *s, const char *label, const double *counts);
void chart_likert_key(struct chart *c, const struct chart_likert_scale *s);
void chart_interval_axis(struct chart *c, const struct chart_interval_scale *s);
void chart_interval_row(struct chart *c, const struct chart_interval_scale *s, const char *label,
    const struct chart_estimate *e);
void chart_group_axis(struct chart *c, const struct chart_group_scale *s);
void chart_group_row(struct chart *c, const struct chart_group_scale *s, const char *label,
    const struct chart_group *g);
void chart_group_key(struct chart *c, const struct chart_group_scale *s);
void chart_histogram(struct chart *c, const char *label, const struct chart_histogram *h);
void chart_bars(struct chart *c, const char *label, const struct chart_bar *bars, size_t count);
void chart_rate_bar(struct chart *c, const char *label, const struct chart_rate *r);
void chart_days(struct chart *c, const char *label, const struct chart_days *d);
void chart_lines(struct chart *c, const char *label, const struct chart_lines *l);
void chart_status_tag(struct chart *c, enum chart_status status);
void chart_heat_key(struct chart *c);

enum chart_status chart_status_named(const char *name); /* NULL or unknown: CHART_NO_STATUS */
/* 45 against an interval: what DESIGN calls met, not met, cannot tell. */
enum chart_status chart_status_of(double lo, double hi, double goal);
const char *chart_status_name(enum chart_status s);

/* Scales for a whole panel, as the JSON object above; new references, NULL: out of memory.
 * rows: an array of objects that carry "distribution" (likert), an estimate as member
 * "estimate" or as themselves (interval), or group rows (group).  Rows that lack it are
 * passed over.  words: array of the points' labels or NULL; kept by reference. */
json_t *chart_likert_fit(const json_t *rows, size_t points, json_t *words);
json_t *chart_interval_fit(const json_t *rows, double goal); /* goal NAN: none */
json_t *chart_group_fit(const json_t *rows, double overall, bool share);

/* For struct template_env.draws. */
extern const struct template_draw chart_draws[];

#endif
