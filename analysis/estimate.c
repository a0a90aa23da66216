#include "analysis/estimate.h"
#include "analysis/stats/describe/proportion.h"
#include "analysis/stats/view.h"
#include "surveys/answers.h"

#include <math.h>

json_t *estimate_number(double v)
{
	return isfinite(v) ? json_real(v) : json_null();
}

json_t *estimate_interval(double lo, double hi)
{
	return isfinite(lo) && isfinite(hi) ? json_pack("[f, f]", lo, hi) : json_null();
}

json_t *estimate_share(uint64_t hits, uint64_t n)
{
	struct an_interval i;

	if (n == 0 || an_proportion((double)hits, (double)n, AN_WILSON, ESTIMATE_LEVEL, &i) != AN_OK)
		return json_null();
	return json_pack("{s:f, s:I, s:I, s:[f, f]}", "share", (double)hits / (double)n, "n", (json_int_t)n, "hits",
	    (json_int_t)hits, "interval", i.lo, i.hi);
}

json_t *estimate_missing(const uint64_t *by)
{
	json_t *reasons = json_object();
	uint64_t total = 0;

	for (int w = AN_PRESENT + 1; w < AN_WHY_COUNT; w++) {
		total += by[w];
		if (by[w] > 0)
			json_object_set_new(reasons, answer_why_name((enum answer_why)w),
			    json_integer((json_int_t)by[w]));
	}
	return json_pack("{s:I, s:o}", "total", (json_int_t)total, "reasons", reasons);
}

json_t *estimate_error(enum an_status status)
{
	return json_pack("{s:s}", "error", an_status_name(status));
}

int estimate_about(json_t *block, const char *method, const char *reference)
{
	if (json_object_set_new(block, "method", json_string(method)) != 0)
		return -1;
	return json_object_set_new(block, "reference", json_string(reference));
}
