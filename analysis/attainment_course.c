/* Course outcomes: attainment.h, first half. */
#include "analysis/attainment.h"

#include "analysis/attainment_parts.h"
#include "analysis/attainment_terms.h"
#include "analysis/estimate.h"
#include "analysis/fingerprint.h"
#include "analysis/outcome_scores.h"
#include "analysis/stats/test/outcomes.h"
#include "analysis/stats/describe/proportion.h"
#include "surveys/label.h"

#include <string.h>

#define REFERENCE_COURSE "Weighted mean of item scores; Wilson 1927; Cronbach 1951"

/* What one view of a course needs beside the scores. */
struct view {
	struct db *db;
	const struct attainment_options *o;
	size_t k;
	struct outcome_scores s;
	struct term_hidden hidden;
	size_t *by_section, *section_start; /* students in order of section; section_count + 1 */
	struct arena *a;
	struct err *e;
};

size_t attainment_k(const struct attainment_options *o)
{
	return o->k > 0 ? (size_t)o->k : FIGURE_FEWEST;
}

static int sections_sort(struct view *v)
{
	const struct results *r = &v->s.r;
	size_t *next = ARENA_ARRAY(v->a, size_t, r->section_count + 1);

	v->by_section = ARENA_ARRAY(v->a, size_t, r->students + 1);
	v->section_start = ARENA_ARRAY(v->a, size_t, r->section_count + 2);
	if (arena_failed(v->a))
		return err_nomem(v->e);
	for (size_t i = 0; i < r->students; i++)
		if (r->section[i] != RESULT_NO_SECTION)
			v->section_start[r->section[i] + 1]++;
	for (size_t g = 0; g < r->section_count; g++) {
		v->section_start[g + 1] += v->section_start[g];
		next[g] = v->section_start[g];
	}
	for (size_t i = 0; i < r->students; i++)
		if (r->section[i] != RESULT_NO_SECTION)
			v->by_section[next[r->section[i]]++] = i;
	return 0;
}

static void fingerprint_of(const struct view *v, size_t o, char out[FINGERPRINT_SIZE])
{
	const struct outcome_scores *s = &v->s;
	struct fingerprint f;

	fingerprint_begin(&f, "course_outcome.weighted_mean");
	fingerprint_text(&f, s->outcomes[o].id);
	fingerprint_real(&f, s->outcomes[o].threshold);
	fingerprint_real(&f, s->outcomes[o].goal);
	fingerprint_real(&f, ATTAINMENT_LEVEL);
	for (size_t j = 0; j < s->r.item_count; j++) {
		fingerprint_text(&f, s->r.items[j].id);
		fingerprint_real(&f, s->r.items[j].max);
		fingerprint_real(&f, s->weight[j * s->outcome_count + o]);
	}
	for (size_t i = 0; i < s->r.assessment_count; i++)
		fingerprint_text(&f, missing_policy_name(s->r.assessments[i].policy));
	fingerprint_bytes(&f, s->r.digest, sizeof s->r.digest);
	fingerprint_end(&f, out);
}

/* The items behind an outcome, each with what students did on it.  Marks that the missing rule puts
 * at 0 hide nobody: who has a mark of their own must be none or k. */
static json_t *items_json(const struct view *v, size_t o)
{
	const struct results *r = &v->s.r;
	json_t *list = json_array();

	for (size_t j = 0; j < r->item_count; j++) {
		double w = v->s.weight[j * v->s.outcome_count + o], sum = 0;
		const struct result_item *it = &r->items[j];
		size_t n = 0, marked = 0;
		bool hide;

		if (!(w > 0))
			continue;
		for (size_t i = 0; i < r->students; i++)
			if (r->counts[i * r->item_count + j] == AN_PRESENT) {
				n++;
				marked += r->state[i * r->item_count + j] == RESULT_PRESENT;
				sum += r->score[i * r->item_count + j];
			}
		hide = !v->o->marks_right && (v->hidden.outcome[o] || (marked > 0 && marked < v->k));
		json_array_append_new(list,
		    json_pack("{s:s, s:s, s:o, s:s, s:f, s:f, s:s, s:o, s:o, s:o}", "id", it->id, "code", it->code,
			"name", label_parse(it->name), "assessment", r->assessments[it->assessment].id, "weight", w,
			"max", it->max, "state",
			hide	    ? "suppressed"
			    : n > 0 ? "value"
				    : "no_data",
			"n_used", hide ? json_null() : json_integer((json_int_t)n), "mean",
			hide || n == 0 ? json_null() : json_real(sum / (double)n), "difficulty",
			hide || n == 0 ? json_null() : json_real(sum / (double)n / it->max)));
	}
	return list;
}

static int sections_json(struct view *v, size_t o, const struct figure *of, json_t *list)
{
	const struct results *r = &v->s.r;
	struct figure *f = ARENA_ARRAY(v->a, struct figure, r->section_count + 1);
	size_t *n = ARENA_ARRAY(v->a, size_t, r->section_count + 1), loose = of->marked;
	bool *hidden = ARENA_ARRAY(v->a, bool, r->section_count + 1);
	int bad = 0;

	if (arena_failed(v->a))
		return err_nomem(v->e);
	for (size_t g = 0; g < r->section_count; g++) {
		if (figure_compute(outcome_column(&v->s, o), v->by_section + v->section_start[g],
			v->section_start[g + 1] - v->section_start[g], v->s.outcomes[o].threshold, v->a, &f[g],
			v->e) < 0)
			return -1;
		n[g] = f[g].marked;
		loose -= n[g];
	}
	if (!v->o->marks_right)
		figure_suppress(n, hidden, r->section_count, loose, v->k);
	for (size_t g = 0; g < r->section_count; g++) {
		json_t *one = json_pack("{s:s, s:s, s:o, s:s, s:s}", "id", r->sections[g].id, "code",
		    r->sections[g].code, "name", label_parse(r->sections[g].name), "state",
		    hidden[g]	   ? "suppressed"
			: n[g] > 0 ? "value"
				   : "no_data",
		    "status", hidden[g] ? "few" : figure_status(n[g], f[g].interval, v->s.outcomes[o].goal, v->k));

		if (!hidden[g])
			bad |= figure_put(one, &f[g]);
		bad |= json_array_append_new(list, one);
	}
	return bad ? err_nomem(v->e) : 0;
}

static int warnings_put(const struct view *v, size_t o, json_t *to)
{
	json_t *list = json_array();
	int bad = 0;

	if (v->s.items[o] == 1)
		bad |= json_array_append_new(list, json_string("one_item"));
	else if (v->s.items[o] > 0 && v->s.items[o] < ATTAINMENT_FEW_ITEMS)
		bad |= json_array_append_new(list, json_string("few_items"));
	return bad | json_object_set_new(to, "warnings", list);
}

/* All of an outcome that may be shown once its state is "value". */
static int outcome_value(struct view *v, size_t o, const struct figure *f, json_t *to)
{
	json_t *sections = json_array(), *reliability;
	size_t missing[RESULT_STATES];
	int bad = figure_put(to, f);

	outcome_missing(&v->s, o, missing);
	bad |= json_object_set_new(to, "n_missing", figure_missing_json(missing));
	bad |= json_object_set_new(to, "counted_as_zero", json_integer((json_int_t)outcome_zeros(&v->s, o)));
	bad |= json_object_set_new(to, "histogram",
	    figure_histogram_json(outcome_column(&v->s, o), ATTAINMENT_BINS, v->s.outcomes[o].threshold));
	bad |= json_object_set_new(to, "sections", sections);
	reliability = outcome_reliability_json(&v->s, o, v->o->marks_right ? 0 : v->k, v->e);
	if (reliability == NULL)
		return -1;
	bad |= json_object_set_new(to, "reliability", reliability);
	return bad ? err_nomem(v->e) : sections_json(v, o, f, sections);
}

static int outcome_json(struct view *v, size_t o, json_t *to, const char **status)
{
	const struct outcome *of = &v->s.outcomes[o];
	char fingerprint[FINGERPRINT_SIZE];
	const char *state = "value";
	struct figure f;
	int bad = 0;

	if (figure_compute(outcome_column(&v->s, o), NULL, 0, of->threshold, v->a, &f, v->e) < 0)
		return -1;
	if (v->s.items[o] == 0)
		state = "not_assessed";
	else if (f.n == 0)
		state = "no_data";
	else if (!v->o->marks_right && (v->hidden.outcome[o] || f.marked < v->k))
		state = "suppressed";
	*status = strcmp(state, "value") == 0  ? figure_status(f.n, f.interval, of->goal, v->k)
	    : strcmp(state, "suppressed") == 0 ? "few"
					       : state;
	fingerprint_of(v, o, fingerprint);
	bad |= json_object_set_new(to, "state", json_string(state));
	bad |=
	    json_object_set_new(to, "status", strcmp(*status, state) == 0 ? json_string("few") : json_string(*status));
	bad |= json_object_set_new(to, "item_count", json_integer((json_int_t)v->s.items[o]));
	bad |= json_object_set_new(to, "items", items_json(v, o));
	bad |= json_object_set_new(to, "map", json_array());
	bad |= json_object_set_new(to, "method", json_string("weighted_mean"));
	bad |= json_object_set_new(to, "reference", json_string(REFERENCE_COURSE));
	bad |= json_object_set_new(to, "fingerprint", json_string(fingerprint));
	bad |= warnings_put(v, o, to);
	if (bad)
		return err_nomem(v->e);
	return strcmp(state, "value") == 0 ? outcome_value(v, o, &f, to) : 0;
}

/* Students with a score on every assessed outcome, and those of them who reached each. */
static json_t *all_json(const struct view *v)
{
	const struct outcome_scores *s = &v->s;
	struct an_interval interval = { 0, 0 };
	size_t n = 0, marked = 0, reached = 0, assessed = 0;

	for (size_t o = 0; o < s->outcome_count; o++)
		assessed += s->items[o] > 0;
	for (size_t i = 0; assessed > 0 && i < s->r.students; i++) {
		bool scored = true, each = true, real = false;

		for (size_t o = 0; o < s->outcome_count; o++)
			if (s->items[o] > 0) {
				scored = scored && s->has[i * s->outcome_count + o] != SCORE_NONE;
				real = real || s->has[i * s->outcome_count + o] == SCORE_MARKED;
				each = each &&
				    s->score[i * s->outcome_count + o] >= s->outcomes[o].threshold - AN_ROUNDING;
			}
		n += scored;
		marked += scored && real;
		reached += scored && each;
	}
	if (n == 0 || ((marked < v->k || v->hidden.all) && !v->o->marks_right))
		return json_pack("{s:s, s:I}", "state", n == 0 ? "no_data" : "suppressed", "outcomes",
		    (json_int_t)assessed);
	an_proportion((double)reached, (double)n, AN_WILSON, ATTAINMENT_LEVEL, &interval);
	return json_pack("{s:s, s:I, s:I, s:I, s:f, s:o, s:s}", "state", "value", "outcomes", (json_int_t)assessed,
	    "n_used", (json_int_t)n, "reached", (json_int_t)reached, "share", (double)reached / (double)n, "interval",
	    estimate_interval(interval.lo, interval.hi), "interval_method", "wilson");
}

static json_t *assessments_json(const struct view *v)
{
	json_t *list = json_array();

	for (size_t i = 0; i < v->s.r.assessment_count; i++) {
		const struct assessment *s = &v->s.r.assessments[i];
		bool hide = !v->o->marks_right && s->students > 0 && (v->hidden.all || s->students < v->k);

		json_array_append_new(list, assessment_head_json(s, hide));
	}
	return list;
}

json_t *assessment_head_json(const struct assessment *s, bool hide)
{
	return json_pack("{s:s, s:s, s:o, s:o, s:f, s:s, s:I, s:o, s:o}", "id", s->id, "code", s->code, "name",
	    label_parse(s->name), "term", term_head_json(&s->term), "weight", s->weight, "missing_policy",
	    missing_policy_name(s->policy), "items", (json_int_t)s->item_count, "students",
	    hide ? json_null() : json_integer((json_int_t)s->students), "note", label_parse(s->note));
}

/* Where the map leads from each outcome of the course. */
static int links_place(struct view *v, json_t *outcomes)
{
	json_t *links = json_array(), *link;
	size_t i;
	int bad = 0;

	if (links == NULL || course_links_json(v->db, v->s.course.id, links, v->e) < 0) {
		json_decref(links);
		return -1;
	}
	json_array_foreach(links, i, link) {
		const char *id = json_string_value(json_object_get(link, "course_outcome"));

		for (size_t o = 0; o < v->s.outcome_count; o++)
			if (id != NULL && strcmp(v->s.outcomes[o].id, id) == 0)
				bad |= json_array_append(json_object_get(json_array_get(outcomes, o), "map"), link);
	}
	json_decref(links);
	return bad ? err_nomem(v->e) : 0;
}

int attainment_summary_add(json_t *summary, const char *status)
{
	json_int_t n = json_integer_value(json_object_get(summary, status));

	return json_object_set_new(summary, status, json_integer(n + 1));
}

json_t *attainment_summary_new(void)
{
	return json_pack("{s:i, s:i, s:i, s:i, s:i, s:i, s:i}", "met", 0, "not_met", 0, "uncertain", 0, "few", 0,
	    "not_assessed", 0, "no_data", 0, "indirect_only", 0);
}

static int outcomes_put(struct view *v, json_t *out)
{
	json_t *list = json_array(), *summary = attainment_summary_new();
	int bad = json_object_set_new(out, "outcomes", list) | json_object_set_new(out, "summary", summary);

	for (size_t o = 0; !bad && o < v->s.outcome_count; o++) {
		json_t *one = outcome_head_json(&v->s.outcomes[o]);
		const char *status = "few";

		bad |= json_array_append_new(list, one);
		if (bad || outcome_json(v, o, one, &status) < 0)
			return bad ? err_nomem(v->e) : -1;
		bad |= attainment_summary_add(summary, status);
	}
	return bad ? err_nomem(v->e) : links_place(v, list);
}

/* The term asked for, else the newest one that has assessments; NULL when there is none. */
static int term_choose(struct view *v, const struct course *c, json_t *out, const char **id)
{
	struct term *terms, asked;
	json_t *list = json_array();
	size_t n;
	int bad = json_object_set_new(out, "terms", list);

	*id = NULL;
	if (results_terms(v->db, c->id, v->a, &terms, &n, v->e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		bad |= json_array_append_new(list, term_head_json(&terms[i]));
	if (v->o->term != NULL && *v->o->term != '\0') {
		if (term_get(v->db, v->o->term, v->a, &asked, v->e) < 0)
			return -1;
		*id = asked.id;
		bad |= json_object_set_new(out, "term", term_head_json(&asked));
	} else if (n > 0) {
		*id = terms[0].id;
		bad |= json_object_set_new(out, "term", term_head_json(&terms[0]));
	} else {
		bad |= json_object_set_new(out, "term", json_null());
	}
	return bad ? err_nomem(v->e) : 0;
}

int attainment_course_json(struct db *db, const char *course, const struct attainment_options *o, struct arena *a,
    json_t *out, struct err *e)
{
	struct view v = { .db = db, .o = o, .k = attainment_k(o), .a = a, .e = e };
	struct course c;
	const char *term;
	bool hide;
	int bad = 0;

	if (course_get(db, course, a, &c, e) < 0 || term_choose(&v, &c, out, &term) < 0 ||
	    outcome_scores_load(db, &c, term, a, &v.s, e) < 0 ||
	    results_sections_keep(db, o->lecturer, a, &v.s.r, e) < 0 || sections_sort(&v) < 0)
		return -1;
	if (!o->marks_right && attainment_term_hide(db, &c, term, v.k, a, &v.hidden, e) < 0)
		return -1;
	hide = v.hidden.all;
	bad |= json_object_set_new(out, "course", course_head_json(&c));
	bad |= json_object_set_new(out, "students", hide ? json_null() : json_integer((json_int_t)v.s.r.students));
	bad |= json_object_set_new(out, "state",
	    json_string(hide		 ? "suppressed"
		    : v.s.r.students > 0 ? "value"
					 : "no_data"));
	bad |= json_object_set_new(out, "k", json_integer((json_int_t)v.k));
	bad |= json_object_set_new(out, "assessments", assessments_json(&v));
	bad |= json_object_set_new(out, "all_outcomes", all_json(&v));
	return bad ? err_nomem(e) : outcomes_put(&v, out);
}
