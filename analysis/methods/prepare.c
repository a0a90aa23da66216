/* What every method can be asked about its data: rows to leave out, columns to make. */
#include "analysis/methods/method.h"
#include "analysis/stats/numeric/midrank.h"
#include "core/text.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

const struct analyse_option analyse_common[ANALYSE_COMMON] = {
	{ "rows", OPT_TEXT, "", NULL, N_("rows to use, from one to another, the first being 1: 1:100") },
	{ "where", OPT_TEXT, "", NULL,
	    N_("rows to use, by what stands in a column: course=A1, with = != < <= > or >=, several parted by ;"),
	    false },
	{ "derive", OPT_TEXT, "", NULL,
	    N_("columns to make before anything else, parted by ;: total=sum(q1:q9). Functions: sum, mean, product (of "
	       "columns), difference, ratio (of two), power, at_least (column, number), equals (column, text), log, rank "
	       "(column), only (column, 1:6: other rows missing)"),
	    false },
};

static int misread(const char *option, const char *part, struct err *e)
{
	return err_set(e, ERR_INPUT, option, "--{1} cannot be read at \"{2}\".", option, part, (char *)NULL);
}

/* "2:5" as rows from 0; to is the last. */
static bool range(const char *text, size_t *from, size_t *to)
{
	char head[24];
	const char *colon = strchr(text, ':');
	long long lo, hi;

	if (colon == NULL || (size_t)(colon - text) >= sizeof head)
		return false;
	memcpy(head, text, (size_t)(colon - text));
	head[colon - text] = '\0';
	if (!text_integer(head, &lo) || !text_integer(colon + 1, &hi) || lo < 1 || hi < lo)
		return false;
	*from = (size_t)lo - 1;
	*to = (size_t)hi - 1;
	return true;
}

static int keep_rows(struct analyse *a, unsigned char *keep, struct err *e)
{
	const char *text = analyse_text(a, "rows");
	size_t from, to;

	if (!range(text, &from, &to))
		return misread("rows", text, e);
	for (size_t i = 0; i < a->frame->rows; i++)
		keep[i] = keep[i] && i >= from && i <= to;
	return 0;
}

enum relation { EQUAL, UNEQUAL, LESS, AT_MOST, MORE, AT_LEAST };

static bool relates(double order, enum relation r)
{
	switch (r) {
	case EQUAL:
		return order == 0;
	case UNEQUAL:
		return order != 0;
	case LESS:
		return order < 0;
	case AT_MOST:
		return order <= 0;
	case MORE:
		return order > 0;
	case AT_LEAST:
		break;
	}
	return order >= 0;
}

/* Where the relation stands in "column>=3", which it is, and how long. */
static const char *find_relation(const char *part, enum relation *r, size_t *len)
{
	static const struct {
		const char *text;
		enum relation r;
	} all[] = { { "!=", UNEQUAL }, { "<=", AT_MOST }, { ">=", AT_LEAST }, { "=", EQUAL }, { "<", LESS },
		{ ">", MORE } };
	const char *at = strpbrk(part, "!=<>");

	for (size_t i = 0; at != NULL && i < sizeof all / sizeof *all; i++)
		if (strncmp(at, all[i].text, strlen(all[i].text)) == 0) {
			*r = all[i].r;
			*len = strlen(all[i].text);
			return at;
		}
	return NULL;
}

/* A missing cell satisfies nothing. */
static int keep_where(struct analyse *a, char *part, unsigned char *keep, struct err *e)
{
	const struct frame *f = a->frame;
	enum relation r = EQUAL;
	size_t len = 0, column;
	char *at = (char *)(uintptr_t)find_relation(part, &r, &len);
	double want, x;
	bool numbers;

	if (at == NULL)
		return misread("where", part, e);
	*at = '\0';
	at += len;
	column = frame_find(f, part);
	if (column == SIZE_MAX)
		return err_set(e, ERR_INPUT, "where", "There is no column {1} (--{2}).", part, "where", (char *)NULL);
	numbers = text_number(at, &want) && frame_is_number(f, column);
	if (!numbers && r != EQUAL && r != UNEQUAL)
		return err_set(e, ERR_INPUT, "where", "Only numbers are less or more: column {1} against \"{2}\".",
		    part, at, (char *)NULL);
	for (size_t i = 0; i < f->rows; i++) {
		char room[FRAME_TEXT_ROOM];
		const char *text = frame_text(f, i, column, room);

		if (keep[i] == 0)
			continue;
		if (text == NULL)
			keep[i] = 0;
		else if (numbers)
			keep[i] = frame_number(f, i, column, &x) == AN_PRESENT && relates(x - want, r);
		else
			keep[i] = relates(strcmp(text, at), r);
	}
	return 0;
}

/* Each part of a list by ';', through fn. */
static int each_part(struct analyse *a, const char *option, unsigned char *keep,
    int (*fn)(struct analyse *, char *, unsigned char *, struct err *), struct err *e)
{
	const char *list = analyse_text(a, option);
	char part[ANALYSE_PART_MOST];
	int rc = 0;

	while (rc == 0 && *list != '\0') {
		size_t n = strcspn(list, ";");

		if (n == 0 || n >= sizeof part)
			return misread(option, list, e);
		memcpy(part, list, n);
		part[n] = '\0';
		rc = fn(a, part, keep, e);
		list += n + (list[n] == ';');
	}
	return rc;
}

/* What a made column is computed from: columns, and the second argument of some functions. */
struct making {
	const char *name;
	size_t *from, n, target;
	const char *extra;
	double number;
	size_t row_from, row_to;
};

/* The numbers of a row; false where one is missing. */
static int row_values(const struct analyse *a, const struct making *m, size_t row, double *x, bool *whole, size_t *n,
    struct err *e)
{
	*whole = true;
	*n = 0;
	for (size_t j = 0; j < m->n; j++) {
		enum an_why why = frame_number(a->frame, row, m->from[j], x + *n);

		if (why == AN_UNREADABLE && frame_why(a->frame, row, m->from[j]) == AN_PRESENT)
			return err_set(e, ERR_INPUT, "derive", "Column {1} holds texts; {2} needs numbers.",
			    analyse_column_name(a, m->from[j]), m->name, (char *)NULL);
		*whole = *whole && why == AN_PRESENT;
		*n += why == AN_PRESENT;
	}
	return 0;
}

/* NAN: missing.  sum and product need every part, mean those that are there. */
static double fold(const struct making *m, const double *x, size_t n, bool whole)
{
	double sum = 0, product = 1;

	for (size_t j = 0; j < n; j++) {
		sum += x[j];
		product *= x[j];
	}
	if (strcmp(m->name, "mean") == 0)
		return n > 0 ? sum / (double)n : NAN;
	if (!whole)
		return NAN;
	if (strcmp(m->name, "sum") == 0)
		return sum;
	if (strcmp(m->name, "product") == 0)
		return product;
	if (strcmp(m->name, "difference") == 0)
		return x[0] - x[1];
	if (strcmp(m->name, "ratio") == 0)
		return x[1] != 0 ? x[0] / x[1] : NAN;
	if (strcmp(m->name, "power") == 0)
		return pow(x[0], m->number);
	if (strcmp(m->name, "log") == 0)
		return x[0] > 0 ? log(x[0]) : NAN;
	return x[0] >= m->number; /* at_least */
}

static int put(struct analyse *a, const struct making *m, size_t row, double x, struct err *e)
{
	if (!isfinite(x))
		return frame_put_missing(a->frame, row, m->target, AN_SET_ASIDE, e);
	return frame_put_number(a->frame, row, m->target, x, e);
}

static int make_row(struct analyse *a, const struct making *m, size_t row, double *x, struct err *e)
{
	char room[FRAME_TEXT_ROOM];
	const char *text = frame_text(a->frame, row, m->from[0], room);
	bool whole;
	size_t n;

	if (strcmp(m->name, "equals") == 0)
		return put(a, m, row, text != NULL ? strcmp(text, m->extra) == 0 : NAN, e);
	if (strcmp(m->name, "only") == 0) {
		if (text == NULL || row < m->row_from || row > m->row_to)
			return frame_put_missing(a->frame, row, m->target, AN_SET_ASIDE, e);
		return frame_put_text(a->frame, row, m->target, text, e);
	}
	if (row_values(a, m, row, x, &whole, &n, e) != 0)
		return -1;
	return put(a, m, row, fold(m, x, n, whole), e);
}

/* Ranks from 1, lowest first, equal values sharing the middle. */
static int make_ranks(struct analyse *a, const struct making *m, struct err *e)
{
	struct an_work_mark mark = an_work_mark(a->work);
	size_t rows = a->frame->rows, n = 0, *row = AN_WORK_ARRAY(a->work, size_t, rows);
	double *x = AN_WORK_ARRAY(a->work, double, rows), *rank = AN_WORK_ARRAY(a->work, double, rows), ties;
	int rc = row == NULL || x == NULL || rank == NULL ? err_nomem(e) : 0;

	for (size_t i = 0; rc == 0 && i < rows; i++) {
		rc = put(a, m, i, NAN, e);
		if (frame_number(a->frame, i, m->from[0], x + n) == AN_PRESENT)
			row[n++] = i;
	}
	if (rc == 0)
		rc = analyse_status(an_midranks(x, n, a->work, rank, &ties), "rank", e);
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = put(a, m, row[i], rank[i], e);
	an_work_release(a->work, mark);
	return rc;
}

static const struct function {
	const char *name;
	size_t least, most;			     /* columns */
	enum { NO_EXTRA, NUMBER, TEXT, ROWS } extra; /* after the columns */
} functions[] = {
	{ "sum", 1, SIZE_MAX, NO_EXTRA },
	{ "mean", 1, SIZE_MAX, NO_EXTRA },
	{ "product", 1, SIZE_MAX, NO_EXTRA },
	{ "difference", 2, 2, NO_EXTRA },
	{ "ratio", 2, 2, NO_EXTRA },
	{ "log", 1, 1, NO_EXTRA },
	{ "rank", 1, 1, NO_EXTRA },
	{ "power", 1, 1, NUMBER },
	{ "at_least", 1, 1, NUMBER },
	{ "equals", 1, 1, TEXT },
	{ "only", 1, 1, ROWS },
};

/* "name=function(columns, extra)" taken apart in place. */
static int read_making(struct analyse *a, char *part, char **name, struct making *m, struct err *e)
{
	char *equals = strchr(part, '='), *open = equals != NULL ? strchr(equals, '(') : NULL;
	char *close = open != NULL ? strrchr(open, ')') : NULL, *comma;
	const struct function *f = NULL;

	if (close == NULL || close[1] != '\0' || equals == part)
		return misread("derive", part, e);
	*equals = *open = *close = '\0';
	*name = part;
	m->name = equals + 1;
	for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
		if (strcmp(functions[i].name, m->name) == 0)
			f = functions + i;
	if (f == NULL)
		return misread("derive", m->name, e);
	comma = strrchr(open + 1, ',');
	if (f->extra != NO_EXTRA) {
		if (comma == NULL)
			return misread("derive", open + 1, e);
		*comma = '\0';
		m->extra = comma + 1;
	}
	if ((f->extra == NUMBER && !text_number(m->extra, &m->number)) ||
	    (f->extra == ROWS && !range(m->extra, &m->row_from, &m->row_to)))
		return misread("derive", m->extra, e);
	if (analyse_columns(a->frame, open + 1, "derive", &m->from, &m->n, e) != 0)
		return -1;
	return m->n >= f->least && m->n <= f->most ? 0 : misread("derive", open + 1, e);
}

static int derive(struct analyse *a, char *part, unsigned char *keep, struct err *e)
{
	struct making m = { 0 };
	double *x = NULL;
	char *name = NULL;
	int rc = read_making(a, part, &name, &m, e);

	(void)keep;
	if (rc == 0)
		rc = frame_add_column(a->frame, name, &m.target, e);
	/* 07 and 7 of a column of texts are two in its copy too */
	if (rc == 0 && strcmp(m.name, "only") == 0 && a->frame->column[m.from[0]].kind == FRAME_TEXTS)
		rc = frame_make_texts(a->frame, m.target, e);
	if (rc == 0) {
		x = calloc(m.n, sizeof *x);
		rc = x == NULL ? err_nomem(e) : 0;
	}
	if (rc == 0 && strcmp(m.name, "rank") == 0)
		rc = make_ranks(a, &m, e);
	else
		for (size_t i = 0; rc == 0 && i < a->frame->rows; i++)
			rc = make_row(a, &m, i, x, e);
	free(x);
	free(m.from);
	return rc;
}

int analyse_prepare(struct analyse *a, struct err *e)
{
	unsigned char *keep;
	int rc = 0;

	if (analyse_given(a, "derive") && each_part(a, "derive", NULL, derive, e) != 0)
		return -1;
	if (!analyse_given(a, "rows") && !analyse_given(a, "where"))
		return 0;
	keep = malloc(a->frame->rows + 1);
	if (keep == NULL)
		return err_nomem(e);
	memset(keep, 1, a->frame->rows + 1);
	if (analyse_given(a, "rows"))
		rc = keep_rows(a, keep, e);
	if (rc == 0 && analyse_given(a, "where"))
		rc = each_part(a, "where", keep, keep_where, e);
	if (rc == 0)
		rc = frame_keep(a->frame, keep, e);
	free(keep);
	return rc;
}
