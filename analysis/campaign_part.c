#include "analysis/campaign_part.h"
#include "analysis/campaign_part.sql.h"
#include "analysis/estimate.h"

#include <stdlib.h>
#include <string.h>

static int by_unit(const void *a, const void *b)
{
	const struct part_group *x = *(const struct part_group *const *)a, *y = *(const struct part_group *const *)b;
	int order = strcmp(x->t->unit, y->t->unit);

	return order != 0 ? order : (x->t->number > y->t->number) - (x->t->number < y->t->number);
}

/* Units are what targets name; in order of their codes. */
static int find_units(struct campaign_part *p, struct err *e)
{
	struct part_group **order = ARENA_ARRAY(p->a, struct part_group *, p->target_count + 1);

	p->unit = ARENA_ARRAY(p->a, struct part_group, p->target_count + 1);
	if (order == NULL || p->unit == NULL)
		return err_nomem(e);
	for (size_t i = 0; i < p->target_count; i++)
		order[i] = &p->target[i];
	qsort(order, p->target_count, sizeof(struct part_group *), by_unit);
	for (size_t i = 0; i < p->target_count; i++) {
		if (i == 0 || strcmp(order[i]->t->unit, order[i - 1]->t->unit) != 0) {
			struct part_group *u = &p->unit[p->unit_count++];

			u->code = order[i]->t->unit;
			u->label = order[i]->t->unit_label;
			u->own = p->o->account == NULL;
		}
		order[i]->unit = p->unit_count - 1;
	}
	return 0;
}

static int find_groups(struct campaign_part *p, struct err *e)
{
	if (target_all(p->db, p->c->id, p->a, &p->targets, &p->target_count, e) != 0)
		return -1;
	p->target = ARENA_ARRAY(p->a, struct part_group, p->target_count + 1);
	if (p->target == NULL)
		return err_nomem(e);
	for (size_t i = 0; i < p->target_count; i++) {
		struct part_group *g = &p->target[i];

		g->t = &p->targets[i];
		g->code = g->t->code;
		g->label = g->t->label;
		g->own = p->o->account == NULL || strcmp(p->o->account, g->t->account) == 0;
	}
	return find_units(p, e);
}

static struct part_group *group_of(const struct campaign_part *p, int64_t number)
{
	size_t from = 0, to = p->target_count;

	while (from < to) {
		size_t mid = from + (to - from) / 2;

		if (p->target[mid].t->number == number)
			return &p->target[mid];
		if (p->target[mid].t->number < number)
			from = mid + 1;
		else
			to = mid;
	}
	return NULL;
}

/* Means and squares of two sets joined (Chan, Golub & LeVeque 1983). */
static void join(struct tally_score *to, const struct tally_score *from)
{
	double n = (double)to->n + (double)from->n, d = from->mean - to->mean;

	if (from->n == 0)
		return;
	to->m2 += from->m2 + d * d * (double)to->n * (double)from->n / n;
	to->mean += d * (double)from->n / n;
	to->n += from->n;
}

struct taking {
	struct campaign_part *p;
	enum tally_part part;
};

static int take_target(void *arg, int64_t number, const struct tally_sums *t, struct err *e)
{
	struct taking *k = arg;
	struct part_group *g = group_of(k->p, number), *u;

	(void)e;
	if (g == NULL)
		return 0;
	u = &k->p->unit[g->unit];
	g->n[k->part] = tally_responses(t);
	g->simulated[k->part] = tally_simulated(t);
	tally_score(t, &g->score[k->part]);
	u->n[k->part] += g->n[k->part];
	u->simulated[k->part] += g->simulated[k->part];
	join(&u->score[k->part], &g->score[k->part]);
	for (size_t i = 0; k->p->item_n[k->part] != NULL && i < k->p->shape->items; i++)
		k->p->item_n[k->part][(size_t)(g - k->p->target) * k->p->shape->items + i] =
		    tally_why(t, i, AN_PRESENT);
	return 0;
}

static bool named(const char *s)
{
	return s != NULL && s[0] != '\0';
}

static int load_sums(struct campaign_part *p, struct err *e)
{
	/* answers to each item by target: only a selection has to know who stands beside it */
	bool selects = named(p->o->target) || named(p->o->unit) || p->o->account != NULL;

	for (size_t i = 0; i < p->parts; i++) {
		struct taking k = { p, (enum tally_part)i };

		p->item_n[i] = selects ? ARENA_ARRAY(p->a, uint64_t, p->target_count * p->shape->items + 1) : NULL;
		if (selects && p->item_n[i] == NULL)
			return err_nomem(e);
		if (tally_sums_new(p->shape, true, &p->whole[i], e) != 0 ||
		    tally_load(p->db, p->c->id, k.part, 0, p->whole[i], NULL, e) != 0 ||
		    tally_each_target(p->db, p->c->id, k.part, p->shape, take_target, &k, e) != 0)
			return -1;
		p->shown[i] = p->whole[i];
	}
	return 0;
}

/* Who answered about each target: what was accepted less what was simulated. */
static int count_people(struct campaign_part *p, struct err *e)
{
	struct db_rows rows;
	int got;

	for (size_t i = 0; i < p->target_count; i++)
		p->target[i].people = p->target[i].t->accepted - (int64_t)p->target[i].simulated[TALLY_ALL];
	if (p->c->simulated == 0)
		return 0;
	if (db_query(p->db, SQL_CAMPAIGN_SIMULATED_WAITING, DB_ARGS(db_text(p->c->id)), &rows, e) < 0)
		return -1;
	while ((got = db_next(&rows, e)) > 0) {
		struct part_group *g = group_of(p, db_col_int(&rows, 0));

		if (g != NULL)
			g->people -= db_col_int(&rows, 1);
	}
	return got;
}

static int find_named(struct campaign_part *p, struct err *e)
{
	p->only_target = p->only_unit = SIZE_MAX;
	for (size_t i = 0; named(p->o->target) && i < p->target_count; i++)
		if (strcmp(p->o->target, p->target[i].t->id) == 0 || strcmp(p->o->target, p->target[i].code) == 0)
			p->only_target = i;
	for (size_t i = 0; named(p->o->unit) && i < p->unit_count; i++)
		if (strcmp(p->o->unit, p->unit[i].code) == 0)
			p->only_unit = i;
	if (named(p->o->target) && p->only_target == SIZE_MAX)
		return err_set(e, ERR_ABSENT, "target", "This campaign has no target “{1}”.", p->o->target, NULL);
	if (named(p->o->unit) && p->only_unit == SIZE_MAX)
		return err_set(e, ERR_ABSENT, "unit", "This campaign has no unit “{1}”.", p->o->unit, NULL);
	if (p->only_target != SIZE_MAX && !p->target[p->only_target].own)
		return err_set(e, ERR_FORBIDDEN, "target", "These figures belong to somebody else.", NULL);
	return 0;
}

static const char *why_hidden(const struct campaign_part *p, const struct part_group *g, enum tally_part view)
{
	if (!g->hidden[view])
		return NULL;
	return g->n[view] == 0 ? "no_responses" : g->n[view] < (uint64_t)p->c->k ? "below_k" : "complement";
}

/* Which targets belong to the selection.  A viewer's own ones count only where each may be
 * shown; a unit that may be shown is shown whole. */
bool campaign_part_chosen(const struct campaign_part *p, size_t i, enum tally_part view)
{
	const struct part_group *g = &p->target[i];

	if (p->only_target != SIZE_MAX)
		return i == p->only_target;
	if (p->only_unit != SIZE_MAX && g->unit != p->only_unit)
		return false;
	return g->own && (p->o->account == NULL || !g->hidden[view]);
}

bool campaign_part_shows(const struct campaign_part *p, int64_t number)
{
	const struct part_group *g = p->selected ? group_of(p, number) : NULL;

	return !p->selected || (g != NULL && campaign_part_chosen(p, (size_t)(g - p->target), p->part));
}

/* Why the selection may not be shown, or NULL. */
static const char *why_withheld(const struct campaign_part *p, enum tally_part view)
{
	if (p->only_target != SIZE_MAX)
		return why_hidden(p, &p->target[p->only_target], view);
	if (p->o->account == NULL)
		return why_hidden(p, &p->unit[p->only_unit], view);
	return tally_responses(p->chosen[view]) == 0 ? "below_k" : NULL;
}

/* Sums of the selection in one view, from those of its targets. */
static int merge_chosen(struct campaign_part *p, enum tally_part view, struct tally_sums *one, struct err *e)
{
	if (tally_sums_new(p->shape, false, &p->chosen[view], e) != 0)
		return -1;
	for (size_t i = 0; i < p->target_count; i++) {
		if (!campaign_part_chosen(p, i, view))
			continue;
		if (view == TALLY_ALL) {
			p->responses += p->target[i].t->accepted;
			p->released += p->target[i].t->released;
		}
		if (p->target[i].n[view] == 0)
			continue;
		if (tally_load(p->db, p->c->id, view, p->target[i].t->number, one, NULL, e) != 0 ||
		    tally_sums_merge(p->chosen[view], one, e) != 0)
			return -1;
	}
	p->shown[view] = p->chosen[view];
	p->withheld[view] = why_withheld(p, view);
	return 0;
}

static int choose(struct campaign_part *p, struct err *e)
{
	struct tally_sums *one = NULL;
	int ret;

	if (find_named(p, e) != 0)
		return -1;
	p->selected = p->only_target != SIZE_MAX || p->only_unit != SIZE_MAX || p->o->account != NULL;
	p->responses = p->c->accepted;
	p->released = p->c->released;
	if (!p->selected)
		return 0;
	p->responses = p->released = 0;
	ret = tally_sums_new(p->shape, false, &one, e);
	for (size_t v = 0; ret == 0 && v < p->parts; v++)
		ret = merge_chosen(p, (enum tally_part)v, one, e);
	tally_sums_free(one);
	return ret;
}

int campaign_part_load(struct campaign_part *p, struct err *e)
{
	p->work = an_work_new(64 * 1024 * 1024);
	if (p->work == NULL)
		return err_nomem(e);
	if (tally_shape_new(p->q, &p->shape, e) != 0)
		return -1;
	p->parts = p->shape->straight > 0 ? TALLY_PARTS : 1;
	p->part = p->parts > 1 ? p->o->part : TALLY_ALL;
	if (campaign_last_release(p->db, p->c->id, &p->last, e) != 0 || find_groups(p, e) != 0 ||
	    load_sums(p, e) != 0 || count_people(p, e) != 0)
		return -1;
	for (size_t v = 0; v < p->parts; v++)
		if (campaign_part_hide(p, (enum tally_part)v, e) != 0)
			return -1;
	if (choose(p, e) != 0)
		return -1;
	for (size_t v = 0; v < p->parts; v++)
		if (campaign_part_hide_items(p, (enum tally_part)v, e) != 0)
			return -1;
	if (p->c->origin == CAMPAIGN_AGGREGATE)
		p->withheld[TALLY_ALL] = "aggregate";
	return 0;
}

void campaign_part_free(struct campaign_part *p)
{
	for (size_t i = 0; i < TALLY_PARTS; i++) {
		tally_sums_free(p->whole[i]);
		tally_sums_free(p->chosen[i]);
	}
	tally_shape_free(p->shape);
	an_work_free(p->work);
}

json_t *campaign_part_fingerprint(const struct campaign_part *p, const char *block)
{
	char text[FINGERPRINT_SIZE];
	struct fingerprint f;

	fingerprint_begin(&f, block);
	fingerprint_text(&f, p->c->id);
	fingerprint_int(&f, p->last.number);
	fingerprint_bytes(&f, p->last.digest, sizeof p->last.digest);
	fingerprint_int(&f, p->part);
	fingerprint_text(&f, p->o->unit != NULL ? p->o->unit : "");
	fingerprint_text(&f, p->o->target != NULL ? p->o->target : "");
	fingerprint_text(&f, p->o->account != NULL ? p->o->account : "");
	fingerprint_end(&f, text);
	return json_string(text);
}

int campaign_part_about(const struct campaign_part *p, json_t *block, const char *name, const char *method,
    const char *reference, uint64_t n_used)
{
	if (block == NULL || estimate_about(block, method, reference) != 0 ||
	    json_object_set_new(block, "n_used", json_integer((json_int_t)n_used)) != 0)
		return -1;
	return json_object_set_new(block, "fingerprint", campaign_part_fingerprint(p, name));
}
