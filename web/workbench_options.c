/* The options of a method as controls: which are shown, what they are called, what stands in them
 * before anybody typed. */
#include "web/workbench_parts.h"

#include "core/buf.h"
#include "web/locale.h"

#include <ctype.h>
#include <string.h>

bool workbench_method_takes(const json_t *method, const char *option)
{
	const struct workbench_label *k = workbench_label_of(text_of(method, "name"), option);
	const json_t *one;
	size_t i;

	/* AWAY for this method alone: it has the option, but not over stored responses */
	if (k != NULL && k->place == AWAY && k->method != NULL)
		return false;
	json_array_foreach(json_object_get(method, "options"), i, one)
		if (strcmp(text_of(one, "name"), option) == 0)
			return true;
	return false;
}

/* ---- what runs elsewhere ---- */

static size_t two_point_items(const struct instrument *q)
{
	size_t n = 0;

	for (size_t i = 0; i < q->item_count; i++)
		n += q->items[i].point_count == 2 && q->items[i].min == 0 && q->items[i].max == 1;
	return n;
}

static size_t items_with_order(const struct instrument *q)
{
	size_t n = 0;

	for (size_t i = 0; i < q->item_count; i++)
		n += instrument_item_scaled(q->items + i) || q->items[i].type == ITEM_NUMBER;
	return n;
}

/* Questions and what the answers are about, whose levels may part responses. */
static size_t parting_columns(const struct bench *b)
{
	size_t n = (b->c.targets > 1) + (b->c.targets > 1 && b->c.unit_word[0] != '\0');

	for (size_t i = 0; i < b->q->item_count; i++)
		n += b->q->items[i].type == ITEM_SINGLE;
	return n;
}

/* Those that can be rows or columns of a table; a unit holds its targets, so that the two are one. */
static size_t table_columns(const struct bench *b)
{
	size_t n = b->c.targets > 1;

	for (size_t i = 0; i < b->q->item_count; i++)
		n += b->q->items[i].type != ITEM_TEXT && b->q->items[i].type != ITEM_NUMBER;
	return n;
}

static bool among(const char *const *names, const char *name)
{
	for (; *names != NULL; names++)
		if (strcmp(*names, name) == 0)
			return true;
	return false;
}

const char *workbench_elsewhere(const struct bench *b, const json_t *method)
{
	static const char *const marks[] = { "cochran_q", "dif", "item_analysis", "kr20", "proportion", "rasch",
		"tetrachoric", NULL };
	static const char *const several[] = { "alpha", "ancova", "anova2", "bland_altman", "cfa", "correlation",
		"effect_size", "efa", "ks_test", "mann_whitney", "variance_test", "fleiss_kappa", "friedman", "gain",
		"gamma", "guttman", "icc_raters", "irt", "kappa", "kendall", "kendall_w", "kmo", "krippendorff", "map",
		"mantel_haenszel", "omega", "omega_h", "ordinal_alpha", "parallel", "partial_correlation", "pca",
		"polychoric", "spearman", "split_half", "survey_ratio", "wilcoxon", "sign_test", NULL };
	static const char *const why[][2] = {
		{ "dina", N_("It needs a file that says which question needs which skill.") },
		{ "qmatrix", N_("It needs a file that says which question needs which skill.") },
		{ "outcomes", N_("It needs a file that says which question serves which outcome.") },
		{ "distractors", N_("It needs a key of right answers, which a questionnaire does not have.") },
		{ "control_chart", N_("It needs figures in the order of time, which released responses have lost.") },
		{ "trend", N_("It needs figures in the order of time, which released responses have lost.") },
		{ "funnel", N_("It needs a table of counts, one unit a row.") },
		{ "padjust", N_("It needs a table of p-values.") },
	};
	const char *name = text_of(method, "name");

	for (size_t i = 0; i < sizeof why / sizeof *why; i++)
		if (strcmp(why[i][0], name) == 0)
			return why[i][1];
	if (json_is_true(json_object_get(method, "file_alone")))
		return N_("It is for a file of one's own, on the command line: elod analyse.");
	if (b->has_campaign && two_point_items(b->q) == 0 && among(marks, name))
		return N_("It needs answers of 0 and 1, and this questionnaire asks none.");
	if (b->has_campaign &&
	    ((strcmp(name, "anova2") == 0 && parting_columns(b) < 2) ||
		(strcmp(name, "mantel_haenszel") == 0 && (parting_columns(b) < 1 || table_columns(b) < 3))))
		return N_("It needs questions that part people into groups, and this questionnaire has too few.");
	if (b->has_campaign && items_with_order(b->q) < 2 && among(several, name))
		return N_("It needs several items, and this questionnaire has one.");
	return NULL;
}

/* ---- controls ---- */

bool workbench_offers(const json_t *method, const json_t *option)
{
	const char *name = text_of(option, "name");
	const struct workbench_label *k = workbench_label_of(text_of(method, "name"), name);

	return (k == NULL || k->place != AWAY) && !json_is_true(json_object_get(option, "file_alone")) &&
	    !json_is_true(json_object_get(option, "common"));
}

const char *workbench_given(const struct bench *b, const json_t *option)
{
	const char *field = arena_fmt(b->rq->arena, OPTION "%s", text_of(option, "name")), *joined = NULL, *type;
	const json_t *list = field != NULL && b->kept ? json_object_get(b->rq->input, field) : NULL, *one;
	size_t i;

	json_array_foreach(list, i, one)
		joined = joined == NULL ? json_string_value(one)
					: arena_fmt(b->rq->arena, "%s,%s", joined, json_string_value(one));
	type = text_of(option, "type");
	if (joined != NULL && (strcmp(type, "number") == 0 || strcmp(type, "integer") == 0)) {
		char *number = arena_strdup(b->rq->arena, joined), *comma = number != NULL ? strchr(number, ',') : NULL;

		/* the decimal sign of the reader's language */
		if (comma != NULL && strchr(number, '.') == NULL)
			*comma = '.';
		return number;
	}
	return joined;
}

static const char *kind_at(const struct bench *b, const char *kind, size_t at)
{
	const json_t *c;
	size_t i;

	json_array_foreach(b->columns, i, c)
		if (strcmp(text_of(c, "kind"), kind) == 0 && at-- == 0)
			return text_of(c, "value");
	return NULL;
}

static size_t kind_count(const struct bench *b, const char *kind)
{
	size_t n = 0;

	while (kind_at(b, kind, n) != NULL)
		n++;
	return n;
}

/* A column that makes groups: names, units, scaled items from the last, targets. */
static const char *kinds(const struct bench *b, size_t at)
{
	size_t names = kind_count(b, "nominal"), units = kind_count(b, "unit"), scaled = kind_count(b, "scaled");

	if (at < names)
		return kind_at(b, "nominal", at);
	if (at < names + units)
		return kind_at(b, "unit", at - names);
	at -= names + units;
	return at < scaled ? kind_at(b, "scaled", scaled - 1 - at) : kind_at(b, "target", at - scaled);
}

/* The same of those whose levels may part responses. */
static const char *parting(const struct bench *b, size_t at)
{
	const char *code;

	for (size_t i = 0; (code = kinds(b, i)) != NULL; i++) {
		const json_t *c;
		size_t j;

		json_array_foreach(b->columns, j, c)
			if (strcmp(text_of(c, "value"), code) == 0 && json_is_true(json_object_get(c, "parts")) &&
			    at-- == 0)
				return code;
	}
	return NULL;
}

static const char *scaled(const struct bench *b, size_t at)
{
	const char *one = kind_at(b, "scaled", at);

	return one != NULL ? one : kind_at(b, "number", at - kind_count(b, "scaled"));
}

/* The scales of the questionnaire as factors: "gq6: gq6_1, gq6_2; gac: gac_1, gac_2". */
static const char *scales_model(const struct bench *b)
{
	const char *text = "";

	for (size_t i = 0; i < b->q->scale_count; i++) {
		const struct instrument_scale *s = b->q->scales + i;

		if (s->item_count < 2)
			continue;
		text = arena_fmt(b->rq->arena, "%s%s%s:", text, text[0] != '\0' ? "; " : "", s->code);
		for (size_t j = 0; text != NULL && j < s->item_count; j++)
			text =
			    arena_fmt(b->rq->arena, "%s%s %s", text, j > 0 ? "," : "", b->q->items[s->items[j]].code);
		if (text == NULL)
			return "";
	}
	return text;
}

static const char *or_nothing(const char *s)
{
	return s != NULL ? s : "";
}

static const char *several(const struct bench *b, size_t first, size_t n)
{
	const char *text = or_nothing(scaled(b, first));

	for (size_t i = 1; i < n && text != NULL && scaled(b, first + i) != NULL; i++)
		text = arena_fmt(b->rq->arena, "%s,%s", text, scaled(b, first + i));
	return or_nothing(text);
}

/* What is explained of the first item, where it has more than two answers. */
static const char *highest_answer(const struct bench *b)
{
	const char *code = scaled(b, 0);
	size_t at = code != NULL ? instrument_item_index(b->q, code) : SIZE_MAX;

	if (at == SIZE_MAX || b->q->items[at].point_count < 3)
		return "";
	return or_nothing(arena_fmt(b->rq->arena, "%.15g", b->q->items[at].max));
}

/* For a table: where there are strata, others than these. */
static const char *other(const struct bench *b, size_t at)
{
	const char *strata =
	    strcmp(text_of(b->method, "name"), "mantel_haenszel") == 0 ? or_nothing(parting(b, 0)) : "";

	for (size_t i = 0; i <= at && kinds(b, i) != NULL; i++)
		at += strcmp(kinds(b, i), strata) == 0;
	return kinds(b, at);
}

/* What a method cannot do without, where nothing is given. */
static const char *standard(const struct bench *b, const json_t *option)
{
	const char *name = text_of(option, "name"), *method = text_of(b->method, "name");

	if (strcmp(name, "outcome") == 0 || strcmp(name, "answer") == 0 || strcmp(name, "numerator") == 0)
		return or_nothing(scaled(b, 0));
	if (strcmp(name, "predictors") == 0)
		return scaled(b, 1) != NULL ? several(b, 1, 3) : or_nothing(kinds(b, 0));
	if (strcmp(name, "covariates") == 0 || strcmp(name, "denominator") == 0)
		return or_nothing(scaled(b, 1));
	if (strcmp(name, "raters") == 0)
		return strcmp(method, "kappa") == 0 ? several(b, 0, 2) : several(b, 0, 3);
	if (strcmp(name, "strata") == 0 && strcmp(method, "mantel_haenszel") == 0)
		return or_nothing(parting(b, 0));
	if (strcmp(name, "row") == 0)
		return or_nothing(other(b, 0));
	if (strcmp(name, "column") == 0)
		return or_nothing(other(b, 1));
	if (strcmp(name, "factors") == 0 && strcmp(method, "anova2") == 0 && parting(b, 1) != NULL)
		return or_nothing(arena_fmt(b->rq->arena, "%s,%s", parting(b, 0), parting(b, 1)));
	if (strcmp(name, "model") == 0)
		return scales_model(b);
	if (strcmp(name, "event") == 0)
		return highest_answer(b);
	return text_of(option, "default");
}

/* "a,b" holds "b". */
static bool holds(const char *list, const char *word)
{
	size_t len = strlen(word);

	for (const char *p = list; *p != '\0';) {
		size_t n = strcspn(p, ",");

		if (n == len && memcmp(p, word, n) == 0)
			return true;
		p += n + (p[n] == ',');
	}
	return false;
}

/* Whether a column can do what the option does with columns. */
static bool fits(const json_t *option, const json_t *c)
{
	const char *use = text_of(option, "use");

	if (strcmp(use, "group") == 0)
		return json_is_true(json_object_get(c, "parts"));
	return strcmp(use, "table") != 0 || strcmp(text_of(c, "kind"), "number") != 0;
}

static json_t *column_choices(const struct bench *b, const json_t *option, const char *value, bool none)
{
	json_t *out = json_array(), *c;
	size_t i;

	if (none)
		json_array_append_new(out, workbench_choice("", web_tr(b->rq, "none"), value[0] == '\0'));
	json_array_foreach(b->columns, i, c) {
		if (!fits(option, c))
			continue;
		json_array_append_new(out,
		    workbench_choice(text_of(c, "value"), text_of(c, none ? "short" : "label"),
			holds(value, text_of(c, "value"))));
	}
	return out;
}

static json_t *word_choices(const struct bench *b, const char *list, const char *value)
{
	json_t *out = json_array();

	for (const char *p = list; *p != '\0';) {
		size_t n = strcspn(p, "|");
		const char *word = arena_strndup(b->rq->arena, p, n), *label;

		if (word == NULL)
			break;
		label = workbench_choice_word(word);
		json_array_append_new(out,
		    workbench_choice(word, label != NULL ? web_tr(b->rq, label) : word, strcmp(word, value) == 0));
		p += n + (p[n] == '|');
	}
	return out;
}

static json_t *level_choices(const struct bench *b, const char *value)
{
	static const char *const levels[] = { "0.9", "0.95", "0.99" };
	struct format_style style = { .vi = strcmp(b->rq->lang, "vi") == 0 };
	json_t *out = json_array();
	bool found = false;

	for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
		char text[FORMAT_SMALL];

		found = found || strcmp(levels[i], value) == 0;
		json_array_append_new(out,
		    workbench_choice(levels[i],
			format_share_in(&style,
			    i == 0	 ? 0.9
				: i == 1 ? 0.95
					 : 0.99,
			    0, text),
			strcmp(levels[i], value) == 0));
	}
	if (!found)
		json_array_append_new(out, workbench_choice(value, value, true));
	return out;
}

/* A number as the reader writes it. */
static const char *shown(const struct bench *b, const char *type, const char *value)
{
	char *text, *point;

	if (strcmp(type, "number") != 0 || strcmp(b->rq->lang, "vi") != 0)
		return value;
	text = arena_strdup(b->rq->arena, value);
	point = text != NULL ? strchr(text, '.') : NULL;
	if (point != NULL)
		*point = ',';
	return or_nothing(text);
}

static json_t *control(const struct bench *b, const json_t *option, const struct workbench_label *k)
{
	const char *name = text_of(option, "name"), *type = text_of(option, "type"),
		   *value = workbench_given(b, option);
	/* what these say is how columns are written on a command line */
	bool plain = strcmp(name, "raters") == 0 || strcmp(name, "row") == 0 || strcmp(name, "column") == 0;
	const char *help =
	    plain ? "" : workbench_plain(b->rq, text_of(b->method, "name"), web_tr(b->rq, text_of(option, "help")));
	json_t *select = json_null(), *ticks = json_null(), *typed = json_null();

	if (value == NULL)
		value = b->asked ? text_of(option, "default") : standard(b, option);
	if (strcmp(type, "column") == 0)
		select = column_choices(b, option, value, true);
	else if (strcmp(type, "columns") == 0)
		ticks = json_pack("{s:o}", "choices", column_choices(b, option, value, false));
	else if (strcmp(name, "level") == 0)
		select = level_choices(b, value);
	else if (json_object_get(option, "choices") != NULL)
		select = word_choices(b, text_of(option, "choices"), value);
	else
		typed = json_pack("{s:s, s:s}", "value", shown(b, type, value), "mode",
		    strcmp(type, "integer") == 0      ? "numeric"
			: strcmp(type, "number") == 0 ? "decimal"
						      : "text");
	if (!json_is_null(select))
		select = json_pack("{s:o}", "choices", select);
	return json_pack("{s:s+, s:s, s:s, s:s, s:o, s:o, s:o}", "field", OPTION, name, "name", name, "label",
	    k != NULL ? web_tr(b->rq, k->label) : name, "help", help, "select", select, "ticks", ticks, "typed", typed);
}

int workbench_set_options(struct bench *b, json_t *model)
{
	json_t *front = json_array(), *behind = json_array(), *option;
	bool changed = false;
	size_t i;

	json_array_foreach(json_object_get(b->method, "options"), i, option) {
		const struct workbench_label *k =
		    workbench_label_of(text_of(b->method, "name"), text_of(option, "name"));

		bool ahead = k != NULL && k->place == FRONT;
		const char *given = workbench_given(b, option);

		if (!workbench_offers(b->method, option))
			continue;
		changed = changed || (!ahead && given != NULL && strcmp(given, text_of(option, "default")) != 0);
		json_array_append_new(ahead ? front : behind, control(b, option, k));
	}
	return json_object_set_new(model, "front", front) | json_object_set_new(model, "behind", behind) |
	    json_object_set_new(model, "changed", json_boolean(changed));
}

const char *workbench_plain(struct web_request *rq, const char *method, const char *text)
{
	struct buf b;
	const char *out;

	buf_init(&b, 8192);
	while (*text != '\0') {
		size_t n = 0;
		const struct workbench_label *k = NULL;
		const char *name;

		while (text[0] == '-' && text[1] == '-' &&
		    (islower((unsigned char)text[2 + n]) || isdigit((unsigned char)text[2 + n])))
			n++;
		name = n > 0 ? arena_strndup(rq->arena, text + 2, n) : NULL;
		if (name == NULL) {
			buf_putc(&b, *text++);
			continue;
		}
		k = workbench_label_of(method, name);
		if (k != NULL && k->label[0] == '\0')
			k = workbench_label_of(NULL, name);
		buf_addf(&b, "“%s”", k != NULL && k->label[0] != '\0' ? web_tr(rq, k->label) : name);
		text += 2 + n;
	}
	out = b.failed ? NULL : arena_strndup(rq->arena, b.p != NULL ? b.p : "", b.len);
	buf_free(&b);
	return out != NULL ? out : "";
}
