/* How many were asked, how many answered, and when. */
#include "analysis/campaign_part.h"
#include "analysis/figure.h"
#include "core/clock.h"

#include <math.h>
#include <stdio.h>

/* How many were asked: the invitations, else the sum of all enrolments when each is known. */
static int64_t asked_of(const struct campaign *c, const struct target *targets, size_t n, const char **from)
{
	int64_t sum = 0;

	*from = "invited";
	if (c->invited >= 0)
		return c->invited;
	*from = "enrolled";
	for (size_t i = 0; i < n; i++) {
		if (targets[i].enrolled < 0) {
			sum = -1;
			break;
		}
		sum += targets[i].enrolled;
	}
	if (n == 0 || sum < 0)
		*from = NULL;
	return n == 0 ? -1 : sum;
}

static const char *status_of(const json_t *share, double goal)
{
	double lo, hi;

	if (!json_is_object(share) || !isfinite(goal))
		return NULL;
	lo = json_number_value(json_array_get(json_object_get(share, "interval"), 0));
	hi = json_number_value(json_array_get(json_object_get(share, "interval"), 1));
	return lo >= goal ? "met" : hi < goal ? "not" : "uncertain";
}

/* Simulated responses are no people: they are not in the rate. */
json_t *campaign_rate_json(const struct campaign *c, const struct target *targets, size_t n)
{
	const char *from;
	int64_t asked = asked_of(c, targets, n, &from), people = c->accepted - c->simulated;
	json_t *share = json_null(), *o;

	if (asked > 0 && people <= asked)
		share = figure_share((uint64_t)(people > 0 ? people : 0), (uint64_t)asked);
	o = json_pack("{s:I, s:I, s:I, s:I, s:o, s:s?, s:O, s:o, s:s?}", "responses", (json_int_t)c->accepted, "people",
	    (json_int_t)people, "simulated", (json_int_t)c->simulated, "released", (json_int_t)c->released, "asked",
	    asked >= 0 ? json_integer(asked) : json_null(), "asked_from", from, "share", share, "goal",
	    figure_number(c->goal_rate), "status", status_of(share, c->goal_rate));
	json_decref(share);
	if (o != NULL && asked > 0)
		figure_about(o, "responses of people over people asked; Wilson score interval, 95 %", "Wilson 1927, JASA 22");
	return o;
}

json_t *campaign_days_json(struct campaign_part *p, struct err *e)
{
	struct campaign_day *days;
	json_t *list;
	int64_t sum = 0;
	size_t n;

	if (campaign_days(p->db, p->c->id, p->a, &days, &n, e) != 0)
		return NULL;
	list = json_array();
	for (size_t i = 0; i < n; i++) {
		char date[16];

		snprintf(date, sizeof date, "%04d-%02d-%02d", days[i].day / 10000, days[i].day / 100 % 100, days[i].day % 100);
		sum += days[i].accepted;
		json_array_append_new(list,
		    json_pack("{s:s, s:I, s:I, s:I}", "date", date, "accepted", (json_int_t)days[i].accepted, "simulated",
			(json_int_t)days[i].simulated, "cumulative", (json_int_t)sum));
	}
	if (list == NULL)
		err_nomem(e);
	return list;
}
