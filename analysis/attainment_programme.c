/* Programme outcomes: attainment.h, second half. */
#include "analysis/attainment.h"

#include "analysis/attainment_indirect.h"
#include "analysis/attainment_map.h"
#include "analysis/attainment_parts.h"
#include "analysis/attainment_terms.h"
#include "analysis/estimate.h"
#include "analysis/fingerprint.h"
#include "analysis/programme_scores.h"
#include "analysis/stats/test/outcomes.h"
#include "analysis/stats/describe/proportion.h"

#include <string.h>

#define REFERENCE_PROGRAMME                                                                                            \
	"Weighted mean of course outcome scores per student; Efron & Tibshirani 1993; Wilson 1927; Zou & Donner 2008"

struct view {
	struct db *db;
	const struct attainment_options *o;
	size_t k;
	struct programme_scores s;
	bool hidden; /* something of the one term asked for */
	struct indirect_link *indirect;
	size_t indirect_count;
	struct arena *a;
	struct err *e;
};

/* The interval that a programme outcome is judged by. */
struct judged {
	struct figure f;
	struct an_interval interval;
	const char *method;
};

static int judge(const struct view *v, size_t o, struct judged *j)
{
	struct an_bootstrap_share b;

	if (figure_compute(programme_column(&v->s, o), NULL, 0, v->s.outcomes[o].threshold, v->a, &j->f, v->e) < 0)
		return -1;
	j->interval = j->f.interval;
	j->method = "wilson";
	if (j->f.n == 0 || an_bootstrap_share((unsigned)j->f.reached, (unsigned)j->f.n, ATTAINMENT_LEVEL, &b) != AN_OK)
		return 0;
	/* all or nobody: every resample is the same, so only Wilson's interval says anything */
	if (b.has_width) {
		j->interval = b.interval;
		j->method = "bootstrap_percentile";
	}
	return 0;
}

static void fingerprint_of(const struct view *v, size_t o, char out[FINGERPRINT_SIZE])
{
	const struct programme_scores *s = &v->s;
	struct fingerprint f;

	fingerprint_begin(&f, "programme_outcome.weighted_mean");
	fingerprint_text(&f, s->outcomes[o].id);
	fingerprint_real(&f, s->outcomes[o].threshold);
	fingerprint_real(&f, s->outcomes[o].goal);
	fingerprint_real(&f, ATTAINMENT_LEVEL);
	for (size_t l = 0; l < s->link_count; l++) {
		const struct programme_course *c = &s->courses[s->links[l].course];

		if (s->links[l].outcome != o)
			continue;
		fingerprint_text(&f, s->links[l].link->course_outcome);
		fingerprint_real(&f, s->links[l].weight);
		for (size_t t = 0; t < c->term_count; t++) {
			fingerprint_bytes(&f, c->terms[t].r.digest, HASH_LEN);
			fingerprint_bytes(&f, c->terms[t].weight,
			    c->terms[t].r.item_count * c->outcome_count * sizeof *c->terms[t].weight);
		}
	}
	for (size_t i = 0; i < v->indirect_count; i++)
		if (strcmp(v->indirect[i].outcome, s->outcomes[o].id) == 0 && v->indirect[i].got.fingerprint != NULL) {
			fingerprint_text(&f, v->indirect[i].got.fingerprint);
			fingerprint_real(&f, v->indirect[i].weight);
		}
	fingerprint_real(&f, s->programme.weight_direct);
	fingerprint_real(&f, s->programme.weight_indirect);
	fingerprint_end(&f, out);
}

static const char *state_of(const struct view *v, size_t o, const struct figure *f,
    const struct indirect_figure *indirect)
{
	size_t links = 0;
	bool hidden = f->marked < v->k && !v->o->marks_right;

	for (size_t l = 0; l < v->s.link_count; l++)
		if (v->s.links[l].outcome == o) {
			links++;
			hidden = hidden || v->s.courses[v->s.links[l].course].hidden;
		}
	if (f->n > 0)
		return hidden ? "suppressed" : "value";
	if (links > 0)
		return "no_data";
	return indirect->links > 0 ? "indirect_only" : "not_assessed";
}

static json_t *combined_json(const struct view *v, size_t o, const struct judged *j,
    const struct indirect_figure *indirect)
{
	const struct programme *p = &v->s.programme;
	struct an_interval interval;

	if (indirect->used == 0 || !(p->weight_indirect > 0))
		return json_null();
	interval = indirect_mover(p->weight_direct, j->f.share, j->interval, p->weight_indirect, indirect->share,
	    indirect->interval);
	return json_pack("{s:f, s:o, s:s, s:f, s:s, s:f, s:f, s:s}", "share",
	    p->weight_direct * j->f.share + p->weight_indirect * indirect->share, "interval",
	    estimate_interval(interval.lo, interval.hi), "interval_method", "mover", "level", ATTAINMENT_LEVEL,
	    "status", figure_status(j->f.n, interval, v->s.outcomes[o].goal, v->k), "weight_direct", p->weight_direct,
	    "weight_indirect", p->weight_indirect, "method", "weighted_sum_of_shares");
}

/* Students of the programme without a score here: no result in any course that contributes. */
static int value_put(const struct view *v, size_t o, const struct judged *j, json_t *direct)
{
	size_t missing[RESULT_STATES] = { [RESULT_NO_ROW] = v->s.students - j->f.n };
	int bad = figure_put(direct, &j->f);

	bad |= figure_interval_put(direct, true, j->interval, j->method);
	bad |= json_object_set_new(direct, "wilson", estimate_interval(j->f.interval.lo, j->f.interval.hi));
	bad |= json_object_set_new(direct, "n_missing", figure_missing_json(missing));
	bad |= json_object_set_new(direct, "coverage", json_real(v->s.coverage[o]));
	bad |= json_object_set_new(direct, "histogram",
	    figure_histogram_json(programme_column(&v->s, o), ATTAINMENT_BINS, v->s.outcomes[o].threshold));
	return bad;
}

static int outcome_json(const struct view *v, size_t o, json_t *to, const char **status)
{
	struct indirect_figure indirect = indirect_combine(v->indirect, v->indirect_count, v->s.outcomes[o].id);
	json_t *direct = json_object(), *contributions = json_array();
	char fingerprint[FINGERPRINT_SIZE];
	const char *state;
	struct judged j;
	int bad = 0;
	bool shown;

	bad |= json_object_set_new(to, "direct", direct);
	bad |= json_object_set_new(to, "contributions", contributions);
	if (bad || judge(v, o, &j) < 0)
		return bad ? err_nomem(v->e) : -1;
	state = state_of(v, o, &j.f, &indirect);
	shown = strcmp(state, "value") == 0;
	*status = shown			       ? figure_status(j.f.n, j.interval, v->s.outcomes[o].goal, v->k)
	    : strcmp(state, "suppressed") == 0 ? "few"
					       : state;
	fingerprint_of(v, o, fingerprint);
	bad |= json_object_set_new(to, "state", json_string(state));
	bad |= json_object_set_new(to, "status", json_string(shown ? *status : "few"));
	if (shown)
		bad |= value_put(v, o, &j, direct);
	bad |= json_object_set_new(to, "indirect",
	    indirect_json(v->indirect, v->indirect_count, v->s.outcomes[o].id, &indirect));
	bad |= json_object_set_new(to, "combined", shown ? combined_json(v, o, &j, &indirect) : json_null());
	bad |= json_object_set_new(to, "method", json_string("weighted_mean_per_student"));
	bad |= json_object_set_new(to, "reference", json_string(REFERENCE_PROGRAMME));
	bad |= json_object_set_new(to, "fingerprint", json_string(fingerprint));
	return bad ? err_nomem(v->e)
		   : attainment_contributions(&v->s, o, v->k, v->o->marks_right, v->a, contributions, v->e);
}

/* Students with a score on every directly assessed outcome, and those who reached each. */
static json_t *all_json(const struct view *v)
{
	const struct programme_scores *s = &v->s;
	struct an_interval interval = { 0, 0 };
	size_t n = 0, marked = 0, reached = 0, assessed = 0;
	bool *in = ARENA_ARRAY(v->a, bool, s->outcome_count + 1);

	if (in == NULL)
		return NULL;
	for (size_t o = 0; o < s->outcome_count; o++) {
		for (size_t i = 0; i < s->students && !in[o]; i++)
			in[o] = s->has[i * s->outcome_count + o] != SCORE_NONE;
		assessed += in[o];
	}
	for (size_t i = 0; assessed > 0 && i < s->students; i++) {
		bool scored = true, each = true, real = false;

		for (size_t o = 0; o < s->outcome_count; o++)
			if (in[o]) {
				scored = scored && s->has[i * s->outcome_count + o] != SCORE_NONE;
				real = real || s->has[i * s->outcome_count + o] == SCORE_MARKED;
				each = each &&
				    s->score[i * s->outcome_count + o] >= s->outcomes[o].threshold - AN_ROUNDING;
			}
		n += scored;
		marked += scored && real;
		reached += scored && each;
	}
	if (n == 0 || v->hidden || (marked < v->k && !v->o->marks_right))
		return json_pack("{s:s, s:I}", "state", n == 0 ? "no_data" : "suppressed", "outcomes",
		    (json_int_t)assessed);
	an_proportion((double)reached, (double)n, AN_WILSON, ATTAINMENT_LEVEL, &interval);
	return json_pack("{s:s, s:I, s:I, s:I, s:f, s:o, s:s}", "state", "value", "outcomes", (json_int_t)assessed,
	    "n_used", (json_int_t)n, "reached", (json_int_t)reached, "share", (double)reached / (double)n, "interval",
	    estimate_interval(interval.lo, interval.hi), "interval_method", "wilson");
}

static int outcomes_put(const struct view *v, json_t *out)
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
	return bad ? err_nomem(v->e) : 0;
}

/* Courses of which one term alone may not be shown. */
static int term_hide(struct view *v, const char *term)
{
	for (size_t c = 0; c < v->s.course_count; c++) {
		struct programme_course *in = &v->s.courses[c];
		struct term_hidden hidden;

		if (attainment_term_hide(v->db, &in->course, term, v->k, v->a, &hidden, v->e) < 0)
			return -1;
		in->hidden = hidden.all;
		for (size_t o = 0; o < in->outcome_count; o++)
			in->hidden = in->hidden || hidden.outcome[o];
		v->hidden = v->hidden || in->hidden;
	}
	return 0;
}

int attainment_programme_json(struct db *db, const char *programme, const struct attainment_options *o, struct arena *a,
    json_t *out, struct err *e)
{
	struct view v = { .db = db, .o = o, .k = attainment_k(o), .a = a, .e = e };
	json_t *courses = json_array(), *coverage = json_array();
	struct programme p;
	struct term term = { 0 };
	bool hide;
	int bad = json_object_set_new(out, "courses", courses) | json_object_set_new(out, "coverage", coverage);

	if (bad)
		return err_nomem(e);
	if (programme_get(db, programme, a, &p, e) < 0)
		return -1;
	if (o->term != NULL && *o->term != '\0' && term_get(db, o->term, a, &term, e) < 0)
		return -1;
	if (programme_scores_load(db, &p, term.id, a, &v.s, e) < 0 ||
	    indirect_load(db, p.id, o, a, &v.indirect, &v.indirect_count, e) < 0)
		return -1;
	if (term.id != NULL && !o->marks_right && term_hide(&v, term.id) < 0)
		return -1;
	hide = v.hidden || (v.s.students > 0 && v.s.students < v.k && !o->marks_right);
	bad |= json_object_set_new(out, "programme", programme_head_json(&p));
	bad |= json_object_set_new(out, "term", term.id != NULL ? term_head_json(&term) : json_null());
	bad |= json_object_set_new(out, "students", hide ? json_null() : json_integer((json_int_t)v.s.students));
	bad |= json_object_set_new(out, "state",
	    json_string(hide	       ? "suppressed"
		    : v.s.students > 0 ? "value"
				       : "no_data"));
	bad |= json_object_set_new(out, "k", json_integer((json_int_t)v.k));
	bad |= json_object_set_new(out, "all_outcomes", all_json(&v));
	if (bad)
		return err_nomem(e);
	if (outcomes_put(&v, out) < 0 || attainment_map_json(&v.s, v.k, o->marks_right, a, courses, e) < 0)
		return -1;
	return attainment_coverage(&v.s, v.indirect, v.indirect_count, coverage, e);
}
