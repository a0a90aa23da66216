#include "analysis/suppress.h"

static bool few(uint64_t people, uint64_t k)
{
	return people > 0 && people < k;
}

bool suppress_safe(const struct suppress_cell *c, uint64_t k, size_t measures)
{
	if (c->all < k || c->all == 0)
		return false;
	for (size_t m = 0; m < measures; m++)
		if (few(c->people[m], k))
			return false;
	return true;
}

/* The cells that one total covers: of a unit, of all hidden units, or all. */
struct margin {
	struct suppress_cell *cell;
	size_t n;
	bool (*covers)(const struct suppress *s, const struct suppress_cell *c, size_t unit);
	size_t unit;
	const uint64_t *loose; /* or NULL */
};

static bool covers_all(const struct suppress *s, const struct suppress_cell *c, size_t unit)
{
	(void)s, (void)c, (void)unit;
	return true;
}

static bool covers_unit(const struct suppress *s, const struct suppress_cell *c, size_t unit)
{
	(void)s;
	return c->unit == unit;
}

static bool covers_hidden_units(const struct suppress *s, const struct suppress_cell *c, size_t unit)
{
	(void)unit;
	return s->unit[c->unit].hidden;
}

/* A measure of which the hidden cells together hold too few; SIZE_MAX when there is none. */
static size_t open_measure(const struct suppress *s, const struct margin *m)
{
	for (size_t i = 0; i < s->measures; i++) {
		uint64_t sum = m->loose != NULL ? m->loose[i] : 0;

		for (size_t c = 0; c < m->n; c++)
			if (m->cell[c].hidden && m->covers(s, &m->cell[c], m->unit))
				sum += m->cell[c].people[i];
		if (few(sum, s->k))
			return i;
	}
	return SIZE_MAX;
}

static void complete(const struct suppress *s, const struct margin *m)
{
	for (size_t i = open_measure(s, m); i != SIZE_MAX; i = open_measure(s, m)) {
		struct suppress_cell *next = NULL;

		for (size_t c = 0; c < m->n; c++) {
			struct suppress_cell *at = &m->cell[c];

			if (at->hidden || at->people[i] == 0 || !m->covers(s, at, m->unit))
				continue;
			if (next == NULL || at->people[i] < next->people[i])
				next = at;
		}
		if (next == NULL)
			return; /* nothing is left to hide: no cell of this total is shown */
		next->hidden = true;
	}
}

static void sum_units(struct suppress *s)
{
	for (size_t u = 0; u < s->units; u++) {
		s->unit[u].all = 0;
		for (size_t i = 0; i < SUPPRESS_MEASURES; i++)
			s->unit[u].people[i] = 0;
	}
	for (size_t t = 0; t < s->targets; t++) {
		struct suppress_cell *u = &s->unit[s->target[t].unit];

		u->all += s->target[t].all;
		for (size_t i = 0; i < SUPPRESS_MEASURES; i++)
			u->people[i] += s->target[t].people[i];
	}
}

void suppress_groups(struct suppress *s)
{
	struct margin units = { s->unit, s->units, covers_all, 0, s->loose };
	struct margin hidden = { s->target, s->targets, covers_hidden_units, 0, s->loose };
	struct margin all = { s->target, s->targets, covers_all, 0, s->loose };

	sum_units(s);
	for (size_t t = 0; t < s->targets; t++)
		s->target[t].hidden = s->target[t].hidden || !suppress_safe(&s->target[t], s->k, s->measures);
	for (size_t u = 0; u < s->units; u++) {
		struct margin within = { s->target, s->targets, covers_unit, u, NULL };

		s->unit[u].hidden = s->unit[u].hidden || !suppress_safe(&s->unit[u], s->k, s->measures);
		complete(s, &within);
	}
	if (s->units < 2) {
		complete(s, &all);
		return;
	}
	complete(s, &units);
	complete(s, &hidden);
}
