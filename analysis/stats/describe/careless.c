#include "analysis/stats/describe/careless.h"

#include <math.h>
#include <string.h>

/* One pass with the updating formula of Welford 1962. */
static void person(struct an_view x, size_t i, struct an_careless_person *out)
{
	double mean = 0, m2 = 0, last = 0;
	size_t run = 0;

	memset(out, 0, sizeof *out);
	for (size_t j = 0; j < x.cols; j++) {
		double v, d;

		if (!an_view_has(x, i, j))
			continue;
		v = an_view_at(x, i, j);
		run = out->answered > 0 && v == last ? run + 1 : 1;
		if (run > out->longest)
			out->longest = run;
		last = v;
		out->answered++;
		d = v - mean;
		mean += d / (double)out->answered;
		m2 += d * (v - mean);
	}
	out->has_irv = out->answered > 1;
	if (out->has_irv)
		out->irv = sqrt(fmax(0, m2) / (double)(out->answered - 1));
}

enum an_status an_careless(struct an_view x, size_t least_answers, size_t run_limit, struct an_careless *out,
    struct an_careless_person *each)
{
	enum an_status status;

	memset(out, 0, sizeof *out);
	status = an_view_check(x, &out->missing);
	if (status != AN_OK)
		return status;
	for (size_t i = 0; i < x.rows; i++) {
		struct an_careless_person p;

		person(x, i, &p);
		p.straight = p.answered > 1 && p.answered >= least_answers && p.longest == p.answered;
		p.long_run = run_limit > 0 && p.longest >= run_limit;
		out->used += p.answered > 0;
		out->straight += p.straight;
		out->long_run += p.long_run;
		out->flagged += p.straight || p.long_run;
		if (p.longest > out->longest)
			out->longest = p.longest;
		if (each != NULL)
			each[i] = p;
	}
	return out->used > 0 ? AN_OK : AN_ETOOFEW;
}
