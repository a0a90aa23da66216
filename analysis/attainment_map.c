#include "analysis/attainment_map.h"

#include "surveys/label.h"

#include <string.h>

static json_t *brief(const char *id, const char *code, const char *name)
{
	return json_pack("{s:s, s:s, s:o}", "id", id, "code", code, "name", label_parse(name));
}

static json_t *contribution_json(const struct programme_scores *s, const struct programme_link *l, double of,
    const struct figure *f, const char *state)
{
	const struct programme_course *c = &s->courses[l->course];
	const struct outcome *clo = &c->outcomes[l->course_outcome];

	return json_pack("{s:o, s:o, s:s%, s:f, s:f, s:f, s:f, s:f, s:s, s:f, s:f, s:o}", "course",
	    brief(c->course.id, c->course.code, c->course.name), "course_outcome", brief(clo->id, clo->code, clo->name),
	    "level", &l->link->level, (size_t)1, "points", programme_points(&s->programme, l->link->level), "weight",
	    l->link->weight, "credits", c->course.credits, "contribution", l->weight, "contribution_share",
	    of > 0 ? l->weight / of : 0, "state", f->n == 0 ? "no_data" : state, "threshold", clo->threshold, "goal",
	    clo->goal, "note", label_parse(l->link->note));
}

int attainment_contributions(const struct programme_scores *s, size_t outcome, size_t k, bool marks_right,
    struct arena *a, json_t *out, struct err *e)
{
	struct figure *f = ARENA_ARRAY(a, struct figure, s->link_count + 1);
	size_t *n = ARENA_ARRAY(a, size_t, s->link_count + 1), m = 0;
	bool *hidden = ARENA_ARRAY(a, bool, s->link_count + 1);
	double all = 0;
	int bad = 0;

	if (arena_failed(a))
		return err_nomem(e);
	for (size_t l = 0; l < s->link_count; l++) {
		const struct programme_link *link = &s->links[l];

		if (link->outcome != outcome)
			continue;
		all += link->weight;
		if (figure_compute(programme_course_column(s, link->course, link->course_outcome), NULL, 0,
			s->courses[link->course].outcomes[link->course_outcome].threshold, a, &f[m], e) < 0)
			return -1;
		n[m] = f[m].marked;
		hidden[m] = s->courses[link->course].hidden;
		m++;
	}
	if (!marks_right)
		figure_suppress(n, hidden, m, 0, k);
	m = 0;
	for (size_t l = 0; l < s->link_count; l++) {
		json_t *one;

		if (s->links[l].outcome != outcome)
			continue;
		one = contribution_json(s, &s->links[l], all, &f[m], hidden[m] ? "suppressed" : "value");
		if (!hidden[m])
			bad |= figure_put(one, &f[m]);
		bad |= json_array_append_new(out, one);
		m++;
	}
	return bad ? err_nomem(e) : 0;
}

struct cell {
	struct figure f;
	size_t items, links;
};

static json_t *cell_json(const struct programme_scores *s, size_t o, const struct cell *c, bool hidden, size_t k)
{
	const char *state = hidden ? "suppressed" : c->f.n > 0 ? "value" : c->links == 0 ? "not_assessed" : "no_data";
	json_t *one =
	    json_pack("{s:s, s:s, s:s, s:s, s:b, s:I}", "outcome", s->outcomes[o].id, "code", s->outcomes[o].code,
		"state", state, "status", hidden ? "few" : figure_status(c->f.n, c->f.interval, s->outcomes[o].goal, k),
		"declared", c->links > 0, "items", (json_int_t)c->items);

	if (one != NULL && !hidden && figure_put(one, &c->f)) {
		json_decref(one);
		return NULL;
	}
	return one;
}

static int cells_compute(const struct programme_scores *s, struct arena *a, struct cell *cells, struct err *e)
{
	double *score = ARENA_ARRAY(a, double, s->students + 1);
	unsigned char *has = arena_get(a, s->students + 1, 1);

	if (arena_failed(a))
		return err_nomem(e);
	for (size_t c = 0; c < s->course_count; c++)
		for (size_t o = 0; o < s->outcome_count; o++) {
			struct cell *cell = &cells[c * s->outcome_count + o];

			cell->items = programme_items(s, c, o, &cell->links);
			if (cell->links == 0 || s->courses[c].students == 0)
				continue;
			programme_scores_of_course(s, c, o, score, has);
			if (figure_compute((struct scores){ score, has, s->students, 1 }, NULL, 0,
				s->outcomes[o].threshold, a, &cell->f, e) < 0)
				return -1;
		}
	return 0;
}

int attainment_map_json(const struct programme_scores *s, size_t k, bool marks_right, struct arena *a, json_t *out,
    struct err *e)
{
	struct cell *cells = ARENA_ARRAY(a, struct cell, s->course_count * s->outcome_count + 1);
	size_t *n = ARENA_ARRAY(a, size_t, s->course_count + 1);
	bool *hidden = ARENA_ARRAY(a, bool, s->course_count + 1);
	json_t **row = ARENA_ARRAY(a, json_t *, s->course_count + 1);
	int bad = 0;

	if (arena_failed(a))
		return err_nomem(e);
	if (cells_compute(s, a, cells, e) < 0)
		return -1;
	for (size_t c = 0; c < s->course_count; c++) {
		const struct programme_course *in = &s->courses[c];
		bool hide = in->hidden || (in->students > 0 && in->students < k && !marks_right);
		json_t *head = course_head_json(&in->course);

		row[c] = json_array();
		bad |=
		    json_object_set_new(head, "students", hide ? json_null() : json_integer((json_int_t)in->students));
		bad |= json_object_set_new(head, "state",
		    json_string(hide	       ? "suppressed"
			    : in->students > 0 ? "value"
					       : "no_data"));
		bad |= json_object_set_new(head, "cells", row[c]);
		bad |= json_array_append_new(out, head);
	}
	for (size_t o = 0; !bad && o < s->outcome_count; o++) {
		for (size_t c = 0; c < s->course_count; c++) {
			n[c] = cells[c * s->outcome_count + o].f.marked;
			hidden[c] = s->courses[c].hidden && cells[c * s->outcome_count + o].f.n > 0;
		}
		if (!marks_right)
			figure_suppress(n, hidden, s->course_count, 0, k);
		for (size_t c = 0; c < s->course_count; c++)
			bad |= json_array_append_new(row[c],
			    cell_json(s, o, &cells[c * s->outcome_count + o], hidden[c], k));
	}
	return bad ? err_nomem(e) : 0;
}

static int warn(json_t *out, const char *kind, const struct outcome *o, const struct course *c, size_t count)
{
	return json_array_append_new(out,
	    json_pack("{s:s, s:o, s:o, s:I}", "kind", kind, "outcome", brief(o->id, o->code, o->name), "course",
		c != NULL ? brief(c->id, c->code, c->name) : json_null(), "count", (json_int_t)count));
}

static int outcome_coverage(const struct programme_scores *s, size_t o, bool has_indirect, json_t *out)
{
	size_t links = 0, items = 0, with_results = 0, measured = 0, above_i = 0, only = 0;
	int bad = 0;

	for (size_t l = 0; l < s->link_count; l++)
		if (s->links[l].outcome == o) {
			links++;
			above_i += s->links[l].link->level != 'I';
		}
	for (size_t c = 0; c < s->course_count; c++) {
		size_t declared, here = programme_items(s, c, o, &declared);

		if (declared > 0 && s->courses[c].students == 0)
			bad |= warn(out, "no_results", &s->outcomes[o], &s->courses[c].course, declared);
		if (declared == 0 || s->courses[c].students == 0)
			continue;
		with_results++;
		items += here;
		measured += here > 0;
		only = here > 0 ? c : only;
	}
	if (links == 0)
		return bad | warn(out, has_indirect ? "no_direct" : "not_mapped", &s->outcomes[o], NULL, 0);
	if (with_results > 0 && items == 0)
		bad |= warn(out, "no_items", &s->outcomes[o], NULL, 0);
	if (measured == 1)
		bad |= warn(out, "one_course", &s->outcomes[o], &s->courses[only].course, 1);
	if (items > 0 && items < ATTAINMENT_FEW_ITEMS)
		bad |= warn(out, "few_items", &s->outcomes[o], NULL, items);
	if (above_i == 0)
		bad |= warn(out, "introduced_only", &s->outcomes[o], NULL, links);
	return bad;
}

int attainment_coverage(const struct programme_scores *s, const struct indirect_link *indirect, size_t indirect_count,
    json_t *out, struct err *e)
{
	int bad = 0;

	for (size_t o = 0; o < s->outcome_count; o++) {
		bool has_indirect = false;

		for (size_t i = 0; i < indirect_count; i++)
			has_indirect = has_indirect || strcmp(indirect[i].outcome, s->outcomes[o].id) == 0;
		bad |= outcome_coverage(s, o, has_indirect, out);
	}
	return bad ? err_nomem(e) : 0;
}
