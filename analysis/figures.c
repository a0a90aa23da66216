#include "analysis/figures.h"

#include "analysis/attainment.h"
#include "analysis/estimate.h"
#include "analysis/stats/test/outcomes.h"

#include <string.h>

int figure_compute(struct scores s, const size_t *rows, size_t row_count, double threshold, struct arena *a,
    struct figure *out, struct err *e)
{
	size_t n = rows != NULL ? row_count : s.rows, marked = 0;
	double *score = ARENA_ARRAY(a, double, n + 1);
	unsigned char *has = arena_get(a, n + 1, 1);
	struct an_outcome_rule rule = { 0, threshold, ATTAINMENT_LEVEL };
	struct an_outcome got;
	struct an_outcome_all all;

	if (score == NULL || has == NULL)
		return err_nomem(e);
	for (size_t i = 0; i < n; i++) {
		size_t row = rows != NULL ? rows[i] : i;

		score[i] = s.score[row * s.stride];
		has[i] = s.has[row * s.stride] != SCORE_NONE;
		marked += s.has[row * s.stride] == SCORE_MARKED;
	}
	if (an_outcomes(score, has, n, 1, rule, &got, &all) != AN_OK)
		return err_internal(e, "scores that are no numbers");
	*out = (struct figure){ .n = got.used,
		.marked = marked,
		.reached = (size_t)got.reached,
		.share = got.share,
		.mean = got.mean,
		.sd = got.sd,
		.has_sd = got.has_sd };
	if (got.used > 0)
		out->interval = got.interval;
	return 0;
}

const char *figure_status(size_t n, struct an_interval interval, double goal, size_t k)
{
	if (n == 0 || n < k)
		return "few";
	if (interval.lo >= goal)
		return "met";
	return interval.hi < goal ? "not_met" : "uncertain";
}

void figure_suppress(const size_t *n, bool *hidden, size_t count, size_t loose, size_t k)
{
	size_t sum = loose;

	for (size_t i = 0; i < count; i++) {
		hidden[i] = hidden[i] || (n[i] > 0 && n[i] < k);
		sum += hidden[i] ? n[i] : 0;
	}
	while (sum > 0 && sum < k) {
		size_t least = count;

		for (size_t i = 0; i < count; i++)
			if (!hidden[i] && n[i] > 0 && (least == count || n[i] < n[least]))
				least = i;
		if (least == count)
			return;
		hidden[least] = true;
		sum += n[least];
	}
}

int figure_interval_put(json_t *to, bool has, struct an_interval i, const char *method)
{
	int bad = json_object_set_new(to, "interval", has ? estimate_interval(i.lo, i.hi) : json_null());

	bad |= json_object_set_new(to, "interval_method", json_string(method));
	return bad | json_object_set_new(to, "interval_level", json_real(ATTAINMENT_LEVEL));
}

int figure_put(json_t *to, const struct figure *f)
{
	int bad = json_object_set_new(to, "n_used", json_integer((json_int_t)f->n));

	bad |= json_object_set_new(to, "reached", json_integer((json_int_t)f->reached));
	bad |= json_object_set_new(to, "share", f->n > 0 ? json_real(f->share) : json_null());
	bad |= figure_interval_put(to, f->n > 0, f->interval, "wilson");
	bad |= json_object_set_new(to, "mean", f->n > 0 ? json_real(f->mean) : json_null());
	bad |= json_object_set_new(to, "sd", f->has_sd ? json_real(f->sd) : json_null());
	return bad;
}

json_t *figure_histogram_json(struct scores s, size_t bins, double threshold)
{
	json_t *list = json_array();
	size_t count[64] = { 0 };

	for (size_t i = 0; i < s.rows; i++)
		if (s.has[i * s.stride]) {
			double at = (s.score[i * s.stride] + AN_ROUNDING) * (double)bins;

			count[at < 0 ? 0 : at >= (double)bins ? bins - 1 : (size_t)at]++;
		}
	for (size_t b = 0; b < bins; b++)
		json_array_append_new(list,
		    json_pack("{s:f, s:f, s:I}", "from", (double)b / (double)bins, "to", (double)(b + 1) / (double)bins,
			"count", (json_int_t)count[b]));
	return json_pack("{s:o, s:f}", "bins", list, "threshold", threshold);
}

json_t *figure_missing_json(const size_t by[RESULT_STATES])
{
	json_t *reasons = json_object();
	size_t total = 0;

	for (int s = 1; s < RESULT_STATES; s++)
		if (by[s] > 0) {
			total += by[s];
			json_object_set_new(reasons, result_state_name((enum result_state)s),
			    json_integer((json_int_t)by[s]));
		}
	return json_pack("{s:I, s:o}", "total", (json_int_t)total, "reasons", reasons);
}
