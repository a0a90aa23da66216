#include "analysis/methods/method.h"
#include "core/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIST_MOST 10000 /* numbers in one option */

const char *analyse_type_name(enum analyse_type t)
{
	static const char *const names[] = {
		[OPT_COLUMNS] = "columns",
		[OPT_COLUMN] = "column",
		[OPT_TEXT] = "text",
		[OPT_TEXTS] = "texts",
		[OPT_NUMBER] = "number",
		[OPT_NUMBERS] = "numbers",
		[OPT_WHOLE] = "integer",
		[OPT_CHOICE] = "choice",
		[OPT_FILE] = "file",
	};

	return names[t];
}

/* Index of an option of the method, or -1. */
static int option_at(const struct analyse_method *m, const char *name)
{
	for (int i = 0; i < ANALYSE_OPTIONS_MOST && m->options[i].name != NULL; i++)
		if (strcmp(m->options[i].name, name) == 0)
			return i;
	return -1;
}

static int common_at(const char *name)
{
	for (int i = 0; i < ANALYSE_COMMON; i++)
		if (strcmp(analyse_common[i].name, name) == 0)
			return i;
	return -1;
}

const char *analyse_text(const struct analyse *a, const char *name)
{
	int at = option_at(a->method, name), common = common_at(name);

	if (at < 0 && common >= 0)
		return a->common[common] != NULL ? a->common[common] : "";
	return at >= 0 && a->value[at] != NULL ? a->value[at] : "";
}

bool analyse_given(const struct analyse *a, const char *name)
{
	return analyse_text(a, name)[0] != '\0';
}

double analyse_number(const struct analyse *a, const char *name)
{
	double x = 0;

	text_number(analyse_text(a, name), &x);
	return x;
}

size_t analyse_whole(const struct analyse *a, const char *name)
{
	long long n = 0;

	text_integer(analyse_text(a, name), &n);
	return (size_t)n;
}

static bool is_choice(const char *choices, const char *value)
{
	size_t n = strlen(value);

	if (strchr(value, '|') != NULL)
		return false;
	for (const char *c = choices; c != NULL; c = strchr(c, '|') != NULL ? strchr(c, '|') + 1 : NULL)
		if (n > 0 && strncmp(c, value, n) == 0 && (c[n] == '|' || c[n] == '\0'))
			return true;
	return false;
}

static int check_value(const struct analyse_option *o, const char *value, struct err *e)
{
	long long whole;
	double x;

	if (strlen(value) > 65536 || !text_valid(value, strlen(value), false))
		return err_set(e, ERR_INPUT, o->name, "The value of --{1} is no text of at most 65536 bytes.", o->name,
		    (char *)NULL);
	if (o->type == OPT_NUMBER && !text_number(value, &x))
		return err_set(e, ERR_INPUT, o->name, "--{1} needs a number such as 0.95, not \"{2}\".", o->name, value,
		    (char *)NULL);
	if (o->type == OPT_WHOLE && (!text_integer(value, &whole) || whole < 0))
		return err_set(e, ERR_INPUT, o->name, "--{1} needs a whole number of 0 or more, not \"{2}\".", o->name,
		    value, (char *)NULL);
	if (o->type == OPT_CHOICE && !is_choice(o->choices, value))
		return err_set(e, ERR_INPUT, o->name, "--{1} cannot be \"{2}\"; it is one of: {3}.", o->name, value,
		    o->choices, (char *)NULL);
	if (value[0] == '\0')
		return err_set(e, ERR_INPUT, o->name, "--{1} needs a value.", o->name, (char *)NULL);
	return 0;
}

static int unknown(const struct analyse_method *m, const char *name, struct err *e)
{
	char list[96] = "";
	size_t n = 0;

	for (int i = 0; i < ANALYSE_OPTIONS_MOST && m->options[i].name != NULL; i++) {
		int w = snprintf(list + n, sizeof list - n, "%s--%s", i > 0 ? " " : "", m->options[i].name);

		if (w < 0 || (size_t)w >= sizeof list - n)
			break;
		n += (size_t)w;
	}
	return err_set(e, ERR_INPUT, name, "{1} has no option --{2}. It has: {3}.", m->name, name, list, (char *)NULL);
}

int analyse_options_read(struct analyse *a, const struct analyse_arg *args, size_t n, struct err *e)
{
	for (size_t i = 0; i < n; i++) {
		int at = option_at(a->method, args[i].name), common = at < 0 ? common_at(args[i].name) : -1;
		const char **value = at >= 0 ? a->value + at : a->common + common;

		if (at < 0 && common < 0)
			return unknown(a->method, args[i].name, e);
		if (*value != NULL)
			return err_set(e, ERR_INPUT, args[i].name, "--{1} is given twice.", args[i].name, (char *)NULL);
		if (check_value(at >= 0 ? a->method->options + at : analyse_common + common, args[i].value, e) != 0)
			return -1;
		*value = args[i].value;
	}
	for (int i = 0; i < ANALYSE_OPTIONS_MOST && a->method->options[i].name != NULL; i++)
		if (a->value[i] == NULL)
			a->value[i] = a->method->options[i].standard;
	a->policy = strcmp(analyse_text(a, "policy"), "listwise") == 0 ? AN_LISTWISE : AN_PAIRWISE;
	a->na = analyse_text(a, "na");
	a->has_min = analyse_given(a, "min");
	a->has_max = analyse_given(a, "max");
	a->min = analyse_number(a, "min");
	a->max = analyse_number(a, "max");
	a->level = analyse_given(a, "level") ? analyse_number(a, "level") : 0.95;
	if (!(a->level > 0 && a->level < 1))
		return err_set(e, ERR_INPUT, "level", "--{1} must lie between 0 and 1, as 0.95 does.", "level",
		    (char *)NULL);
	return 0;
}

static int add_number(double **list, size_t *n, double x)
{
	double *more;

	if (*n == LIST_MOST)
		return -1;
	more = reallocarray(*list, *n + 1, sizeof **list);
	if (more == NULL)
		return -1;
	*list = more;
	more[(*n)++] = x;
	return 0;
}

/* One part of the list: "3" or "1:5". */
static int add_part(const char *part, double **list, size_t *n)
{
	char from[64];
	const char *colon = strchr(part, ':');
	double lo, hi;

	if (colon == NULL)
		return text_number(part, &lo) ? add_number(list, n, lo) : -1;
	if ((size_t)(colon - part) >= sizeof from)
		return -1;
	memcpy(from, part, (size_t)(colon - part));
	from[colon - part] = '\0';
	if (!text_number(from, &lo) || !text_number(colon + 1, &hi) || !(lo <= hi) || hi - lo > LIST_MOST)
		return -1;
	for (double x = lo; x <= hi; x++)
		if (add_number(list, n, x) != 0)
			return -1;
	return 0;
}

int analyse_numbers(const struct analyse *a, const char *name, double **list, size_t *n, struct err *e)
{
	char *copy = strdup(analyse_text(a, name)), *rest = copy, *part;
	int rc = copy != NULL ? 0 : err_nomem(e);

	*list = NULL;
	*n = 0;
	while (rc == 0 && (part = strsep(&rest, ",")) != NULL)
		if (add_part(part, list, n) != 0)
			rc = err_set(e, ERR_INPUT, name, "--{1} needs numbers such as 1,2,3 or 1:5, not \"{2}\".", name,
			    part, (char *)NULL);
	free(copy);
	if (rc != 0) {
		free(*list);
		*list = NULL;
		*n = 0;
	}
	return rc;
}

json_t *analyse_options_json(const struct analyse *a)
{
	json_t *out = json_object();

	for (int i = 0; i < ANALYSE_OPTIONS_MOST && a->method->options[i].name != NULL; i++) {
		const struct analyse_option *o = a->method->options + i;
		double x;

		if (a->value[i][0] == '\0')
			json_object_set_new(out, o->name, json_null());
		else if (o->type == OPT_WHOLE)
			json_object_set_new(out, o->name, json_integer((json_int_t)analyse_whole(a, o->name)));
		else if (o->type == OPT_NUMBER && text_number(a->value[i], &x))
			json_object_set_new(out, o->name, json_real(x));
		else
			json_object_set_new(out, o->name, json_string(a->value[i]));
	}
	for (int i = 0; i < ANALYSE_COMMON; i++)
		if (a->common[i] != NULL)
			json_object_set_new(out, analyse_common[i].name, json_string(a->common[i]));
	return out;
}
