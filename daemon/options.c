#include "daemon/options.h"

#include "core/text.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static int index_of(const struct options *o, const char *name, size_t len)
{
	for (size_t i = 0; i < o->count; i++) {
		const char *have = o->rows[i]->name;
		size_t k = 0;

		/* worker_queue in a file is --worker-queue on the command line */
		while (k < len && (have[k] == name[k] || (have[k] == '-' && name[k] == '_')))
			k++;
		if (k == len && have[k] == '\0')
			return (int)i;
	}
	return -1;
}

static bool is_word(const char *s, const char *const *words)
{
	for (; *words != NULL; words++)
		if (strcasecmp(s, *words) == 0)
			return true;
	return false;
}

static const char *const yes[] = { "yes", "true", "1", "on", NULL },
			 *const no[] = { "no", "false", "0", "off", "", NULL };

static int check_switch(const struct option_row *row, const char *value, struct err *e)
{
	if (row->arg != NULL || is_word(value, yes) || is_word(value, no))
		return 0;
	return err_set(e, ERR_INPUT, row->name, "{1} is yes or no.", row->name, NULL);
}

/* ---- command line ---- */

static int take_option(struct options *o, int *at, int argc, char **argv, struct err *e)
{
	const char *name = argv[*at] + 2, *equals = strchr(name, '=');
	int i = index_of(o, name, equals != NULL ? (size_t)(equals - name) : strlen(name));
	const struct option_row *row;

	if (i < 0)
		return err_set(e, ERR_INPUT, argv[*at], "There is no option {1}.", argv[*at], NULL);
	row = o->rows[i];
	if (row->arg == NULL) {
		o->given[i] = equals != NULL ? equals + 1 : "yes";
		return check_switch(row, o->given[i], e);
	}
	if (o->given[i] != NULL && !row->many)
		return err_set(e, ERR_INPUT, row->name, "--{1} is given twice.", row->name, NULL);
	if (equals != NULL)
		o->given[i] = equals + 1;
	else if (*at + 1 < argc)
		o->given[i] = argv[++*at];
	else
		return err_set(e, ERR_INPUT, row->name, "--{1} needs a value: {2}.", row->name, row->arg, NULL);
	if (row->many && o->many_count == OPTIONS_MANY_MOST)
		return err_set(e, ERR_INPUT, NULL, "More arguments than are accepted.", NULL);
	if (row->many) {
		o->many[o->many_count].row = i;
		o->many[o->many_count++].value = o->given[i];
	}
	return 0;
}

static int take_all(struct options *o, int argc, char **argv, struct err *e)
{
	for (int i = 0; i < argc; i++) {
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
			o->help = true;
		} else if (strncmp(argv[i], "--", 2) == 0 && argv[i][2] != '\0') {
			if (take_option(o, &i, argc, argv, e) < 0)
				return -1;
		} else if (argv[i][0] == '-' && argv[i][1] != '\0') {
			return err_set(e, ERR_INPUT, argv[i], "There is no option {1}.", argv[i], NULL);
		} else if (o->arg_count == OPTIONS_ARGS_MOST) {
			return err_set(e, ERR_INPUT, NULL, "More arguments than are accepted.", NULL);
		} else {
			o->args[o->arg_count++] = argv[i];
		}
	}
	return 0;
}

int options_parse(struct options *o, const struct option_row *const *tables, int argc, char **argv, struct err *e)
{
	memset(o, 0, sizeof *o);
	for (; *tables != NULL; tables++)
		for (const struct option_row *row = *tables; row->name != NULL && o->count < OPTIONS_MOST; row++)
			o->rows[o->count++] = row;
	return take_all(o, argc, argv, e);
}

int option_store(struct options *o, const char *name, const char *value, struct err *e)
{
	int i = index_of(o, name, strlen(name));

	if (i < 0 || !o->rows[i]->shared)
		return err_set(e, ERR_INPUT, name, "The configuration file names a setting {1} that does not exist.",
		    name, NULL);
	if (check_switch(o->rows[i], value, e) < 0)
		return -1;
	free(o->stored[i]);
	o->stored[i] = strdup(value);
	return o->stored[i] != NULL ? 0 : err_nomem(e);
}

void options_free(struct options *o)
{
	for (size_t i = 0; i < o->count; i++)
		free(o->stored[i]);
}

/* ---- values ---- */

static const char *environment(const char *name)
{
	char variable[64];
	size_t n = (size_t)snprintf(variable, sizeof variable, "ELOD_%s", name);

	if (n >= sizeof variable)
		return NULL;
	for (char *s = variable; *s != '\0'; s++)
		*s = *s == '-' ? '_' : (char)toupper((unsigned char)*s);
	return getenv(variable);
}

const char *option(const struct options *o, const char *name)
{
	int i = index_of(o, name, strlen(name));
	const char *v;

	if (i < 0)
		return NULL;
	if (o->given[i] != NULL)
		return o->given[i];
	v = o->rows[i]->shared ? environment(name) : NULL;
	if (v != NULL)
		return v;
	return o->stored[i] != NULL ? o->stored[i] : o->rows[i]->fallback;
}

bool option_on(const struct options *o, const char *name)
{
	const char *v = option(o, name);

	return v != NULL && is_word(v, yes);
}

int option_yes(const struct options *o, const char *name, bool *out, struct err *e)
{
	const char *v = option(o, name);

	*out = v != NULL && is_word(v, yes);
	if (v == NULL || *out || is_word(v, no))
		return 0;
	return err_set(e, ERR_INPUT, name, "{1} is yes or no.", name, NULL);
}

/* The value numbered `want` of a row that may be given more than once, or NULL and how many there are. */
static const char *nth(const struct options *o, const char *name, size_t want, size_t *count)
{
	int row = index_of(o, name, strlen(name));

	*count = 0;
	for (size_t i = 0; i < o->many_count; i++)
		if (o->many[i].row == row && (*count)++ == want)
			return o->many[i].value;
	return NULL;
}

size_t option_count(const struct options *o, const char *name)
{
	size_t n;

	nth(o, name, SIZE_MAX, &n);
	return n;
}

const char *option_nth(const struct options *o, const char *name, size_t want)
{
	size_t n;

	return nth(o, name, want, &n);
}

int option_int(const struct options *o, const char *name, int64_t least, int64_t most, int64_t *out, struct err *e)
{
	const char *s = option(o, name);
	char lo[24], hi[24];
	long long v;

	if (s != NULL && text_integer(s, &v) && v >= least && v <= most) {
		*out = v;
		return 0;
	}
	snprintf(lo, sizeof lo, "%lld", (long long)least);
	snprintf(hi, sizeof hi, "%lld", (long long)most);
	return err_set(e, ERR_INPUT, name, "{1} is a whole number from {2} to {3}.", name, lo, hi, NULL);
}

void options_names(const struct options *o, FILE *to)
{
	for (size_t i = 0; i < o->count; i++)
		fprintf(to, "%s--%s", i > 0 ? ", " : "", o->rows[i]->name);
	fputc('\n', to);
}

void options_help(const struct option_row *const *tables)
{
	for (; *tables != NULL; tables++) {
		for (const struct option_row *row = *tables; row->name != NULL; row++) {
			char left[80];

			snprintf(left, sizeof left, "--%s%s%s", row->name, row->arg != NULL ? " " : "",
			    row->arg != NULL ? row->arg : "");
			printf("  %-28s %s", left, row->help);
			if (row->fallback != NULL && row->fallback[0] != '\0')
				printf(" [%s]", row->fallback);
			putchar('\n');
		}
	}
}
