/* Options and settings: where a value comes from, what is refused, and that the manual page names
 * every setting. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/buf.h"
#include "daemon/config.h"

static const struct option_row own[] = {
	{ .name = "format", .arg = "json|csv", .fallback = "json", .help = "how" },
	{ .name = "role", .arg = "ROLE", .many = true, .help = "which" },
	{ .name = "quick", .help = "a switch" },
	{ 0 },
};
static const struct option_row *const tables[] = { own, config_options, NULL };

static int parse(struct options *o, struct err *e, int argc, const char *const *argv)
{
	memset(e, 0, sizeof *e);
	return options_parse(o, tables, argc, (char **)argv, e);
}
#define PARSE(o, e, ...)                                                                                               \
	parse(o, e, (int)(sizeof((const char *[]){ __VA_ARGS__ }) / sizeof(char *)), (const char *[]){ __VA_ARGS__ })

static void command_line(void **state)
{
	struct options o;
	struct err e;

	(void)state;
	assert_int_equal(PARSE(&o, &e, "campaign", "--format=csv", "K1", "--quick", "--role", "a", "--role=b"), 0);
	assert_int_equal(o.arg_count, 2);
	assert_string_equal(o.args[1], "K1");
	assert_string_equal(option(&o, "format"), "csv");
	assert_true(option_on(&o, "quick"));
	assert_int_equal(option_count(&o, "role"), 2);
	assert_string_equal(option_nth(&o, "role", 0), "a");
	assert_string_equal(option_nth(&o, "role", 1), "b");
	assert_string_equal(option(&o, "db"), "sqlite:elod.db");
	assert_false(option_on(&o, "demonstration"));
	options_free(&o);
}

static void refused(void **state)
{
	struct options o;
	struct err e;
	char text[200];

	(void)state;
	assert_int_equal(PARSE(&o, &e, "--bogus", "1"), -1);
	err_text(&e, NULL, NULL, text, sizeof text);
	assert_string_equal(text, "There is no option --bogus.");
	assert_int_equal(PARSE(&o, &e, "-x"), -1);
	assert_int_equal(PARSE(&o, &e, "--format"), -1);
	err_text(&e, NULL, NULL, text, sizeof text);
	assert_string_equal(text, "--format needs a value: json|csv.");
	assert_int_equal(PARSE(&o, &e, "--format", "a", "--format", "b"), -1);
	assert_int_equal(PARSE(&o, &e, "--quick=perhaps"), -1);
	assert_string_equal(e.field, "quick");
}

static void precedence(void **state)
{
	char file[] = "/tmp/elod-conf-XXXXXX";
	struct options o;
	struct err e;
	int fd = mkstemp(file);

	(void)state;
	assert_true(fd >= 0);
	assert_true(
	    dprintf(fd, "; a comment\n[server]\nlisten = 127.0.0.1:1\nworker_queue = 5\ndb = sqlite:file.db\n") > 0);
	close(fd);
	unsetenv("ELOD_DB");
	unsetenv("ELOD_LISTEN");
	assert_int_equal(PARSE(&o, &e, "--config", file), 0);
	assert_int_equal(config_file(&o, &e), 0);
	assert_string_equal(option(&o, "listen"), "127.0.0.1:1");
	assert_string_equal(option(&o, "worker-queue"), "5"); /* written with _ in the file */
	setenv("ELOD_LISTEN", "127.0.0.1:2", 1);
	setenv("ELOD_WORKER_QUEUE", "6", 1);
	assert_string_equal(option(&o, "listen"), "127.0.0.1:2");
	assert_string_equal(option(&o, "worker-queue"), "6");
	options_free(&o);
	assert_int_equal(PARSE(&o, &e, "--config", file, "--listen", "127.0.0.1:3"), 0);
	assert_int_equal(config_file(&o, &e), 0);
	assert_string_equal(option(&o, "listen"), "127.0.0.1:3");
	assert_string_equal(option(&o, "db"), "sqlite:file.db");
	options_free(&o);
	unsetenv("ELOD_LISTEN");
	unsetenv("ELOD_WORKER_QUEUE");
	unlink(file);
}

static int load(const char *content, struct err *e)
{
	char file[] = "/tmp/elod-conf-XXXXXX";
	struct options o;
	int fd = mkstemp(file), rc;

	assert_true(fd >= 0 && write(fd, content, strlen(content)) == (ssize_t)strlen(content));
	close(fd);
	assert_int_equal(PARSE(&o, e, "--config", file), 0);
	rc = config_file(&o, e);
	options_free(&o);
	unlink(file);
	return rc;
}

static void bad_files(void **state)
{
	char text[200];
	struct err e;

	(void)state;
	assert_int_equal(load("listen = 127.0.0.1:1\nlisen = x\n", &e), -1);
	err_text(&e, NULL, NULL, text, sizeof text);
	assert_string_equal(text, "The configuration file names a setting lisen that does not exist.");
	/* an option of one command is no setting */
	assert_int_equal(load("format = csv\n", &e), -1);
	assert_int_equal(load("listen = 127.0.0.1:1\nno equals sign\n", &e), -1);
	err_text(&e, NULL, NULL, text, sizeof text);
	assert_non_null(strstr(text, ", line 2: write `name = value`."));
	assert_int_equal(load("demonstration = perhaps\n", &e), -1);
	assert_int_equal(load("", &e), 0);
}

/* A misspelt yes must not quietly leave cookies open to plain HTTP. */
static void yes_or_no(void **state)
{
	static const char *const rows[] = { "--access-log", "--secure-cookies" };
	struct options o;
	struct config c;
	struct err e;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(PARSE(&o, &e, rows[i], "maybe"), 0);
		assert_int_equal(config_read(&o, &c, &e), -1);
		assert_string_equal(e.field, rows[i] + 2);
		options_free(&o);
	}
	assert_int_equal(PARSE(&o, &e, "--secure-cookies", "TRUE", "--access-log", "off"), 0);
	setenv("ELOD_DEMONSTRATION", "jes", 1);
	assert_int_equal(config_read(&o, &c, &e), -1);
	assert_string_equal(e.field, "demonstration");
	unsetenv("ELOD_DEMONSTRATION");
	memset(&e, 0, sizeof e);
	assert_int_equal(config_read(&o, &c, &e), 0);
	assert_true(c.web.secure_cookies && !c.server.access_log && !c.web.demonstration);
	options_free(&o);
}

/* A value may look like an option. */
static void values_that_look_like_options(void **state)
{
	struct options o;
	struct err e;

	(void)state;
	assert_int_equal(PARSE(&o, &e, "--format", "--role"), 0);
	assert_string_equal(option(&o, "format"), "--role");
	assert_int_equal(option_count(&o, "role"), 0);
	assert_int_equal(PARSE(&o, &e, "--role", "a", "--format=--role", "--role", "--role"), 0);
	assert_int_equal(option_count(&o, "role"), 2);
	assert_string_equal(option_nth(&o, "role", 0), "a");
	assert_string_equal(option_nth(&o, "role", 1), "--role");
	assert_null(option_nth(&o, "role", 2));
	options_free(&o);
}

static void numbers(void **state)
{
	static const char *const bad[] = { "0", "-1", "abc", "1e3", "3601", "" };
	struct options o;
	struct config c;
	struct err e;

	(void)state;
	assert_int_equal(PARSE(&o, &e, "--idle-timeout", "60"), 0);
	assert_int_equal(config_read(&o, &c, &e), 0);
	assert_int_equal(c.server.idle_seconds, 60);
	assert_true(c.server.threads >= 1 && c.server.workers >= 2);
	options_free(&o);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		print_message("  “%s”\n", bad[i]);
		assert_int_equal(PARSE(&o, &e, "--idle-timeout", bad[i]), 0);
		assert_int_equal(config_read(&o, &c, &e), -1);
		assert_string_equal(e.field, "idle-timeout");
		options_free(&o);
	}
}

/* Runs from the root of the tree, like every test. */
static void manual_page(void **state)
{
	FILE *f = fopen("docs/elod.conf.5", "r");
	char *text = calloc(1, 1 << 16), name[80];
	size_t n;

	(void)state;
	assert_non_null(f);
	n = fread(text, 1, (1 << 16) - 1, f);
	fclose(f);
	assert_true(n > 0);
	for (const struct option_row *row = config_options; row->name != NULL; row++) {
		size_t k = (size_t)snprintf(name, sizeof name, "\n.B ");

		if (!row->shared)
			continue;
		/* a manual page writes a hyphen that must stay one as \- */
		for (const char *s = row->name; *s != '\0'; s++)
			k += (size_t)snprintf(name + k, sizeof name - k, *s == '-' ? "\\-" : "%c", *s);
		print_message("  %s\n", row->name);
		assert_non_null(strstr(text, name));
		if (row->fallback != NULL && strchr(row->fallback, '-') == NULL)
			assert_non_null(strstr(strstr(text, name), row->fallback));
	}
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(command_line),
		cmocka_unit_test(refused),
		cmocka_unit_test(precedence),
		cmocka_unit_test(bad_files),
		cmocka_unit_test(yes_or_no),
		cmocka_unit_test(values_that_look_like_options),
		cmocka_unit_test(numbers),
		cmocka_unit_test(manual_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
