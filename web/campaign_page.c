#include "web/campaign_page.h"

#include "core/clock.h"
#include "surveys/label.h"
#include "web/chart.h"
#include "web/view.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DAY_MS	   INT64_C(86400000)
#define VERY_HIGH  0.95 /* an alpha that says items were answered alike rather than measured well */
#define WEAK	   0.7
#define MANY_SHARE 0.1

static double agreement_of(const json_t *item)
{
	return json_number_value(json_object_get(json_object_get(item, "agreement"), "share"));
}

static int by_agreement(const void *a, const void *b)
{
	double x = agreement_of(*(json_t *const *)a), y = agreement_of(*(json_t *const *)b);

	return x < y ? 1 : x > y ? -1 : 0;
}

/* A new array of the same items, highest agreement first. */
static json_t *sorted(struct web_request *rq, const json_t *rows)
{
	size_t n = json_array_size(rows);
	json_t **order = ARENA_ARRAY(rq->arena, json_t *, n + 1), *out = json_array();

	for (size_t i = 0; order != NULL && i < n; i++)
		order[i] = json_array_get(rows, i);
	if (order != NULL && n > 0)
		qsort(order, n, sizeof *order, by_agreement);
	for (size_t i = 0; order != NULL && i < n; i++)
		json_array_append(out, order[i]);
	return out;
}

/* ---- marks that templates ask for ---- */

/* Says of every block with simulated responses that it has some: 0 counts as there in a template. */
static int mark_simulated(json_t *v)
{
	const json_t *n = json_object_get(v, "simulated");
	const char *key;
	json_t *child;
	int bad = 0;
	size_t i;

	if (json_is_array(v)) {
		json_array_foreach(v, i, child) {
			bad |= mark_simulated(child);
		}
	} else if (json_is_object(v)) {
		if (json_is_integer(n))
			bad |= json_object_set_new(v, "sim", json_boolean(json_integer_value(n) > 0));
		json_object_foreach(v, key, child) {
			bad |= mark_simulated(child);
		}
	}
	return bad;
}

static int mark_campaign(struct web_request *rq, json_t *c)
{
	const char *mode = json_string_value(json_object_get(c, "mode"));

	return json_object_set_new(c, "is_mode", json_pack("{s:b}", mode != NULL ? mode : "none", 1)) |
	    view_is(rq, c, "status") | view_is(rq, json_object_get(c, "rate"), "status");
}

int campaign_page_marks(struct web_request *rq, json_t *model)
{
	json_t *c = json_object_get(model, "campaign"), *withheld = json_object_get(model, "withheld");
	size_t i;
	int bad = mark_simulated(model);

	if (json_is_object(c))
		bad |= mark_campaign(rq, c);
	if (json_is_object(withheld))
		bad |= view_is(rq, withheld, "reason");
	if (json_is_string(json_object_get(json_array_get(json_object_get(model, "items"), 0), "opens_at"))) {
		json_array_foreach(json_object_get(model, "items"), i, c) {
			bad |= mark_campaign(rq, c);
		}
	}
	return bad;
}

/* ---- items of one response format ---- */

struct panel {
	struct web_request *rq;
	const struct instrument *q;
	const json_t *items;
	size_t format;
	unsigned char *done; /* by item */
	json_t *groups, *all;
};

static bool belongs(const struct panel *p, size_t i)
{
	const json_t *it = json_array_get(p->items, i);

	return !p->done[i] && json_is_array(json_object_get(it, "distribution")) &&
	    (size_t)json_integer_value(json_object_get(it, "format")) == p->format;
}

static void take(struct panel *p, size_t i, json_t *rows)
{
	json_t *it = json_array_get(p->items, i);

	p->done[i] = 1;
	json_array_append(rows, it);
	json_array_append(p->all, it);
}

static void add_group(struct panel *p, json_t *rows, const json_t *title)
{
	if (json_array_size(rows) > 0)
		json_array_append_new(p->groups,
		    json_pack("{s:o, s:o}", "title", title != NULL ? json_incref((json_t *)title) : json_null(), "rows",
			sorted(p->rq, rows)));
	json_decref(rows);
}

/* Scales first, then what belongs to none, by question. */
static void group_items(struct panel *p)
{
	for (size_t s = 0; s < p->q->scale_count; s++) {
		const struct instrument_scale *scale = &p->q->scales[s];
		json_t *rows = json_array();

		for (size_t j = 0; j < scale->item_count; j++)
			if (belongs(p, scale->items[j]))
				take(p, scale->items[j], rows);
		add_group(p, rows, scale->title);
	}
	for (size_t k = 0; k < p->q->question_count; k++) {
		const struct instrument_question *ask = &p->q->questions[k];
		json_t *rows = json_array();

		for (size_t i = ask->first_item; i < ask->first_item + ask->item_count; i++)
			if (belongs(p, i))
				take(p, i, rows);
		add_group(p, rows, ask->item_count > 1 ? ask->text : NULL);
	}
}

static bool speaks_of_agreement(const json_t *label)
{
	return strstr(label_text(label, "vi"), "đồng ý") != NULL || strstr(label_text(label, "en"), "agree") != NULL;
}

/* Ends of a scale that does not ask for agreement get their own words. */
static void name_ends(struct web_request *rq, json_t *scale, const json_t *labels)
{
	size_t n = json_array_size(labels);

	json_object_set_new(scale, "low", json_string(web_named(rq, json_array_get(labels, 0))));
	json_object_set_new(scale, "high", json_string(web_named(rq, json_array_get(labels, n - 1))));
	if (n % 2 == 1)
		json_object_set_new(scale, "mid", json_string(web_named(rq, json_array_get(labels, n / 2))));
}

static json_t *panel_json(struct panel *p, const json_t *format)
{
	const json_t *points = json_object_get(format, "points"), *point;
	json_t *labels = json_array(), *scale, *order;
	size_t n = json_array_size(points), i, count;
	bool agree;

	json_array_foreach(points, i, point) {
		json_array_append(labels, json_object_get(point, "label"));
	}
	agree = speaks_of_agreement(json_array_get(labels, n - 1));
	scale = chart_likert_fit(p->all, n, labels);
	if (!agree)
		name_ends(p->rq, scale, labels);
	json_decref(labels);
	order = sorted(p->rq, p->all);
	count = json_array_size(order);
	scale = json_pack("{s:o, s:b, s:b, s:O, s:I, s:O, s:O}", "likert_scale", scale, "agree", agree, "many",
	    count > 1, "groups", p->groups, "count", (json_int_t)count, "top", json_array_get(order, 0), "bottom",
	    json_array_get(order, count - 1));
	json_decref(order);
	return scale;
}

static json_t *panels_json(struct web_request *rq, const json_t *model, const struct instrument *q, unsigned char *done)
{
	json_t *panels = json_array(), *format;
	size_t f;

	json_array_foreach(json_object_get(model, "formats"), f, format) {
		struct panel p = { rq, q, json_object_get(model, "items"), f, done, json_array(), json_array() };
		size_t points = json_array_size(json_object_get(format, "points"));

		if (json_is_true(json_object_get(format, "scaled")) && points >= 2 && points <= CHART_POINTS) {
			group_items(&p);
			if (json_array_size(p.all) > 0)
				json_array_append_new(panels, panel_json(&p, format));
		}
		json_decref(p.groups);
		json_decref(p.all);
	}
	return panels;
}

/* ---- other items ---- */

static void set_bars(json_t *item, const json_t *format)
{
	const json_t *counts = json_object_get(item, "distribution"), *point;
	json_t *bars = json_array();
	size_t i;

	json_array_foreach(json_object_get(format, "points"), i, point) {
		json_array_append_new(bars,
		    json_pack("{s:O, s:O, s:O}", "label", json_object_get(point, "label"), "count",
			json_array_get(counts, i), "share", json_array_get(json_object_get(item, "shares"), i)));
	}
	json_object_set_new(item, "bars", bars);
}

static int set_others(json_t *model, const unsigned char *done)
{
	json_t *choices = json_array(), *numbers = json_array(), *texts = json_array(), *hidden = json_array(), *it;
	int bad = 0;
	size_t i;

	json_array_foreach(json_object_get(model, "items"), i, it) {
		const char *type = json_string_value(json_object_get(it, "type"));
		json_t *list = NULL;

		if (done[i])
			continue;
		if (json_is_string(json_object_get(it, "withheld")))
			list = hidden;
		else if (strcmp(type, "text") == 0)
			list = texts;
		else if (strcmp(type, "number") == 0)
			list = numbers;
		else if (json_is_array(json_object_get(it, "distribution")))
			list = choices;
		if (list == choices)
			set_bars(it,
			    json_array_get(json_object_get(model, "formats"),
				(size_t)json_integer_value(json_object_get(it, "format"))));
		if (list != NULL)
			bad |= json_array_append(list, it);
	}
	bad |= json_object_set_new(model, "choices", choices);
	bad |= json_object_set_new(model, "numbers", numbers);
	bad |= json_object_set_new(model, "texts", texts);
	bad |= json_object_set_new(model, "hidden_items", hidden);
	return bad;
}

/* ---- reliability and careless answers ---- */

static double alpha_of(const json_t *scale)
{
	const json_t *v = json_object_get(json_object_get(scale, "alpha"), "value");

	return json_is_number(v) ? json_number_value(v) : NAN;
}

static json_t *alphas_json(const json_t *scales)
{
	double low = INFINITY, high = -INFINITY;
	const json_t *s;
	size_t i;

	json_array_foreach(scales, i, s) {
		low = fmin(low, alpha_of(s));
		high = fmax(high, alpha_of(s));
	}
	if (!(low <= high))
		return json_null();
	return json_pack("{s:f, s:f, s:b, s:b, s:b}", "low", low, "high", high, "several", json_array_size(scales) > 1,
	    "very_high", high > VERY_HIGH, "weak", low < WEAK);
}

static int set_careless(json_t *model)
{
	json_t *careless = json_object_get(model, "careless"), *sides = json_array(), *s;
	const json_t *share = json_object_get(json_object_get(careless, "share"), "share"), *both;
	int bad = 0;
	size_t i;

	if (json_is_object(careless)) {
		both = json_object_get(careless, "sides");
		json_array_foreach(json_object_get(json_object_get(both, "all"), "scales"), i, s) {
			bad |= json_array_append_new(sides,
			    json_pack("{s:O, s:O, s:O}", "title", json_object_get(s, "title"), "all",
				json_object_get(s, "alpha"), "careful",
				json_object_get(json_array_get(json_object_get(json_object_get(both, "careful"),
								   "scales"),
						    i),
				    "alpha")));
		}
		bad |= json_object_set_new(careless, "any_straight",
		    json_boolean(json_integer_value(json_object_get(careless, "straight")) > 0));
		bad |= json_object_set_new(careless, "most", json_boolean(json_number_value(share) > 0.5));
		bad |= json_object_set_new(careless, "many", json_boolean(json_number_value(share) >= MANY_SHARE));
		if (json_is_array(json_object_get(careless, "by_value")))
			bad |= json_object_set(careless, "bars", json_object_get(careless, "by_value"));
	}
	bad |= json_object_set_new(model, "scale_sides", sides);
	return bad;
}

/* ---- groups, days, links ---- */

int campaign_compare_marks(json_t *block)
{
	const char *unit = json_string_value(json_object_get(block, "unit"));

	return json_object_set_new(block, "any_hidden",
		   json_boolean(json_integer_value(json_object_get(block, "hidden")) > 0)) |
	    json_object_set_new(block, "is_share", json_boolean(unit != NULL && strcmp(unit, "share") == 0));
}

static int set_groups(struct web_request *rq, json_t *model, const char *name, const char *field, const char *key,
    const char *word)
{
	json_t *block = json_object_get(model, name), *rows = json_object_get(block, "rows"), *row;
	const json_t *mean = json_object_get(json_object_get(block, "model"), "mean");
	const char *unit = json_string_value(json_object_get(block, "unit"));
	int bad = 0;
	size_t i;

	if (!json_is_object(block))
		return json_object_set_new(model, name, json_null());
	bad |= json_object_set_new(block, "group_scale",
	    chart_group_fit(rows, json_is_number(mean) ? json_number_value(mean) : NAN,
		unit != NULL && strcmp(unit, "share") == 0));
	json_array_foreach(rows, i, row) {
		bad |= json_object_set_new(row, "href",
		    json_string(view_address(rq, field, json_string_value(json_object_get(row, key)))));
	}
	bad |= view_is(rq, rows, "direction");
	bad |= json_object_set(block, "word", json_object_get(json_object_get(model, "campaign"), word));
	bad |= campaign_compare_marks(block);
	bad |= json_object_set_new(block, "cut",
	    json_boolean((json_int_t)json_array_size(rows) < json_integer_value(json_object_get(block, "own"))));
	return bad;
}

static json_t *curve_json(const json_t *model, const struct campaign *c)
{
	const json_t *rate = json_object_get(json_object_get(model, "campaign"), "rate"), *day;
	const json_t *invited = json_object_get(rate, "invited"), *days = json_object_get(model, "days");
	json_t *points = json_array();
	size_t i;

	if (!json_is_integer(invited) || json_integer_value(invited) < 1 || json_array_size(days) < 2) {
		json_decref(points);
		return json_null();
	}
	json_array_foreach(days, i, day) {
		int64_t at = clock_parse(json_string_value(json_object_get(day, "date")));
		double people = json_number_value(json_object_get(day, "cumulative_people"));

		json_array_append_new(points,
		    json_pack("{s:I, s:f}", "day", (json_int_t)((at - c->opens_at) / DAY_MS), "share",
			fmin(1, people / json_number_value(invited))));
	}
	return json_pack("{s:o, s:O, s:O, s:O, s:[]}", "points", points, "goal", json_object_get(rate, "goal"),
	    "responses", json_object_get(rate, "people"), "invited", invited, "reminders");
}

/* The unit or target chosen, for the line that says what is shown, and for links that keep it. */
static int set_chosen(struct web_request *rq, json_t *model)
{
	const char *unit = json_string_value(json_object_get(model, "unit"));
	const char *target = json_string_value(json_object_get(model, "target"));
	const json_t *label = json_object_get(model, "chosen");
	const char *more = "";
	int bad;

	if (target != NULL && *target != '\0')
		more = view_address(rq, "part", NULL) + strlen(rq->path);
	else if (unit != NULL && *unit != '\0')
		more = view_address(rq, "part", NULL) + strlen(rq->path);
	bad = json_object_set_new(model, "clear_href", *more != '\0' ? json_string(rq->path) : json_null());
	bad |= json_object_set_new(model, "chosen_label", label != NULL ? json_incref((json_t *)label) : json_null());
	bad |= json_object_set_new(model, "comments_query", json_string(*more == '?' ? more + 1 : ""));
	bad |= json_object_set_new(model, "targets_query", json_string(*more == '?' && target == NULL ? more : ""));
	return bad;
}

static int set_figures(struct web_request *rq, json_t *model, const struct instrument *q)
{
	unsigned char *done = ARENA_ARRAY(rq->arena, unsigned char, q->item_count + 1);
	int bad;

	if (done == NULL)
		return -1;
	bad = json_object_set_new(model, "panels", panels_json(rq, model, q, done));
	bad |= set_others(model, done);
	bad |= json_object_set_new(model, "alphas", alphas_json(json_object_get(model, "scales")));
	bad |= set_careless(model);
	return bad;
}

int campaign_page_parts(struct web_request *rq, json_t *model, const struct campaign *c, const struct instrument *q,
    struct err *e)
{
	const char *title = web_named(rq, json_object_get(json_object_get(model, "campaign"), "title"));
	int bad = set_figures(rq, model, q);

	bad |= set_groups(rq, model, "units", "unit", "code", "unit_word");
	bad |= set_groups(rq, model, "targets", "target", "id", "target_word");
	bad |= json_object_set_new(model, "curve", curve_json(model, c));
	bad |= json_object_set_new(model, "part_links",
	    json_pack("{s:s, s:s, s:b}", "all", view_address(rq, "part", NULL), "careful",
		view_address(rq, "part", "careful"), "is_careful",
		strcmp(json_string_value(json_object_get(model, "part")), "careful") == 0));
	bad |= json_object_set_new(model, "aggregate", json_boolean(c->origin == CAMPAIGN_AGGREGATE));
	bad |= json_object_set_new(model, "has_targets",
	    json_boolean(json_is_object(json_object_get(model, "rate_targets")) ||
		json_is_object(json_object_get(model, "targets"))));
	bad |= set_chosen(rq, model);
	bad |= campaign_page_marks(rq, model);
	bad |= view_heading(rq, model, title, NULL, "/campaigns", web_tr(rq, "Campaigns"), NULL);
	bad |= view_exports(rq, model, arena_fmt(rq->arena, "/api/v1/campaigns/%s/statistics", c->code), true);
	return bad == 0 ? 0 : err_nomem(e);
}
