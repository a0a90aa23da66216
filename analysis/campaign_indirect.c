#include "analysis/campaign_indirect.h"

#include "analysis/campaign_part.h"
#include "surveys/label.h"

#include <string.h>

/* The agreement with one item, taken from the same block that the campaign's page shows. */
static void take(const json_t *items, const char *code, struct arena *a, struct attainment_indirect *out)
{
	const json_t *it;
	size_t i;

	json_array_foreach(items, i, it) {
		const json_t *agreement = json_object_get(it, "agreement"),
			     *interval = json_object_get(agreement, "interval");

		if (strcmp(json_string_value(json_object_get(it, "code")), code) != 0)
			continue;
		out->label = label_store(a, json_object_get(it, "label"));
		if (!json_is_number(json_object_get(agreement, "share")))
			return;
		out->withheld = false;
		out->share = json_number_value(json_object_get(agreement, "share"));
		out->n = (size_t)json_integer_value(json_object_get(agreement, "n"));
		out->lo = json_number_value(json_array_get(interval, 0));
		out->hi = json_number_value(json_array_get(interval, 1));
		return;
	}
}

int campaign_indirect(struct db *db, const char *campaign, const char *item, void *arg, struct arena *a,
    struct attainment_indirect *out, struct err *e)
{
	struct campaign_options o = { .part = TALLY_ALL };
	struct campaign_part p = { .db = db, .o = &o, .a = a };
	const struct instrument *q;
	json_t *formats = json_array(), *items = NULL, *mark = NULL;
	struct campaign c;
	size_t at;
	int rc = -1;

	(void)arg;
	*out = (struct attainment_indirect){ .withheld = true, .method = "share_of_agreement" };
	if (formats == NULL || campaign_get(db, campaign, a, &c, e) < 0 ||
	    instrument_shared(db, c.instrument, &q, e) < 0)
		goto out;
	out->campaign_title = c.title;
	out->campaign_code = c.code;
	at = instrument_item_index(q, item);
	if (at != SIZE_MAX)
		out->label = label_store(a, q->items[at].label);
	p.c = &c;
	p.q = q;
	if (campaign_part_load(&p, e) < 0)
		goto out;
	if (p.withheld[TALLY_ALL] == NULL) {
		items = campaign_items_json(&p, formats);
		mark = campaign_part_fingerprint(&p, "items");
		take(items, item, a, out);
		if (json_is_string(mark))
			out->fingerprint = arena_strdup(a, json_string_value(mark));
	}
	rc = 0;
out:
	campaign_part_free(&p);
	json_decref(items);
	json_decref(mark);
	json_decref(formats);
	return rc < 0 && e->kind == ERR_NONE ? err_nomem(e) : rc;
}
