/* The document becomes a struct instrument, or one exact fault. */
#include "surveys/instrument.h"
#include "surveys/reader.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TITLE_CHARS 300
#define LABEL_CHARS 1000
#define INTRO_CHARS 4000

struct build {
	struct instrument *q;
	struct instrument_page *pages;
	struct instrument_question *questions;
	struct instrument_item *items;
	const char **languages;
	size_t questions_most;
};

static void *get(struct build *b, const struct place *p, size_t n, size_t each)
{
	void *m = arena_get(b->q->arena, n, each);

	if (m == NULL)
		err_nomem(p->r->err);
	return m;
}

static const char *const page_members[] = { "title", "questions", NULL };
static const char *const question_members[] = { "type", "code", "text", "hint", "required", "not_applicable", "options",
	"nominal", "reverse", "scale", "rows", "min", "max", "integer", "unit", "max_chars", "comment", NULL };
static const char *const point_members[] = { "value", "label", NULL };
static const char *const row_members[] = { "code", "label", "reverse", NULL };

/* Members that say something only for one type: elsewhere they would silently do nothing. */
static void check_belongs(const struct place *p, enum item_type type)
{
	static const struct {
		const char *name;
		unsigned types;
	} only[] = {
		{ "options", 1u << ITEM_SINGLE },
		{ "nominal", 1u << ITEM_SINGLE },
		{ "reverse", 1u << ITEM_SINGLE },
		{ "scale", 1u << ITEM_MATRIX },
		{ "rows", 1u << ITEM_MATRIX },
		{ "min", 1u << ITEM_NUMBER },
		{ "max", 1u << ITEM_NUMBER },
		{ "integer", 1u << ITEM_NUMBER },
		{ "unit", 1u << ITEM_NUMBER },
		{ "max_chars", 1u << ITEM_TEXT },
		{ "comment", 1u << ITEM_TEXT },
	};

	for (size_t i = 0; i < sizeof only / sizeof *only; i++) {
		struct place at = reader_optional(p, only[i].name);

		if (reader_present(&at) && !(only[i].types & 1u << type))
			reader_fault(&at, "“{1}” does not belong to a question of type “{2}”.", only[i].name,
			    item_type_name(type));
	}
}

static const struct instrument_point *read_points(struct build *b, const struct place *list, bool ascending, size_t *n)
{
	struct instrument_point *points;

	*n = reader_array(list, 2, INSTRUMENT_POINTS_MOST);
	points = get(b, list, *n + 1, sizeof *points);
	for (size_t i = 0; i < *n && !reader_failed(list); i++) {
		struct place at = reader_element(list, i), value, label;

		if (!reader_object(&at, point_members))
			break;
		value = reader_member(&at, "value");
		label = reader_member(&at, "label");
		points[i].value = (double)reader_integer(&value, -1000000, 1000000);
		points[i].label = reader_label(&label, TITLE_CHARS);
		if (ascending && i > 0 && points[i].value <= points[i - 1].value)
			reader_fault(&value, "The values of a scale must ascend from point to point.", NULL, NULL);
		for (size_t j = 0; j < i; j++)
			if (points[j].value == points[i].value)
				reader_fault(&value, "Two options have the same value.", NULL, NULL);
	}
	return points;
}

static void set_range(struct instrument_item *it)
{
	it->min = INFINITY;
	it->max = -INFINITY;
	for (size_t i = 0; i < it->point_count; i++) {
		it->min = fmin(it->min, it->points[i].value);
		it->max = fmax(it->max, it->points[i].value);
	}
}

static struct instrument_item *add_item(struct build *b, const struct place *p, const struct instrument_item *like)
{
	struct instrument_item *it;
	char most[16];

	if (b->q->item_count == INSTRUMENT_ITEMS_MOST) {
		snprintf(most, sizeof most, "%d", INSTRUMENT_ITEMS_MOST);
		reader_fault(p, "A questionnaire may ask {1} items at most.", most, NULL);
	}
	if (reader_failed(p))
		return NULL;
	it = &b->items[b->q->item_count++];
	*it = *like;
	return it;
}

static void read_rows(struct build *b, const struct place *p, const struct instrument_item *like)
{
	struct place scale = reader_member(p, "scale"), points, rows = reader_member(p, "rows");
	static const char *const scale_members[] = { "points", NULL };
	struct instrument_item base = *like;
	size_t n;

	if (!reader_object(&scale, scale_members))
		return;
	points = reader_member(&scale, "points");
	base.points = read_points(b, &points, true, &base.point_count);
	n = reader_array(&rows, 1, INSTRUMENT_ITEMS_MOST);
	for (size_t i = 0; i < n && !reader_failed(p); i++) {
		struct place at = reader_element(&rows, i), code, label, reverse;
		struct instrument_item *it = reader_object(&at, row_members) ? add_item(b, &at, &base) : NULL;

		if (it == NULL)
			return;
		code = reader_member(&at, "code");
		label = reader_member(&at, "label");
		reverse = reader_optional(&at, "reverse");
		it->code = reader_code(&code, INSTRUMENT_CODE_MOST);
		it->label = reader_label(&label, LABEL_CHARS);
		it->reverse = reader_bool(&reverse, false);
		set_range(it);
	}
}

static void read_single(struct build *b, const struct place *p, struct instrument_item *it)
{
	struct place options = reader_member(p, "options"), nominal = reader_optional(p, "nominal");
	struct place reverse = reader_optional(p, "reverse");

	it->nominal = reader_bool(&nominal, false);
	it->reverse = reader_bool(&reverse, false);
	if (it->nominal && it->reverse)
		reader_fault(&reverse, "Options without order cannot be reversed.", NULL, NULL);
	it->points = read_points(b, &options, false, &it->point_count);
	set_range(it);
}

static void read_number(struct instrument_question *question, const struct place *p, struct instrument_item *it)
{
	struct place min = reader_optional(p, "min"), max = reader_optional(p, "max");
	struct place integer = reader_optional(p, "integer"), unit = reader_optional(p, "unit");

	it->min = reader_present(&min) ? reader_number(&min, -1e15, 1e15) : -INFINITY;
	it->max = reader_present(&max) ? reader_number(&max, -1e15, 1e15) : INFINITY;
	it->integer = reader_bool(&integer, false);
	question->unit = reader_present(&unit) ? reader_label(&unit, TITLE_CHARS) : NULL;
	if (!reader_failed(p) && it->min > it->max)
		reader_fault(&max, "“max” must not be smaller than “min”.", NULL, NULL);
}

static void read_long_text(const struct place *p, struct instrument_item *it)
{
	struct place most = reader_optional(p, "max_chars"), comment = reader_optional(p, "comment");

	it->max_chars = reader_present(&most) ? (size_t)reader_integer(&most, 1, INSTRUMENT_TEXT_MOST) : 2000;
	it->comment = reader_bool(&comment, false);
}

static void read_not_applicable(const struct place *p, struct instrument_item *it)
{
	struct place na = reader_optional(p, "not_applicable");

	if (!reader_present(&na) || json_is_boolean(na.value)) {
		it->offers_na = reader_bool(&na, false);
		return;
	}
	it->na_label = reader_label(&na, TITLE_CHARS);
	it->offers_na = true;
}

static void read_question(struct build *b, const struct place *p, size_t page)
{
	static const char *const types[] = { "single", "matrix", "number", "text", NULL };
	struct instrument_question *question = &b->questions[b->q->question_count];
	struct instrument_item base = { .page = page, .question = b->q->question_count }, *it;
	struct place type, code, text, hint, required;

	if (!reader_object(p, question_members))
		return;
	type = reader_member(p, "type");
	question->type = base.type = (enum item_type)reader_word(&type, types);
	check_belongs(p, base.type);
	code = reader_member(p, "code");
	text = reader_member(p, "text");
	hint = reader_optional(p, "hint");
	required = reader_optional(p, "required");
	question->code = base.code = reader_code(&code, INSTRUMENT_CODE_MOST);
	question->text = base.label = reader_label(&text, LABEL_CHARS);
	question->hint = reader_present(&hint) ? reader_label(&hint, LABEL_CHARS) : NULL;
	question->required = base.required = reader_bool(&required, false);
	question->page = page;
	question->first_item = b->q->item_count;
	read_not_applicable(p, &base);
	if (base.type == ITEM_MATRIX) {
		read_rows(b, p, &base);
	} else if ((it = add_item(b, p, &base)) != NULL) {
		if (base.type == ITEM_SINGLE)
			read_single(b, p, it);
		else if (base.type == ITEM_NUMBER)
			read_number(question, p, it);
		else
			read_long_text(p, it);
	}
	question->item_count = b->q->item_count - question->first_item;
	b->q->question_count++;
}

static void read_pages(struct build *b, const struct place *root)
{
	struct place pages = reader_member(root, "pages");
	size_t n = reader_array(&pages, 1, INSTRUMENT_PAGES_MOST);

	for (size_t i = 0; i < n && !reader_failed(root); i++) {
		struct place page = reader_element(&pages, i), title, questions;
		struct instrument_page *out = &b->pages[i];
		size_t count;

		if (!reader_object(&page, page_members))
			return;
		title = reader_optional(&page, "title");
		questions = reader_member(&page, "questions");
		out->title = reader_present(&title) ? reader_label(&title, TITLE_CHARS) : NULL;
		out->first_question = b->q->question_count;
		count = reader_array(&questions, 1, b->questions_most - b->q->question_count);
		for (size_t j = 0; j < count && !reader_failed(root); j++) {
			struct place question = reader_element(&questions, j);

			read_question(b, &question, i);
		}
		out->question_count = b->q->question_count - out->first_question;
	}
	b->q->page_count = n;
}

static void read_languages(struct build *b, const struct place *root)
{
	struct place list = reader_member(root, "languages");
	size_t n = reader_array(&list, 1, INSTRUMENT_LANGUAGES_MOST);

	for (size_t i = 0; i < n && !reader_failed(root); i++) {
		struct place at = reader_element(&list, i);

		b->languages[i] = reader_code(&at, 12);
		for (size_t j = 0; j < i && !reader_failed(root); j++)
			if (strcmp(b->languages[i], b->languages[j]) == 0)
				reader_fault(&at, "Language “{1}” stands here twice.", b->languages[i], NULL);
	}
	b->q->language_count = n;
	root->r->languages = b->languages;
	root->r->language_count = n;
}

static int by_code(const void *a, const void *b, void *arg)
{
	const struct instrument_item *items = arg;

	return strcmp(items[*(const size_t *)a].code, items[*(const size_t *)b].code);
}

/* Sorts items by code, and finds a code that stands twice. */
static void index_items(struct build *b, const struct place *root)
{
	size_t *index = get(b, root, b->q->item_count + 1, sizeof *index);

	if (reader_failed(root))
		return;
	for (size_t i = 0; i < b->q->item_count; i++)
		index[i] = i;
	qsort_r(index, b->q->item_count, sizeof *index, by_code, b->items);
	b->q->by_code = index;
	for (size_t i = 1; i < b->q->item_count; i++) {
		const struct instrument_item *it = &b->items[index[i]];
		struct place at = *root;

		if (strcmp(it->code, b->items[index[i - 1]].code) != 0)
			continue;
		snprintf(at.at, sizeof at.at, "/pages/%zu/questions/%zu", it->page,
		    it->question - b->pages[it->page].first_question);
		reader_fault(&at, "The item code “{1}” stands twice; every question and row needs its own.", it->code,
		    NULL);
	}
}

/* Codes of scaled items, each once; their indexes. */
static const size_t *read_item_list(struct build *b, const struct place *list, size_t least, size_t *n)
{
	size_t *out;

	*n = reader_array(list, least, INSTRUMENT_ITEMS_MOST);
	out = get(b, list, *n + 1, sizeof *out);
	for (size_t i = 0; i < *n && !reader_failed(list); i++) {
		struct place at = reader_element(list, i);
		const char *code = reader_code(&at, INSTRUMENT_CODE_MOST);

		if (code == NULL)
			break;
		out[i] = instrument_item_index(b->q, code);
		if (out[i] == SIZE_MAX)
			reader_fault(&at, "There is no item “{1}”.", code, NULL);
		else if (!instrument_item_scaled(&b->items[out[i]]))
			reader_fault(&at, "“{1}” has no scale, so it cannot stand here.", code, NULL);
		for (size_t j = 0; j < i; j++)
			if (out[j] == out[i])
				reader_fault(&at, "“{1}” stands here twice.", code, NULL);
	}
	return out;
}

static void read_scales(struct build *b, const struct place *root)
{
	static const char *const members[] = { "code", "title", "items", NULL };
	struct place list = reader_optional(root, "scales");
	size_t n = reader_present(&list) ? reader_array(&list, 0, INSTRUMENT_SCALES_MOST) : 0;
	struct instrument_scale *scales = get(b, root, n + 1, sizeof *scales);

	for (size_t i = 0; i < n && !reader_failed(root); i++) {
		struct place at = reader_element(&list, i), code, title, items;

		if (!reader_object(&at, members))
			return;
		code = reader_member(&at, "code");
		title = reader_member(&at, "title");
		items = reader_member(&at, "items");
		scales[i].code = reader_code(&code, INSTRUMENT_CODE_MOST);
		scales[i].title = reader_label(&title, TITLE_CHARS);
		scales[i].items = read_item_list(b, &items, 2, &scales[i].item_count);
		for (size_t j = 0; j < i && !reader_failed(root); j++)
			if (strcmp(scales[j].code, scales[i].code) == 0)
				reader_fault(&code, "“{1}” stands here twice.", scales[i].code, NULL);
	}
	b->q->scales = scales;
	b->q->scale_count = n;
}

/* Unless the document names them: the matrix rows that share the commonest number of points. */
static void default_straight(struct build *b, const struct place *root)
{
	size_t rows[INSTRUMENT_POINTS_MOST + 1] = { 0 }, best = 0, n = 0;
	size_t *out = get(b, root, b->q->item_count + 1, sizeof *out);

	for (size_t i = 0; i < b->q->item_count; i++)
		if (b->items[i].type == ITEM_MATRIX)
			rows[b->items[i].point_count]++;
	for (size_t p = 1; p <= INSTRUMENT_POINTS_MOST; p++)
		if (rows[p] > rows[best])
			best = p;
	for (size_t i = 0; out != NULL && i < b->q->item_count; i++)
		if (b->items[i].type == ITEM_MATRIX && b->items[i].point_count == best)
			out[n++] = i;
	b->q->straight = out;
	b->q->straight_count = n;
}

static int read_document(struct build *b, struct place *root)
{
	static const char *const members[] = { "code", "title", "languages", "intro", "pages", "scales",
		"straightlining", NULL };
	struct place code, title, intro, straight;

	if (!reader_object(root, members))
		return -1;
	code = reader_member(root, "code");
	b->q->code = reader_code(&code, INSTRUMENT_CODE_MOST);
	read_languages(b, root);
	title = reader_member(root, "title");
	intro = reader_optional(root, "intro");
	b->q->title = reader_label(&title, TITLE_CHARS);
	b->q->intro = reader_present(&intro) ? reader_label(&intro, INTRO_CHARS) : NULL;
	read_pages(b, root);
	if (!reader_failed(root))
		index_items(b, root);
	if (!reader_failed(root))
		read_scales(b, root);
	straight = reader_optional(root, "straightlining");
	if (reader_failed(root))
		return -1;
	if (reader_present(&straight))
		b->q->straight = read_item_list(b, &straight, 0, &b->q->straight_count);
	else
		default_straight(b, root);
	return reader_failed(root) ? -1 : 0;
}

static int build_room(struct build *b, struct instrument *q, struct err *e)
{
	b->q = q;
	b->questions_most = INSTRUMENT_ITEMS_MOST;
	b->pages = ARENA_ARRAY(q->arena, struct instrument_page, INSTRUMENT_PAGES_MOST);
	b->questions = ARENA_ARRAY(q->arena, struct instrument_question, b->questions_most);
	b->items = ARENA_ARRAY(q->arena, struct instrument_item, INSTRUMENT_ITEMS_MOST);
	b->languages = ARENA_ARRAY(q->arena, const char *, INSTRUMENT_LANGUAGES_MOST);
	q->pages = b->pages;
	q->questions = b->questions;
	q->items = b->items;
	q->languages = b->languages;
	return arena_failed(q->arena) ? err_nomem(e) : 0;
}

int instrument_parse(const char *text, size_t len, struct instrument **out, struct err *e)
{
	struct reader r = { .err = e };
	struct instrument *q = calloc(1, sizeof *q);
	struct build b = { 0 };
	struct place root;
	int rc = -1;

	*out = NULL;
	if (q == NULL)
		return err_nomem(e);
	q->arena = arena_new(4096, 16 << 20);
	if (q->arena == NULL || build_room(&b, q, e) < 0) {
		err_nomem(e);
		goto out;
	}
	q->doc = reader_load(text, len, INSTRUMENT_BYTES_MOST, e);
	if (q->doc == NULL)
		goto out;
	root = reader_root(&r, q->doc);
	rc = read_document(&b, &root);
out:
	if (rc < 0)
		instrument_free(q);
	else
		*out = q;
	return rc;
}
