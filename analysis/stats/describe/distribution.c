#include "analysis/stats/describe/distribution.h"
#include "analysis/stats/numeric/quantile.h"

#include <string.h>

enum an_status an_distinct(struct an_view x, size_t col, struct an_work *work, double *value, size_t cap, size_t *found)
{
	struct an_work_mark mark = an_work_mark(work);
	struct an_missing missing;
	enum an_status status = an_view_check(an_view_item(x, col), &missing);
	double *all;
	size_t n;

	*found = 0;
	if (status != AN_OK)
		return status;
	all = AN_WORK_ARRAY(work, double, x.rows);
	if (all == NULL)
		return AN_ENOMEM;
	n = an_view_column(x, col, all);
	an_sort(all, n);
	for (size_t i = 0; i < n && status == AN_OK; i++) {
		if (i > 0 && all[i] == all[i - 1])
			continue;
		if (*found == cap)
			status = AN_ETOOFEW;
		else
			value[(*found)++] = all[i];
	}
	an_work_release(work, mark);
	return status;
}

enum an_status an_distribution(struct an_view x, size_t col, const double *value, size_t values, size_t *count,
    struct an_distribution *out)
{
	enum an_status status;

	memset(out, 0, sizeof *out);
	memset(count, 0, values * sizeof *count);
	status = an_view_check(an_view_item(x, col), &out->missing);
	if (status != AN_OK)
		return status;
	out->values = values;
	out->used = out->missing.by[AN_PRESENT];
	for (size_t i = 0; i < x.rows; i++) {
		size_t at;

		if (!an_view_has(x, i, col))
			continue;
		at = an_place(value, values, an_view_at(x, i, col));
		if (at < values && value[at] == an_view_at(x, i, col))
			count[at]++;
		else
			out->outside++;
	}
	return out->used > 0 ? AN_OK : AN_ETOOFEW;
}
