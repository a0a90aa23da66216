#include "daemon/command.h"

#include "analysis/campaign_stats.h"

#include <stdio.h>
#include <string.h>

static const struct option_row rows[] = {
	{ .name = "format",
	    .arg = "json|csv",
	    .fallback = "json",
	    .help = "everything as JSON, or the counts per answer as CSV" },
	{ .name = "part",
	    .arg = "all|careful",
	    .fallback = "all",
	    .help = "careful: without straight-lining responses" },
	{ 0 },
};

static void put_code(const char *s)
{
	/* item codes are letters, digits, _ and -; nothing to quote */
	fputs(s != NULL ? s : "", stdout);
}

/* One row an item and answer: only items that may be shown have a distribution. */
static void print_csv(const json_t *stats)
{
	const json_t *item;
	size_t i;

	fputs("item,answer,count,n\r\n", stdout);
	json_array_foreach(json_object_get(stats, "items"), i, item) {
		const json_t *counts = json_object_get(item, "distribution");
		const json_t *points = json_object_get(item, "points"), *count;
		size_t j;

		if (points == NULL) {
			const json_t *format = json_array_get(json_object_get(stats, "formats"),
			    (size_t)json_integer_value(json_object_get(item, "format")));

			points = json_object_get(format, "points");
		}
		json_array_foreach(counts, j, count) {
			const json_t *value = json_object_get(json_array_get(points, j), "value");

			put_code(json_string_value(json_object_get(item, "code")));
			if (json_is_number(value))
				printf(",%.17g", json_number_value(value));
			else
				printf(",%zu", j + 1);
			printf(",%lld,%lld\r\n", (long long)json_integer_value(count),
			    (long long)json_integer_value(json_object_get(item, "n")));
		}
	}
}

static int export_campaign(struct db *db, const struct options *o, struct arena *a, struct err *e)
{
	struct campaign_options how = { .part = strcmp(option(o, "part"), "careful") == 0 ? TALLY_CAREFUL : TALLY_ALL };
	const struct instrument *q;
	struct campaign c;
	json_t *stats = NULL;

	if (campaign_get(db, o->args[1], a, &c, e) < 0 || instrument_shared(db, c.instrument, &q, e) < 0 ||
	    campaign_statistics_json(db, &c, q, &how, a, &stats, e) < 0)
		return -1;
	if (strcmp(option(o, "format"), "csv") == 0)
		print_csv(stats);
	else
		print_json(stats);
	json_decref(stats);
	return 0;
}

static int export(struct options *o, struct err *e)
{
	struct arena *a = arena_new(65536, 256 << 20);
	const char *format = option(o, "format"), *part = option(o, "part");
	struct db *db = NULL;
	struct config c;
	int rc = -1;

	if (o->arg_count != 2 || strcmp(o->args[0], "campaign") != 0 ||
	    (strcmp(format, "json") != 0 && strcmp(format, "csv") != 0) ||
	    (strcmp(part, "all") != 0 && strcmp(part, "careful") != 0)) {
		err_set(e, ERR_INPUT, NULL,
		    "Write: elod export campaign CODE [--format json|csv] [--part all|careful].", NULL);
		arena_free(a);
		return EXIT_USAGE;
	}
	if (a == NULL)
		err_nomem(e);
	else if (config_read(o, &c, e) == 0 && db_open(c.db, DB_OPEN_READ, &db, e) == 0)
		rc = export_campaign(db, o, a, e);
	db_close(db);
	instrument_shared_free();
	arena_free(a);
	return rc == 0 ? EXIT_FINE : EXIT_FAILED;
}

const struct command cmd_export = {
	.name = "export",
	.usage = "campaign CODE [--format json|csv] [--part all|careful]",
	.summary = "Print a campaign's statistics, under the same rules as the pages",
	.more = "No figure over fewer responses than the campaign's k is given, here as anywhere.",
	.options = rows,
	.takes_args = true,
	.run = export,
};
