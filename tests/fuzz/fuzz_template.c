/* Templates and data from a stranger: neither may read or write out of bounds, loop for ever or
 * fail without an error.  The input is the template, a zero byte, then JSON; the first byte picks
 * what the environment allows. */
#include "core/buf.h"
#include "core/err.h"
#include "tests/fuzz/fuzz.h"
#include "web/chart.h"
#include "web/format.h"
#include "web/template.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void one(const struct template_env *env, const char *text, size_t len, const json_t *page)
{
	struct err e = { 0 };
	struct template_set *set = template_set_new(env, &e);
	struct buf out;
	int rc;

	if (set == NULL)
		return;
	buf_init(&out, 65536);
	rc = template_set_add(set, "main", text, len, &e);
	if (rc == 0)
		rc = template_set_link(set, &e);
	if (rc == 0)
		rc = template_render(set, "main", NULL, page, &out, &e);
	FUZZ_HOLDS(rc == 0 || e.kind != ERR_NONE);
	buf_free(&out);
	template_set_free(set);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct template_draw *const draws[] = { chart_draws, NULL };
	static const struct format_style style = { NULL, true, FORMAT_VIETNAM_OFFSET };
	struct template_env env = { .style = &style };
	const uint8_t *zero;
	json_t *page;

	if (size < 1 || size > 4096)
		return 0;
	env.messages = (data[0] & 1) != 0;
	env.raw_values = (data[0] & 2) != 0;
	env.missing_partials = (data[0] & 4) != 0;
	env.strict = (data[0] & 8) != 0;
	env.draws = draws;
	zero = memchr(data + 1, 0, size - 1);
	page = zero != NULL
	    ? json_loadb((const char *)zero + 1, size - (size_t)(zero + 1 - data), JSON_DECODE_ANY, NULL)
	    : NULL;
	if (page == NULL)
		page = json_pack("{s:i,s:[i,i],s:{s:s}}", "a", 1, "l", 1, 2, "o", "b", "<");
	one(&env, (const char *)data + 1, (zero != NULL ? (size_t)(zero - data) : size) - 1, page);
	json_decref(page);
	return 0;
}
