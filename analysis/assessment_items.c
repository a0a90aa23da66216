/* Item analysis of one assessment: attainment.h, assessment_items_json(). */
#include "analysis/attainment.h"

#include "analysis/attainment_parts.h"
#include "analysis/attainment_terms.h"
#include "analysis/estimate.h"
#include "analysis/figures.h"
#include "analysis/fingerprint.h"
#include "analysis/stats/test/items.h"
#include "analysis/stats/scale/reliability.h"
#include "analysis/stats/work.h"
#include "surveys/label.h"

#include <math.h>
#include <string.h>

#define REFERENCE_ITEMS "Classical test theory: Kuder & Richardson 1937; Cronbach 1951; Feldt et al. 1987"
#define TOTAL_BINS	20

struct view {
	struct db *db;
	struct results r;
	size_t k;
	bool marks_right;
	struct term_hidden hidden; /* by the course's outcomes */
	bool *item_hidden;
	bool whole_hidden;    /* totals, and what rests on students with every mark */
	struct an_view marks; /* marks under the missing rule: cells that count */
	double *most;
	bool binary; /* every mark 0 or the item's one point */
	struct an_items all;
	struct an_item *items;
	struct an_alpha alpha;
	struct an_alpha_item *alpha_items;
	enum an_status items_status, alpha_status;
	struct an_work *work;
	struct arena *a;
	struct err *e;
};

static int compute(struct view *v)
{
	size_t n = v->r.students, k = v->r.item_count;
	struct an_pairs *pairs;

	v->marks = (struct an_view){ v->r.score, v->r.counts, n, k, k };
	v->most = ARENA_ARRAY(v->a, double, k + 1);
	v->items = ARENA_ARRAY(v->a, struct an_item, k + 1);
	v->alpha_items = ARENA_ARRAY(v->a, struct an_alpha_item, k + 1);
	v->items_status = v->alpha_status = AN_ETOOFEW;
	if (arena_failed(v->a))
		return err_nomem(v->e);
	v->binary = k > 0;
	for (size_t j = 0; j < k; j++) {
		v->most[j] = v->r.items[j].max;
		v->binary = v->binary && v->most[j] == 1;
	}
	for (size_t i = 0; v->binary && i < n * k; i++)
		v->binary = v->r.counts[i] != AN_PRESENT || v->r.score[i] == 0 || v->r.score[i] == 1;
	if (k == 0 || k > AN_PAIRS_MOST || n == 0)
		return 0;
	v->items_status = an_items(v->marks, v->most, v->work, &v->all, v->items);
	pairs = an_pairs_new(k);
	if (pairs == NULL)
		return err_nomem(v->e);
	v->alpha_status = an_pairs_centre(pairs, v->marks);
	if (v->alpha_status == AN_OK)
		v->alpha_status = an_pairs_add_view(pairs, v->marks);
	if (v->alpha_status == AN_OK)
		v->alpha_status = an_alpha(pairs, AN_LISTWISE, ATTAINMENT_LEVEL, v->work, &v->alpha, v->alpha_items);
	an_pairs_free(pairs);
	return 0;
}

static bool serves_hidden(const struct view *v, const struct result_item *it, const struct outcome *o, size_t outcomes)
{
	for (size_t l = 0; l < it->link_count; l++)
		for (size_t i = 0; i < outcomes; i++)
			if (strcmp(o[i].id, it->links[l].outcome) == 0 && v->hidden.outcome[i])
				return true;
	return false;
}

/* For readers without the right to see marks: items that few have a mark of their own on (those set
 * to 0 by the rule hide nobody), and the totals where few have every mark or where they would give a
 * hidden item away. */
static int hide(struct view *v, const struct outcome *o, size_t outcomes)
{
	size_t k = v->r.item_count;

	v->item_hidden = ARENA_ARRAY(v->a, bool, k + 1);
	if (v->item_hidden == NULL)
		return err_nomem(v->e);
	if (v->marks_right)
		return 0;
	v->whole_hidden = v->items_status == AN_OK && v->all.used > 0 && v->all.used < v->k;
	for (size_t j = 0; j < k; j++) {
		size_t n = 0;

		for (size_t i = 0; i < v->r.students; i++)
			n += v->r.state[i * k + j] == RESULT_PRESENT;
		v->item_hidden[j] = (n > 0 && n < v->k) || serves_hidden(v, &v->r.items[j], o, outcomes);
		v->whole_hidden = v->whole_hidden || v->item_hidden[j];
	}
	return 0;
}

/* zeros: cells that the missing rule counts as 0 marks; without: students with no mark of their own */
static json_t *states_json(const struct view *v, size_t j, size_t *zeros, size_t *without)
{
	size_t by[RESULT_STATES] = { 0 }, right = 0;
	json_t *out = json_object();

	*zeros = 0;
	for (size_t i = 0; i < v->r.students; i++) {
		size_t at = i * v->r.item_count + j;

		by[v->r.state[at]]++;
		right += v->r.state[at] == RESULT_PRESENT && v->r.score[at] >= v->most[j];
		*zeros += v->r.state[at] != RESULT_PRESENT && v->r.counts[at] == AN_PRESENT;
	}
	*without = v->r.students - by[RESULT_PRESENT];
	json_object_set_new(out, "full_marks", json_integer((json_int_t)right));
	json_object_set_new(out, "less", json_integer((json_int_t)(by[RESULT_PRESENT] - right)));
	for (int s = 1; s < RESULT_STATES; s++)
		if (by[s] > 0)
			json_object_set_new(out, result_state_name((enum result_state)s),
			    json_integer((json_int_t)by[s]));
	return out;
}

static json_t *real_or_null(bool has, double x)
{
	return has ? estimate_number(x) : json_null();
}

static json_t *links_json(const struct result_item *it, const struct outcome *o, size_t n)
{
	json_t *list = json_array();

	for (size_t l = 0; l < it->link_count; l++)
		for (size_t i = 0; i < n; i++)
			if (strcmp(o[i].id, it->links[l].outcome) == 0)
				json_array_append_new(list,
				    json_pack("{s:s, s:s, s:o, s:f}", "id", o[i].id, "code", o[i].code, "name",
					label_parse(o[i].name), "weight", it->links[l].weight));
	return list;
}

static int item_figures_put(const struct view *v, size_t j, json_t *to)
{
	const struct an_item *it = &v->items[j];
	bool ok = v->items_status == AN_OK && it->n > 0;
	bool of_whole = ok && !v->whole_hidden;
	bool drop = !v->whole_hidden && v->alpha_status == AN_OK && v->alpha_items[j].has_drop;
	bool extremes = of_whole && v->all.group > 0 && (v->marks_right || v->all.group >= v->k);
	size_t zeros, without;
	int bad = json_object_set_new(to, "states", states_json(v, j, &zeros, &without));

	bad |= json_object_set_new(to, "n_used", json_integer(ok ? (json_int_t)it->n : 0));
	bad |= json_object_set_new(to, "no_mark", json_integer((json_int_t)without));
	bad |= json_object_set_new(to, "counted_as_zero", json_integer((json_int_t)zeros));
	bad |= json_object_set_new(to, "mean", real_or_null(ok, it->mean));
	bad |= json_object_set_new(to, "difficulty", real_or_null(ok, it->difficulty));
	bad |= json_object_set_new(to, "sd", real_or_null(ok && it->has_sd, it->sd));
	bad |= json_object_set_new(to, "r_total", real_or_null(of_whole && it->has_r_total, it->r_total));
	bad |= json_object_set_new(to, "discrimination", real_or_null(of_whole && it->has_r_rest, it->r_rest));
	bad |= json_object_set_new(to, "upper_lower", real_or_null(extremes, it->upper_lower));
	bad |= json_object_set_new(to, "alpha_if_dropped", real_or_null(drop, drop ? v->alpha_items[j].drop.raw : 0));
	return bad;
}

static int items_put(const struct view *v, const struct outcome *o, size_t outcomes, json_t *list)
{
	int bad = 0;

	for (size_t j = 0; j < v->r.item_count; j++) {
		const struct result_item *it = &v->r.items[j];
		json_t *one = json_pack("{s:s, s:s, s:o, s:f, s:o, s:s}", "id", it->id, "code", it->code, "name",
		    label_parse(it->name), "max", it->max, "outcomes", links_json(it, o, outcomes), "state",
		    v->item_hidden[j]	    ? "suppressed"
			: v->r.students > 0 ? "value"
					    : "no_data");
		if (one != NULL && !v->item_hidden[j] && v->r.students > 0)
			bad |= item_figures_put(v, j, one);
		bad |= json_array_append_new(list, one);
	}
	return bad ? err_nomem(v->e) : 0;
}

static json_t *reliability_json(const struct view *v)
{
	if (v->alpha_status != AN_OK || v->whole_hidden)
		return json_pack("{s:s, s:n, s:n, s:I, s:n, s:n, s:s}", "method", v->binary ? "kr20" : "cronbach_alpha",
		    "alpha", "interval", "items", (json_int_t)v->r.item_count, "n_used", "sem", "reason",
		    v->whole_hidden	      ? "suppressed"
			: v->r.item_count < 2 ? "one_item"
					      : an_status_name(v->alpha_status));
	/* the error of the total, which is the mean score times the items */
	return json_pack("{s:s, s:f, s:o, s:s, s:I, s:I, s:f, s:n}", "method", v->binary ? "kr20" : "cronbach_alpha",
	    "alpha", v->alpha.total.raw, "interval", estimate_interval(v->alpha.interval.lo, v->alpha.interval.hi),
	    "interval_method", "feldt", "items", (json_int_t)v->r.item_count, "n_used", (json_int_t)v->alpha.used,
	    "sem", v->alpha.sem * (double)v->r.item_count, "reason");
}

/* Whole marks where the total allows it: one bin a mark up to 60, else TOTAL_BINS equal ones. */
static json_t *histogram_json(const double *total, size_t n, double most)
{
	size_t bins = most == floor(most) && most <= 60 ? (size_t)most + 1 : TOTAL_BINS;
	double width = bins == TOTAL_BINS && most > 60 ? most / TOTAL_BINS
	    : bins == (size_t)most + 1		       ? 1
						       : most / TOTAL_BINS;
	size_t count[64] = { 0 };
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++) {
		size_t at = total[i] < 0 ? 0 : (size_t)(total[i] / width + 1e-9);

		count[at >= bins ? bins - 1 : at]++;
	}
	for (size_t b = 0; b < bins; b++)
		json_array_append_new(list,
		    json_pack("{s:f, s:f, s:I}", "from", (double)b * width, "to", (double)(b + 1) * width, "count",
			(json_int_t)count[b]));
	return list;
}

static json_t *totals_json(const struct view *v)
{
	double *total = ARENA_ARRAY(v->a, double, v->r.students + 1), most = 0;
	size_t n = 0;

	for (size_t j = 0; j < v->r.item_count; j++)
		most += v->most[j];
	if (v->whole_hidden)
		return json_pack("{s:s, s:f}", "state", "suppressed", "max", most);
	if (total == NULL || v->items_status != AN_OK || an_totals(v->marks, total, &n) != AN_OK)
		return json_pack("{s:s, s:f}", "state", "no_data", "max", most);
	return json_pack("{s:s, s:f, s:I, s:f, s:f, s:o, s:{s:I}}", "state", "value", "max", most, "n_used",
	    (json_int_t)n, "mean", v->all.total_mean, "sd", v->all.total_sd, "histogram",
	    json_pack("{s:o}", "bins", histogram_json(total, n, most)), "n_missing", "total",
	    (json_int_t)(v->r.students - n));
}

/* Mean total of each section, over students with every mark. */
static json_t *sections_json(const struct view *v)
{
	size_t g = v->r.section_count, *n = ARENA_ARRAY(v->a, size_t, g + 1), loose = 0;
	double *mean = ARENA_ARRAY(v->a, double, g + 1);
	bool *hidden = ARENA_ARRAY(v->a, bool, g + 1);
	json_t *list = json_array();

	if (n == NULL || mean == NULL || hidden == NULL)
		return NULL;
	for (size_t i = 0; i < v->r.students; i++) {
		size_t in = v->r.section[i];
		bool whole = true;
		double total = 0;

		for (size_t j = 0; j < v->r.item_count; j++) {
			whole = whole && v->r.counts[i * v->r.item_count + j] == AN_PRESENT;
			total += v->r.score[i * v->r.item_count + j];
		}
		loose += whole && in == RESULT_NO_SECTION;
		if (!whole || in == RESULT_NO_SECTION)
			continue;
		n[in]++;
		mean[in] += (total - mean[in]) / (double)n[in];
	}
	for (size_t s = 0; s < g; s++)
		hidden[s] = v->whole_hidden && n[s] > 0;
	if (!v->marks_right)
		figure_suppress(n, hidden, g, loose, v->k);
	for (size_t s = 0; s < g; s++)
		json_array_append_new(list,
		    json_pack("{s:s, s:s, s:o, s:s, s:o, s:o}", "id", v->r.sections[s].id, "code",
			v->r.sections[s].code, "name", label_parse(v->r.sections[s].name), "state",
			hidden[s]      ? "suppressed"
			    : n[s] > 0 ? "value"
				       : "no_data",
			"n_used", hidden[s] ? json_null() : json_integer((json_int_t)n[s]), "mean_total",
			real_or_null(!hidden[s] && n[s] > 0, mean[s])));
	return list;
}

static json_t *fingerprint_json(const struct view *v)
{
	char text[FINGERPRINT_SIZE];
	struct fingerprint f;

	fingerprint_begin(&f, "assessment.item_analysis");
	fingerprint_text(&f, missing_policy_name(v->r.assessments[0].policy));
	for (size_t j = 0; j < v->r.item_count; j++) {
		fingerprint_text(&f, v->r.items[j].id);
		fingerprint_real(&f, v->r.items[j].max);
	}
	fingerprint_bytes(&f, v->r.digest, sizeof v->r.digest);
	fingerprint_end(&f, text);
	return json_string(text);
}

static int everything(struct view *v, json_t *out)
{
	const struct assessment *s = &v->r.assessments[0];
	json_t *items = json_array();
	struct course course;
	struct outcome *o;
	size_t outcomes;
	bool few;
	int bad = json_object_set_new(out, "items", items);

	if (bad)
		return err_nomem(v->e);
	if (course_get(v->db, s->course, v->a, &course, v->e) < 0 ||
	    course_outcomes(v->db, &course, v->a, &o, &outcomes, v->e) < 0)
		return -1;
	if (!v->marks_right && attainment_term_hide(v->db, &course, s->term.id, v->k, v->a, &v->hidden, v->e) < 0)
		return -1;
	few = !v->marks_right && v->r.students > 0 && (v->hidden.all || v->r.students < v->k);
	bad |= json_object_set_new(out, "assessment", assessment_head_json(s, few));
	bad |= json_object_set_new(out, "course", course_head_json(&course));
	bad |= json_object_set_new(out, "state",
	    json_string(few		? "suppressed"
		    : v->r.students > 0 ? "value"
					: "no_data"));
	bad |= json_object_set_new(out, "k", json_integer((json_int_t)v->k));
	bad |= json_object_set_new(out, "method", json_string("classical_item_analysis"));
	bad |= json_object_set_new(out, "reference", json_string(REFERENCE_ITEMS));
	if (bad || few)
		return bad ? err_nomem(v->e) : 0;
	if (compute(v) < 0 || hide(v, o, outcomes) < 0)
		return -1;
	bad |= json_object_set_new(out, "n_used",
	    v->whole_hidden ? json_null() : json_integer(v->items_status == AN_OK ? (json_int_t)v->all.used : 0));
	bad |= json_object_set_new(out, "reliability", reliability_json(v));
	bad |= json_object_set_new(out, "totals", totals_json(v));
	bad |= json_object_set_new(out, "sections", sections_json(v));
	bad |= json_object_set_new(out, "fingerprint", fingerprint_json(v));
	return bad ? err_nomem(v->e) : items_put(v, o, outcomes, items);
}

int assessment_items_json(struct db *db, const char *assessment, const struct attainment_options *o, struct arena *a,
    json_t *out, struct err *e)
{
	struct view v = { .db = db, .k = attainment_k(o), .marks_right = o->marks_right, .a = a, .e = e };
	int rc;

	v.work = an_work_new(0);
	if (v.work == NULL)
		return err_nomem(e);
	rc = results_load_assessment(db, assessment, a, &v.r, e);
	if (rc == 0)
		rc = results_sections_keep(db, o->lecturer, a, &v.r, e);
	if (rc == 0)
		rc = everything(&v, out);
	an_work_free(v.work);
	return rc;
}
