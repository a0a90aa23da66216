/* What may not be shown of a campaign, by the rules of analysis/suppress.h. */
#include "analysis/campaign_part.h"
#include "analysis/suppress.h"

#include <string.h>

/* Measures of a view: people who answered, those with a score; and with straight-lining left
 * out also the careful ones and the rest. */
enum { M_ALL, M_SCORED, M_CAREFUL, M_STRAIGHT };

static size_t measures_of(enum tally_part view)
{
	return view == TALLY_CAREFUL ? M_STRAIGHT + 1 : M_SCORED + 1;
}

static void measure(const struct campaign_part *p, const uint64_t *n, const uint64_t *simulated, uint64_t scored,
    enum tally_part view, struct suppress_cell *c)
{
	uint64_t people[TALLY_PARTS] = { 0, 0 };

	for (size_t i = 0; i < p->parts; i++)
		people[i] = n[i] - simulated[i];
	c->all = n[view];
	c->people[M_ALL] = people[TALLY_ALL];
	/* how many of the scored are people is not counted: the simulated are taken as scored */
	c->people[M_SCORED] = p->shape->scored == 0 || scored <= simulated[view] ? 0 : scored - simulated[view];
	if (view == TALLY_CAREFUL) {
		c->people[M_CAREFUL] = people[TALLY_CAREFUL];
		c->people[M_STRAIGHT] = people[TALLY_ALL] - people[TALLY_CAREFUL];
	}
}

static void measure_whole(const struct campaign_part *p, enum tally_part view, struct suppress_cell *c)
{
	uint64_t n[TALLY_PARTS] = { 0, 0 }, simulated[TALLY_PARTS] = { 0, 0 };
	struct tally_score score;

	memset(c, 0, sizeof *c);
	for (size_t i = 0; i < p->parts; i++) {
		n[i] = tally_responses(p->whole[i]);
		simulated[i] = tally_simulated(p->whole[i]);
	}
	tally_score(p->whole[view], &score);
	measure(p, n, simulated, score.n, view, c);
}

static int cells_new(const struct campaign_part *p, struct suppress *s, struct err *e)
{
	s->k = (uint64_t)p->c->k;
	s->targets = p->target_count;
	s->units = p->unit_count;
	s->target = ARENA_ARRAY(p->a, struct suppress_cell, s->targets + 1);
	s->unit = ARENA_ARRAY(p->a, struct suppress_cell, s->units + 1);
	return s->target != NULL && s->unit != NULL ? 0 : err_nomem(e);
}

/* People behind the whole who belong to no target. */
static void set_loose(struct suppress *s, const struct suppress_cell *whole)
{
	for (size_t m = 0; m < s->measures; m++) {
		s->loose[m] = whole->people[m];
		for (size_t i = 0; i < s->targets; i++)
			s->loose[m] -= s->target[i].people[m] < s->loose[m] ? s->target[i].people[m] : s->loose[m];
	}
}

int campaign_part_hide(struct campaign_part *p, enum tally_part view, struct err *e)
{
	struct suppress s = { .measures = measures_of(view) };
	struct suppress_cell whole;

	if (cells_new(p, &s, e) != 0)
		return -1;
	measure_whole(p, view, &whole);
	for (size_t i = 0; i < s.targets; i++) {
		struct part_group *g = &p->target[i];

		measure(p, g->n, g->simulated, g->score[view].n, view, &s.target[i]);
		s.target[i].unit = g->unit;
		/* what all responses may not show, the careful ones may not either */
		s.target[i].hidden = g->hidden[TALLY_ALL];
	}
	for (size_t i = 0; i < s.units; i++)
		s.unit[i].hidden = p->unit[i].hidden[TALLY_ALL];
	set_loose(&s, &whole);
	suppress_groups(&s);
	for (size_t i = 0; i < s.targets; i++)
		p->target[i].hidden[view] = s.target[i].hidden;
	for (size_t i = 0; i < s.units; i++)
		p->unit[i].hidden[view] = s.unit[i].hidden;
	if (!suppress_safe(&whole, s.k, s.measures))
		p->withheld[view] = whole.all == 0 ? "no_responses" : whole.all < s.k ? "below_k" : "complement";
	return 0;
}

/* ---- items ---- */

static void measure_item(const uint64_t *n, enum tally_part view, struct suppress_cell *c)
{
	c->all = n[view];
	c->people[0] = n[TALLY_ALL];
	if (view == TALLY_CAREFUL) {
		c->people[1] = n[TALLY_CAREFUL];
		c->people[2] = n[TALLY_ALL] - n[TALLY_CAREFUL];
	}
}

static void whole_item(const struct campaign_part *p, size_t item, enum tally_part view, struct suppress_cell *c)
{
	uint64_t n[TALLY_PARTS] = { 0, 0 };

	memset(c, 0, sizeof *c);
	for (size_t v = 0; v < p->parts; v++)
		n[v] = tally_why(p->whole[v], item, AN_PRESENT);
	measure_item(n, view, c);
}

/* Whether the selection stands on cells of this item that must stay hidden. */
static bool hidden_in(const struct campaign_part *p, const struct suppress *s, enum tally_part view)
{
	if (p->only_target == SIZE_MAX && p->o->account == NULL)
		return s->unit[p->only_unit].hidden;
	for (size_t i = 0; i < p->target_count; i++)
		if (campaign_part_chosen(p, i, view) && s->target[i].all > 0 && s->target[i].hidden)
			return true;
	return false;
}

static bool hide_selected(const struct campaign_part *p, struct suppress *s, size_t item, enum tally_part view)
{
	struct suppress_cell whole;

	for (size_t t = 0; t < s->targets; t++) {
		uint64_t n[TALLY_PARTS] = { 0, 0 };

		for (size_t v = 0; v < p->parts; v++)
			n[v] = p->item_n[v][t * p->shape->items + item];
		memset(&s->target[t], 0, sizeof s->target[t]);
		measure_item(n, view, &s->target[t]);
		s->target[t].unit = p->target[t].unit;
		s->target[t].hidden = p->target[t].hidden[view];
	}
	for (size_t u = 0; u < s->units; u++)
		s->unit[u] = (struct suppress_cell){ .hidden = p->unit[u].hidden[view] };
	whole_item(p, item, view, &whole);
	set_loose(s, &whole);
	suppress_groups(s);
	return hidden_in(p, s, view);
}

int campaign_part_hide_items(struct campaign_part *p, enum tally_part view, struct err *e)
{
	struct suppress s = { .measures = view == TALLY_CAREFUL ? 3 : 1 };

	p->item_hidden[view] = ARENA_ARRAY(p->a, bool, p->shape->items + 1);
	if (p->item_hidden[view] == NULL || cells_new(p, &s, e) != 0)
		return err_nomem(e);
	for (size_t i = 0; i < p->shape->items; i++) {
		struct suppress_cell whole;

		whole_item(p, i, view, &whole);
		p->item_hidden[view][i] = whole.all > 0 &&
		    (!suppress_safe(&whole, s.k, s.measures) || (p->selected && hide_selected(p, &s, i, view)));
	}
	return 0;
}
