#include "daemon/command.h"
#include "daemon/imports.h"

#include "analysis/tally.h"
#include "surveys/release.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct option_row rows[] = {
	{ .name = "map", .arg = "FILE", .help = "responses, results: the mapping, a JSON document" },
	{ 0 },
};

static bool known(const char *kind)
{
	for (const char *const *k = import_kinds; *k != NULL; k++)
		if (strcmp(*k, kind) == 0)
			return true;
	return false;
}

static int import(struct options *o, struct err *e)
{
	struct import i = { .map = option(o, "map") };
	struct secret secret;
	struct config c;
	struct db *db;
	int rc;

	if (o->arg_count != 2 || !known(o->args[0])) {
		err_set(e, ERR_INPUT, NULL,
		    "Write: elod import KIND FILE; kinds are instrument, campaign, responses, curriculum, results.",
		    NULL);
		return EXIT_USAGE;
	}
	i.kind = o->args[0];
	i.file = o->args[1];
	i.secret = &secret;
	release_observe(tally_observe, NULL);
	/* a wrong file name must not leave an empty database behind */
	if (strcmp(i.file, "-") != 0 && access(i.file, R_OK) != 0) {
		err_set(e, ERR_INPUT, "file", "{1} cannot be read: {2}.", i.file, strerror(errno), NULL);
		return EXIT_FAILED;
	}
	if (config_read(o, &c, e) < 0 || open_for_change(&c, true, &db, &secret, e) < 0)
		return EXIT_FAILED;
	rc = import_do(db, &i, e);
	if (rc == 0)
		print_json(i.report);
	print_err_list(&i.bad);
	err_list_free(&i.bad);
	json_decref(i.report);
	db_close(db);
	return rc == 0 ? EXIT_FINE : EXIT_FAILED;
}

const struct command cmd_import = {
	.name = "import",
	.usage = "instrument|campaign|curriculum FILE.json, or: responses|results FILE.csv --map MAP.json",
	.summary = "Import a questionnaire, a campaign, responses, a curriculum or results",
	.more = "All or nothing: every bad line is reported (100 shown, all counted) and then nothing is stored.",
	.options = rows,
	.takes_args = true,
	.run = import,
};
