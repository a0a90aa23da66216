#include "web/form_view.h"

#include "core/clock.h"
#include "surveys/label.h"
#include "surveys/target.h"
#include "web/locale.h"
#include "web/urlencoded.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static void put(json_t *o, const char *key, const char *text)
{
	json_object_set_new(o, key, text == NULL ? json_null() : json_string(text));
}

static void put_label(struct web_request *rq, json_t *o, const char *key, const json_t *label)
{
	const char *text = label == NULL ? "" : label_text(label, rq->lang);

	put(o, key, *text == '\0' ? NULL : text);
}

/* The text of a label that the store keeps as JSON, in the arena. */
static const char *stored_text(struct web_request *rq, const char *stored)
{
	json_t *label = label_parse(stored);
	const char *text = arena_strdup(rq->arena, label_text(label, rq->lang));

	json_decref(label);
	return text == NULL ? "" : text;
}

const char *form_href(struct web_request *rq, const struct campaign_open *open, const char *lang, const char *target,
    const char *invitation)
{
	const char *const names[] = { "lang", "t", "i" }, *const values[] = { lang, target, invitation };
	char *href = arena_fmt(rq->arena, "/s/%s", urlencoded_value(rq->arena, open->c.code));
	char between = '?';

	for (size_t i = 0; i < 3 && href != NULL; i++) {
		if (values[i] == NULL)
			continue;
		href =
		    arena_fmt(rq->arena, "%s%c%s=%s", href, between, names[i], urlencoded_value(rq->arena, values[i]));
		between = '&';
	}
	return href == NULL ? "" : href;
}

/* Language links, or buttons of the form when it was posted. */
static json_t *languages(struct web_request *rq, const struct campaign_open *open, const char *target,
    const char *invitation, bool posted)
{
	static const struct {
		const char *lang, *code, *name;
	} known[] = { { "vi", "VI", "Tiếng Việt" }, { "en", "EN", "English" } };
	json_t *list = json_array();

	for (size_t i = 0; i < 2; i++) {
		json_t *one;

		if (open != NULL && !instrument_has_language(open->instrument, known[i].lang))
			continue;
		one = json_object();
		put(one, "lang", known[i].lang);
		put(one, "code", known[i].code);
		put(one, "name", known[i].name);
		put(one, "label", known[i].name);
		json_object_set_new(one, "current", json_boolean(strcmp(rq->lang, known[i].lang) == 0));
		json_object_set_new(one, "button", json_boolean(posted));
		put(one, "href",
		    open == NULL ? arena_fmt(rq->arena, "?lang=%s", known[i].lang)
				 : form_href(rq, open, known[i].lang, target, invitation));
		json_array_append_new(list, one);
	}
	return list;
}

/* What every page of a form has. */
static json_t *frame(struct web_request *rq, const struct campaign_open *open, const struct campaign_target_ref *target,
    const char *invitation, bool posted)
{
	json_t *m = json_object(), *meta = json_array();
	const char *title = open == NULL ? web_tr(rq, "Survey") : stored_text(rq, open->c.title);

	put(m, "title", title);
	put(m, "survey", title);
	if (target != NULL) {
		const char *unit = stored_text(rq, target->unit_label);

		json_array_append_new(meta, json_string(stored_text(rq, target->label)));
		if (*unit != '\0')
			json_array_append_new(meta, json_string(unit));
	}
	json_object_set_new(m, "meta", meta);
	json_object_set_new(m, "lang_links",
	    languages(rq, open, target == NULL ? NULL : target->id, invitation, posted));
	put(m, "draft_done", NULL);
	put(m, "changes_href", NULL);
	json_object_set_new(m, "script", json_false());
	return m;
}

static json_t *anonymity(struct web_request *rq, const struct campaign *c)
{
	json_t *o = json_object();

	json_object_set_new(o, "anonymous", json_boolean(c->mode == CAMPAIGN_ANONYMOUS));
	json_object_set_new(o, "confidential", json_boolean(c->mode == CAMPAIGN_CONFIDENTIAL));
	json_object_set_new(o, "identified", json_boolean(c->mode == CAMPAIGN_IDENTIFIED));
	json_object_set_new(o, "k", json_integer(c->k));
	put(o, "unit", web_tr(rq, "The quality office"));
	return o;
}

/* ---- questions ---- */

static json_t *option(struct web_request *rq, const char *code, size_t n, const char *value, const char *label,
    bool checked)
{
	json_t *o = json_object();

	put(o, "id", arena_fmt(rq->arena, "%s-%zu", code, n));
	put(o, "value", value);
	put(o, "label", label);
	json_object_set_new(o, "checked", json_boolean(checked));
	return o;
}

/* "Not applicable", apart from the options; an empty list where it is not offered. */
static json_t *apart(struct web_request *rq, const struct form_state *s, size_t i, size_t n, const char *value)
{
	const struct instrument_item *it = &s->q->items[i];
	json_t *list = json_array();

	if (it->offers_na)
		json_array_append_new(list,
		    option(rq, it->code, n, value,
			it->na_label == NULL ? web_tr(rq, "Not applicable") : label_text(it->na_label, rq->lang),
			s->answers[i].why == ANSWER_NOT_APPLICABLE));
	return list;
}

static void card_choice(struct web_request *rq, json_t *card, const struct form_state *s, size_t i)
{
	const struct instrument_item *it = &s->q->items[i];
	json_t *options = json_array();
	char value[32];

	for (size_t p = 0; p < it->point_count; p++) {
		bool checked = s->answers[i].why == ANSWER_GIVEN && s->answers[i].point == p;

		snprintf(value, sizeof value, "%.15g", it->points[p].value);
		json_array_append_new(options,
		    option(rq, it->code, p + 1, value, label_text(it->points[p].label, rq->lang), checked));
	}
	json_object_set_new(card, "options", options);
	json_object_set_new(card, "apart", apart(rq, s, i, it->point_count + 1, "na"));
	json_object_set_new(card, "multiple", json_false());
	json_object_set_new(card, "strip", json_boolean(it->type == ITEM_MATRIX && it->point_count <= 11));
	json_object_set_new(card, "many", json_boolean(it->point_count >= 8));
}

static void card_typed(struct web_request *rq, json_t *card, const struct form_state *s, size_t i)
{
	const struct instrument_item *it = &s->q->items[i];
	json_t *na = apart(rq, s, i, 2, "1");
	json_t *of_text = json_object();

	put(card, "id", arena_fmt(rq->arena, "%s-1", it->code));
	put(card, "value", s->items[i].typed);
	json_object_set_new(card, "long", json_boolean(it->type == ITEM_TEXT));
	json_object_set_new(card, "numeric", json_boolean(it->type == ITEM_NUMBER));
	json_object_set_new(card, "max", json_integer(it->type == ITEM_TEXT ? (json_int_t)it->max_chars : 20));
	/* the checkbox has a name and a kind of its own */
	put(of_text, "name", arena_fmt(rq->arena, "%s.na", it->code));
	json_object_set_new(of_text, "multiple", json_true());
	if (json_array_size(na) > 0)
		json_object_update(json_array_get(na, 0), of_text);
	json_decref(of_text);
	json_object_set_new(card, "apart", na);
}

/* Where everything may be left out, saying so at each question would only be noise. */
static bool some_required(const struct instrument *q)
{
	for (size_t i = 0; i < q->item_count; i++)
		if (q->items[i].required)
			return true;
	return false;
}

static json_t *card_of(struct web_request *rq, const struct form_state *s, size_t i)
{
	const struct instrument_item *it = &s->q->items[i];
	const struct instrument_question *question = &s->q->questions[it->question];
	bool typed = it->type == ITEM_TEXT || it->type == ITEM_NUMBER;
	json_t *card = json_object();

	json_object_set_new(card, "choice", json_boolean(!typed));
	json_object_set_new(card, "typed", json_boolean(typed));
	put(card, "key", arena_fmt(rq->arena, "%s-q", it->code));
	put(card, "name", it->code);
	json_object_set_new(card, "number", json_integer((json_int_t)i + 1));
	json_object_set_new(card, "all", json_integer((json_int_t)s->q->item_count));
	put(card, "text", label_text(it->label, rq->lang));
	put_label(rq, card, "unit", question->unit);
	json_object_set_new(card, "optional", json_boolean(!it->required && some_required(s->q)));
	put_label(rq, card, "hint", it->type == ITEM_MATRIX ? NULL : question->hint);
	put(card, "error", s->items[i].fault);
	if (typed)
		card_typed(rq, card, s, i);
	else
		card_choice(rq, card, s, i);
	return card;
}

static json_t *questions_of(struct web_request *rq, const struct form_state *s)
{
	const struct instrument_page *page = &s->q->pages[s->page];
	json_t *list = json_array();

	for (size_t j = 0; j < page->question_count; j++) {
		const struct instrument_question *question = &s->q->questions[page->first_question + j];
		bool matrix = question->type == ITEM_MATRIX;
		json_t *one = json_object(), *cards = json_array();

		put_label(rq, one, "ask", matrix ? question->text : NULL);
		put_label(rq, one, "ask_hint", matrix ? question->hint : NULL);
		for (size_t i = 0; i < question->item_count; i++)
			json_array_append_new(cards, card_of(rq, s, question->first_item + i));
		json_object_set_new(one, "cards", cards);
		json_array_append_new(list, one);
	}
	return list;
}

/* ---- hidden fields, faults ---- */

static void hide(json_t *list, const char *name, const char *value)
{
	if (value != NULL && *value != '\0')
		json_array_append_new(list, json_pack("{s:s, s:s}", "name", name, "value", value));
}

static json_t *hidden_of(struct web_request *rq, const struct form_state *s)
{
	json_t *list = json_array();

	hide(list, "_id", s->id);
	hide(list, "_page", arena_fmt(rq->arena, "%zu", s->page));
	hide(list, "_target", s->target == NULL ? NULL : s->target->id);
	hide(list, "_invitation", s->invitation);
	for (size_t i = 0; i < s->q->item_count; i++) {
		const struct instrument_item *it = &s->q->items[i];

		if (it->page == s->page)
			continue;
		hide(list, it->code, s->items[i].typed);
		if (s->items[i].not_applicable)
			hide(list, arena_fmt(rq->arena, "%s.na", it->code), "1");
	}
	return list;
}

static void faults_of(struct web_request *rq, json_t *m, const struct form_state *s)
{
	json_t *list = json_array();
	const char *title = NULL;
	char count[24];

	for (size_t i = 0; i < s->q->item_count; i++) {
		const struct instrument_item *it = &s->q->items[i];

		if (s->items[i].fault != NULL && it->page == s->page)
			json_array_append_new(list,
			    json_pack("{s:s, s:s}", "href", arena_fmt(rq->arena, "#%s-1", it->code), "text",
				s->items[i].fault));
	}
	if (json_array_size(list) > 0) {
		snprintf(count, sizeof count, "%zu", json_array_size(list));
		title = json_array_size(list) == 1
		    ? web_tr(rq, "One question still needs your answer")
		    : form_fill(rq->arena, web_tr(rq, "{1} questions still need your answer"), count, "");
		put(m, "title",
		    arena_fmt(rq->arena, "%s %s – %s", web_tr(rq, "Error:"), title,
			json_string_value(json_object_get(m, "survey"))));
	}
	put(m, "error_title", title);
	json_object_set_new(m, "errors", list);
}

static json_t *progress_of(const struct form_state *s)
{
	size_t elsewhere = form_state_answered(s, s->page, true);

	return json_pack("{s:I, s:I, s:I, s:I, s:I}", "page", (json_int_t)s->page + 1, "pages",
	    (json_int_t)s->q->page_count, "done", (json_int_t)(elsewhere + form_state_answered(s, s->page, false)),
	    "all", (json_int_t)s->q->item_count, "elsewhere", (json_int_t)elsewhere);
}

json_t *form_view_page(struct web_request *rq, const struct form_state *s, const struct form_alert *alert, bool posted,
    struct err *e)
{
	json_t *m = frame(rq, s->open, s->target, s->invitation, posted);
	const struct instrument_page *page = &s->q->pages[s->page];
	const char *target = s->target == NULL ? "" : s->target->id;

	json_object_set_new(m, "script", json_true());
	json_object_set_new(m, "anonymity", anonymity(rq, &s->open->c));
	json_object_set_new(m, "progress", progress_of(s));
	put(m, "action", form_href(rq, s->open, rq->lang, NULL, NULL));
	put(m, "draft", arena_fmt(rq->arena, "%s.%s", s->open->c.id, target));
	json_object_set_new(m, "hidden", hidden_of(rq, s));
	put_label(rq, m, "intro", s->page == 0 ? s->q->intro : NULL);
	put_label(rq, m, "page_title", page->title);
	json_object_set_new(m, "questions", questions_of(rq, s));
	json_object_set_new(m, "back", json_boolean(s->page > 0));
	json_object_set_new(m, "last", json_boolean(s->page + 1 == s->q->page_count));
	faults_of(rq, m, s);
	json_object_set_new(m, "alert",
	    alert == NULL ? json_null() : json_pack("{s:s, s:s}", "title", alert->title, "text", alert->text));
	if (m == NULL || arena_failed(rq->arena)) {
		json_decref(m);
		err_nomem(e);
		return NULL;
	}
	return m;
}

json_t *form_view_receipt(struct web_request *rq, const struct campaign_open *open,
    const struct campaign_target_ref *target, const char *receipt, struct err *e)
{
	json_t *m = frame(rq, open, target, NULL, false);

	put(m, "title", web_tr(rq, "Your answers have arrived"));
	put(m, "receipt", receipt);
	json_object_set_new(m, "anonymous", json_boolean(open->c.mode == CAMPAIGN_ANONYMOUS));
	json_object_set_new(m, "lang_links", json_array()); /* a link would lose the receipt */
	json_object_set_new(m, "script", json_true());
	put(m, "draft_done", arena_fmt(rq->arena, "%s.%s", open->c.id, target == NULL ? "" : target->id));
	put(m, "another",
	    open->c.audience == CAMPAIGN_OPEN_TO_ALL && open->target_count > 1 ? form_href(rq, open, NULL, NULL, NULL)
									       : NULL);
	if (m == NULL || arena_failed(rq->arena)) {
		json_decref(m);
		err_nomem(e);
		return NULL;
	}
	return m;
}

/* ---- instead of a form ---- */

static void put_time(json_t *m, const char *key, int64_t ms)
{
	char iso[32];

	clock_iso(ms, iso, sizeof iso);
	put(m, key, iso);
}

static const char *notice_title(struct web_request *rq, enum form_notice what)
{
	static const char *const titles[] = {
		[FORM_UNKNOWN] = N_("There is no survey at this address"),
		[FORM_PLANNED] = N_("This survey has not opened yet"),
		[FORM_CLOSED] = N_("This survey has closed"),
		[FORM_NEEDS_LINK] = N_("This survey is for invited people"),
		[FORM_ANSWERED] = N_("This invitation has been used"),
		[FORM_OTHER_ANSWERS] = N_("Other answers were already sent from this page"),
	};
	return web_tr(rq, titles[what]);
}

json_t *form_view_notice(struct web_request *rq, enum form_notice what, const struct campaign_open *open, struct err *e)
{
	static const char *const names[] = { "unknown", "planned", "closed", "needs_link", "answered",
		"other_answers" };
	json_t *m = frame(rq, open, NULL, NULL, false);

	put(m, "notice_title", notice_title(rq, what));
	put(m, "title",
	    open == NULL ? notice_title(rq, what)
			 : arena_fmt(rq->arena, "%s – %s", notice_title(rq, what),
			       json_string_value(json_object_get(m, "survey"))));
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		json_object_set_new(m, names[i], json_boolean(i == what));
	if (open != NULL) {
		put_time(m, "opens", open->c.opens_at);
		put_time(m, "closes", open->c.closes_at);
	}
	put(m, "again", open != NULL && what == FORM_OTHER_ANSWERS ? form_href(rq, open, rq->lang, NULL, NULL) : NULL);
	if (what == FORM_OTHER_ANSWERS) /* it answers a POST: a link would lose it */
		json_object_set_new(m, "lang_links", json_array());
	if (m == NULL || arena_failed(rq->arena)) {
		json_decref(m);
		err_nomem(e);
		return NULL;
	}
	return m;
}

static json_t *target_rows(struct web_request *rq, const struct campaign_open *open, const char *invitation,
    const struct target *list, size_t n)
{
	json_t *rows = json_array();

	for (size_t i = 0; i < n; i++) {
		const char *unit = stored_text(rq, list[i].unit_label);
		json_t *row = json_object();

		put(row, "href", form_href(rq, open, rq->lang, list[i].id, invitation));
		put(row, "label", stored_text(rq, list[i].label));
		put(row, "unit", *unit == '\0' ? NULL : unit);
		json_array_append_new(rows, row);
	}
	return rows;
}

json_t *form_view_targets(struct web_request *rq, const struct campaign_open *open, const char *invitation,
    struct err *e)
{
	const char *search = web_input(rq, "q"), *after = web_input(rq, "after"), *next = NULL;
	struct list_query query = { .search = search, .sort = "label", .after = after };
	const char *word = stored_text(rq, open->c.target_word);
	struct target *list = NULL;
	struct list_page page;
	json_t *m;

	if (target_list(rq->db, open->c.id, &query, NULL, rq->arena, &list, &page, e) != 0)
		return NULL;
	m = frame(rq, open, NULL, invitation, false);
	put(m, "invitation", invitation);
	json_object_set_new(m, "anonymity", anonymity(rq, &open->c));
	json_object_set_new(m, "targets", target_rows(rq, open, invitation, list, page.shown));
	json_object_set_new(m, "total", json_integer((json_int_t)page.total));
	put(m, "word", *word == '\0' ? NULL : word);
	put(m, "q", search == NULL ? "" : search);
	put(m, "action", form_href(rq, open, NULL, NULL, NULL));
	json_object_set_new(m, "none", json_boolean(page.shown == 0));
	if (page.more && page.shown > 0)
		next = arena_fmt(rq->arena, "%s&q=%s&after=%s", form_href(rq, open, rq->lang, NULL, invitation),
		    urlencoded_value(rq->arena, search == NULL ? "" : search), list[page.shown - 1].id);
	put(m, "next", next);
	if (m == NULL || arena_failed(rq->arena)) {
		json_decref(m);
		err_nomem(e);
		return NULL;
	}
	return m;
}
