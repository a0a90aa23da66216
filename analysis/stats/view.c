#include "analysis/stats/view.h"

#include <math.h>
#include <string.h>

const char *an_why_name(enum an_why why)
{
	static const char *const names[AN_WHY_COUNT] = {
		[AN_PRESENT] = "present",
		[AN_SKIPPED] = "skipped",
		[AN_NOT_SHOWN] = "not_shown",
		[AN_NOT_APPLICABLE] = "not_applicable",
		[AN_UNREADABLE] = "unreadable",
		[AN_NOT_SUBMITTED] = "not_submitted",
		[AN_EXCUSED] = "excused",
		[AN_SET_ASIDE] = "set_aside",
	};

	return (unsigned)why < AN_WHY_COUNT ? names[why] : "unreadable";
}

size_t an_missing_total(const struct an_missing *m)
{
	size_t n = 0;

	for (int w = AN_PRESENT + 1; w < AN_WHY_COUNT; w++)
		n += m->by[w];
	return n;
}

enum an_status an_view_check(struct an_view v, struct an_missing *out)
{
	memset(out, 0, sizeof *out);
	if (v.stride < v.cols)
		return AN_EDATA;
	for (size_t i = 0; i < v.rows; i++)
		for (size_t j = 0; j < v.cols; j++) {
			unsigned why = v.why != NULL ? v.why[i * v.stride + j] : AN_PRESENT;

			out->by[why < AN_WHY_COUNT ? why : AN_UNREADABLE]++;
			if (why == AN_PRESENT && !isfinite(an_view_at(v, i, j)))
				return AN_EDATA;
		}
	return AN_OK;
}

size_t an_view_column(struct an_view v, size_t j, double *out)
{
	size_t n = 0;

	for (size_t i = 0; i < v.rows; i++)
		if (an_view_has(v, i, j))
			out[n++] = an_view_at(v, i, j);
	return n;
}

size_t an_view_present(struct an_view v, size_t row)
{
	size_t n = 0;

	if (v.why == NULL)
		return v.cols;
	for (size_t j = 0; j < v.cols; j++)
		n += v.why[row * v.stride + j] == AN_PRESENT;
	return n;
}
