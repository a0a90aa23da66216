#include "analysis/stats/factor/rotate.h"

#include <gsl/gsl_linalg.h>
#include <math.h>
#include <string.h>

#define VARIMAX_MOST   1000
#define VARIMAX_ENOUGH 1e-5 /* relative, of stats::varimax */
#define VARIMAX_FLAT   0.05 /* slope, relative, at an end */
#define OBLIMIN_MOST   20000
#define OBLIMIN_BEST   1e-5
#define OBLIMIN_ENOUGH 1e-5 /* GPArotation's */

/* out = a b, p x q times q x r */
static void times(const double *a, const double *b, size_t p, size_t q, size_t r, double *out)
{
	for (size_t i = 0; i < p; i++)
		for (size_t j = 0; j < r; j++) {
			double s = 0;

			for (size_t c = 0; c < q; c++)
				s += a[i * q + c] * b[c * r + j];
			out[i * r + j] = s;
		}
}

/* a = u v', the orthogonal part of its singular value decomposition; *sum of singular values. */
static enum an_status orthogonal_part(double *a, size_t m, struct an_work *work, double *sum)
{
	struct an_work_mark mark = an_work_mark(work);
	double *room = AN_WORK_ARRAY(work, double, m *m + m);
	gsl_matrix_view u = gsl_matrix_view_array(a, m, m), v;
	gsl_vector_view s;
	enum an_status status = AN_ENOVARIANCE;

	if (room == NULL)
		return AN_ENOMEM;
	v = gsl_matrix_view_array(room, m, m);
	s = gsl_vector_view_array(room + m * m, m);
	if (gsl_linalg_SV_decomp_jacobi(&u.matrix, &v.matrix, &s.vector) != 0)
		goto done;
	*sum = 0;
	for (size_t q = 0; q < m; q++)
		*sum += room[m * m + q];
	status = room[m * m + m - 1] > 0 && isfinite(*sum) ? AN_OK : AN_ENOVARIANCE;
	for (size_t i = 0; i < m; i++) {
		double *row = room + m * m; /* the singular values are not needed any more */

		for (size_t j = 0; j < m; j++) {
			row[j] = 0;
			for (size_t q = 0; q < m; q++)
				row[j] += a[i * m + q] * room[j * m + q];
		}
		memcpy(a + i * m, row, m * sizeof *row);
	}
done:
	an_work_release(work, mark);
	return status;
}

/* b = x' (z^3 - z diag(mean z^2)): where the criterion rises fastest. */
static void varimax_rise(const double *x, const double *z, size_t k, size_t m, double *b)
{
	memset(b, 0, m * m * sizeof *b);
	for (size_t q = 0; q < m; q++) {
		double mean = 0;

		for (size_t i = 0; i < k; i++)
			mean += z[i * m + q] * z[i * m + q] / (double)k;
		for (size_t i = 0; i < k; i++) {
			double c = z[i * m + q], e = c * c * c - c * mean;

			for (size_t p = 0; p < m; p++)
				b[p * m + q] += x[i * m + p] * e;
		}
	}
}

/* Largest element of what is not symmetric in t'b, which vanishes at a stationary point. */
static double skew(const double *t, const double *b, size_t m)
{
	double most = 0;

	for (size_t p = 0; p < m; p++)
		for (size_t q = 0; q < p; q++) {
			double s = 0;

			for (size_t c = 0; c < m; c++)
				s += t[c * m + p] * b[c * m + q] - t[c * m + q] * b[c * m + p];
			most = fmax(most, fabs(s));
		}
	return most;
}

/* Kaiser's own way: each pair of columns to its best angle, around and around. */
static bool turn_pairs(double *z, size_t k, size_t m, struct an_fit *fit)
{
	double most = 1;

	for (int round = 0; round < VARIMAX_MOST && most > 1e-9; round++, fit->iterations++) {
		most = 0;
		for (size_t p = 0; p < m; p++)
			for (size_t q = p + 1; q < m; q++) {
				double a = 0, b = 0, c = 0, d = 0, angle;

				for (size_t i = 0; i < k; i++) {
					double x = z[i * m + p], y = z[i * m + q], u = x * x - y * y, v = 2 * x * y;

					a += u;
					b += v;
					c += u * u - v * v;
					d += 2 * u * v;
				}
				angle = atan2(d - 2 * a * b / (double)k, c - (a * a - b * b) / (double)k) / 4;
				most = fmax(most, fabs(angle));
				for (size_t i = 0; i < k; i++) {
					double x = z[i * m + p], y = z[i * m + q];

					z[i * m + p] = x * cos(angle) + y * sin(angle);
					z[i * m + q] = y * cos(angle) - x * sin(angle);
				}
			}
		fit->gradient = most;
	}
	return most <= 1e-9;
}

enum an_status an_varimax(double *loading, size_t k, size_t m, struct an_work *work, struct an_fit *fit)
{
	struct an_work_mark mark = an_work_mark(work);
	double *x = AN_WORK_ARRAY(work, double, k *m), *z = AN_WORK_ARRAY(work, double, k *m);
	double *length = AN_WORK_ARRAY(work, double, k), *t = AN_WORK_ARRAY(work, double, m *m);
	double *b = AN_WORK_ARRAY(work, double, m *m), sum = 0;
	enum an_status status = AN_OK;

	*fit = (struct an_fit){ .converged = m < 2 };
	if (x == NULL || z == NULL || length == NULL || t == NULL || b == NULL)
		status = AN_ENOMEM;
	for (size_t i = 0; status == AN_OK && i < k; i++) {
		double s = 0;

		for (size_t q = 0; q < m; q++)
			s += loading[i * m + q] * loading[i * m + q];
		length[i] = s > 0 ? sqrt(s) : 1;
		for (size_t q = 0; q < m; q++)
			x[i * m + q] = loading[i * m + q] / length[i];
	}
	for (size_t q = 0; status == AN_OK && q < m; q++)
		t[q * m + q] = 1;
	while (status == AN_OK && !fit->converged && fit->iterations++ < VARIMAX_MOST) {
		double before = sum, slope;

		if (!an_work_still(work)) {
			status = AN_ESTOPPED;
			break;
		}
		times(x, t, k, m, m, z);
		varimax_rise(x, z, k, m, b);
		slope = skew(t, b, m);
		memcpy(t, b, m * m * sizeof *t);
		status = orthogonal_part(t, m, work, &sum);
		fit->converged = sum < before * (1 + VARIMAX_ENOUGH);
		fit->gradient = sum > 0 ? slope / sum : 0;
	}
	if (status == AN_OK && m > 1)
		times(x, t, k, m, m, z);
	/* regular loadings can send these steps to and fro, which looks like the end */
	if (status == AN_OK && m > 1 && (!fit->converged || fit->gradient > VARIMAX_FLAT))
		fit->converged = turn_pairs(z, k, m, fit);
	if (status == AN_OK && !fit->converged)
		status = AN_ENOCONVERGE;
	for (size_t i = 0; status == AN_OK && m > 1 && i < k * m; i++)
		loading[i] = z[i] * length[i / m];
	an_work_release(work, mark);
	return status;
}

struct oblimin {
	size_t k, m;
	const double *a;	      /* loadings before */
	double *t, *next, *inverse;   /* m x m: axes, and the inverse of the last that was looked at */
	double *loading, *slope;      /* k x m: a inverse(t)', and the criterion's slopes by them */
	double *gradient, *down, *lu; /* m x m */
	size_t *order;
	double value;
};

/* Loadings, criterion and slopes with the axes t. */
static bool look(struct oblimin *o, const double *t)
{
	size_t k = o->k, m = o->m;
	gsl_matrix_view lu = gsl_matrix_view_array(o->lu, m, m), inverse = gsl_matrix_view_array(o->inverse, m, m);
	gsl_permutation order = { m, o->order };
	int sign;

	memcpy(o->lu, t, m * m * sizeof *t);
	gsl_permutation_init(&order);
	if (gsl_linalg_LU_decomp(&lu.matrix, &order, &sign) != 0 ||
	    gsl_linalg_LU_invert(&lu.matrix, &order, &inverse.matrix) != 0)
		return false;
	o->value = 0;
	for (size_t i = 0; i < k; i++) {
		double *row = o->loading + i * m, squares = 0;

		for (size_t q = 0; q < m; q++) {
			row[q] = 0;
			for (size_t c = 0; c < m; c++)
				row[q] += o->a[i * m + c] * o->inverse[q * m + c];
			squares += row[q] * row[q];
		}
		for (size_t q = 0; q < m; q++) {
			double others = squares - row[q] * row[q];

			o->slope[i * m + q] = row[q] * others;
			o->value += row[q] * row[q] * others / 4;
		}
	}
	return isfinite(o->value);
}

/* Slopes by the axes, less what only changes their length; returns the size of the rest. */
static double project(struct oblimin *o)
{
	size_t k = o->k, m = o->m;
	double size = 0, *cross = o->lu;

	memset(cross, 0, m * m * sizeof *cross);
	for (size_t i = 0; i < k; i++)
		for (size_t p = 0; p < m; p++)
			for (size_t q = 0; q < m; q++)
				cross[p * m + q] += o->loading[i * m + p] * o->slope[i * m + q];
	/* gradient = -(cross inverse)' */
	for (size_t p = 0; p < m; p++)
		for (size_t q = 0; q < m; q++) {
			double s = 0;

			for (size_t c = 0; c < m; c++)
				s += cross[q * m + c] * o->inverse[c * m + p];
			o->gradient[p * m + q] = -s;
		}
	for (size_t q = 0; q < m; q++) {
		double along = 0;

		for (size_t p = 0; p < m; p++)
			along += o->t[p * m + q] * o->gradient[p * m + q];
		for (size_t p = 0; p < m; p++) {
			double d = o->gradient[p * m + q] - along * o->t[p * m + q];

			o->down[p * m + q] = d;
			size += d * d;
		}
	}
	return sqrt(size);
}

/* Axes at unit length, by steps down from t. */
static void shift(struct oblimin *o, double by)
{
	size_t m = o->m;

	for (size_t q = 0; q < m; q++) {
		double s = 0;

		for (size_t p = 0; p < m; p++) {
			double c = o->t[p * m + q] - by * o->down[p * m + q];

			o->next[p * m + q] = c;
			s += c * c;
		}
		for (size_t p = 0; p < m; p++)
			o->next[p * m + q] /= sqrt(s);
	}
}

static enum an_status descend(struct oblimin *o, struct an_work *work, struct an_fit *fit)
{
	double by = 1, before;

	if (!look(o, o->t))
		return AN_ENOVARIANCE;
	for (; fit->iterations < OBLIMIN_MOST; fit->iterations++) {
		bool there = false, lower = false;

		if (fit->iterations % 16 == 0 && !an_work_still(work))
			return AN_ESTOPPED;
		before = o->value;
		fit->gradient = project(o);
		if (fit->gradient < OBLIMIN_BEST)
			break;
		by *= 2;
		for (int half = 0; half <= 10 && !lower; half++) {
			shift(o, by);
			there = look(o, o->next);
			lower = there && before - o->value > 0.5 * fit->gradient * fit->gradient * by;
			by = lower ? by : by / 2;
		}
		if (!lower && fit->gradient < OBLIMIN_ENOUGH) {
			/* nothing lower that doubles can see */
			look(o, o->t);
			break;
		}
		if (!there)
			return AN_ENOVARIANCE;
		memcpy(o->t, o->next, o->m * o->m * sizeof *o->t);
	}
	fit->converged = fit->gradient < OBLIMIN_ENOUGH;
	return fit->converged ? AN_OK : AN_ENOCONVERGE;
}

enum an_status an_oblimin(double *loading, size_t k, size_t m, struct an_work *work, double *phi, struct an_fit *fit)
{
	struct an_work_mark mark = an_work_mark(work);
	struct oblimin o = { .k = k, .m = m, .a = loading };
	double **square[] = { &o.t, &o.next, &o.inverse, &o.gradient, &o.down, &o.lu };
	enum an_status status = AN_OK;

	*fit = (struct an_fit){ .converged = m < 2 };
	for (size_t i = 0; i < sizeof square / sizeof *square; i++)
		if ((*square[i] = AN_WORK_ARRAY(work, double, m *m)) == NULL)
			status = AN_ENOMEM;
	o.loading = AN_WORK_ARRAY(work, double, k *m);
	o.slope = AN_WORK_ARRAY(work, double, k *m);
	o.order = AN_WORK_ARRAY(work, size_t, m);
	if (status != AN_OK || o.loading == NULL || o.slope == NULL || o.order == NULL) {
		an_work_release(work, mark);
		return AN_ENOMEM;
	}
	for (size_t q = 0; q < m; q++)
		o.t[q * m + q] = 1;
	if (m > 1)
		status = descend(&o, work, fit);
	for (size_t p = 0; status == AN_OK && p < m; p++)
		for (size_t q = 0; q < m; q++) {
			double s = 0;

			for (size_t c = 0; c < m; c++)
				s += o.t[c * m + p] * o.t[c * m + q];
			phi[p * m + q] = p == q ? 1 : s;
		}
	if (status == AN_OK && m > 1)
		memcpy(loading, o.loading, k * m * sizeof *loading);
	an_work_release(work, mark);
	return status;
}

void an_factor_variance(const double *loading, const double *phi, size_t k, size_t m, double *variance)
{
	for (size_t q = 0; q < m; q++) {
		variance[q] = 0;
		for (size_t i = 0; i < k; i++)
			for (size_t p = 0; p < m; p++) {
				double r = phi != NULL ? phi[q * m + p] : p == q;

				variance[q] += r * loading[i * m + p] * loading[i * m + q];
			}
	}
}

enum an_status an_rotation_order(double *loading, size_t k, size_t m, struct an_work *work, double *phi)
{
	struct an_work_mark mark = an_work_mark(work);
	double *variance = AN_WORK_ARRAY(work, double, m), *sign = AN_WORK_ARRAY(work, double, m);
	double *copy = AN_WORK_ARRAY(work, double, (k + m) * m);
	size_t *order = AN_WORK_ARRAY(work, size_t, m);
	enum an_status status = AN_ENOMEM;

	if (variance == NULL || sign == NULL || copy == NULL || order == NULL)
		goto done;
	status = AN_OK;
	an_factor_variance(loading, phi, k, m, variance);
	for (size_t q = 0; q < m; q++) {
		size_t at = q;

		for (; at > 0 && variance[order[at - 1]] < variance[q]; at--)
			order[at] = order[at - 1];
		order[at] = q;
	}
	memcpy(copy, loading, k * m * sizeof *copy);
	if (phi != NULL)
		memcpy(copy + k * m, phi, m * m * sizeof *copy);
	for (size_t q = 0; q < m; q++) {
		double sum = 0;

		for (size_t i = 0; i < k; i++)
			sum += copy[i * m + order[q]];
		sign[q] = sum < 0 ? -1 : 1;
		for (size_t i = 0; i < k; i++)
			loading[i * m + q] = sign[q] * copy[i * m + order[q]];
	}
	for (size_t p = 0; phi != NULL && p < m; p++)
		for (size_t q = 0; q < m; q++)
			phi[p * m + q] = sign[p] * sign[q] * copy[k * m + order[p] * m + order[q]];
done:
	an_work_release(work, mark);
	return status;
}
