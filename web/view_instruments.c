#include "web/view_instruments.h"

#include "core/clock.h"
#include "surveys/instrument.h"
#include "surveys/label.h"
#include "web/view.h"

#include <string.h>

const struct web_field instruments_fields[] = { VIEW_LIST_FIELDS, { 0 } };
const struct web_field instrument_fields[] = {
	{ .name = "version", .type = WEB_INT, .max = 100000, .doc = "A version of the code; else the newest" },
	{ 0 },
};
const struct web_column instruments_columns[] = {
	{ "id", "id" },
	{ "code", "code" },
	{ "version", "version" },
	{ "title", "title" },
	{ "items", "items" },
	{ "campaigns", "campaigns" },
	{ "created_at", "created_at" },
	{ 0 },
};

static json_t *info_json(const struct instrument_info *i)
{
	char created[32];

	clock_iso(i->created_at, created, sizeof created);
	return json_pack("{s:s, s:s, s:i, s:o, s:i, s:i, s:s}", "id", i->id, "code", i->code, "version", i->version,
	    "title", label_parse(i->title), "items", i->items, "campaigns", i->campaigns, "created_at", created);
}

int instruments_view(struct web_request *rq, json_t *model, struct err *e)
{
	static const char *const columns[] = { "code", "title", "created", NULL };
	struct instrument_info *list;
	struct list_query query;
	struct list_page page;
	json_t *items = json_array();
	const char *next;

	if (items == NULL || json_object_set_new(model, "items", items) != 0)
		return err_nomem(e);
	if (view_sort_check(rq, columns, e) < 0)
		return -1;
	view_list_query(rq, false, &query);
	if (instrument_list(rq->db, &query, rq->arena, &list, &page, e) < 0)
		return -1;
	for (size_t i = 0; i < page.shown; i++)
		if (json_array_append_new(items, info_json(&list[i])) != 0)
			return err_nomem(e);
	next = page.more && page.shown > 0 ? list[page.shown - 1].id : NULL;
	if (json_object_update_new(model,
		json_pack("{s:I, s:b, s:s?}", "total", (json_int_t)page.total, "more", page.more, "next", next)) != 0 ||
	    view_heading(rq, model, web_tr(rq, "Questionnaires"), NULL, "/", web_tr(rq, "Overview"), NULL) < 0 ||
	    view_list_page(rq, model, page.shown, page.total, next, columns, false) < 0 ||
	    view_exports(rq, model, "/api/v1/instruments", true) < 0)
		return err_nomem(e);
	return 0;
}

/* By id, else by code and version. */
static int find(struct web_request *rq, const struct instrument **out, struct err *e)
{
	const char *name = web_param(rq, "instrument");
	struct err other = { 0 };
	char id[ID_LEN + 1];

	if (instrument_shared(rq->db, name, out, &other) == 0)
		return 0;
	if (instrument_find(rq->db, name, (int)web_input_int(rq, "version", 0), id, e) < 0)
		return -1;
	return instrument_shared(rq->db, id, out, e);
}

static const char *const type_names[] = { "single", "matrix", "number", "text" };

/* Questions by page as a reader goes through them: only for the page, drawn from the document. */
static int set_preview(json_t *model, const struct instrument *q)
{
	json_t *pages = json_array();
	int bad = 0;

	for (size_t i = 0; i < q->page_count; i++) {
		const struct instrument_page *p = &q->pages[i];
		json_t *questions = json_array();

		for (size_t k = p->first_question; k < p->first_question + p->question_count; k++) {
			const struct instrument_question *ask = &q->questions[k];
			const struct instrument_item *first = &q->items[ask->first_item];
			json_t *rows = json_array(), *points = json_array();

			for (size_t j = 0; ask->type == ITEM_MATRIX && j < ask->item_count; j++)
				bad |= json_array_append_new(rows,
				    json_pack("{s:s, s:O, s:b}", "code", q->items[ask->first_item + j].code, "label",
					q->items[ask->first_item + j].label, "reverse",
					q->items[ask->first_item + j].reverse));
			for (size_t j = 0; j < first->point_count; j++)
				bad |= json_array_append_new(points,
				    json_pack("{s:i, s:O}", "value", (int)first->points[j].value, "label",
					first->points[j].label));
			bad |= json_array_append_new(questions,
			    json_pack("{s:s, s:I, s:O, s:O?, s:b, s:b, s:o, s:o, s:{s:b}}", "code", ask->code, "number",
				(json_int_t)k + 1, "text", ask->text, "hint", ask->hint, "required", ask->required,
				"offers_na", first->offers_na, "rows", rows, "points", points, "is",
				type_names[ask->type], 1));
		}
		bad |= json_array_append_new(pages,
		    json_pack("{s:I, s:O?, s:o}", "number", (json_int_t)i + 1, "heading", p->title, "questions",
			questions));
	}
	return bad | json_object_set_new(model, "preview", pages);
}

static int set_scales(json_t *model, const struct instrument *q)
{
	json_t *list = json_array();
	int bad = 0;

	for (size_t s = 0; s < q->scale_count; s++) {
		json_t *items = json_array();

		for (size_t j = 0; j < q->scales[s].item_count; j++) {
			const struct instrument_item *it = &q->items[q->scales[s].items[j]];

			bad |= json_array_append_new(items,
			    json_pack("{s:s, s:O, s:b}", "code", it->code, "label", it->label, "reverse", it->reverse));
		}
		bad |= json_array_append_new(list,
		    json_pack("{s:s, s:O, s:I, s:o}", "code", q->scales[s].code, "title", q->scales[s].title, "count",
			(json_int_t)q->scales[s].item_count, "items", items));
	}
	return bad | json_object_set_new(model, "scale_list", list);
}

int instrument_view(struct web_request *rq, json_t *model, struct err *e)
{
	const struct instrument *q;
	const char *title;

	if (find(rq, &q, e) < 0)
		return -1;
	if (json_object_update(model, q->doc) != 0 ||
	    json_object_update_new(model,
		json_pack("{s:s, s:i, s:I}", "id", q->id, "version", q->version, "items", (json_int_t)q->item_count)) !=
		0)
		return err_nomem(e);
	if (!view_is_page(rq))
		return 0;
	title = web_named(rq, q->title);
	if (set_preview(model, q) != 0 || set_scales(model, q) != 0 ||
	    json_object_set_new(model, "pages_count", json_integer((json_int_t)q->page_count)) != 0 ||
	    view_heading(rq, model, title, NULL, "/instruments", web_tr(rq, "Questionnaires"), NULL) < 0 ||
	    view_exports(rq, model, arena_fmt(rq->arena, "/api/v1/instruments/%s", q->id), false) < 0)
		return err_nomem(e);
	return 0;
}
