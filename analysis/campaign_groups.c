/* Units and targets as rows: for the statistics, and the targets by themselves, searched, sorted
 * and paged. */
#include "analysis/campaign_part.h"
#include "analysis/estimate.h"
#include "core/text.h"
#include "surveys/label.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* An estimate that rate bars can draw too; null where it is not known how many were asked or,
 * people < 0, how many of those that answered are people. */
static json_t *rate_of(const struct target *t, int64_t people)
{
	json_t *o;

	if (t->enrolled <= 0 || people < 0 || people > t->enrolled)
		return json_null();
	o = estimate_share((uint64_t)people, (uint64_t)t->enrolled);
	json_object_set_new(o, "responses", json_integer(people));
	json_object_set_new(o, "invited", json_integer(t->enrolled));
	return o;
}

/* A target's name, counts and rate: what is public of it. */
static json_t *target_row(const struct target *t, int64_t people)
{
	return json_pack("{s:s, s:s, s:o, s:s, s:o, s:I, s:I, s:o, s:o}", "id", t->id, "code", t->code, "label",
	    label_parse(t->label), "unit", t->unit, "unit_label", label_parse(t->unit_label), "responses",
	    (json_int_t)t->accepted, "released", (json_int_t)t->released, "enrolled",
	    t->enrolled >= 0 ? json_integer(t->enrolled) : json_null(), "rate", rate_of(t, people));
}

/* Of aggregates: the source's own mean; no responses are there to say more. */
static void set_source_mean(const struct campaign_part *p, const struct target *t, json_t *row)
{
	bool few = t->accepted < p->c->k;

	json_object_set_new(row, "withheld", few ? json_string("below_k") : json_null());
	json_object_set_new(row, "mean", few ? json_null() : estimate_number(t->mean));
}

static json_t *group_row(const struct campaign_part *p, const struct part_group *g, const struct campaign_compare *k,
    size_t i)
{
	json_t *row = g->t != NULL ? target_row(g->t, g->people)
				   : json_pack("{s:s, s:o}", "code", g->code, "label", label_parse(g->label));

	if (row == NULL)
		return NULL;
	if (k == NULL) {
		set_source_mean(p, g->t, row);
	} else if (campaign_compare_row(k, i, row) != 0) {
		json_decref(row);
		return NULL;
	}
	return row;
}

/* One row's place in an order: numbers that are none stand last, ties as they were. */
struct order {
	size_t i;
	double key;
	const char *word;
	int sign;
};

static int in_order(const void *a, const void *b)
{
	const struct order *x = a, *y = b;
	bool xn = isnan(x->key), yn = isnan(y->key);
	int words;

	if (xn != yn)
		return xn - yn;
	if (!xn && x->key != y->key)
		return x->key < y->key ? -x->sign : x->sign;
	words = x->word != NULL && y->word != NULL ? strcmp(x->word, y->word) : 0;
	return words != 0 ? words * x->sign : (x->i > y->i) - (x->i < y->i);
}

/* Targets of the chosen unit that this viewer may see; units all or none. */
static bool listed(const struct campaign_part *p, const struct part_group *g)
{
	return g->own &&
	    (g->t == NULL || p->o->unit == NULL || p->o->unit[0] == '\0' || strcmp(p->o->unit, g->t->unit) == 0);
}

static json_t *rows_json(const struct campaign_part *p, const struct part_group *g, const struct campaign_compare *k,
    const struct order *order, size_t n)
{
	json_t *rows = json_array();

	for (size_t i = 0; i < n; i++)
		if (json_array_append_new(rows, group_row(p, &g[order[i].i], k, order[i].i)) != 0) {
			json_decref(rows);
			return NULL;
		}
	return rows;
}

json_t *campaign_groups_json(struct campaign_part *p, const struct part_group *g, size_t n, const char *name,
    size_t most)
{
	struct campaign_compare *k = campaign_compare_new(p, g, n, p->part);
	struct order *order = ARENA_ARRAY(p->a, struct order, n + 1);
	json_t *o = k != NULL && order != NULL ? campaign_compare_json(k, name) : NULL;
	size_t own = 0;

	if (o == NULL)
		return NULL;
	for (size_t i = 0; i < n; i++)
		if (listed(p, &g[i]))
			order[own++] = (struct order){ i, campaign_compare_estimate(k, i), NULL, -1 };
	qsort(order, own, sizeof *order, in_order);
	json_object_set_new(o, "own", json_integer((json_int_t)own));
	if (json_object_set_new(o, "rows", rows_json(p, g, k, order, most > 0 && own > most ? most : own)) != 0) {
		json_decref(o);
		return NULL;
	}
	return o;
}

/* ---- targets by themselves ---- */

enum sort_key { BY_ESTIMATE, BY_LABEL, BY_UNIT, BY_N, BY_RATE, BY_DIFFERENCE };

static enum sort_key sort_of(const struct campaign_part *p, const struct list_query *query)
{
	static const char *const names[] = { "estimate", "label", "unit", "n", "rate", "difference" };

	for (size_t i = 0; query->sort != NULL && i < sizeof names / sizeof *names; i++)
		if (strcmp(query->sort, names[i]) == 0)
			return (enum sort_key)i;
	return p->c->origin == CAMPAIGN_AGGREGATE ? BY_RATE : BY_ESTIMATE;
}

static double number_key(const struct campaign_part *p, const struct campaign_compare *k, size_t i, enum sort_key sort)
{
	const struct target *t = p->target[i].t;

	switch (sort) {
	case BY_N:
		return k != NULL ? (double)p->target[i].n[p->part] : (double)t->accepted;
	case BY_RATE:
		return t->enrolled > 0 ? (double)p->target[i].people / (double)t->enrolled : NAN;
	case BY_ESTIMATE:
		return k != NULL ? campaign_compare_estimate(k, i) : t->accepted < p->c->k ? NAN : t->mean;
	case BY_DIFFERENCE:
		return k != NULL ? campaign_compare_difference(k, i) : NAN;
	default:
		return 0;
	}
}

/* Those that match, in order; *found of them. */
static struct order *find_targets(const struct campaign_part *p, const struct campaign_compare *k,
    const struct list_query *query, size_t *found)
{
	struct order *order = ARENA_ARRAY(p->a, struct order, p->target_count + 1);
	const char *search =
	    query->search != NULL && query->search[0] != '\0' ? text_search_key(p->a, query->search) : NULL;
	enum sort_key sort = sort_of(p, query);
	int sign = query->descending ? -1 : 1;

	*found = 0;
	for (size_t i = 0; order != NULL && i < p->target_count; i++) {
		const struct part_group *g = &p->target[i];
		const char *word = NULL;

		if (!listed(p, g))
			continue;
		if (search != NULL || sort == BY_LABEL) {
			json_t *label = label_parse(g->label);

			word = label_search(p->a, label);
			json_decref(label);
			if (word == NULL)
				return NULL;
			if (search != NULL && strstr(word, search) == NULL && strstr(g->code, query->search) == NULL)
				continue;
		}
		order[(*found)++] = (struct order){ i, number_key(p, k, i, sort),
			sort == BY_LABEL      ? word
			    : sort == BY_UNIT ? g->t->unit
					      : NULL,
			sign };
	}
	if (order != NULL)
		qsort(order, *found, sizeof *order, in_order);
	return order;
}

static json_t *page_json(struct campaign_part *p, const struct list_query *query)
{
	struct campaign_compare *k =
	    p->c->origin == CAMPAIGN_AGGREGATE ? NULL : campaign_compare_new(p, p->target, p->target_count, p->part);
	size_t found, from = 0, n, limit = list_limit(query);
	struct order *order = find_targets(p, k, query, &found);
	json_t *o;

	if (order == NULL || (k == NULL && p->c->origin != CAMPAIGN_AGGREGATE))
		return NULL;
	if (query->after != NULL && query->after[0] != '\0') {
		while (from < found && strcmp(p->target[order[from].i].t->id, query->after) != 0)
			from++;
		from += from < found;
	}
	n = found - from < limit ? found - from : limit;
	o = k != NULL ? campaign_compare_json(k, "targets") : json_pack("{s:I}", "total", (json_int_t)p->target_count);
	return json_pack("{s:o, s:o, s:I, s:b, s:s?, s:I}", "comparison", o, "items",
	    rows_json(p, p->target, k, order + from, n), "total", (json_int_t)found, "more", from + n < found, "next",
	    from + n < found ? p->target[order[from + n - 1].i].t->id : NULL, "from",
	    (json_int_t)(n > 0 ? from + 1 : 0));
}

int campaign_targets_json(struct db *db, const struct campaign *c, const struct instrument *q,
    const struct campaign_options *o, const struct list_query *query, struct arena *a, json_t **out, struct err *e)
{
	struct campaign_part p = { .db = db, .c = c, .q = q, .o = o, .a = a };
	json_t *model = NULL;
	int ret = -1;

	*out = NULL;
	if (campaign_part_load(&p, e) != 0)
		goto out;
	model = campaign_head_json(&p);
	if (model == NULL || json_object_update_new(model, page_json(&p, query)) != 0) {
		err_nomem(e);
		goto out;
	}
	ret = 0;
	*out = json_incref(model);
out:
	json_decref(model);
	campaign_part_free(&p);
	return ret;
}

/* ---- without figures: what a form and its readers need ---- */

int campaign_public_targets_json(struct db *db, const struct campaign *c, const struct list_query *query,
    const char *unit, struct arena *a, json_t **out, struct err *e)
{
	struct target *targets;
	struct list_page page;
	json_t *rows;

	*out = NULL;
	if (target_list(db, c->id, query, unit, a, &targets, &page, e) != 0)
		return -1;
	rows = json_array();
	for (size_t i = 0; i < page.shown; i++)
		json_array_append_new(rows, target_row(&targets[i], c->simulated == 0 ? targets[i].accepted : -1));
	*out = json_pack("{s:o, s:I, s:b, s:s?}", "items", rows, "total", (json_int_t)page.total, "more", page.more,
	    "next", page.more && page.shown > 0 ? targets[page.shown - 1].id : NULL);
	return *out != NULL ? 0 : err_nomem(e);
}
