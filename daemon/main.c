/* elod: the expected learning outcomes daemon.  Finds the command and hands over. */
#include "daemon/command.h"

#include "analysis/start.h"
#include "core/ids.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct command *const commands[] = { &cmd_serve, &cmd_demo, &cmd_import, &cmd_export, &cmd_analyse,
	&cmd_simulate, &cmd_token, &cmd_user, &cmd_check, &cmd_version, NULL };

static int version(struct options *o, struct err *e)
{
	(void)o;
	(void)e;
	puts("elod " ELOD_VERSION);
	return EXIT_FINE;
}

const struct command cmd_version = {
	.name = "version",
	.usage = "",
	.summary = "Print the version",
	.run = version,
};

static void usage(FILE *to)
{
	fputs("usage: elod COMMAND [options]\n\n", to);
	for (const struct command *const *c = commands; *c != NULL; c++)
		fprintf(to, "  %-10s %s\n", (*c)->name, (*c)->summary);
	fputs("\nelod COMMAND --help says more. Settings: elod serve --help; file format: elod.conf(5).\n", to);
}

static void help(const struct command *c, const struct option_row *const *tables)
{
	printf("usage: elod %s %s\n%s.\n\n", c->name, c->usage, c->summary);
	if (c->more != NULL)
		printf("%s\n\n", c->more);
	options_help(tables);
}

static int parse(const struct command *c, const struct option_row *const *tables, struct options *o, int argc,
    char **argv, struct err *e)
{
	if (options_parse(o, tables, argc, argv, e) < 0)
		return -1;
	if (o->help)
		return 0;
	if (o->arg_count > 0 && !c->takes_args)
		return err_set(e, ERR_INPUT, NULL, "“{1}” is no option; elod {2} takes options alone.", o->args[0],
		    c->name, NULL);
	return config_file(o, e);
}

static int run(const struct command *c, int argc, char **argv)
{
	const struct option_row *const tables[] = { c->options != NULL ? c->options : config_options,
		c->options != NULL ? config_options : NULL, NULL };
	struct options o;
	struct err e = { 0 };
	int rc;

	if (c->free_options) {
		memset(&o, 0, sizeof o);
		o.argc = argc;
		o.argv = argv;
	} else if (parse(c, tables, &o, argc, argv, &e) < 0) {
		print_err(&e);
		fprintf(stderr, "      elod %s takes: ", c->name);
		options_names(&o, stderr);
		options_free(&o);
		return EXIT_USAGE;
	} else if (o.help) {
		help(c, tables);
		options_free(&o);
		return EXIT_FINE;
	}
	rc = c->run(&o, &e);
	if (rc == EXIT_FINE && output_end(&e) < 0)
		rc = EXIT_FAILED;
	if (e.kind != ERR_NONE)
		print_err(&e);
	options_free(&o);
	return rc;
}

int main(int argc, char **argv)
{
	struct err e = { 0 };

	analysis_start();
	if (ids_init(&e) < 0) {
		print_err(&e);
		return EXIT_FAILED;
	}
	if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0) {
		usage(argc < 2 ? stderr : stdout);
		return argc < 2 ? EXIT_USAGE : EXIT_FINE;
	}
	for (const struct command *const *c = commands; *c != NULL; c++)
		if (strcmp((*c)->name, argv[1]) == 0)
			return run(*c, argc - 2, argv + 2);
	if (strcmp(argv[1], "--version") == 0)
		return version(NULL, &e);
	fprintf(stderr, "elod: there is no command “%s”. The commands are:", argv[1]);
	for (const struct command *const *c = commands; *c != NULL; c++)
		fprintf(stderr, " %s", (*c)->name);
	fputc('\n', stderr);
	return EXIT_USAGE;
}
