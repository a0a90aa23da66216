#include "analysis/analyse.h"
#include "analysis/analyse_method.h"

#include <stdio.h>
#include <string.h>

#define WORK_MOST ((size_t)2 << 30)

static const struct analyse_method *const methods[] = {
	&analyse_alpha,
	&analyse_careless,
	&analyse_correlation,
	&analyse_describe,
	&analyse_distribution,
	&analyse_group_describe,
	&analyse_icc,
	&analyse_interpolated_median,
	&analyse_item_analysis,
	&analyse_kr20,
	&analyse_omega,
	&analyse_outcomes,
	&analyse_padjust,
	&analyse_proportion,
	&analyse_quantiles,
	&analyse_random_intercept,
	&analyse_scale_score,
	&analyse_top_share,
};
#define METHODS (sizeof methods / sizeof *methods)

void analyse_init(void)
{
	an_init();
}

static const struct analyse_method *find(const char *name)
{
	for (size_t i = 0; i < METHODS; i++)
		if (strcmp(methods[i]->name, name) == 0)
			return methods[i];
	return NULL;
}

bool analyse_known(const char *method)
{
	return find(method) != NULL;
}

static json_t *list_options(const struct analyse_method *m)
{
	json_t *out = json_array();

	for (int i = 0; i < ANALYSE_OPTIONS_MOST && m->options[i].name != NULL; i++) {
		const struct analyse_option *o = m->options + i;
		json_t *one =
		    json_pack("{s:s, s:s, s:s}", "name", o->name, "type", analyse_type_name(o->type), "help", o->help);

		json_object_set_new(one, "default", o->standard[0] != '\0' ? json_string(o->standard) : json_null());
		if (o->choices != NULL)
			json_object_set_new(one, "choices", json_string(o->choices));
		json_array_append_new(out, one);
	}
	return out;
}

json_t *analyse_list(void)
{
	json_t *out = json_array();

	for (size_t i = 0; i < METHODS; i++) {
		const struct analyse_method *m = methods[i];
		json_t *keys = json_array();

		for (size_t k = 0; m->output[k] != NULL; k++)
			json_array_append_new(keys, json_string(m->output[k]));
		json_array_append_new(out,
		    json_pack("{s:s, s:s, s:s, s:s, s:o, s:o}", "name", m->name, "summary", m->summary, "reference",
			m->reference, "missing_rule", m->missing_rule, "options", list_options(m), "output", keys));
	}
	return out;
}

/* The names over the arguments of an error, which holds under a hundred bytes in each; what was
 * asked for is its field. */
static int no_method(const char *name, struct err *e)
{
	char list[ERR_ARGS][96] = { "" };
	size_t n = 0, part = 0;

	for (size_t i = 0; i < METHODS; i++) {
		if (n + strlen(methods[i]->name) + 2 > sizeof list[0]) {
			n = 0;
			if (++part == ERR_ARGS)
				break;
		}
		n += (size_t)snprintf(list[part] + n, sizeof list[0] - n, "%s%s", methods[i]->name,
		    i + 1 < METHODS ? " " : "");
	}
	return err_set(e, ERR_INPUT, name, "There is no such method. There are: {1}{2}{3}.", list[0], list[1], list[2],
	    (char *)NULL);
}

static bool takes_items(const struct analyse_method *m)
{
	for (int i = 0; i < ANALYSE_OPTIONS_MOST && m->options[i].name != NULL; i++)
		if (strcmp(m->options[i].name, "items") == 0)
			return true;
	return false;
}

static json_t *envelope(const struct analyse *a, json_t *result)
{
	return json_pack("{s:s, s:s, s:o, s:s, s:o, s:o, s:o, s:O}", "method", a->method->name, "reference",
	    a->method->reference, "options", analyse_options_json(a), "missing_rule", a->method->missing_rule, "n_rows",
	    analyse_count(a->table->rows), "n_used", analyse_count(a->used), "n_missing", analyse_missing(&a->missing),
	    "result", result);
}

json_t *analyse_run(const char *method, const struct csv_table *table, const struct analyse_arg *args, size_t n,
    struct err *e)
{
	struct analyse a = { .method = find(method), .table = table };
	json_t *result = NULL, *out = NULL;

	if (a.method == NULL) {
		no_method(method, e);
		return NULL;
	}
	if (analyse_options_read(&a, args, n, e) != 0)
		return NULL;
	if (table->rows == 0) {
		err_set(e, ERR_INPUT, "", "The file has a header and no rows.", (char *)NULL);
		return NULL;
	}
	a.work = an_work_new(WORK_MOST);
	result = json_object();
	if (a.work == NULL || result == NULL) {
		err_nomem(e);
		goto done;
	}
	if (takes_items(a.method) && analyse_items_load(&a, e) != 0)
		goto done;
	a.missing = a.items.missing;
	if (a.method->run(&a, result, e) != 0)
		goto done;
	out = envelope(&a, result);
	if (out == NULL)
		err_nomem(e);
done:
	json_decref(result);
	analyse_items_free(&a.items);
	an_work_free(a.work);
	return out;
}
