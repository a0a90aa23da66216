#include "analysis/stats/trend/control.h"
#include "analysis/stats/numeric/sum.h"

#include <math.h>
#include <string.h>

static double mean_range(const double *x, size_t n)
{
	double s = 0;

	for (size_t i = 1; i < n; i++)
		s += fabs(x[i] - x[i - 1]);
	return s / (double)(n - 1);
}

static enum an_status values_check(const double *x, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!isfinite(x[i]))
			return AN_EDATA;
	return n < 2 ? AN_ETOOFEW : AN_OK;
}

/* Centre and sigma, as given or from the values. */
static enum an_status place(const double *x, size_t n, const double *centre, const double *sigma,
    struct an_control *out)
{
	enum an_status s = values_check(x, n);

	memset(out, 0, sizeof *out);
	if (s != AN_OK)
		return s;
	out->sigma_z = 1;
	out->centre = centre != NULL ? *centre : an_mean(x, n);
	out->range = mean_range(x, n);
	out->range_hi = AN_RANGE_LIMIT * out->range;
	out->sigma = sigma != NULL ? *sigma : out->range / AN_D2;
	if (!isfinite(out->centre) || !isfinite(out->sigma))
		return AN_EDATA;
	return out->sigma > 0 ? AN_OK : AN_ENOVARIANCE;
}

enum an_status an_control_xmr(const double *x, size_t n, struct an_control *out, struct an_control_point *point)
{
	enum an_status s = place(x, n, NULL, NULL, out);

	for (size_t i = 0; s == AN_OK && i < n; i++) {
		double width = AN_XMR_LIMIT * out->range;

		point[i] = (struct an_control_point){ x[i], out->centre, out->centre - width, out->centre + width,
			3 * (x[i] - out->centre) / width, fabs(x[i] - out->centre) > width };
	}
	return s;
}

/* z of each point into point[].z, centre; spread(i): standard error of point i when all are alike. */
static enum an_status laney(struct an_control *out, struct an_control_point *point, size_t n, bool wanted)
{
	double s = 0;

	for (size_t i = 1; i < n; i++)
		s += fabs(point[i].z - point[i - 1].z);
	out->range = s / (double)(n - 1);
	out->range_hi = AN_RANGE_LIMIT * out->range;
	out->sigma_z = out->range / AN_D2;
	return !wanted || out->sigma_z > 0 ? AN_OK : AN_ENOVARIANCE;
}

/* Shares (most 1) or rates (most INFINITY). */
static enum an_status counted(const double *hits, const double *size, size_t n, bool wanted, bool share,
    struct an_control *out, struct an_control_point *point)
{
	double all = 0, of = 0;
	enum an_status s;

	memset(out, 0, sizeof *out);
	for (size_t i = 0; i < n; i++) {
		if (!(size[i] > 0) || !isfinite(size[i]) || !(hits[i] >= 0) || !isfinite(hits[i]) ||
		    (share && hits[i] > size[i]))
			return AN_EDATA;
		all += hits[i];
		of += size[i];
	}
	if (n < 2)
		return AN_ETOOFEW;
	out->centre = all / of;
	if (!(out->centre > 0) || (share && !(out->centre < 1)))
		return AN_ENOVARIANCE;
	for (size_t i = 0; i < n; i++) {
		double se = sqrt(out->centre * (share ? 1 - out->centre : 1) / size[i]);

		point[i].value = hits[i] / size[i];
		point[i].centre = out->centre;
		point[i].z = (point[i].value - out->centre) / se;
	}
	s = laney(out, point, n, wanted);
	for (size_t i = 0; s == AN_OK && i < n; i++) {
		double by = wanted ? out->sigma_z : 1;
		double width = 3 * by * sqrt(out->centre * (share ? 1 - out->centre : 1) / size[i]);

		point[i].z /= by;
		point[i].lo = fmax(0, out->centre - width);
		point[i].hi = share ? fmin(1, out->centre + width) : out->centre + width;
		point[i].out = fabs(point[i].value - out->centre) > width;
	}
	return s;
}

enum an_status an_control_p(const double *hits, const double *size, size_t n, bool laney_wanted, struct an_control *out,
    struct an_control_point *point)
{
	return counted(hits, size, n, laney_wanted, true, out, point);
}

enum an_status an_control_u(const double *events, const double *size, size_t n, bool laney_wanted,
    struct an_control *out, struct an_control_point *point)
{
	return counted(events, size, n, laney_wanted, false, out, point);
}

enum an_status an_control_ewma(const double *x, size_t n, double lambda, double width, const double *centre,
    const double *sigma, struct an_control *out, struct an_control_point *point)
{
	enum an_status s = place(x, n, centre, sigma, out);
	double e = out->centre;

	if (s == AN_OK && (!(lambda > 0 && lambda <= 1) || !(width > 0)))
		s = AN_EDATA;
	for (size_t i = 0; s == AN_OK && i < n; i++) {
		double grown = 1 - pow(1 - lambda, 2 * (double)(i + 1));
		double se = out->sigma * sqrt(lambda / (2 - lambda) * grown);

		e = lambda * x[i] + (1 - lambda) * e;
		point[i] = (struct an_control_point){ e, out->centre, out->centre - width * se,
			out->centre + width * se, (e - out->centre) / se, fabs(e - out->centre) > width * se };
	}
	return s;
}

enum an_status an_control_cusum(const double *x, size_t n, double k, double h, const double *centre,
    const double *sigma, struct an_control *out, struct an_control_point *point, double *up, double *down)
{
	enum an_status s = place(x, n, centre, sigma, out);

	if (s == AN_OK && (!(k >= 0) || !(h > 0) || !isfinite(k) || !isfinite(h)))
		s = AN_EDATA;
	for (size_t i = 0; s == AN_OK && i < n; i++) {
		double slack = k * out->sigma, limit = h * out->sigma, d = x[i] - out->centre, larger;

		up[i] = fmax(0, (i > 0 ? up[i - 1] : 0) + d - slack);
		down[i] = fmax(0, (i > 0 ? down[i - 1] : 0) - d - slack);
		larger = up[i] >= down[i] ? up[i] : -down[i];
		point[i] = (struct an_control_point){ larger, 0, -limit, limit, larger / out->sigma,
			up[i] > limit || down[i] > limit };
	}
	return s;
}

/* How many of the last points up to i, at most among, lie beyond width on a side; 0 unless i itself does. */
static size_t beyond(const struct an_control_point *p, size_t i, size_t among, double width, int side)
{
	size_t n = 0;

	if (!(p[i].z * side > width))
		return 0;
	for (size_t back = 0; back < among && back <= i; back++)
		n += p[i - back].z * side > width;
	return n;
}

static int direction(const struct an_control_point *p, size_t i)
{
	return (p[i].value > p[i - 1].value) - (p[i].value < p[i - 1].value);
}

/* Length of the run that ends at point i of: one side, one way, taking turns, near, far. */
struct runs {
	size_t side, way, turns, near, far;
	int last_side, last_way;
};

static void step(struct runs *r, const struct an_control_point *p, size_t i)
{
	int side = (p[i].z > 0) - (p[i].z < 0), way = i > 0 ? direction(p, i) : 0;

	r->side = side == 0 ? 0 : side == r->last_side ? r->side + 1 : 1;
	if (way == 0) {
		r->way = 1;
		r->turns = 1;
	} else {
		r->way = way == r->last_way ? r->way + 1 : 2;
		r->turns = way == -r->last_way ? r->turns + 1 : 2;
	}
	r->near = fabs(p[i].z) < 1 ? r->near + 1 : 0;
	r->far = fabs(p[i].z) > 1 ? r->far + 1 : 0;
	r->last_side = side;
	r->last_way = way;
}

void an_control_rules(const struct an_control_point *point, size_t n, unsigned asked, unsigned *rules)
{
	struct runs r = { 0 };

	for (size_t i = 0; i < n; i++) {
		bool hit[AN_RULES_MOST];

		step(&r, point, i);
		hit[0] = point[i].out;
		hit[1] = r.side >= 9;
		hit[2] = r.way >= 6;
		hit[3] = r.turns >= 14;
		hit[4] = beyond(point, i, 3, 2, 1) >= 2 || beyond(point, i, 3, 2, -1) >= 2;
		hit[5] = beyond(point, i, 5, 1, 1) >= 4 || beyond(point, i, 5, 1, -1) >= 4;
		hit[6] = r.near >= 15;
		hit[7] = r.far >= 8;
		rules[i] = 0;
		for (unsigned k = 0; k < AN_RULES_MOST; k++)
			if (hit[k] && (asked & (1u << k)) != 0)
				rules[i] |= 1u << k;
	}
}
