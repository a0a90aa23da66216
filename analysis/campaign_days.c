/* When the responses came. */
#include "analysis/campaign_part.h"

#include <stdio.h>

json_t *campaign_days_json(struct campaign_part *p, struct err *e)
{
	struct campaign_day *days;
	int64_t sum = 0, people = 0;
	json_t *list;
	size_t n;

	if (campaign_days(p->db, p->c->id, p->a, &days, &n, e) != 0)
		return NULL;
	list = json_array();
	for (size_t i = 0; i < n; i++) {
		char date[16];

		snprintf(date, sizeof date, "%04d-%02d-%02d", days[i].day / 10000, days[i].day / 100 % 100,
		    days[i].day % 100);
		sum += days[i].accepted;
		people += days[i].accepted - days[i].simulated;
		json_array_append_new(list,
		    json_pack("{s:s, s:I, s:I, s:I, s:I}", "date", date, "accepted", (json_int_t)days[i].accepted,
			"simulated", (json_int_t)days[i].simulated, "cumulative", (json_int_t)sum, "cumulative_people",
			(json_int_t)people));
	}
	if (list == NULL)
		err_nomem(e);
	return list;
}
