#include "analysis/stored.h"

#include "analysis/fingerprint.h"
#include "analysis/stored_parts.h"
#include "surveys/reader.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARENA_MOST ((size_t)64 << 20)

void stored_free(struct stored *s)
{
	if (s == NULL)
		return;
	json_decref(s->doc);
	arena_free(s->a);
	free(s);
}

const char *stored_campaign(const struct stored *s)
{
	return s->c.id;
}

const char *stored_method(const struct stored *s)
{
	return s->method;
}

/* Index of a column, added when it is new; SIZE_MAX after a fault. */
static size_t add_column(struct stored *s, const struct place *p, const char *name)
{
	size_t item = strcmp(name, "target") == 0 ? STORED_TARGET
	    : strcmp(name, "unit") == 0		  ? STORED_UNIT
						  : instrument_item_index(s->q, name);

	for (size_t i = 0; i < s->columns; i++)
		if (strcmp(s->column[i].name, name) == 0)
			return i;
	if (item == SIZE_MAX) {
		reader_fault(p, N_("This questionnaire has no item {1}."), name, NULL);
		return SIZE_MAX;
	}
	if (item < s->q->item_count && s->q->items[item].type == ITEM_TEXT) {
		reader_fault(p, N_("Item {1} holds texts, which cannot be computed with."), name, NULL);
		return SIZE_MAX;
	}
	if (s->columns == STORED_COLUMNS_MOST) {
		reader_fault(p, N_("At most {1} columns can be used at a time."), "200", NULL);
		return SIZE_MAX;
	}
	s->column[s->columns] = (struct stored_column){ .name = name, .item = item, .use = COLUMNS_NUMBER };
	return s->columns++;
}

/* What the levels of a column do; names have levels alone.  False after a fault. */
static bool use_column(struct stored *s, const struct place *p, size_t at, enum analyse_columns_use use)
{
	struct stored_column *c = s->column + at;
	const struct instrument_item *it = c->item < s->q->item_count ? s->q->items + c->item : NULL;

	if (use == COLUMNS_NUMBER && (it == NULL || it->nominal))
		use = COLUMNS_GROUP;
	if (use > c->use)
		c->use = use;
	if (it == NULL || use == COLUMNS_NUMBER)
		return true;
	if (it->type == ITEM_NUMBER)
		reader_fault(p, N_("Item {1} is a free number and makes no groups."), c->name, NULL);
	else if (use == COLUMNS_GROUP && it->type != ITEM_SINGLE)
		reader_fault(p, N_("Item {1} is one of a set of ratings; groups are made by questions of their own."),
		    c->name, NULL);
	return !reader_failed(p);
}

static bool takes_names(const char *method)
{
	return strcmp(method, "distribution") == 0;
}

static void add_item(struct stored *s, const struct place *p, const char *code)
{
	size_t at = add_column(s, p, code);

	if (at == SIZE_MAX)
		return;
	if (s->column[at].item >= s->q->item_count)
		reader_fault(p, N_("This questionnaire has no item {1}."), code, NULL);
	else if (s->q->items[s->column[at].item].nominal && !takes_names(s->method))
		reader_fault(p, N_("The values of item {1} are names without an order; use it to group."), code, NULL);
	else if (s->q->items[s->column[at].item].type == ITEM_NUMBER && analyse_counts_values(s->method))
		reader_fault(p, N_("Item {1} is a free number: counting its single values could point at persons."),
		    code, NULL);
	else
		s->column[at].item_of_method = true;
}

static void read_scale(struct stored *s, const struct place *p)
{
	const char *code = reader_code(p, INSTRUMENT_CODE_MOST);

	for (size_t i = 0; code != NULL && i < s->q->scale_count; i++) {
		const struct instrument_scale *scale = s->q->scales + i;

		if (strcmp(scale->code, code) != 0)
			continue;
		for (size_t j = 0; j < scale->item_count; j++)
			add_item(s, p, s->q->items[scale->items[j]].code);
		return;
	}
	if (code != NULL)
		reader_fault(p, N_("This questionnaire has no scale {1}."), code, NULL);
}

static void read_items(struct stored *s, const struct place *root)
{
	struct place items = reader_optional(root, "items"), scale = reader_optional(root, "scale");

	if (reader_present(&scale)) {
		read_scale(s, &scale);
	} else if (reader_present(&items)) {
		size_t n = reader_array(&items, 1, STORED_COLUMNS_MOST);

		for (size_t i = 0; i < n; i++) {
			struct place one = reader_element(&items, i);
			const char *code = reader_code(&one, INSTRUMENT_CODE_MOST);

			if (code != NULL)
				add_item(s, &one, code);
		}
	} else if (analyse_has_option(s->method, "items")) {
		reader_fault(root, N_("Choose the items, or a scale."), NULL, NULL);
	}
}

static void read_group(struct stored *s, const struct place *root)
{
	struct place group = reader_optional(root, "group");
	size_t at;

	if (!reader_present(&group))
		return;
	s->group = reader_text(&group, INSTRUMENT_CODE_MOST);
	if (s->group == NULL)
		return;
	if (!analyse_has_option(s->method, "by")) {
		reader_fault(&group, N_("The method {1} compares no groups."), s->method, NULL);
		return;
	}
	at = add_column(s, &group, s->group);
	if (at != SIZE_MAX)
		use_column(s, &group, at, COLUMNS_GROUP);
}

static void read_filter(struct stored *s, const struct place *root)
{
	static const char *const known[] = { "unit", "target", "part", "item", "value", NULL };
	static const char *const parts[] = { "all", "careful", NULL };
	struct place filter = reader_optional(root, "filter"), one;

	s->filter_item = SIZE_MAX;
	if (!reader_present(&filter) || !reader_object(&filter, known))
		return;
	one = reader_optional(&filter, "unit");
	s->o.unit = reader_present(&one) ? reader_text(&one, TARGET_CODE_MOST) : NULL;
	one = reader_optional(&filter, "target");
	s->o.target = reader_present(&one) ? reader_text(&one, TARGET_CODE_MOST) : NULL;
	one = reader_optional(&filter, "part");
	s->o.part = reader_present(&one) && reader_word(&one, parts) == 1 ? TALLY_CAREFUL : TALLY_ALL;
	one = reader_optional(&filter, "item");
	if (reader_present(&one)) {
		const char *code = reader_code(&one, INSTRUMENT_CODE_MOST);
		struct place value = reader_member(&filter, "value");

		s->filter_item = code != NULL ? instrument_item_index(s->q, code) : SIZE_MAX;
		s->filter_value = reader_number(&value, -1e9, 1e9);
		if (code != NULL && (s->filter_item == SIZE_MAX || s->q->items[s->filter_item].type != ITEM_SINGLE))
			reader_fault(&one, N_("Only a question with answers to choose from can filter."), NULL, NULL);
	}
}

/* The columns that an option of the method names. */
static void read_columns(struct stored *s, const struct place *p, const char *list, enum analyse_columns_use use)
{
	for (char *rest = arena_strdup(s->a, list), *part; rest != NULL && (part = strsep(&rest, ",")) != NULL;) {
		size_t at = add_column(s, p, part);

		if (at == SIZE_MAX || !use_column(s, p, at, use))
			return;
	}
}

/* The columns among the words of a text: those of a model, of known totals. */
static void read_mentions(struct stored *s, const struct place *p, const char *text)
{
	static const char parts[] = " \t,;:+*=~|()";

	for (char *rest = arena_strdup(s->a, text), *word; rest != NULL && (word = strsep(&rest, parts)) != NULL;)
		if (strcmp(word, "target") == 0 || strcmp(word, "unit") == 0 ||
		    instrument_item_index(s->q, word) != SIZE_MAX)
			read_columns(s, p, word, COLUMNS_NUMBER);
}

static const char *option_text(struct stored *s, const struct place *p)
{
	if (json_is_string(p->value))
		return reader_text(p, 4000);
	if (json_is_integer(p->value))
		return arena_fmt(s->a, "%lld", (long long)json_integer_value(p->value));
	if (json_is_real(p->value))
		return arena_fmt(s->a, "%.17g", json_real_value(p->value));
	reader_fault(p, N_("An option is a text or a number."), NULL, NULL);
	return NULL;
}

static void add_arg(struct stored *s, const struct place *p, const char *name, const char *value)
{
	if (s->args == STORED_ARGS_MOST) {
		reader_fault(p, N_("More options than are accepted."), NULL, NULL);
		return;
	}
	s->arg[s->args++] = (struct analyse_arg){ name, value };
}

static void read_options(struct stored *s, const struct place *root)
{
	/* what the questionnaire and the members above have said already */
	static const char *const not_here[] = { "items", "by", "na", "reverse", "min", "max" };
	struct place options = reader_optional(root, "options");
	const char *name;
	json_t *value;

	if (!reader_present(&options))
		return;
	if (!json_is_object(options.value)) {
		reader_fault(&options, N_("Options are an object of names and values."), NULL, NULL);
		return;
	}
	json_object_foreach((json_t *)(uintptr_t)options.value, name, value) {
		struct place one = reader_member(&options, name);
		const char *text = option_text(s, &one);

		for (size_t i = 0; i < sizeof not_here / sizeof *not_here; i++)
			if (strcmp(not_here[i], name) == 0)
				reader_fault(&one, N_("The option {1} is not given over stored responses."), name,
				    NULL);
		if (text == NULL)
			return;
		if (analyse_option_columns(s->method, name) != COLUMNS_NONE)
			read_columns(s, &one, text, analyse_option_columns(s->method, name));
		if (analyse_option_mentions_columns(s->method, name))
			read_mentions(s, &one, text);
		add_arg(s, &one, name, text);
	}
}

/* Lowest and highest answer, where all items have the same. */
static void add_bounds(struct stored *s, const struct place *root)
{
	double min = NAN, max = NAN;
	bool same = true;

	for (size_t i = 0; i < s->columns; i++) {
		const struct instrument_item *it = s->column[i].item_of_method ? s->q->items + s->column[i].item : NULL;

		if (it == NULL)
			continue;
		same = same && (isnan(min) || (it->min == min && it->max == max));
		min = it->min;
		max = it->max;
	}
	if (!same || !isfinite(min) || !isfinite(max))
		return;
	if (analyse_has_option(s->method, "min"))
		add_arg(s, root, "min", arena_fmt(s->a, "%.17g", min));
	if (analyse_has_option(s->method, "max"))
		add_arg(s, root, "max", arena_fmt(s->a, "%.17g", max));
}

static void add_names(struct stored *s, const struct place *root)
{
	const char *list = NULL;

	for (size_t i = 0; i < s->columns; i++)
		if (s->column[i].item_of_method)
			list = list == NULL ? s->column[i].name : arena_fmt(s->a, "%s,%s", list, s->column[i].name);
	if (list != NULL)
		add_arg(s, root, "items", list);
	if (s->group != NULL)
		add_arg(s, root, "by", s->group);
}

static int read_all(struct stored *s, struct db *db, struct err *e)
{
	static const char *const known[] = { "campaign", "method", "items", "scale", "group", "filter", "options",
		NULL };
	struct reader r = { .err = e };
	struct place root = reader_root(&r, s->doc), campaign, method;
	struct analyse_call call = { 0 };
	const char *code;

	if (!reader_object(&root, known))
		return -1;
	campaign = reader_member(&root, "campaign");
	code = reader_text(&campaign, CAMPAIGN_CODE_MOST);
	method = reader_member(&root, "method");
	s->method = reader_text(&method, 40);
	if (code == NULL || s->method == NULL)
		return -1;
	if (!analyse_known(s->method)) {
		reader_fault(&method, N_("There is no method {1}."), s->method, NULL);
		return -1;
	}
	if (campaign_get(db, code, s->a, &s->c, e) < 0 || instrument_shared(db, s->c.instrument, &s->q, e) < 0)
		return -1;
	read_items(s, &root);
	read_group(s, &root);
	read_filter(s, &root);
	read_options(s, &root);
	add_names(s, &root);
	add_bounds(s, &root);
	if (e->kind != ERR_NONE || arena_failed(s->a))
		return e->kind != ERR_NONE ? -1 : err_nomem(e);
	call = (struct analyse_call){ .method = s->method, .args = s->arg, .n = s->args };
	return analyse_check_stored(&call, e);
}

int stored_read(struct db *db, const json_t *doc, const char *account, struct stored **out, struct err *e)
{
	struct stored *s = calloc(1, sizeof *s);

	*out = NULL;
	if (s == NULL || (s->a = arena_new(4096, ARENA_MOST)) == NULL || (s->doc = json_deep_copy(doc)) == NULL) {
		stored_free(s);
		return err_nomem(e);
	}
	s->o.account = account != NULL ? arena_strdup(s->a, account) : NULL;
	if (read_all(s, db, e) < 0) {
		stored_free(s);
		return -1;
	}
	*out = s;
	return 0;
}

int stored_key(const struct stored *s, struct db *db, char key[STORED_KEY], struct err *e)
{
	char *text = json_dumps(s->doc, JSON_COMPACT | JSON_SORT_KEYS);
	struct campaign_release last;
	struct fingerprint f;

	if (text == NULL)
		return err_nomem(e);
	if (campaign_last_release(db, s->c.id, &last, e) < 0) {
		free(text);
		return -1;
	}
	fingerprint_begin(&f, "stored");
	fingerprint_text(&f, s->c.id);
	fingerprint_text(&f, text);
	fingerprint_text(&f, s->o.account != NULL ? s->o.account : "");
	fingerprint_int(&f, last.number);
	fingerprint_int(&f, last.responses);
	fingerprint_end(&f, key);
	free(text);
	return 0;
}

static bool is_one_of(const char *name, const char *const *list)
{
	for (; name != NULL && *list != NULL; list++)
		if (strcmp(name, *list) == 0)
			return true;
	return false;
}

static void hide_row(json_t *row)
{
	for (size_t i = 0; i < json_array_size(row); i++)
		json_array_set_new(row, i, json_null());
}

/* Of every table: rows that say themselves that they rest on too few; and with ends also the columns
 * that would give one person's number: lowest, highest and the way between. */
static void hide_cells(const struct stored *s, json_t *v, bool ends)
{
	static const char *const sizes[] = { "n", "n1", "n2", NULL }, *const outer[] = { "min", "max", "range", NULL };
	json_t *cols = json_object_get(v, "cols"), *values = json_object_get(v, "values"), *row;
	const char *key;

	if (!json_is_array(cols) || !json_is_array(values)) {
		json_object_foreach(v, key, row)
			hide_cells(s, row, ends);
		return;
	}
	for (size_t i = 0; i < json_array_size(values); i++)
		for (size_t j = 0; j < json_array_size(cols); j++) {
			const char *name = json_string_value(json_array_get(cols, j));
			const json_t *x = json_array_get(row = json_array_get(values, i), j);

			if (ends && is_one_of(name, outer))
				json_array_set_new(row, j, json_null());
			else if (is_one_of(name, sizes) && json_number_value(x) > 0 &&
			    json_number_value(x) < (double)s->c.k)
				hide_row(row);
		}
}

static bool has_number(const struct stored *s)
{
	for (size_t i = 0; i < s->columns; i++)
		if (s->column[i].item < s->q->item_count && s->q->items[s->column[i].item].type == ITEM_NUMBER)
			return true;
	return false;
}

/* What the levels of a column are called: {"1": {"vi": ..., "en": ...}}. */
static json_t *column_labels(const struct stored *s, const struct stored_column *c, struct db *db, struct err *e)
{
	const struct instrument_item *it = c->item < s->q->item_count ? s->q->items + c->item : NULL;
	json_t *out = json_object();
	struct target *t = NULL;
	size_t n = 0;

	for (size_t i = 0; it != NULL && i < it->point_count; i++) {
		char name[32];

		snprintf(name, sizeof name, "%.15g", it->points[i].value);
		json_object_set(out, name, (json_t *)(uintptr_t)it->points[i].label);
	}
	if (it == NULL && target_all(db, s->c.id, s->a, &t, &n, e) < 0)
		return out; /* e tells levels() */
	for (size_t i = 0; i < n; i++) {
		bool unit = c->item == STORED_UNIT;

		if (s->o.account != NULL && strcmp(t[i].account, s->o.account) != 0)
			continue;
		json_object_set_new(out, unit ? t[i].unit : t[i].code,
		    json_loads(unit ? t[i].unit_label : t[i].label, 0, NULL));
	}
	return out;
}

/* Of all columns; *groups: of the groups alone. */
static json_t *levels(const struct stored *s, struct db *db, json_t **groups, struct err *e)
{
	json_t *out = json_object();

	*groups = NULL;
	for (size_t i = 0; i < s->columns; i++) {
		json_t *one = column_labels(s, s->column + i, db, e);

		if (json_object_size(one) > 0)
			json_object_set(out, s->column[i].name, one);
		if (s->group != NULL && strcmp(s->column[i].name, s->group) == 0)
			*groups = json_incref(one);
		json_decref(one);
	}
	if (*groups == NULL)
		*groups = json_object();
	return out;
}

static json_t *withheld_json(const struct stored *s, const char *reason)
{
	return reason == NULL ? json_null() : json_pack("{s:s, s:i}", "reason", reason, "k", s->c.k);
}

static bool enough(const struct stored *s, const json_t *out)
{
	return json_integer_value(json_object_get(out, "n_used")) >= s->c.k;
}

json_t *stored_run(struct stored *s, struct db *db, an_watch_fn *watch, void *watch_arg, struct err *e)
{
	struct analyse_call call = { s->method, s->arg, s->args, watch, watch_arg };
	json_t *left_out = json_array(), *fingerprint = NULL, *groups = NULL, *out = NULL;
	const char *withheld = NULL;
	struct frame f;

	if (stored_frame(s, db, &f, &withheld, left_out, &fingerprint, e) < 0)
		goto done;
	if (withheld == NULL) {
		out = analyse_run(&call, &f, e);
		if (out == NULL)
			goto done;
		if (!enough(s, out))
			withheld = "below_k";
	}
	if (withheld != NULL) {
		json_decref(out);
		out = json_pack("{s:s}", "method", s->method);
	} else {
		hide_cells(s, json_object_get(out, "result"), has_number(s));
	}
	json_object_set_new(out, "campaign",
	    json_pack("{s:s, s:s, s:o}", "id", s->c.id, "code", s->c.code, "title", json_loads(s->c.title, 0, NULL)));
	json_object_set(out, "asked", s->doc);
	json_object_set(out, "left_out", left_out);
	json_object_set_new(out, "levels", levels(s, db, &groups, e));
	json_object_set_new(out, "labels", groups);
	json_object_set_new(out, "withheld", withheld_json(s, withheld));
	json_object_set(out, "fingerprint", fingerprint);
	if (e->kind != ERR_NONE) {
		json_decref(out);
		out = NULL;
	}
done:
	frame_free(&f);
	json_decref(left_out);
	json_decref(fingerprint);
	return out;
}
