#include "analysis/campaign_part.h"
#include "analysis/estimate.h"
#include "surveys/label.h"

#include <string.h>

/* Name of the unit or target chosen, or null. */
static json_t *chosen_json(const struct campaign_part *p)
{
	if (p->only_target != SIZE_MAX)
		return label_parse(p->target[p->only_target].label);
	return p->only_unit != SIZE_MAX ? label_parse(p->unit[p->only_unit].label) : json_null();
}

json_t *campaign_head_json(const struct campaign_part *p)
{
	const struct tally_sums *t = p->shown[p->part];
	const char *why = p->withheld[p->part];
	json_t *withheld = json_null();

	if (why != NULL)
		withheld = json_pack("{s:s, s:i, s:I, s:I}", "reason", why, "k", p->c->k, "responses",
		    (json_int_t)p->responses, "released", (json_int_t)p->released);
	return json_pack("{s:{s:s, s:s}, s:s, s:s?, s:s?, s:i, s:I, s:I, s:I, s:I, s:b, s:s?, s:o, s:o, s:o}",
	    "campaign", "id", p->c->id, "code", p->c->code, "part", tally_part_name(p->part), "unit", p->o->unit,
	    "target", p->o->target, "k", p->c->k, "responses", (json_int_t)p->responses, "released",
	    (json_int_t)p->released, "n", why != NULL ? (json_int_t)0 : (json_int_t)tally_responses(t), "simulated",
	    why != NULL ? (json_int_t)0 : (json_int_t)tally_simulated(t), "has_careful", p->parts > 1,
	    "careful_withheld", p->parts > 1 ? p->withheld[TALLY_CAREFUL] : NULL, "withheld", withheld, "fingerprint",
	    campaign_part_fingerprint(p, "campaign"), "chosen", chosen_json(p));
}

/* Shares of variance between groups, with and without straight-lining: for the side by side. */
static void set_iccs(struct campaign_part *p, json_t *careless)
{
	static const char *const names[] = { "all", "careful" };
	bool units = p->unit_count > 1;
	const struct part_group *g = units ? p->unit : p->target;
	size_t n = units ? p->unit_count : p->target_count;

	for (size_t v = 0; v < TALLY_PARTS && n > 1; v++) {
		json_t *side = json_object_get(json_object_get(careless, "sides"), names[v]);
		struct campaign_compare *k = campaign_compare_new(p, g, n, (enum tally_part)v);

		if (json_is_object(side) && k != NULL)
			json_object_set_new(side, "icc", estimate_number(campaign_compare_icc(k)));
	}
}

static int set_figures(struct campaign_part *p, json_t *o)
{
	json_t *formats = json_array(), *careless = campaign_careless_json(p);
	int bad = 0;

	if (json_is_object(json_object_get(careless, "sides")))
		set_iccs(p, careless);
	bad |= json_object_set_new(o, "overall", campaign_overall_json(p, p->part));
	bad |= json_object_set_new(o, "items", campaign_items_json(p, formats));
	bad |= json_object_set_new(o, "formats", formats);
	bad |= json_object_set_new(o, "scales", campaign_scales_json(p, p->part, true));
	bad |= json_object_set_new(o, "careless", careless);
	return bad;
}

static bool one_target(const struct campaign_part *p)
{
	return p->o->target != NULL && p->o->target[0] != '\0';
}

static int set_groups(struct campaign_part *p, json_t *o)
{
	int bad = 0;

	/* units beside each other only for who sees whole units; never one group beside itself */
	if (!p->selected && p->unit_count > 1)
		bad |= json_object_set_new(o, "units", campaign_groups_json(p, p->unit, p->unit_count, "units", 0));
	if (!one_target(p) && p->target_count > 1)
		bad |= json_object_set_new(o, "targets",
		    campaign_groups_json(p, p->target, p->target_count, "targets", p->o->groups_most));
	return bad;
}

int campaign_statistics_json(struct db *db, const struct campaign *c, const struct instrument *q,
    const struct campaign_options *o, struct arena *a, json_t **out, struct err *e)
{
	struct campaign_part p = { .db = db, .c = c, .q = q, .o = o, .a = a };
	json_t *model = NULL, *days;
	int bad = -1;

	*out = NULL;
	if (campaign_part_load(&p, e) != 0)
		goto out;
	model = campaign_head_json(&p);
	days = campaign_days_json(&p, e);
	if (model == NULL || days == NULL || json_object_set_new(model, "days", days) != 0)
		goto nomem;
	bad = 0;
	if (p.withheld[p.part] == NULL)
		bad |= set_figures(&p, model);
	if (p.withheld[p.part] == NULL || p.o->account != NULL)
		bad |= set_groups(&p, model);
nomem:
	if (bad != 0)
		err_nomem(e);
out:
	campaign_part_free(&p);
	if (bad != 0)
		json_decref(model);
	else
		*out = model;
	return bad != 0 ? -1 : 0;
}
