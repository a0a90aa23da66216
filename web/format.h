/* web/format.h -- numbers, shares and times as a reader of the language writes them.
 *
 *            Vietnamese        English
 *   int      5.820             5,820
 *   dec2     3,06              3.06
 *   pct      36,6 %            36.6 %          (no-break space)
 *   range    35,7–43,9 %       35.7–43.9 %     (en dash, no spaces)
 *   date     20/11/2026        20 November 2026
 *   time     14:05             14:05
 *   minus    −0,25             −0.25           (U+2212)
 * Nothing here asks the C locale; it is "C" in the whole program.
 * Rounding: half away from zero, on the number as 15 significant digits show it, so that
 * 0.285 is 29 % although no double is exactly 0.285.
 * Missing: JSON null, a missing member, a number that is not finite, or a value of the wrong
 * type prints “–”; nothing ever prints as an empty place.
 *
 * Formats that a template may name as the last part of a name ({{n.int}}):
 *   int dec1 dec2 dec3          a number with 0, 1, 2, 3 decimals
 *   num                         a number as it is, at most 3 decimals, no trailing zeros
 *   signed1 signed2             with a sign always: +0,25
 *   pct                         a share 0..1 with one decimal; given an estimate (below), one
 *                               decimal from n >= 100 and none below
 *   pct0 pct1                   a share with none, with one decimal
 *   points                      a difference of shares in percentage points, signed, one
 *                               decimal, without a unit
 *   range                       of an estimate: its interval, decimals by its n
 *   pct_range pct0_range        of [lo, hi]: shares
 *   int_range dec1_range dec2_range dec3_range   of [lo, hi]: numbers; one number when equal
 *   date time datetime          of "2026-11-22T05:54:56Z" (UTC; milliseconds allowed), shown
 *                               utc_offset seconds later; a plain "2026-11-22" is not shifted
 *   month                       11/2026, November 2026
 *   receipt                     a code in groups of four: 7KQ4-M2VD-9XTC
 *   heat                        the class h1..h6 of a share for the heat map: < 30, 30-39,
 *                               40-49, 50-59, 60-69, >= 70 by the printed whole percent;
 *                               hn for null
 * An estimate is {"share": 0..1, "n": count, "interval": [lo, hi], ...}. */
#ifndef WEB_FORMAT_H
#define WEB_FORMAT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct buf;
struct locale_catalogue;

/* How one reader wants it.  A plain value; words may be NULL (English). */
struct format_style {
	const struct locale_catalogue *words;
	bool vi;	/* Vietnamese notation; otherwise English */
	int utc_offset; /* seconds east of UTC in which times are shown */
};

#define FORMAT_VIETNAM_OFFSET (7 * 3600)

/* Notation from the catalogue's language. */
struct format_style format_style_for(const struct locale_catalogue *words, int utc_offset);

/* All add UTF-8 text (not markup) to out. */
void format_number(const struct format_style *s, double v, int decimals, struct buf *out);
void format_signed(const struct format_style *s, double v, int decimals, struct buf *out);
void format_share(const struct format_style *s, double share, int decimals, struct buf *out);
void format_share_range(const struct format_style *s, double lo, double hi, int decimals, struct buf *out);
void format_range(const struct format_style *s, double lo, double hi, int decimals, struct buf *out);
/* ISO text as above; “–” when it is not one.  how: "date", "time", "datetime", "month". */
void format_time(const struct format_style *s, const char *iso, const char *how, struct buf *out);
/* The number of decimals that a share over n people gets. */
int format_share_decimals(double n);
/* The whole percent that is printed for a share (same rounding as format_share). */
long format_whole_percent(double share);
/* 1..6, the heat map's class. */
int format_heat_class(double share);

/* A small number in a caller's buffer, for sentences built in C; returns buf. */
#define FORMAT_SMALL 64
char *format_int_in(const struct format_style *s, double v, char buf[FORMAT_SMALL]);
char *format_share_in(const struct format_style *s, double share, int decimals, char buf[FORMAT_SMALL]);

/* The hooks of web/template.h.  format_known(): is there a format of this name.
 * format_value(): value may be NULL; style is a struct format_style. */
bool format_known(const char *name);
void format_value(const void *style, const char *name, const json_t *value, struct buf *out);

#endif
