/* The log: one event, one line, whatever the values; reopened after a rotation. */
#include "core/log.h"

#include "core/clock.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char path[512], old[520];

static size_t slurp(const char *name, char *out, size_t size)
{
	FILE *f = fopen(name, "r");
	size_t n;

	assert_non_null(f);
	n = fread(out, 1, size - 1, f);
	fclose(f);
	out[n] = '\0';
	return n;
}

static int open_log(void **state)
{
	struct err e = { 0 };
	int fd;

	(void)state;
	snprintf(path, sizeof path, "%s/elod-log-XXXXXX", P_tmpdir);
	fd = mkstemp(path);
	if (fd < 0)
		return -1;
	close(fd);
	snprintf(old, sizeof old, "%s.1", path);
	clock_fix(1795326896000LL);
	return log_open(path, &e);
}

static int close_log(void **state)
{
	(void)state;
	unlink(path);
	unlink(old);
	clock_fix(0);
	return 0;
}

static void values_stay_on_their_line(void **state)
{
	char text[4096];
	struct err e = { 0 };

	(void)state;
	assert_int_equal(truncate(path, 0), 0);
	log_event(LOG_INFO, "start", "port", "8080", "empty", "", "blank", "a b", "quote", "a\"b\\c", NULL);
	log_event(LOG_WARN, "evil", "forged", "x\n2026-11-22T00:00:00Z error forged", "bell",
	    "a\x07"
	    "b",
	    NULL);
	log_event(LOG_DEBUG, "unseen", NULL);
	log_event(LOG_INFO, "null", "value", (const char *)NULL, NULL);
	err_set(&e, ERR_INPUT, "age", "Write {1}.", "a number", NULL);
	log_err("failed", &e);
	slurp(path, text, sizeof text);
	assert_string_equal(text,
	    "2026-11-22T05:54:56Z info start port=8080 empty=\"\" blank=\"a b\" quote=\"a\\\"b\\\\c\"\n"
	    "2026-11-22T05:54:56Z warn evil forged=\"x 2026-11-22T00:00:00Z error forged\" bell=\"a b\"\n"
	    "2026-11-22T05:54:56Z info null value=\"\"\n"
	    "2026-11-22T05:54:56Z error failed kind=invalid-input field=age message=\"Write a number.\" detail=\"\"\n");
}

static void long_values_are_cut_not_spilled(void **state)
{
	char value[5000], text[8192], *newline;
	size_t n;

	(void)state;
	assert_int_equal(truncate(path, 0), 0);
	memset(value, 'v', sizeof value - 1);
	value[sizeof value - 1] = '\0';
	value[100] = ' ';
	log_event(LOG_INFO, "long", "a", value, "b", value, NULL);
	memset(value, '"', sizeof value - 1);
	log_event(LOG_INFO, "long", "a", value, NULL);
	n = slurp(path, text, sizeof text);
	newline = strchr(text, '\n');
	assert_non_null(newline);
	assert_true(newline - text < 2048);
	assert_int_equal(newline[-1], '"');
	assert_ptr_equal(strchr(newline + 1, '\n'), text + n - 1);
}

static void reopened_after_rotation(void **state)
{
	char text[1024];
	struct err e = { 0 };

	(void)state;
	assert_int_equal(truncate(path, 0), 0);
	log_event(LOG_INFO, "one", NULL);
	assert_int_equal(rename(path, old), 0);
	log_event(LOG_INFO, "two", NULL);
	assert_int_equal(log_reopen(&e), 0);
	log_event(LOG_INFO, "three", NULL);
	slurp(old, text, sizeof text);
	assert_string_equal(text, "2026-11-22T05:54:56Z info one\n2026-11-22T05:54:56Z info two\n");
	slurp(path, text, sizeof text);
	assert_string_equal(text, "2026-11-22T05:54:56Z info three\n");
}

static void an_impossible_file_is_said_and_the_old_one_kept(void **state)
{
	char too_long[2000], text[1024];
	struct err e = { 0 };

	(void)state;
	assert_int_equal(log_open("/nonexistent-folder/elod.log", &e), -1);
	assert_int_equal(e.kind, ERR_INPUT);
	assert_string_equal(e.field, "log");
	err_clear(&e);
	memset(too_long, 'x', sizeof too_long - 1);
	too_long[sizeof too_long - 1] = '\0';
	assert_int_equal(log_open(too_long, &e), -1);
	assert_int_equal(truncate(path, 0), 0);
	log_event(LOG_INFO, "still", NULL);
	slurp(path, text, sizeof text);
	assert_string_equal(text, "2026-11-22T05:54:56Z info still\n");
}

static void *shout(void *name)
{
	for (int i = 0; i < 500; i++)
		log_event(LOG_INFO, "thread", "name", (const char *)name, "text", "some words", NULL);
	return NULL;
}

static void lines_of_threads_do_not_mix(void **state)
{
	static char text[400000];
	pthread_t t[4];
	char *names[] = { "a", "b", "c", "d" };
	struct err e = { 0 };
	size_t lines = 0;

	(void)state;
	assert_int_equal(truncate(path, 0), 0);
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&t[i], NULL, shout, names[i]), 0);
	for (int i = 0; i < 20; i++)
		assert_int_equal(log_reopen(&e), 0);
	for (int i = 0; i < 4; i++)
		pthread_join(t[i], NULL);
	slurp(path, text, sizeof text);
	for (char *line = strtok_r(text, "\n", &names[0]); line != NULL; line = strtok_r(NULL, "\n", &names[0])) {
		assert_int_equal(strlen(line), strlen("2026-11-22T05:54:56Z info thread name=a text=\"some words\""));
		lines++;
	}
	assert_int_equal(lines, 2000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_stay_on_their_line),
		cmocka_unit_test(long_values_are_cut_not_spilled),
		cmocka_unit_test(reopened_after_rotation),
		cmocka_unit_test(an_impossible_file_is_said_and_the_old_one_kept),
		cmocka_unit_test(lines_of_threads_do_not_mix),
	};

	return cmocka_run_group_tests(tests, open_log, close_log);
}
