#include "daemon/command.h"

#include "analysis/analyse.h"

#include <stdio.h>
#include <string.h>

#define ARGS_MOST 64

static void help(void)
{
	json_t *list = analyse_list(), *one;
	size_t i;

	puts("usage: elod analyse METHOD FILE.csv [--option value ...], or: elod analyse --list\n"
	     "Compute one of the methods over a table; prints JSON. --list describes the methods and their options.\n");
	json_array_foreach(list, i, one) {
		printf("  %-20s %s\n", json_string_value(json_object_get(one, "name")),
		    json_string_value(json_object_get(one, "summary")));
	}
	json_decref(list);
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

static int compute(const char *names[2], const struct analyse_arg *args, size_t n, struct err *e)
{
	struct analyse_call call = { .method = names[0], .args = args, .n = n };
	struct err_list bad = { 0 };
	json_t *result = analyse_file(&call, names[1], &bad, e);

	print_err_list(&bad);
	err_list_free(&bad);
	if (result == NULL)
		return analyse_known(names[0]) ? EXIT_FAILED : EXIT_USAGE;
	print_json(result);
	json_decref(result);
	return EXIT_FINE;
}

static int analyse(struct options *o, struct err *e)
{
	struct analyse_arg args[ARGS_MOST];
	const char *names[2];
	size_t n = 0;

	for (int i = 0; i < o->argc; i++) {
		if (strcmp(o->argv[i], "--help") == 0 || strcmp(o->argv[i], "-h") == 0) {
			help();
			return EXIT_FINE;
		}
		if (strcmp(o->argv[i], "--list") == 0) {
			json_t *list = analyse_list();

			print_json(list);
			json_decref(list);
			return EXIT_FINE;
		}
	}
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
