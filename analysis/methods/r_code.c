/* The R code that gives the same figures: lines that read the file, then the method's own. */
#include "analysis/methods/method.h"
#include "core/buf.h"
#include "core/text.h"

#include <stdlib.h>
#include <string.h>

#define CODE_MOST ((size_t)1 << 18)

/* A text as R writes it, with quotes. */
static void quoted(struct buf *out, const char *s, size_t n)
{
	buf_putc(out, '"');
	for (size_t i = 0; i < n; i++) {
		if (s[i] == '"' || s[i] == '\\')
			buf_putc(out, '\\');
		buf_putc(out, s[i]);
	}
	buf_putc(out, '"');
}

/* "a,b" as c("a", "b"), one of them without c(). */
static void texts(struct buf *out, const char *list)
{
	bool many = strchr(list, ',') != NULL;

	buf_puts(out, many ? "c(" : "");
	for (const char *p = list; *p != '\0';) {
		size_t n = strcspn(p, ",");

		quoted(out, p, n);
		p += n + (p[n] == ',');
		buf_puts(out, *p != '\0' ? ", " : "");
	}
	buf_puts(out, many ? ")" : "");
}

static void columns(const struct analyse *a, struct buf *out, const struct analyse_option *o, const char *value)
{
	size_t *column = NULL, n = 0;
	struct err e = { 0 };

	if (analyse_columns(a->frame, value, o->name, &column, &n, &e) != 0) {
		texts(out, value);
		return;
	}
	buf_puts(out, n == 1 ? "" : "c(");
	for (size_t i = 0; i < n; i++) {
		const char *name = analyse_column_name(a, column[i]);

		buf_puts(out, i > 0 ? ", " : "");
		quoted(out, name, strlen(name));
	}
	buf_puts(out, n == 1 ? "" : ")");
	free(column);
}

static void option(const struct analyse *a, struct buf *out, const struct analyse_option *o, const char *value)
{
	if (value[0] == '\0') {
		buf_puts(out, "NULL");
		return;
	}
	switch (o->type) {
	case OPT_COLUMN:
	case OPT_COLUMNS:
		columns(a, out, o, value);
		break;
	case OPT_NUMBER:
	case OPT_WHOLE:
		buf_puts(out, value);
		break;
	case OPT_NUMBERS:
		buf_addf(out, "c(%s)", value);
		break;
	case OPT_TEXTS:
		texts(out, value);
		break;
	case OPT_TEXT:
	case OPT_CHOICE:
	case OPT_FILE:
		quoted(out, value, strlen(value));
		break;
	}
}

/* The text for a value out of "a=x|b=y|*=z". */
static void choice(struct buf *out, const char *list, const char *end, const char *value)
{
	size_t len = strlen(value);

	while (list < end) {
		const char *bar = memchr(list, '|', (size_t)(end - list)), *stop = bar != NULL ? bar : end;
		const char *equals = memchr(list, '=', (size_t)(stop - list));
		size_t n = equals != NULL ? (size_t)(equals - list) : 0;

		if (equals != NULL && ((n == len && strncmp(list, value, n) == 0) || (n == 1 && *list == '*'))) {
			buf_add(out, equals + 1, (size_t)(stop - equals - 1));
			return;
		}
		list = stop + 1;
	}
}

/* One hole, from after its brace to before the closing one; what is no option stays as it is. */
static void hole(const struct analyse *a, struct buf *out, const char *p, const char *end)
{
	const char *bar = memchr(p, '|', (size_t)(end - p));
	size_t n = (size_t)((bar != NULL ? bar : end) - p);

	for (int i = 0; i < ANALYSE_OPTIONS_MOST && a->method->options[i].name != NULL; i++) {
		const struct analyse_option *o = a->method->options + i;

		if (strlen(o->name) != n || strncmp(o->name, p, n) != 0)
			continue;
		if (bar != NULL)
			choice(out, bar + 1, end, a->value[i]);
		else
			option(a, out, o, a->value[i]);
		return;
	}
	buf_putc(out, '{');
	buf_add(out, p, (size_t)(end - p));
	buf_putc(out, '}');
}

/* One made column, "total=sum(a:c)", as a line of R; what is no such thing is left out, since the
 * calculation has refused it before. */
static void made(const struct analyse *a, struct buf *out, const char *part, size_t n)
{
	static const struct {
		const char *name, *before, *after;
		bool extra; /* the last argument stands where after says {}, or {t} as a text */
	} forms[] = {
		{ "sum", "rowSums(d[", "])", false },
		{ "mean", "rowMeans(d[", "], na.rm = TRUE)", false },
		{ "product", "apply(d[", "], 1, prod)", false },
		{ "difference", "-apply(d[", "], 1, diff)", false },
		{ "ratio", "apply(d[", "], 1, function(v) v[1] / v[2])", false },
		{ "log", "log(d[[", "]])", false },
		{ "rank", "rank(d[[", "]], na.last = \"keep\")", false },
		{ "power", "d[[", "]]^{}", true },
		{ "at_least", "+(d[[", "]] >= {})", true },
		{ "equals", "+(d[[", "]] == {t})", true },
		{ "only", "replace(d[[", "]], -({}), NA)", true },
	};
	static const struct analyse_option columns_of = { .name = "derive", .type = OPT_COLUMNS };
	char text[ANALYSE_PART_MOST];
	char *equals, *open, *close, *comma;

	if (n >= sizeof text)
		return;
	memcpy(text, part, n);
	text[n] = '\0';
	equals = strchr(text, '=');
	open = equals != NULL ? strchr(equals, '(') : NULL;
	close = open != NULL ? strrchr(open, ')') : NULL;
	if (close == NULL)
		return;
	*equals = *open = *close = '\0';
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		const char *after = forms[i].after, *hole = strchr(after, '{');

		if (strcmp(forms[i].name, equals + 1) != 0)
			continue;
		comma = forms[i].extra ? strrchr(open + 1, ',') : NULL;
		if (comma != NULL)
			*comma = '\0';
		buf_puts(out, "d[[");
		quoted(out, text, strlen(text));
		buf_addf(out, "]] <- %s", forms[i].before);
		columns(a, out, &columns_of, open + 1);
		if (hole != NULL && comma != NULL) {
			buf_add(out, after, (size_t)(hole - after));
			if (hole[1] == 't')
				quoted(out, comma + 1, strlen(comma + 1));
			else
				buf_puts(out, comma + 1);
			after = strchr(hole, '}') + 1;
		}
		buf_puts(out, after);
		buf_putc(out, '\n');
	}
}

/* One condition, "course=A1", as a line of R; a number stands as one where the column is one of numbers. */
static void kept(const struct analyse *a, struct buf *out, const char *part, size_t n)
{
	size_t column = 0, sign, at;
	double x;
	char name[ANALYSE_PART_MOST], value[ANALYSE_PART_MOST];

	while (column < n && strchr("!=<>", part[column]) == NULL)
		column++;
	sign = column < n && column + 1 < n && part[column + 1] == '=' && part[column] != '=' ? 2 : 1;
	if (column + sign > n || column >= sizeof name || n - column - sign >= sizeof value)
		return;
	memcpy(value, part + column + sign, n - column - sign);
	value[n - column - sign] = '\0';
	memcpy(name, part, column);
	name[column] = '\0';
	at = frame_find(a->frame, name);
	buf_puts(out, "d <- d[which(d[[");
	quoted(out, name, column);
	buf_addf(out, "]] %s ",
	    part[column] == '=' ? "=="
		: sign == 2	? (const char[3]){ part[column], '=' }
				: (const char[2]){ part[column] });
	if (text_number(value, &x) && at != SIZE_MAX && frame_is_number(a->frame, at))
		buf_puts(out, value);
	else
		quoted(out, value, strlen(value));
	buf_puts(out, "), ]\n");
}

static void each_part(const struct analyse *a, struct buf *out, const char *option, bool make)
{
	for (const char *p = analyse_text(a, option); *p != '\0';) {
		size_t n = strcspn(p, ";");

		if (make)
			made(a, out, p, n);
		else
			kept(a, out, p, n);
		p += n + (p[n] == ';');
	}
}

static void preamble(const struct analyse *a, struct buf *out)
{
	char between = a->frame->delimiter;

	buf_puts(out, "d <- read.csv(\"data.csv\", ");
	if (between != '\0' && between != ',')
		buf_addf(out, "sep = \"%s\", ", between == '\t' ? "\\t" : (const char[2]){ between });
	/* as csv_scan() does: unquoted fields lose the blanks around them */
	buf_puts(out, "strip.white = TRUE, check.names = FALSE, na.strings = c(\"\"");
	if (a->na[0] != '\0') {
		buf_puts(out, ", ");
		texts(out, a->na);
	}
	buf_puts(out, "))\n");
	each_part(a, out, "derive", true);
	if (analyse_given(a, "rows"))
		buf_addf(out, "d <- d[%s, ]\n", analyse_text(a, "rows"));
	each_part(a, out, "where", false);
	if (analyse_has_option(a->method->name, "items")) {
		buf_puts(out, "x <- d[, c(");
		for (size_t j = 0; j < a->items.view.cols; j++) {
			buf_puts(out, j > 0 ? ", " : "");
			quoted(out, a->items.name[j], strlen(a->items.name[j]));
		}
		buf_puts(out, "), drop = FALSE]\n");
	}
	if (analyse_given(a, "reverse")) {
		buf_puts(out, "r <- ");
		texts(out, analyse_text(a, "reverse"));
		buf_addf(out, "\nx[r] <- %.15g - x[r]\n", a->min + a->max);
	}
	if (analyse_given(a, "by")) {
		buf_puts(out, "g <- factor(d[[");
		texts(out, analyse_text(a, "by"));
		buf_puts(out, "]])\n");
	}
}

json_t *analyse_r_code(const struct analyse *a)
{
	struct buf out;
	json_t *code;

	if (a->method->r == NULL)
		return json_null();
	buf_init(&out, CODE_MOST);
	preamble(a, &out);
	for (const char *p = a->method->r; *p != '\0';) {
		const char *end = *p == '{' ? strchr(p, '}') : NULL;

		/* a brace of R itself is followed by white space or the end of the line */
		if (end == NULL || p[1] == ' ' || p[1] == '\n') {
			buf_putc(&out, *p++);
			continue;
		}
		hole(a, &out, p + 1, end);
		p = end + 1;
	}
	buf_putc(&out, '\n');
	code = out.failed ? json_null() : json_stringn(out.p, out.len);
	buf_free(&out);
	return code;
}
