#include "analysis/programme_scores.h"

#include <stdlib.h>
#include <string.h>

static int course_load(struct db *db, struct programme_course *c, const char *term, struct arena *a, struct err *e)
{
	struct term *terms;
	size_t n;

	if (course_outcomes(db, &c->course, a, &c->outcomes, &c->outcome_count, e) < 0 ||
	    results_terms(db, c->course.id, a, &terms, &n, e) < 0)
		return -1;
	c->terms = ARENA_ARRAY(a, struct outcome_scores, n + 1);
	if (c->terms == NULL)
		return err_nomem(e);
	while (n-- > 0) {
		if (term != NULL && strcmp(terms[n].id, term) != 0)
			continue;
		if (outcome_scores_load(db, &c->course, terms[n].id, a, &c->terms[c->term_count++], e) < 0)
			return -1;
	}
	return 0;
}

static int ascending(const void *x, const void *y)
{
	int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;

	return a < b ? -1 : a > b;
}

static int students_collect(struct programme_scores *s, struct arena *a, struct err *e)
{
	size_t most = 0, n = 0;

	for (size_t c = 0; c < s->course_count; c++)
		for (size_t t = 0; t < s->courses[c].term_count; t++)
			most += s->courses[c].terms[t].r.students;
	s->student = ARENA_ARRAY(a, int64_t, most + 1);
	if (s->student == NULL)
		return err_nomem(e);
	for (size_t c = 0; c < s->course_count; c++)
		for (size_t t = 0; t < s->courses[c].term_count; t++) {
			const struct results *r = &s->courses[c].terms[t].r;

			if (r->students > 0)
				memcpy(s->student + n, r->student, r->students * sizeof *s->student);
			n += r->students;
		}
	qsort(s->student, n, sizeof *s->student, ascending);
	for (size_t i = 0; i < n; i++)
		if (s->students == 0 || s->student[i] != s->student[s->students - 1])
			s->student[s->students++] = s->student[i];
	return 0;
}

/* Both lists of students ascend, so one walk finds every row. */
static int course_spread(struct programme_scores *s, struct programme_course *c, struct arena *a, struct err *e)
{
	size_t k = c->outcome_count;
	unsigned char *in = arena_get(a, s->students + 1, 1);

	c->score = ARENA_ARRAY(a, double, s->students *k + 1);
	c->has = arena_get(a, s->students * k + 1, 1);
	if (arena_failed(a))
		return err_nomem(e);
	for (size_t t = 0; t < c->term_count; t++) {
		const struct outcome_scores *from = &c->terms[t];
		size_t row = 0;

		for (size_t i = 0; i < from->r.students; i++) {
			while (s->student[row] != from->r.student[i])
				row++;
			memcpy(c->score + row * k, from->score + i * k, k * sizeof *c->score);
			memcpy(c->has + row * k, from->has + i * k, k);
			in[row] = 1;
		}
	}
	for (size_t i = 0; i < s->students; i++)
		c->students += in[i];
	return 0;
}

static size_t index_of(const struct outcome *list, size_t n, const char *id)
{
	size_t i = 0;

	while (i < n && strcmp(list[i].id, id) != 0)
		i++;
	return i;
}

/* Links whose course belongs to the programme; the others carry nothing. */
static int links_resolve(struct db *db, struct programme_scores *s, struct arena *a, struct err *e)
{
	struct curriculum_link *links;
	size_t n;

	if (programme_map(db, s->programme.id, a, &links, &n, e) < 0)
		return -1;
	s->links = ARENA_ARRAY(a, struct programme_link, n + 1);
	if (s->links == NULL)
		return err_nomem(e);
	for (size_t i = 0; i < n; i++)
		for (size_t c = 0; c < s->course_count; c++) {
			const struct programme_course *in = &s->courses[c];
			struct programme_link l = { .link = &links[i], .course = c };

			if (strcmp(in->course.id, links[i].course) != 0)
				continue;
			l.course_outcome = index_of(in->outcomes, in->outcome_count, links[i].course_outcome);
			l.outcome = index_of(s->outcomes, s->outcome_count, links[i].programme_outcome);
			l.weight =
			    programme_points(&s->programme, links[i].level) * links[i].weight * in->course.credits;
			if (l.course_outcome < in->outcome_count && l.outcome < s->outcome_count)
				s->links[s->link_count++] = l;
		}
	return 0;
}

static int scores_fill(struct programme_scores *s, struct arena *a, struct err *e)
{
	size_t k = s->outcome_count;
	double *weight = ARENA_ARRAY(a, double, s->students *k + 1), *full = ARENA_ARRAY(a, double, k + 1);

	s->score = ARENA_ARRAY(a, double, s->students *k + 1);
	s->has = arena_get(a, s->students * k + 1, 1);
	s->coverage = ARENA_ARRAY(a, double, k + 1);
	if (arena_failed(a))
		return err_nomem(e);
	for (size_t l = 0; l < s->link_count; l++) {
		const struct programme_link *link = &s->links[l];
		struct scores clo = programme_course_column(s, link->course, link->course_outcome);

		full[link->outcome] += link->weight;
		for (size_t i = 0; i < s->students; i++)
			if (clo.has[i * clo.stride]) {
				s->score[i * k + link->outcome] += link->weight * clo.score[i * clo.stride];
				weight[i * k + link->outcome] += link->weight;
				if (s->has[i * k + link->outcome] < clo.has[i * clo.stride])
					s->has[i * k + link->outcome] = clo.has[i * clo.stride];
			}
	}
	for (size_t o = 0; o < k; o++) {
		size_t n = 0;

		for (size_t i = 0; i < s->students; i++)
			if (weight[i * k + o] > 0) {
				s->score[i * k + o] /= weight[i * k + o];
				s->coverage[o] += weight[i * k + o] / full[o];
				n++;
			}
		s->coverage[o] = n > 0 ? s->coverage[o] / (double)n : 0;
	}
	return 0;
}

int programme_scores_load(struct db *db, const struct programme *p, const char *term, struct arena *a,
    struct programme_scores *out, struct err *e)
{
	struct course *courses;

	memset(out, 0, sizeof *out);
	out->programme = *p;
	if (programme_outcomes(db, p, a, &out->outcomes, &out->outcome_count, e) < 0 ||
	    programme_courses(db, p->id, a, &courses, &out->course_count, e) < 0)
		return -1;
	out->courses = ARENA_ARRAY(a, struct programme_course, out->course_count + 1);
	if (out->courses == NULL)
		return err_nomem(e);
	for (size_t c = 0; c < out->course_count; c++) {
		out->courses[c].course = courses[c];
		if (course_load(db, &out->courses[c], term, a, e) < 0)
			return -1;
	}
	if (students_collect(out, a, e) < 0)
		return -1;
	for (size_t c = 0; c < out->course_count; c++)
		if (course_spread(out, &out->courses[c], a, e) < 0)
			return -1;
	return links_resolve(db, out, a, e) < 0 ? -1 : scores_fill(out, a, e);
}

void programme_scores_of_course(const struct programme_scores *s, size_t course, size_t outcome, double *score,
    unsigned char *has)
{
	for (size_t i = 0; i < s->students; i++) {
		double sum = 0, weight = 0;
		unsigned char basis = SCORE_NONE;

		for (size_t l = 0; l < s->link_count; l++) {
			const struct programme_link *link = &s->links[l];
			const struct programme_course *c = &s->courses[course];

			if (link->course != course || link->outcome != outcome ||
			    !c->has[i * c->outcome_count + link->course_outcome])
				continue;
			sum += link->weight * c->score[i * c->outcome_count + link->course_outcome];
			weight += link->weight;
			if (basis < c->has[i * c->outcome_count + link->course_outcome])
				basis = c->has[i * c->outcome_count + link->course_outcome];
		}
		has[i] = basis;
		score[i] = weight > 0 ? sum / weight : 0;
	}
}

size_t programme_items(const struct programme_scores *s, size_t course, size_t outcome, size_t *links)
{
	const struct programme_course *c = &s->courses[course];
	const struct outcome_scores *newest = c->term_count > 0 ? &c->terms[c->term_count - 1] : NULL;
	size_t items = 0;

	*links = 0;
	for (size_t l = 0; l < s->link_count; l++)
		*links += s->links[l].course == course && s->links[l].outcome == outcome;
	for (size_t j = 0; newest != NULL && j < newest->r.item_count; j++) {
		bool serves = false;

		for (size_t l = 0; l < s->link_count; l++)
			serves = serves ||
			    (s->links[l].course == course && s->links[l].outcome == outcome &&
				newest->weight[j * newest->outcome_count + s->links[l].course_outcome] > 0);
		items += serves;
	}
	return items;
}
