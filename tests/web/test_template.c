/* Mustache: the specification's own cases, when the folder with them is there, and what this
 * engine adds or refuses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "core/err.h"
#include "web/format.h"
#include "web/html.h"
#include "web/locale.h"
#include "web/template.h"

static const struct format_style vi = { NULL, true, FORMAT_VIETNAM_OFFSET };

static int draw_row(struct template_view *v, struct err *e)
{
	const json_t *here = template_lookup(v, "."), *n = template_lookup(v, "n");

	(void)e;
	buf_addf(template_out(v), "<svg id=\"%u\">", template_next_id(v));
	html_text(template_out(v), json_string_value(json_object_get(here, "label")));
	if (json_is_integer(n))
		buf_addf(template_out(v), "|%d", (int)json_integer_value(n));
	buf_puts(template_out(v), "</svg>");
	return 0;
}

static int draw_broken(struct template_view *v, struct err *e)
{
	(void)v;
	return err_internal(e, "the drawing broke");
}

static const struct template_draw drawings[] = { { "row", draw_row }, { "broken", draw_broken }, { NULL, NULL } };
static const struct template_draw *const tables[] = { drawings, NULL };
static const struct template_env product = { .style = &vi, .draws = tables, .messages = true };

/* The page, malloc'd; NULL with err filled when compiling or rendering failed. */
static char *render(const struct template_env *env, const char *text, const char *partial, const char *data,
    struct err *e)
{
	struct template_set *set = template_set_new(env, e);
	json_t *page = json_loads(data, JSON_DECODE_ANY, NULL);
	struct buf out;
	char *s = NULL;

	assert_non_null(page);
	buf_init(&out, 100000);
	if (template_set_add(set, "main", text, strlen(text), e) == 0 &&
	    (partial == NULL || template_set_add(set, "part", partial, strlen(partial), e) == 0) &&
	    template_set_link(set, e) == 0 && template_render(set, "main", NULL, page, &out, e) == 0)
		s = buf_take(&out, NULL);
	buf_free(&out);
	json_decref(page);
	template_set_free(set);
	return s;
}

static void expect(const struct template_env *env, const char *text, const char *partial, const char *data,
    const char *want)
{
	struct err e = { 0 };
	char *got = render(env, text, partial, data, &e);

	if (got == NULL)
		fail_msg("%s: %s", text, e.log);
	assert_string_equal(got, want);
	free(got);
}

static void expect_error(const struct template_env *env, const char *text, const char *data, const char *part_of_log)
{
	struct err e = { 0 };
	char *got = render(env, text, NULL, data, &e);

	if (got != NULL)
		fail_msg("%s: rendered as \"%s\", expected an error", text, got);
	assert_int_equal(e.kind, ERR_INTERNAL);
	if (strstr(e.log, part_of_log) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", e.log, part_of_log);
}

/* ---- the specification ---- */

static int add_partials(struct template_set *set, const json_t *partials, struct err *e)
{
	const char *name;
	json_t *text;

	json_object_foreach((json_t *)partials, name, text) {
		if (template_set_add(set, name, json_string_value(text), json_string_length(text), e) != 0)
			return -1;
	}
	return 0;
}

static void spec_case(const char *file, const json_t *test)
{
	static const struct template_env env = { .raw_values = true, .missing_partials = true };
	const json_t *text = json_object_get(test, "template");
	const char *name = json_string_value(json_object_get(test, "name"));
	struct err e = { 0 };
	struct template_set *set = template_set_new(&env, &e);
	struct buf out;

	buf_init(&out, 100000);
	if (template_set_add(set, " main", json_string_value(text), json_string_length(text), &e) != 0 ||
	    add_partials(set, json_object_get(test, "partials"), &e) != 0 || template_set_link(set, &e) != 0 ||
	    template_render(set, " main", NULL, json_object_get(test, "data"), &out, &e) != 0)
		fail_msg("%s, %s: %s", file, name, e.log);
	buf_add(&out, "", 0);
	if (strcmp(out.p, json_string_value(json_object_get(test, "expected"))) != 0)
		fail_msg("%s, %s: got \"%s\"", file, name, out.p);
	buf_free(&out);
	template_set_free(set);
}

static void specification(void **state)
{
	static const char *const files[] = { "comments", "delimiters", "interpolation", "inverted", "partials",
		"sections" };
	size_t total = 0;

	(void)state;
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		char path[128];
		json_t *all, *test;
		size_t k;

		snprintf(path, sizeof path, "../shared/reference/mustache/%s.json", files[i]);
		all = json_load_file(path, 0, NULL);
		if (all == NULL) {
			print_message("skipped: %s is not here; the specification's cases run only beside it\n", path);
			continue;
		}
		json_array_foreach(json_object_get(all, "tests"), k, test)
			spec_case(files[i], test);
		total += k;
		json_decref(all);
	}
	print_message("%zu cases of the Mustache specification\n", total);
}

/* ---- what the product adds ---- */

static void escaping(void **state)
{
	(void)state;
	expect(&product, "<a title='{{x}}'>{{x}}</a>", NULL, "{\"x\":\"<b>&\\\"'\"}",
	    "<a title='&lt;b&gt;&amp;&quot;&#39;'>&lt;b&gt;&amp;&quot;&#39;</a>");
	expect(&product, "{{x}}", NULL, "{\"x\":{\"a\":1}}", "");
	expect(&product, "{{a}} {{b}} {{c}}", NULL, "{\"a\":0.1,\"b\":1e300,\"c\":-3}", "0.1 1e+300 -3");
}

static void truth(void **state)
{
	(void)state;
	expect(&product, "{{#z}}zero{{/z}}{{#s}}text{{/s}}{{#o}}object{{/o}}{{^l}}none{{/l}}", NULL,
	    "{\"z\":0,\"s\":\"\",\"o\":{},\"l\":[]}", "zeroobjectnone");
}

static void formats(void **state)
{
	(void)state;
	expect(&product, "{{n.int}} {{#l}}[{{.dec2}}]{{/l}} {{e.pct}} {{gone.int}} {{nil.date}}", NULL,
	    "{\"n\":5820,\"l\":[1,2.5],\"e\":{\"share\":0.5,\"n\":50},\"nil\":null}",
	    "5.820 [1,00][2,50] 50\xC2\xA0% – –");
	/* a member of that name wins over the format */
	expect(&product, "{{e.date}}", NULL, "{\"e\":{\"date\":\"soon\"}}", "soon");
}

static void drawings_called(void **state)
{
	(void)state;
	expect(&product, "{{{row}}}{{#l}}{{{row}}}{{/l}}", NULL, "{\"n\":1,\"label\":\"<\",\"l\":[{\"label\":\"b\"}]}",
	    "<svg id=\"1\">&lt;|1</svg><svg id=\"2\">b|1</svg>");
	expect(&product, "{{{a.b.row}}}{{{gone.row}}}", NULL, "{\"a\":{\"b\":{\"label\":\"x\",\"n\":2}},\"gone\":null}",
	    "<svg id=\"1\">x|2</svg>");
	expect(&product, "{{#l}}{{&.row}}{{/l}}", NULL, "{\"l\":[{\"label\":\"x\"}]}", "<svg id=\"1\">x</svg>");
	expect_error(&product, "{{{broken}}}", "{}", "the drawing broke");
	expect_error(&product, "a\n{{{name}}}", "{\"name\":\"x\"}", "line 2: only drawings");
	expect_error(&product, "{{&name}}", "{\"name\":\"x\"}", "none named name");
}

static void messages(void **state)
{
	(void)state;
	expect(&product, "<p>\n  {{#t}}\n  Two\n\twords, {{n.int}}\n  {{/t}}\n</p>", NULL, "{\"n\":1000}",
	    "<p>\n  Two words, 1.000\n</p>");
	expect(&product, "{{#t n}}{{n}} thing{{|}}{{n}} things{{/t}}", NULL, "{\"n\":1}", "1 thing");
	expect(&product, "{{#t n}}{{n}} thing{{|}}{{n}} things{{/t}}", NULL, "{\"n\":0}", "0 things");
	expect(&product, "{{#t}}See {{#l}}<a>{{.}}</a>{{/l}}{{/t}}", NULL, "{\"l\":[\"a\"]}", "See <a>a</a>");
	expect_error(&product, "{{#t}}never closed", "{}", "not closed by {{/t}}");
	expect_error(&product, "{{#t}}a {{#t}}b{{/t}}{{/t}}", "{}", "a message inside a message");
	expect_error(&product, "{{#t}}a{{|}}b{{/t}}", "{}", "two forms");
	expect_error(&product, "{{#t n}}a{{/t}}", "{}", "two forms");
	expect_error(&product, "{{#t}} {{/t}}", "{}", "an empty message");
	expect_error(&product, "x\n{{#t}}a {{#b}}c{{/t}}", "{}", "line 2 (in a message or its translation)");
}

static void syntax(void **state)
{
	static const struct {
		const char *text, *log;
	} t[] = {
		{ "a\nb {{name", "template main, line 2: a tag is not closed; expected }}" },
		{ "{{{name}}", "expected }}}" },
		{ "\n\n{{#a}}x", "line 3: this section is not closed: a" },
		{ "{{#a}}x{{/b}}", "expected the end of the section a" },
		{ "x{{/b}}", "nothing is open that could be closed by b" },
		{ "{{}}", "a tag without a name" },
		{ "{{a b}}", "a name holds no blanks: a b" },
		{ "{{a..b}}", "an empty part in the name a..b" },
		{ "{{=<%=}}", "new delimiters are written" },
		{ "{{>gone}}", "there is no template named gone" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++)
		expect_error(&product, t[i].text, "{}", t[i].log);
}

static void limits(void **state)
{
	struct err e = { 0 };
	struct buf deep;
	char *got;

	(void)state;
	expect_error(&product, "{{>main}}", "{}", "more than 64");
	buf_init(&deep, 10000);
	for (int i = 0; i < 70; i++)
		buf_puts(&deep, "{{#a}}");
	expect_error(&product, deep.p, "{\"a\":1}", "more than 64");
	buf_free(&deep);
	/* 70 x 70 x 70 characters are more than the 100000 of render() */
	got = render(&product, "{{#l}}{{#l}}{{#l}}x{{/l}}{{/l}}{{/l}}", NULL,
	    "{\"l\":[0,1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,"
	    "7,8,9,0,1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7,8,9]}",
	    &e);
	assert_null(got);
	assert_non_null(strstr(e.log, "limit of size"));
}

static void strict(void **state)
{
	struct template_env env = product;

	(void)state;
	env.strict = true;
	expect(&env, "{{a}}{{#gone}}{{x}}{{/gone}}{{nil}}", NULL, "{\"a\":1,\"nil\":null}", "1");
	expect_error(&env, "\n{{nmae}}", "{\"name\":1}", "line 2: no such name in the page's data (nmae)");
	expect_error(&env, "{{nmae.int}}", "{\"name\":1}", "no such name");
}

static void shared_context(void **state)
{
	struct err e = { 0 };
	struct template_set *set = template_set_new(&product, &e);
	json_t *shared = json_pack("{s:s,s:s}", "a", "under", "b", "low"), *page = json_pack("{s:s}", "b", "over");
	struct buf out;

	(void)state;
	buf_init(&out, 1000);
	assert_int_equal(template_set_add(set, "m", "{{a}} {{b}}", 11, &e), 0);
	assert_int_equal(template_set_add(set, "m", "", 0, &e), -1); /* twice the same name */
	assert_int_equal(template_set_link(set, &e), 0);
	err_clear(&e);
	assert_int_equal(template_render(set, "m", shared, page, &out, &e), 0);
	assert_string_equal(out.p, "under over");
	assert_int_equal(template_render(set, "gone", shared, page, &out, &e), -1);
	buf_free(&out);
	json_decref(shared);
	json_decref(page);
	template_set_free(set);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(specification),
		cmocka_unit_test(escaping),
		cmocka_unit_test(truth),
		cmocka_unit_test(formats),
		cmocka_unit_test(messages),
		cmocka_unit_test(drawings_called),
		cmocka_unit_test(syntax),
		cmocka_unit_test(limits),
		cmocka_unit_test(strict),
		cmocka_unit_test(shared_context),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
