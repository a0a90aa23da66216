#include "daemon/command.h"

#include "analysis/analyse.h"
#include "daemon/analyse_text.h"

#include <stdio.h>
#include <string.h>

#define ARGS_MOST 64

static void help(const json_t *list)
{
	puts("usage: elod analyse METHOD FILE.csv [--option value ...] [--format json|table]\n"
	     "       elod analyse METHOD --help\n"
	     "       elod analyse --list\n"
	     "Compute one method over a table, without a database. --list describes all methods as JSON.");
	analyse_text_methods(list);
}

static bool is_help(const char *word)
{
	return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

static bool is_question(const char *word)
{
	return is_help(word) || strcmp(word, "--list") == 0 || strcmp(word, "--manual") == 0;
}

/* The first word that is neither an option nor its value; NULL: there is none. */
static const char *method_of(const struct options *o)
{
	for (int i = 0; i < o->argc; i++) {
		const char *word = o->argv[i];

		if (is_question(word))
			continue;
		if (strncmp(word, "--", 2) != 0 || word[2] == '\0')
			return word;
		if (strchr(word, '=') == NULL && i + 1 < o->argc && !is_question(o->argv[i + 1]))
			i++;
	}
	return NULL;
}

static int explain(const json_t *list, const char *method, struct err *e)
{
	struct analyse_call call = { .method = method };
	struct err_list bad = { 0 };

	if (method == NULL)
		help(list);
	else if (analyse_text_help(list, method) < 0) {
		/* the sentence of a run, which reads no file for a method that does not exist */
		json_decref(analyse_file(&call, "", &bad, e));
		err_list_free(&bad);
		return EXIT_USAGE;
	}
	return EXIT_FINE;
}

/* What the methods are asked about themselves; -1: the arguments are a calculation. */
static int describe(const struct options *o, struct err *e)
{
	const char *asked = NULL;
	json_t *list;
	int rc = EXIT_FINE;

	for (int i = 0; i < o->argc && asked == NULL; i++)
		if (is_question(o->argv[i]))
			asked = o->argv[i];
	if (asked == NULL)
		return -1;
	list = analyse_list();
	if (is_help(asked))
		rc = explain(list, method_of(o), e);
	else if (strcmp(asked, "--list") == 0)
		print_json(list);
	else
		analyse_text_manual(list);
	json_decref(list);
	return rc;
}

static int take(int argc, char **argv, const char *names[2], struct analyse_arg *args, size_t *n, struct err *e)
{
	size_t plain = 0;

	for (int i = 0; i < argc; i++) {
		char *equals;

		if (strncmp(argv[i], "--", 2) != 0 || argv[i][2] == '\0') {
			if (plain == 2)
				return err_set(e, ERR_INPUT, NULL,
				    "Write: elod analyse METHOD FILE.csv [--option value].", NULL);
			names[plain++] = argv[i];
			continue;
		}
		if (*n == ARGS_MOST)
			return err_set(e, ERR_INPUT, NULL, "More arguments than are accepted.", NULL);
		equals = strchr(argv[i], '=');
		args[*n].name = argv[i] + 2;
		if (equals != NULL) {
			*equals = '\0';
			args[*n].value = equals + 1;
		} else if (i + 1 < argc) {
			args[*n].value = argv[++i];
		} else {
			return err_set(e, ERR_INPUT, argv[i] + 2, "--{1} needs a value.", argv[i] + 2, NULL);
		}
		(*n)++;
	}
	if (plain != 2)
		return err_set(e, ERR_INPUT, NULL, "Write: elod analyse METHOD FILE.csv [--option value].", NULL);
	return 0;
}

/* Takes --format out of the arguments. */
static int take_format(struct analyse_arg *args, size_t *n, bool *table, struct err *e)
{
	size_t kept = 0;

	*table = false;
	for (size_t i = 0; i < *n; i++) {
		if (strcmp(args[i].name, "format") != 0) {
			args[kept++] = args[i];
			continue;
		}
		*table = strcmp(args[i].value, "table") == 0;
		if (!*table && strcmp(args[i].value, "json") != 0)
			return err_set(e, ERR_INPUT, "format", "--{1} cannot be \"{2}\"; it is one of: {3}.", "format",
			    args[i].value, "json|table", NULL);
	}
	*n = kept;
	return 0;
}

/* Of a sentence that names an option, and of an unknown method, the call is the cause; of others the data. */
static bool is_misuse(const char *method, const struct err *e)
{
	return !analyse_known(method) || (e->kind == ERR_INPUT && strstr(e->message, "--{") != NULL);
}

static int compute(const char *names[2], struct analyse_arg *args, size_t n, struct err *e)
{
	struct analyse_call call = { .method = names[0], .args = args };
	struct err_list bad = { 0 };
	json_t *result;
	int rc = EXIT_FINE;
	bool table;

	if (take_format(args, &n, &table, e) < 0)
		return EXIT_USAGE;
	call.n = n;
	result = analyse_file(&call, names[1], &bad, e);

	print_err_list(&bad);
	err_list_free(&bad);
	if (result == NULL)
		return is_misuse(names[0], e) ? EXIT_USAGE : EXIT_FAILED;
	if (!table)
		print_json(result);
	else if (analyse_text_result(result, e) < 0)
		rc = EXIT_FAILED;
	json_decref(result);
	return rc;
}

static int analyse(struct options *o, struct err *e)
{
	struct analyse_arg args[ARGS_MOST];
	const char *names[2];
	size_t n = 0;
	int told = describe(o, e);

	if (told >= 0)
		return told;
	if (take(o->argc, o->argv, names, args, &n, e) < 0)
		return EXIT_USAGE;
	return compute(names, args, n, e);
}

const struct command cmd_analyse = {
	.name = "analyse",
	.usage = "METHOD FILE.csv [--option value ...], or: --list",
	.summary = "Compute one statistical method over a CSV file; needs no database",
	.run = analyse,
	.free_options = true,
};
