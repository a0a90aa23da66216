#include "analysis/methods/model.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One column of the file in the model: numbers, or levels. */
struct part {
	size_t column;
	const char *name;
	bool levels;
	double *number;
	size_t *of; /* level per row, count where missing */
	size_t count;
	const char **label;
	size_t first, width; /* its columns of the model */
};

struct build {
	struct analyse *a;
	struct part *part; /* outcome, weights, by, cluster, then the predictors */
	size_t parts, k, rows;
	bool *use;
	struct model *out;
};

enum { OUTCOME, WEIGHTS, BY, CLUSTER, PREDICTORS };

static size_t columns_of(const struct analyse *a)
{
	return a->frame->cols;
}

static bool has_option(const struct analyse *a, const char *name)
{
	for (int i = 0; i < ANALYSE_OPTIONS_MOST && a->method->options[i].name != NULL; i++)
		if (strcmp(a->method->options[i].name, name) == 0)
			return true;
	return false;
}

static int load_levels(struct build *b, struct part *p, struct err *e)
{
	struct analyse_groups g;

	if (analyse_factor_load(b->a, p->column, &g, e) != 0)
		return -1;
	p->levels = true;
	p->count = g.count;
	p->of = AN_WORK_ARRAY(b->a->work, size_t, b->rows);
	p->label = AN_WORK_ARRAY(b->a->work, const char *, g.count);
	if (p->of == NULL || p->label == NULL) {
		analyse_groups_free(&g);
		return err_nomem(e);
	}
	memcpy(p->of, g.of, b->rows * sizeof *p->of);
	memcpy(p->label, g.label, g.count * sizeof *p->label);
	analyse_groups_free(&g);
	for (size_t i = 0; i < b->rows; i++) {
		b->use[i] = b->use[i] && p->of[i] < p->count;
		b->a->missing.by[p->of[i] < p->count ? AN_PRESENT : AN_SKIPPED]++;
	}
	return 0;
}

static int load_numbers(struct build *b, struct part *p, struct err *e)
{
	struct analyse_variable v;

	if (analyse_variable_load(b->a, p->column, &v, e) != 0)
		return -1;
	p->number = v.data;
	for (size_t i = 0; i < b->rows; i++) {
		b->use[i] = b->use[i] && v.why[i] == AN_PRESENT;
		b->a->missing.by[v.why[i]]++;
	}
	return 0;
}

static int load_part(struct build *b, size_t column, bool levels, struct part *p, struct err *e)
{
	*p = (struct part){ .column = column, .name = analyse_column_name(b->a, column) };
	return levels ? load_levels(b, p, e) : load_numbers(b, p, e);
}

/* Columns of the roles that a method has; their parts stay empty where none is given. */
static int load_roles(struct build *b, enum model_outcome kind, struct err *e)
{
	static const char *const option[PREDICTORS] = { "outcome", "weights", "by", "cluster" };

	for (size_t role = 0; role < PREDICTORS; role++) {
		size_t column = SIZE_MAX;
		bool levels;

		b->part[role].column = SIZE_MAX;
		if (has_option(b->a, option[role]) &&
		    analyse_column_of(b->a, option[role], role == OUTCOME, &column, e) != 0)
			return -1;
		if (column == SIZE_MAX)
			continue;
		levels = role == OUTCOME ? kind != OUTCOME_NUMBER : role != WEIGHTS;
		if (load_part(b, column, levels, b->part + role, e) != 0)
			return -1;
	}
	for (size_t i = 0; b->part[WEIGHTS].number != NULL && i < b->rows; i++)
		if (b->use[i] && !(b->part[WEIGHTS].number[i] >= 0))
			return err_set(e, ERR_INPUT, "weights",
			    "A weight must be 0 or more; column {1} has lower ones.", b->part[WEIGHTS].name,
			    (char *)NULL);
	return 0;
}

static int load_predictors(struct build *b, struct err *e)
{
	struct analyse *a = b->a;
	size_t *list = NULL, *named = NULL, n = 0, named_n = 0;
	bool given = analyse_given(a, "predictors");
	int rc = given ? analyse_columns(a->frame, analyse_text(a, "predictors"), "predictors", &list, &n, e) : 0;

	if (rc == 0 && analyse_given(a, "factors"))
		rc = analyse_columns(a->frame, analyse_text(a, "factors"), "factors", &named, &named_n, e);
	n = given ? n : columns_of(a);
	for (size_t j = 0; rc == 0 && j < n; j++) {
		size_t column = given ? list[j] : j;
		bool levels = !analyse_column_is_number(a, column), role = false;

		for (size_t r = 0; r < PREDICTORS; r++)
			role = role || b->part[r].column == column;
		for (size_t f = 0; f < named_n; f++)
			levels = levels || named[f] == column;
		if (role && given && column != b->part[CLUSTER].column && column != b->part[BY].column)
			rc = err_set(e, ERR_INPUT, "predictors",
			    "Column {1} is the outcome or the weights and cannot explain as well; take it out of "
			    "--predictors.",
			    analyse_column_name(a, column), (char *)NULL);
		else if (!role || given)
			rc = load_part(b, column, levels, b->part + b->parts++, e);
	}
	free(list);
	free(named);
	return rc;
}

/* Levels that some used row has, in their order; the numbers of the others go. */
static int keep_levels(struct build *b, struct part *p, struct err *e)
{
	size_t *place = AN_WORK_ARRAY(b->a->work, size_t, p->count + 1), kept = 0;

	if (place == NULL)
		return err_nomem(e);
	for (size_t i = 0; i < b->rows; i++)
		if (b->use[i])
			place[p->of[i]] = 1;
	for (size_t l = 0; l < p->count; l++) {
		bool has = place[l] == 1;

		place[l] = kept;
		if (has)
			p->label[kept++] = p->label[l];
	}
	for (size_t i = 0; i < b->rows; i++)
		if (b->use[i])
			p->of[i] = place[p->of[i]];
	p->count = kept;
	return 0;
}

static const char *join(struct build *b, const char *one, const char *between, const char *two)
{
	size_t n = strlen(one) + strlen(between) + strlen(two) + 1;
	char *s = AN_WORK_ARRAY(b->a->work, char, n);

	if (s != NULL)
		snprintf(s, n, "%s%s%s", one, between, two);
	return s;
}

static size_t powers(const struct analyse *a)
{
	return has_option(a, "powers") ? analyse_whole(a, "powers") : 1;
}

/* Value of column c of a part in a row. */
static double cell(const struct part *p, size_t c, size_t row)
{
	if (p->levels)
		return p->of[row] == c + 1;
	return c == 0 ? p->number[row] : pow(p->number[row], (double)(c + 1));
}

static const char *part_name(struct build *b, const struct part *p, size_t c)
{
	char power[24];

	if (p->levels)
		return join(b, p->name, "", p->label[c + 1]);
	snprintf(power, sizeof power, "%zu", c + 1);
	return c == 0 ? p->name : join(b, p->name, "^", power);
}

static int measure(struct build *b, struct part *p, struct err *e)
{
	if (p->levels && keep_levels(b, p, e) != 0)
		return -1;
	if (p->levels && p->count < 2)
		return err_set(e, ERR_INPUT, p->name,
		    "Column {1} has the same text in every row that is used, so that it cannot explain anything; leave "
		    "it out of --predictors.",
		    p->name, (char *)NULL);
	p->first = b->k;
	p->width = p->levels ? p->count - 1 : powers(b->a);
	b->k += p->width;
	return 0;
}

/* The two predictors that a part of --interactions names, "a:b". */
static int pair_of(const struct build *b, const char *text, size_t len, size_t *one, size_t *two, struct err *e)
{
	char whole[96];

	for (size_t i = PREDICTORS; i < b->parts; i++) {
		size_t n = strlen(b->part[i].name);

		if (n >= len || strncmp(text, b->part[i].name, n) != 0 || text[n] != ':')
			continue;
		for (size_t j = PREDICTORS; j < b->parts; j++)
			if (i != j && strlen(b->part[j].name) == len - n - 1 &&
			    strncmp(text + n + 1, b->part[j].name, len - n - 1) == 0) {
				*one = i;
				*two = j;
				return 0;
			}
	}
	snprintf(whole, sizeof whole, "%.*s", (int)(len < 90 ? len : 90), text);
	return err_set(e, ERR_INPUT, "interactions", "--{1} needs pairs of predictors such as a:b,c:d; {2} is none.",
	    "interactions", whole, (char *)NULL);
}

/* Calls for each interaction: counts columns, or fills them. */
static int interactions(struct build *b, bool fill, size_t *terms, struct err *e)
{
	struct model *m = b->out;

	for (const char *p = has_option(b->a, "interactions") ? analyse_text(b->a, "interactions") : ""; *p != '\0';) {
		size_t n = strcspn(p, ","), one = 0, two = 0, at = b->k;
		const struct part *x, *y;

		if (pair_of(b, p, n, &one, &two, e) != 0)
			return -1;
		x = b->part + one;
		y = b->part + two;
		b->k += x->width * y->width;
		for (size_t c = 0; fill && c < x->width * y->width; c++) {
			m->name[at + c] =
			    join(b, m->name[x->first + c % x->width], ":", m->name[y->first + c / x->width]);
			m->term_of[at + c] = *terms;
			for (size_t i = 0; i < m->m.data.n; i++) {
				double *row = m->x + i * m->m.data.k;

				row[at + c] = row[x->first + c % x->width] * row[y->first + c / x->width];
			}
		}
		if (fill) {
			m->term[*terms] = join(b, x->name, ":", y->name);
			m->column[*terms] = SIZE_MAX;
		}
		++*terms;
		p += n + (p[n] == ',');
	}
	return 0;
}

/* Room for everything; b->k and terms are known. */
static int make_room(struct build *b, size_t n, size_t terms, struct err *e)
{
	struct an_work *work = b->a->work;
	struct model *m = b->out;

	if (b->k > AN_LSQ_MOST)
		return err_set(e, ERR_INPUT, "predictors",
		    "These predictors make more than {1} columns; texts with many different values cannot be predictors.",
		    "512", (char *)NULL);
	m->x = AN_WORK_ARRAY(work, double, n * b->k);
	m->term_of = AN_WORK_ARRAY(work, size_t, b->k);
	m->m.terms = terms;
	m->name = AN_WORK_ARRAY(work, const char *, b->k);
	m->term = AN_WORK_ARRAY(work, const char *, terms);
	m->column = AN_WORK_ARRAY(work, size_t, terms);
	m->row = AN_WORK_ARRAY(work, size_t, n);
	m->y = AN_WORK_ARRAY(work, double, n);
	m->w = b->part[WEIGHTS].number != NULL ? AN_WORK_ARRAY(work, double, n) : NULL;
	m->group = b->part[BY].levels ? AN_WORK_ARRAY(work, size_t, n) : NULL;
	m->cluster = b->part[CLUSTER].levels ? AN_WORK_ARRAY(work, size_t, n) : NULL;
	if (m->x == NULL || m->term_of == NULL || m->name == NULL || m->term == NULL || m->column == NULL ||
	    m->row == NULL || m->y == NULL || (b->part[WEIGHTS].number != NULL && m->w == NULL) ||
	    (b->part[BY].levels && m->group == NULL) || (b->part[CLUSTER].levels && m->cluster == NULL))
		return err_nomem(e);
	m->m.data = (struct an_lsq_data){ m->x, m->y, m->w, n, b->k };
	m->m.term = m->term_of;
	m->m.cluster = m->cluster;
	return 0;
}

/* Outcome of a row: number, place of its level, or whether it is the event. */
static double outcome(const struct build *b, size_t row, enum model_outcome kind, size_t event)
{
	const struct part *p = b->part + OUTCOME;

	if (kind == OUTCOME_NUMBER)
		return p->number[row];
	return kind == OUTCOME_ORDER ? (double)p->of[row] : p->of[row] == event;
}

static void fill_rows(struct build *b, enum model_outcome kind, size_t event)
{
	struct model *m = b->out;
	size_t n = 0;

	for (size_t i = 0; i < b->rows; i++) {
		double *row = m->x + n * b->k;

		if (!b->use[i])
			continue;
		if (m->m.intercept)
			row[0] = 1;
		for (size_t p = PREDICTORS; p < b->parts; p++)
			for (size_t c = 0; c < b->part[p].width; c++)
				row[b->part[p].first + c] = cell(b->part + p, c, i);
		m->y[n] = outcome(b, i, kind, event);
		if (m->w != NULL)
			m->w[n] = b->part[WEIGHTS].number[i];
		if (m->group != NULL)
			m->group[n] = b->part[BY].of[i];
		if (m->cluster != NULL)
			m->cluster[n] = b->part[CLUSTER].of[i];
		m->row[n++] = i;
	}
}

static void fill_names(struct build *b)
{
	struct model *m = b->out;

	if (m->m.intercept)
		m->name[0] = "(Intercept)";
	for (size_t p = PREDICTORS; p < b->parts; p++) {
		m->term[p - PREDICTORS] = b->part[p].name;
		m->column[p - PREDICTORS] = b->part[p].column;
		for (size_t c = 0; c < b->part[p].width; c++) {
			m->name[b->part[p].first + c] = part_name(b, b->part + p, c);
			m->term_of[b->part[p].first + c] = p - PREDICTORS;
		}
	}
}

/* The level that counts as 1. */
static int event_of(const struct build *b, size_t *event, struct err *e)
{
	const struct part *p = b->part + OUTCOME;
	const char *wanted = analyse_text(b->a, "event");

	if (p->count != 2 && !analyse_given(b->a, "event"))
		return err_set(e, ERR_INPUT, "outcome",
		    "Column {1} must have two different values; with more, --event says which of them to explain.",
		    p->name, (char *)NULL);
	*event = p->count - 1;
	if (!analyse_given(b->a, "event"))
		return 0;
	for (size_t l = 0; l < p->count; l++)
		if (strcmp(p->label[l], wanted) == 0) {
			*event = l;
			return 0;
		}
	return err_set(e, ERR_INPUT, "event", "Column {1} has no value {2} (--{3}).", p->name, wanted, "event",
	    (char *)NULL);
}

static int shape(struct build *b, enum model_outcome kind, bool constant, struct err *e)
{
	size_t n = 0, terms, event = 0;
	struct model *m = b->out;
	int rc = 0;

	for (size_t i = 0; i < b->rows; i++)
		n += b->use[i];
	b->a->used = n;
	if (n == 0)
		return err_set(e, ERR_INPUT, "predictors", "No row has a value in every column of the model.",
		    (char *)NULL);
	b->k = constant;
	m->m.intercept = constant;
	for (size_t role = 0; role < PREDICTORS && rc == 0; role++)
		if (b->part[role].levels)
			rc = keep_levels(b, b->part + role, e);
	for (size_t p = PREDICTORS; p < b->parts && rc == 0; p++)
		rc = measure(b, b->part + p, e);
	if (rc == 0 && kind == OUTCOME_EVENT)
		rc = event_of(b, &event, e);
	terms = b->parts - PREDICTORS;
	if (rc != 0 || interactions(b, false, &terms, e) != 0 || make_room(b, n, terms, e) != 0)
		return -1;
	fill_rows(b, kind, event);
	fill_names(b);
	m->outcome = b->part[OUTCOME].name;
	m->levels = b->part[OUTCOME].count;
	m->level = b->part[OUTCOME].label;
	m->groups = b->part[BY].count;
	m->group_name = b->part[BY].label;
	m->m.clusters = b->part[CLUSTER].count;
	terms = b->parts - PREDICTORS;
	b->k = constant;
	for (size_t p = PREDICTORS; p < b->parts; p++)
		b->k += b->part[p].width;
	if (interactions(b, true, &terms, e) != 0)
		return -1;
	for (size_t j = 0; j < b->k; j++)
		if (m->name[j] == NULL)
			return err_nomem(e);
	return 0;
}

int model_load(struct analyse *a, enum model_outcome kind, bool constant, struct model *out, struct err *e)
{
	struct build b = { .a = a, .parts = PREDICTORS, .rows = analyse_rows(a), .out = out };

	memset(out, 0, sizeof *out);
	memset(&a->missing, 0, sizeof a->missing);
	if (has_option(a, "powers") && (powers(a) < 1 || powers(a) > 10))
		return err_set(e, ERR_INPUT, "powers", "--{1} must lie between 1 and 10.", "powers", (char *)NULL);
	b.part = AN_WORK_ARRAY(a->work, struct part, PREDICTORS + columns_of(a));
	b.use = AN_WORK_ARRAY(a->work, bool, b.rows);
	if (b.part == NULL || b.use == NULL)
		return err_nomem(e);
	for (size_t i = 0; i < b.rows; i++)
		b.use[i] = true;
	if (load_roles(&b, kind, e) != 0 || load_predictors(&b, e) != 0)
		return -1;
	return shape(&b, kind, constant, e);
}

int model_status(enum an_status s, const struct model *m, size_t dependent, const char *what, struct err *e)
{
	if (s == AN_ENOVARIANCE && dependent < m->m.data.k)
		return err_set(e, ERR_INPUT, m->name[dependent],
		    "Column {1} of the model follows from the ones before it, so that its own effect cannot be told; leave "
		    "it out of --predictors.",
		    m->name[dependent], (char *)NULL);
	if (s == AN_ENOVARIANCE)
		return err_set(e, ERR_INPUT, m->outcome,
		    "Column {1} is the same in every row that is used: there is nothing to explain.", m->outcome,
		    (char *)NULL);
	if (s == AN_ETOOFEW)
		return err_set(e, ERR_INPUT, what,
		    "There are too few complete rows for so many predictors; leave some of them out.", (char *)NULL);
	return analyse_status(s, what, e);
}

json_t *model_names(const struct model *m, size_t from)
{
	return analyse_names(m->name + from, m->m.data.k - from);
}
