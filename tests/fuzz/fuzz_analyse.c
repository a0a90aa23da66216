/* Fuzz: any method over any table.  A result is whole JSON, so that no figure is no number, with a
 * count of rows that were there; a refusal says why.
 * Input: method, then pairs of option and value until a 0, then the file. */
#include "analysis/analyse.h"
#include "analysis/start.h"

#include <string.h>

#include "tests/fuzz/fuzz.h"

#define ARGS_MOST 8

static const char *const words[] = { "a", "b", "c", "d", "a,b", "a:c", "b:d", "a,b,c,d", "0", "1", "2", "3", "5", "0.5",
	"0.95", "-1", "1e9", "1:3", "1,2,3", "x", "y", "x,y", "a=x,y", "f: a,b; g: c,d", "f: a,b,c", "t=sum(a,b)",
	"a=1", "NA" };
#define WORDS (sizeof words / sizeof *words)

/* The nth choice of an option, or a word. */
static const char *value_of(const json_t *option, uint8_t n, char room[64])
{
	const char *p = json_string_value(json_object_get(option, "choices"));
	size_t choices = 1, len;

	if (p == NULL || *p == '\0')
		return words[n % WORDS];
	for (const char *s = p; *s != '\0'; s++)
		choices += *s == '|';
	for (size_t skip = n % choices; skip > 0; skip--)
		p = strchr(p, '|') + 1;
	len = strcspn(p, "|");
	if (len > 63)
		len = 63;
	memcpy(room, p, len);
	room[len] = '\0';
	return room;
}

/* Reading from here, or a file of the machine, is not what is tested. */
static int names_a_file(const json_t *option)
{
	return strcmp(json_string_value(json_object_get(option, "type")), "file") == 0;
}

static void check(const json_t *out, size_t rows)
{
	char *text = json_dumps(out, 0);

	FUZZ_HOLDS(text != NULL);
	FUZZ_HOLDS(json_is_object(json_object_get(out, "result")));
	FUZZ_HOLDS(json_is_string(json_object_get(out, "title")) && json_is_string(json_object_get(out, "not_shown")));
	FUZZ_HOLDS(json_integer_value(json_object_get(out, "n_rows")) <= (json_int_t)rows);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static json_t *list;
	struct analyse_arg args[ARGS_MOST];
	char rooms[ARGS_MOST][64];
	struct analyse_call call = { .args = args };
	struct err_list bad = { 0 };
	struct err e = { 0 };
	const json_t *method, *options;
	struct frame f;
	size_t at = 1;

	if (list == NULL) {
		analysis_start();
		list = analyse_list();
	}
	if (len < 2 || len > 4000)
		return 0;
	method = json_array_get(list, data[0] % json_array_size(list));
	options = json_object_get(method, "options");
	call.method = json_string_value(json_object_get(method, "name"));
	for (; at + 1 < len && data[at] != 0 && call.n < ARGS_MOST; at += 2) {
		const json_t *o = json_array_get(options, (size_t)(data[at] - 1) % json_array_size(options));

		if (names_a_file(o))
			continue;
		args[call.n].name = json_string_value(json_object_get(o, "name"));
		args[call.n].value = value_of(o, data[at + 1], rooms[call.n]);
		call.n++;
	}
	at += at < len;
	if (frame_read_csv((const char *)data + at, len - at, "NA", &f, &bad, &e) == 0) {
		size_t rows = f.rows;
		json_t *out = analyse_run(&call, &f, &e);

		if (out != NULL)
			check(out, rows);
		else
			FUZZ_HOLDS(e.kind == ERR_INPUT);
		json_decref(out);
		frame_free(&f);
	}
	err_list_free(&bad);
	return 0;
}
