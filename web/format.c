#include "web/format.h"

#include "core/buf.h"
#include "web/locale.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define DASH  "\xE2\x80\x93" /* en dash */
#define MINUS "\xE2\x88\x92"
#define NBSP  "\xC2\xA0"

/* the largest magnitude whose scaled value a double still holds to the unit */
#define EXACT 1e15

struct format_style format_style_for(const struct locale_catalogue *words, int utc_offset)
{
	struct format_style s = { words, strcmp(locale_lang(words), "vi") == 0, utc_offset };

	return s;
}

/* The double nearest to what 15 significant digits show: 28.499999999999996 becomes 28.5. */
static double as_shown(double v)
{
	char text[40];

	snprintf(text, sizeof text, "%.15g", v);
	return strtod(text, NULL);
}

/* v * 10^decimals rounded to a whole number, half away from zero */
static double scaled(double v, int decimals)
{
	static const double power[] = { 1, 10, 100, 1000, 10000, 100000 };

	return round(as_shown(v * power[decimals]));
}

static void group_digits(const struct format_style *s, const char *digits, size_t n, struct buf *out)
{
	for (size_t i = 0; i < n; i++) {
		if (i > 0 && (n - i) % 3 == 0)
			buf_putc(out, s->vi ? '.' : ',');
		buf_putc(out, digits[i]);
	}
}

static void magnitude(const struct format_style *s, double v, int decimals, struct buf *out)
{
	char text[400];
	size_t n;

	if (v < EXACT) {
		/* digits of the scaled number, with at least one before the mark */
		n = (size_t)snprintf(text, sizeof text, "%0*.0f", decimals + 1, scaled(v, decimals));
	} else {
		n = (size_t)snprintf(text, sizeof text, "%.0f", v);
		decimals = 0;
	}
	group_digits(s, text, n - (size_t)decimals, out);
	if (decimals > 0) {
		buf_putc(out, s->vi ? ',' : '.');
		buf_add(out, text + n - (size_t)decimals, (size_t)decimals);
	}
}

static int bounded(int decimals)
{
	return decimals < 0 ? 0 : decimals > 5 ? 5 : decimals;
}

void format_number(const struct format_style *s, double v, int decimals, struct buf *out)
{
	if (!isfinite(v)) {
		buf_puts(out, DASH);
		return;
	}
	decimals = bounded(decimals);
	/* what rounds to zero has no sign */
	if (v < 0 && (v <= -EXACT || scaled(-v, decimals) > 0))
		buf_puts(out, MINUS);
	magnitude(s, fabs(v), decimals, out);
}

void format_signed(const struct format_style *s, double v, int decimals, struct buf *out)
{
	if (isfinite(v) && v > 0 && (v >= EXACT || scaled(v, bounded(decimals)) > 0))
		buf_putc(out, '+');
	format_number(s, v, decimals, out);
}

/* A share times 100.  Rounded once more as shown, since 0.285 * 100 is not 28.5. */
static double percent(double share)
{
	return as_shown(share * 100);
}

void format_share(const struct format_style *s, double share, int decimals, struct buf *out)
{
	format_number(s, percent(share), decimals, out);
	if (isfinite(share))
		buf_puts(out, NBSP "%");
}

void format_range(const struct format_style *s, double lo, double hi, int decimals, struct buf *out)
{
	if (!isfinite(lo) || !isfinite(hi)) {
		buf_puts(out, DASH);
		return;
	}
	format_number(s, lo, decimals, out);
	if (lo != hi) {
		buf_puts(out, DASH);
		format_number(s, hi, decimals, out);
	}
}

void format_share_range(const struct format_style *s, double lo, double hi, int decimals, struct buf *out)
{
	format_range(s, percent(lo), percent(hi), decimals, out);
	if (isfinite(lo) && isfinite(hi))
		buf_puts(out, NBSP "%");
}

int format_share_decimals(double n)
{
	return n >= 100 ? 1 : 0;
}

long format_whole_percent(double share)
{
	if (!isfinite(share) || fabs(share) > 1e6)
		return 0;
	return (long)scaled(percent(share), 0);
}

int format_heat_class(double share)
{
	long p = format_whole_percent(share);

	return p < 30 ? 1 : p < 40 ? 2 : p < 50 ? 3 : p < 60 ? 4 : p < 70 ? 5 : 6;
}

/* ---- times ---- */

static int number_at(const char *s, size_t digits)
{
	int v = 0;

	for (size_t i = 0; i < digits; i++) {
		if (s[i] < '0' || s[i] > '9')
			return -1;
		v = v * 10 + (s[i] - '0');
	}
	return v;
}

/* "2026-11-22" or "2026-11-22T05:54:56[.mmm]Z"; *clock says which */
static bool parse_iso(const char *s, struct tm *t, bool *clock)
{
	size_t len = strlen(s);

	memset(t, 0, sizeof *t);
	if (len < 10 || s[4] != '-' || s[7] != '-')
		return false;
	t->tm_year = number_at(s, 4) - 1900;
	t->tm_mon = number_at(s + 5, 2) - 1;
	t->tm_mday = number_at(s + 8, 2);
	if (t->tm_year < 0 || t->tm_mon < 0 || t->tm_mon > 11 || t->tm_mday < 1 || t->tm_mday > 31)
		return false;
	*clock = len > 10;
	if (!*clock)
		return true;
	if (len < 20 || len > 27 || s[10] != 'T' || s[13] != ':' || s[16] != ':' || s[len - 1] != 'Z')
		return false;
	if (len > 20 && (s[19] != '.' || number_at(s + 20, len - 21) < 0))
		return false;
	t->tm_hour = number_at(s + 11, 2);
	t->tm_min = number_at(s + 14, 2);
	t->tm_sec = number_at(s + 17, 2);
	return t->tm_hour >= 0 && t->tm_hour < 24 && t->tm_min >= 0 && t->tm_min < 60 && t->tm_sec >= 0 &&
	    t->tm_sec <= 60;
}

static void put_date(const struct format_style *s, const struct tm *t, bool day, struct buf *out)
{
	static const char *const months[] = { "January", "February", "March", "April", "May", "June", "July", "August",
		"September", "October", "November", "December" };

	if (s->vi && day)
		buf_addf(out, "%d/%d/%d", t->tm_mday, t->tm_mon + 1, t->tm_year + 1900);
	else if (s->vi)
		buf_addf(out, "%d/%d", t->tm_mon + 1, t->tm_year + 1900);
	else if (day)
		buf_addf(out, "%d %s %d", t->tm_mday, months[t->tm_mon], t->tm_year + 1900);
	else
		buf_addf(out, "%s %d", months[t->tm_mon], t->tm_year + 1900);
}

void format_time(const struct format_style *s, const char *iso, const char *how, struct buf *out)
{
	struct tm t;
	bool clock;
	time_t at;

	if (iso == NULL || !parse_iso(iso, &t, &clock)) {
		buf_puts(out, DASH);
		return;
	}
	at = timegm(&t) + (clock ? s->utc_offset : 0);
	gmtime_r(&at, &t);
	if (strcmp(how, "time") == 0 && clock) {
		buf_addf(out, "%02d:%02d", t.tm_hour, t.tm_min);
	} else if (strcmp(how, "datetime") == 0 && clock) {
		buf_addf(out,
		    "%02d:%02d"
		    "%s",
		    t.tm_hour, t.tm_min, s->vi ? " ngày " : " on ");
		put_date(s, &t, true, out);
	} else if (strcmp(how, "time") == 0) {
		buf_puts(out, DASH); /* a day has no time */
	} else {
		put_date(s, &t, strcmp(how, "month") != 0, out);
	}
}

/* ---- formats by name ---- */

enum shape { NUMBER, SIGNED, SHARE, POINTS, RANGE, SHARE_RANGE, TIME, PLAIN, RECEIPT, HEAT };
enum { BY_N = -1 }; /* decimals that follow from an estimate's n */

static const struct format {
	const char *name;
	enum shape shape;
	int decimals;
} formats[] = {
	{ "int", NUMBER, 0 },
	{ "dec1", NUMBER, 1 },
	{ "dec2", NUMBER, 2 },
	{ "dec3", NUMBER, 3 },
	{ "num", PLAIN, 3 },
	{ "signed1", SIGNED, 1 },
	{ "signed2", SIGNED, 2 },
	{ "pct", SHARE, BY_N },
	{ "pct0", SHARE, 0 },
	{ "pct1", SHARE, 1 },
	{ "points", POINTS, 1 },
	{ "range", SHARE_RANGE, BY_N },
	{ "pct_range", SHARE_RANGE, 1 },
	{ "pct0_range", SHARE_RANGE, 0 },
	{ "int_range", RANGE, 0 },
	{ "dec1_range", RANGE, 1 },
	{ "dec2_range", RANGE, 2 },
	{ "dec3_range", RANGE, 3 },
	{ "date", TIME, 0 },
	{ "time", TIME, 0 },
	{ "datetime", TIME, 0 },
	{ "month", TIME, 0 },
	{ "receipt", RECEIPT, 0 },
	{ "heat", HEAT, 0 },
};

static const struct format *find(const char *name)
{
	for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
		if (strcmp(formats[i].name, name) == 0)
			return &formats[i];
	}
	return NULL;
}

bool format_known(const char *name)
{
	return find(name) != NULL;
}

static double number_of(const json_t *v)
{
	return json_is_number(v) ? json_number_value(v) : NAN;
}

static int decimals_of(const json_t *value, int decimals)
{
	const json_t *n = json_object_get(value, "n");

	if (decimals != BY_N)
		return decimals;
	return json_is_number(n) ? format_share_decimals(json_number_value(n)) : 1;
}

static void put_share(const struct format_style *s, const json_t *value, int decimals, struct buf *out)
{
	const json_t *share = json_is_object(value) ? json_object_get(value, "share") : value;

	format_share(s, number_of(share), decimals_of(value, decimals), out);
}

static void put_range(const struct format_style *s, const json_t *value, const struct format *f, struct buf *out)
{
	const json_t *pair = json_is_object(value) ? json_object_get(value, "interval") : value;
	double lo = number_of(json_array_get(pair, 0)), hi = number_of(json_array_get(pair, 1));

	if (f->shape == SHARE_RANGE)
		format_share_range(s, lo, hi, decimals_of(value, f->decimals), out);
	else
		format_range(s, lo, hi, f->decimals, out);
}

/* as few decimals as say the number to the thousandth */
static void put_plain(const struct format_style *s, double v, int most, struct buf *out)
{
	int d = 0;

	while (d < most && isfinite(v) && fabs(v) < EXACT && scaled(v, d) != scaled(v, most) / pow(10, most - d))
		d++;
	format_number(s, v, d, out);
}

static void put_receipt(const char *code, struct buf *out)
{
	size_t n = strlen(code);

	for (size_t i = 0; i < n; i++) {
		if (i > 0 && i % 4 == 0)
			buf_putc(out, '-');
		buf_putc(out, code[i]);
	}
}

void format_value(const void *style, const char *name, const json_t *value, struct buf *out)
{
	const struct format_style *s = style;
	const struct format *f = find(name);
	double v = number_of(value);

	if (f == NULL)
		return;
	switch (f->shape) {
	case NUMBER:
		format_number(s, v, f->decimals, out);
		break;
	case SIGNED:
		format_signed(s, v, f->decimals, out);
		break;
	case SHARE:
		put_share(s, value, f->decimals, out);
		break;
	case POINTS:
		format_signed(s, percent(v), f->decimals, out);
		break;
	case RANGE:
	case SHARE_RANGE:
		put_range(s, value, f, out);
		break;
	case TIME:
		format_time(s, json_string_value(value), f->name, out);
		break;
	case PLAIN:
		put_plain(s, v, f->decimals, out);
		break;
	case RECEIPT:
		if (json_is_string(value))
			put_receipt(json_string_value(value), out);
		else
			buf_puts(out, DASH);
		break;
	case HEAT:
		if (json_is_number(value))
			buf_addf(out, "h%d", format_heat_class(v));
		else
			buf_puts(out, "hn");
		break;
	}
}

/* ---- small numbers in a caller's buffer ---- */

static char *copy_small(struct buf *b, char to[FORMAT_SMALL])
{
	size_t n = b->failed ? 0 : b->len;

	if (n > 0)
		memcpy(to, b->p, n);
	to[n] = '\0';
	buf_free(b);
	return to;
}

char *format_int_in(const struct format_style *s, double v, char buf[FORMAT_SMALL])
{
	struct buf b;

	buf_init(&b, FORMAT_SMALL - 1);
	format_number(s, v, 0, &b);
	return copy_small(&b, buf);
}

char *format_share_in(const struct format_style *s, double share, int decimals, char buf[FORMAT_SMALL])
{
	struct buf b;

	buf_init(&b, FORMAT_SMALL - 1);
	format_share(s, share, decimals, &b);
	return copy_small(&b, buf);
}
