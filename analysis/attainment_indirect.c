#include "analysis/attainment_indirect.h"

#include "analysis/attainment.sql.h"
#include "analysis/estimate.h"
#include "analysis/rows.h"
#include "surveys/label.h"

#include <math.h>
#include <string.h>

static int links_read(struct db *db, const char *programme, struct arena *a, struct indirect_link **out, size_t *n,
    struct err *e)
{
	struct db_rows rows;
	int rc;

	*out = NULL;
	*n = 0;
	if (db_query(db, SQL_INDIRECT_LIST, DB_ARGS(db_text(programme)), &rows, e) < 0)
		return -1;
	while ((rc = db_next(&rows, e)) == 1) {
		*out = rows_grow(a, *out, *n, sizeof **out);
		if (*out == NULL)
			break;
		(*out)[(*n)++] = (struct indirect_link){ .outcome = arena_strdup(a, db_col_text(&rows, 0)),
			.campaign = arena_strdup(a, db_col_text(&rows, 1)),
			.campaign_code = arena_strdup(a, db_col_text(&rows, 2)),
			.campaign_title = arena_strdup(a, db_col_text(&rows, 3)),
			.item = arena_strdup(a, db_col_text(&rows, 4)),
			.weight = db_col_real(&rows, 5) };
	}
	db_done(&rows);
	return rc < 0 ? -1 : arena_failed(a) ? err_nomem(e) : 0;
}

int indirect_load(struct db *db, const char *programme, const struct attainment_options *o, struct arena *a,
    struct indirect_link **out, size_t *n, struct err *e)
{
	if (links_read(db, programme, a, out, n, e) < 0)
		return -1;
	for (size_t i = 0; i < *n; i++) {
		struct indirect_link *l = &(*out)[i];

		l->got.withheld = true;
		if (o->indirect != NULL && o->indirect(db, l->campaign, l->item, o->indirect_arg, a, &l->got, e) < 0)
			return -1;
	}
	return 0;
}

struct indirect_figure indirect_combine(const struct indirect_link *links, size_t n, const char *outcome)
{
	struct indirect_figure f = { 0 };
	double weight = 0;

	for (size_t i = 0; i < n; i++) {
		const struct attainment_indirect *got = &links[i].got;

		if (strcmp(links[i].outcome, outcome) != 0)
			continue;
		f.links++;
		if (got->withheld || got->n == 0)
			continue;
		f.used++;
		weight += links[i].weight;
		f.share += links[i].weight * got->share;
		f.interval.lo += links[i].weight * got->lo;
		f.interval.hi += links[i].weight * got->hi;
	}
	if (weight > 0) {
		f.share /= weight;
		f.interval.lo /= weight;
		f.interval.hi /= weight;
	}
	return f;
}

static json_t *link_json(const struct indirect_link *l)
{
	const struct attainment_indirect *g = &l->got;
	bool shown = !g->withheld && g->n > 0;

	return json_pack("{s:{s:s, s:s, s:o}, s:s, s:o, s:f, s:b, s:o, s:o, s:o, s:s?, s:s?}", "campaign", "id",
	    l->campaign, "code", l->campaign_code, "title", label_parse(l->campaign_title), "item", l->item, "label",
	    label_parse(g->label), "weight", l->weight, "withheld", !shown, "share",
	    shown ? json_real(g->share) : json_null(), "interval",
	    shown ? estimate_interval(g->lo, g->hi) : json_null(), "n_used",
	    shown ? json_integer((json_int_t)g->n) : json_null(), "method", g->method, "fingerprint", g->fingerprint);
}

json_t *indirect_json(const struct indirect_link *links, size_t n, const char *outcome, const struct indirect_figure *f)
{
	json_t *list = json_array();
	const char *state = f->links == 0 ? "none" : f->used == 0 ? "withheld" : "value";

	for (size_t i = 0; i < n; i++)
		if (strcmp(links[i].outcome, outcome) == 0)
			json_array_append_new(list, link_json(&links[i]));
	return json_pack("{s:s, s:o, s:o, s:s, s:s, s:o}", "state", state, "share",
	    f->used > 0 ? json_real(f->share) : json_null(), "interval",
	    f->used > 0 ? estimate_interval(f->interval.lo, f->interval.hi) : json_null(), "interval_method",
	    "weighted_limits", "method", "weighted_mean_of_shares", "links", list);
}

struct an_interval indirect_mover(double w1, double a, struct an_interval of_a, double w2, double b,
    struct an_interval of_b)
{
	double middle = w1 * a + w2 * b;

	return (struct an_interval){ middle - hypot(w1 * (a - of_a.lo), w2 * (b - of_b.lo)),
		middle + hypot(w1 * (of_a.hi - a), w2 * (of_b.hi - b)) };
}
