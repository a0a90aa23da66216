#include "analysis/methods/cfa_model.h"

#include <stdlib.h>
#include <string.h>

static char *trim(char *s)
{
	char *end;

	s += strspn(s, " \t\r");
	end = s + strlen(s);
	while (end > s && strchr(" \t\r", end[-1]) != NULL)
		end--;
	*end = '\0';
	return s;
}

static int bad(const char *statement, struct err *e)
{
	return err_set(e, ERR_INPUT, "model",
	    "In --{1}, \"{2}\" is neither a factor with its items, such as \"service: q1, q2, q3\", nor a covariance, "
	    "such as \"q1 ~~ q2\".",
	    "model", statement, (char *)NULL);
}

static long factor_of(const struct cfa_model *m, const char *name)
{
	for (size_t f = 0; f < m->model.factors; f++)
		if (strcmp(m->factor[f], name) == 0)
			return (long)f;
	return -1;
}

static long item_of(const struct cfa_model *m, const char *name)
{
	for (size_t j = 0; j < m->model.items; j++)
		if (strcmp(m->item[j], name) == 0)
			return (long)j;
	return -1;
}

static struct an_cfa_term *find(const struct an_cfa_model *m, enum an_cfa_kind kind, size_t i, size_t j)
{
	for (size_t t = 0; t < m->terms; t++) {
		struct an_cfa_term *x = m->term + t;

		if (x->kind == kind && ((x->i == i && x->j == j) || (kind != AN_CFA_LOADING && x->i == j && x->j == i)))
			return x;
	}
	return NULL;
}

/* A term that is not there yet; room was counted before. */
static void add(struct cfa_model *m, enum an_cfa_kind kind, size_t i, size_t j, bool free, double est)
{
	if (find(&m->model, kind, i, j) == NULL && m->model.terms < m->room)
		m->model.term[m->model.terms++] = (struct an_cfa_term){ kind, i, j, free, est, 0, false, 0, 0 };
}

/* "a + b" as "a,b" without white space, which the loaders of columns take. */
static void as_list(char *s)
{
	char *to = s;

	for (char *part = s, *next; part != NULL; part = next) {
		size_t n = strcspn(part, ",+");

		next = part[n] != '\0' ? part + n + 1 : NULL;
		part[n] = '\0';
		part = trim(part);
		n = strlen(part);
		memmove(to, part, n);
		to += n;
		if (next != NULL)
			*to++ = ',';
	}
	*to = '\0';
}

static int add_factor(const struct analyse *a, struct cfa_model *m, char *name, char *items, struct err *e)
{
	size_t *column = NULL, n = 0, f = m->model.factors;
	int rc = -1;

	if (name[0] == '\0' || items[0] == '\0')
		return bad(name[0] != '\0' ? name : items, e);
	if (factor_of(m, name) >= 0)
		return err_set(e, ERR_INPUT, "model", "--{1} names factor {2} twice.", "model", name, (char *)NULL);
	if (f == CFA_FACTORS_MOST)
		return err_set(e, ERR_INPUT, "model", "--{1} has more than {2} factors.", "model", "32", (char *)NULL);
	as_list(items);
	if (analyse_columns(a->frame, items, "model", &column, &n, e) != 0)
		return -1;
	m->factor[m->model.factors++] = name;
	for (size_t i = 0; i < n; i++) {
		const char *item = analyse_column_name(a, column[i]);
		long j = item_of(m, item);

		if (j < 0 && m->model.items == AN_CFA_ITEMS_MOST) {
			err_set(e, ERR_INPUT, "model", "This method takes at most {1} items.", "256", (char *)NULL);
			goto done;
		}
		if (j < 0) {
			j = (long)m->model.items++;
			m->item[j] = item;
			m->column[j] = column[i];
		}
		add(m, AN_CFA_LOADING, f, (size_t)j, true, 0);
	}
	rc = 0;
done:
	free(column);
	return rc;
}

/* One statement: a covariance of lhs and rhs, or (rhs NULL) factor lhs with its items. */
struct written {
	char *lhs, *rhs, *items;
};

static int parse(char *statement, struct written *w, struct err *e)
{
	char *sign = strstr(statement, "~~");

	*w = (struct written){ .lhs = statement };
	if (sign != NULL) {
		*sign = '\0';
		w->lhs = trim(statement);
		w->rhs = trim(sign + 2);
		return w->lhs[0] != '\0' && w->rhs[0] != '\0' ? 0 : bad("~~", e);
	}
	sign = strstr(statement, "=~");
	if (sign != NULL) {
		*sign = '\0';
		w->items = trim(sign + 2);
	} else if ((sign = strchr(statement, ':')) != NULL) {
		*sign = '\0';
		w->items = trim(sign + 1);
	} else {
		return bad(statement, e);
	}
	w->lhs = trim(statement);
	return 0;
}

static int add_covariance(struct cfa_model *m, const struct written *w, struct err *e)
{
	long i = factor_of(m, w->lhs), j = factor_of(m, w->rhs);
	enum an_cfa_kind kind = AN_CFA_FACTOR;

	if (i < 0 && j < 0) {
		kind = AN_CFA_RESIDUAL;
		i = item_of(m, w->lhs);
		j = item_of(m, w->rhs);
	}
	if (i < 0 || j < 0)
		return err_set(e, ERR_INPUT, "model",
		    "In --{1}, {2} ~~ {3} must name two items that load on a factor, or two factors.", "model", w->lhs,
		    w->rhs, (char *)NULL);
	add(m, kind, (size_t)i, (size_t)j, true, 0);
	return 0;
}

/* Factors first, for a covariance may name one that is written later; then all in their order. */
static int statements(const struct analyse *a, struct cfa_model *m, struct written *w, size_t n, struct err *e)
{
	struct an_cfa_term *loading = m->model.term;
	size_t loadings, t = 0, f = 0;

	for (size_t s = 0; s < n; s++)
		if (w[s].rhs == NULL && add_factor(a, m, w[s].lhs, w[s].items, e) != 0)
			return -1;
	loadings = m->model.terms;
	m->model.terms = 0;
	m->model.term = AN_WORK_ARRAY(a->work, struct an_cfa_term, m->room);
	if (m->model.term == NULL)
		return err_nomem(e);
	for (size_t s = 0; s < n; s++) {
		if (w[s].rhs != NULL) {
			if (add_covariance(m, w + s, e) != 0)
				return -1;
			continue;
		}
		for (; t < loadings && loading[t].i == f; t++)
			m->model.term[m->model.terms++] = loading[t];
		f++;
	}
	return 0;
}

static size_t loadings_of(const struct an_cfa_model *m, size_t f)
{
	size_t n = 0;

	for (size_t t = 0; t < m->terms; t++)
		n += m->term[t].kind == AN_CFA_LOADING && m->term[t].i == f;
	return n;
}

static void complete(struct cfa_model *m, bool unit, bool orthogonal)
{
	struct an_cfa_model *x = &m->model;

	for (size_t f = 0; f < x->factors && !unit; f++)
		for (size_t t = 0; t < x->terms; t++)
			if (x->term[t].kind == AN_CFA_LOADING && x->term[t].i == f) {
				x->term[t].free = false;
				x->term[t].est = 1;
				break;
			}
	for (size_t j = 0; j < x->items; j++) {
		bool alone = false;

		for (size_t f = 0; f < x->factors; f++)
			alone = alone || (find(x, AN_CFA_LOADING, f, j) != NULL && loadings_of(x, f) == 1);
		add(m, AN_CFA_RESIDUAL, j, j, !alone, 0);
	}
	for (size_t f = 0; f < x->factors; f++)
		add(m, AN_CFA_FACTOR, f, f, !unit, 1);
	for (size_t f = 0; f < x->factors; f++)
		for (size_t g = f + 1; g < x->factors; g++)
			add(m, AN_CFA_FACTOR, f, g, !orthogonal, 0);
}

int cfa_model_read(const struct analyse *a, bool unit, bool orthogonal, struct cfa_model *out, struct err *e)
{
	const char *text = analyse_text(a, "model");
	size_t len = strlen(text), n = 0;
	char *copy = AN_WORK_ARRAY(a->work, char, len + 1), *rest = copy, *part;
	struct written *w = AN_WORK_ARRAY(a->work, struct written, len + 1);

	memset(out, 0, sizeof *out);
	if (len == 0)
		return err_set(e, ERR_INPUT, "model",
		    "--{1} must say which items measure which factor, such as \"service: q1, q2, q3; rooms: q4, q5, q6\".",
		    "model", (char *)NULL);
	/* every item and comma of the text makes at most one loading or covariance */
	out->room = 2 * len + AN_CFA_ITEMS_MOST + CFA_FACTORS_MOST * (CFA_FACTORS_MOST + 1) / 2;
	out->room += AN_CFA_ITEMS_MOST * CFA_FACTORS_MOST;
	out->model.term = AN_WORK_ARRAY(a->work, struct an_cfa_term, out->room);
	if (copy == NULL || w == NULL || out->model.term == NULL)
		return err_nomem(e);
	memcpy(copy, text, len);
	while ((part = strsep(&rest, ";")) != NULL) {
		part = trim(part);
		if (part[0] != '\0' && parse(part, w + n++, e) != 0)
			return -1;
	}
	if (statements(a, out, w, n, e) != 0)
		return -1;
	for (size_t f = 0; f < out->model.factors; f++)
		if (item_of(out, out->factor[f]) >= 0)
			return err_set(e, ERR_INPUT, "model", "In --{1}, {2} cannot be both a factor and an item.",
			    "model", out->factor[f], (char *)NULL);
	if (out->model.factors == 0)
		return bad(text, e);
	complete(out, unit, orthogonal);
	return 0;
}

void cfa_term_names(const struct cfa_model *m, const struct an_cfa_term *t, const char **lhs, const char **op,
    const char **rhs)
{
	*op = t->kind == AN_CFA_LOADING ? "=~" : "~~";
	*lhs = t->kind == AN_CFA_RESIDUAL ? m->item[t->i] : m->factor[t->i];
	*rhs = t->kind == AN_CFA_FACTOR ? m->factor[t->j] : m->item[t->j];
}
