#include "analysis/stats/numeric/lsq.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#define BLOCK 128 /* rows folded at a time */

/* The triangle so far, (k + 1) x (k + 1) with the outcome as last column, and a block of rows laid
 * out by columns. */
struct fold {
	long double *r, *block, *length; /* length: sum of squares of each column */
	size_t cols;
};

static void reflect(struct fold *f, size_t rows, size_t j)
{
	long double *col = f->block + j * BLOCK, *r = f->r + j * f->cols, sum = 0, head = r[j], norm, beta;

	for (size_t i = 0; i < rows; i++)
		sum += col[i] * col[i];
	if (sum == 0)
		return;
	norm = sqrtl(head * head + sum);
	r[j] = head > 0 ? -norm : norm;
	beta = 1 / (norm * (norm + fabsl(head)));
	head -= r[j];
	for (size_t c = j + 1; c < f->cols; c++) {
		long double *other = f->block + c * BLOCK, t = head * r[c];

		for (size_t i = 0; i < rows; i++)
			t += col[i] * other[i];
		t *= beta;
		r[c] -= t * head;
		for (size_t i = 0; i < rows; i++)
			other[i] -= t * col[i];
	}
}

static void take_row(struct fold *f, const struct an_lsq_data *d, size_t row, size_t at)
{
	long double root = sqrtl((long double)an_lsq_weight(d, row));

	for (size_t j = 0; j < f->cols; j++) {
		long double v = root * (j < d->k ? d->x[row * d->k + j] : d->y[row]);

		f->block[j * BLOCK + at] = v;
		f->length[j] += v * v;
	}
}

static void fold_all(struct fold *f, const struct an_lsq_data *d)
{
	for (size_t row = 0; row < d->n;) {
		size_t rows = 0;

		for (; row < d->n && rows < BLOCK; row++)
			if (d->w == NULL || d->w[row] > 0)
				take_row(f, d, row, rows++);
		for (size_t j = 0; j < f->cols; j++)
			reflect(f, rows, j);
	}
}

/* Takes column j out of the triangle: what its row says of the columns behind it is turned into their
 * own rows. */
static void set_aside(struct fold *f, size_t j)
{
	long double *gone = f->r + j * f->cols;

	for (size_t i = 0; i <= j; i++)
		f->r[i * f->cols + j] = 0;
	for (size_t c = j + 1; c < f->cols; c++) {
		long double *row = f->r + c * f->cols, norm = hypotl(row[c], gone[c]), a = row[c], b = gone[c];

		for (size_t m = c; m < f->cols && b != 0; m++) {
			long double x = row[m], y = gone[m];

			row[m] = (a * x + b * y) / norm;
			gone[m] = (a * y - b * x) / norm;
		}
	}
}

/* Each column against those before it.  AN_ENOVARIANCE: one follows from them, and none may be set aside. */
static enum an_status judge(struct fold *f, size_t k, struct an_lsq *out)
{
	long double least = out->kept != NULL ? AN_LSQ_ALIASED : AN_LSQ_TOLERANCE;

	for (size_t j = 0; j < k; j++) {
		bool own = fabsl(f->r[j * f->cols + j]) > least * sqrtl(f->length[j]);

		if (!own && out->kept == NULL) {
			out->dependent = j;
			return AN_ENOVARIANCE;
		}
		if (!own)
			set_aside(f, j);
		if (out->kept != NULL)
			out->kept[j] = own;
		out->rank += own;
	}
	return AN_OK;
}

/* Inverse of the upper triangle, k x k of cols columns; 0 where a column is set aside. */
static void invert(const long double *r, size_t cols, size_t k, long double *inverse)
{
	for (size_t j = 0; j < k; j++) {
		if (r[j * cols + j] == 0)
			continue;
		inverse[j * k + j] = 1 / r[j * cols + j];
		for (size_t i = j; i-- > 0;) {
			long double sum = 0;

			if (r[i * cols + i] == 0)
				continue;

			for (size_t m = i + 1; m <= j; m++)
				sum += r[i * cols + m] * inverse[m * k + j];
			inverse[i * k + j] = -sum / r[i * cols + i];
		}
	}
}

/* b += (X'WX)^-1 X'W(y - Xb) */
static void refine(const struct an_lsq_data *d, const long double *inverse, long double *b, long double *slope)
{
	size_t k = d->k;

	memset(slope, 0, 2 * k * sizeof *slope);
	for (size_t i = 0; i < d->n; i++) {
		const double *row = d->x + i * k;
		long double e = d->y[i];

		for (size_t j = 0; j < k; j++)
			e -= b[j] * row[j];
		e *= an_lsq_weight(d, i);
		for (size_t j = 0; j < k; j++)
			slope[j] += e * row[j];
	}
	for (size_t j = 0; j < k; j++)
		for (size_t i = 0; i <= j; i++)
			slope[k + j] += inverse[i * k + j] * slope[i];
	for (size_t i = 0; i < k; i++)
		for (size_t j = i; j < k; j++)
			b[i] += inverse[i * k + j] * slope[k + j];
}

static double residual_squares(const struct an_lsq_data *d, const long double *b)
{
	long double sum = 0;

	for (size_t i = 0; i < d->n; i++) {
		long double e = d->y[i];

		for (size_t j = 0; j < d->k; j++)
			e -= b[j] * d->x[i * d->k + j];
		sum += e * e * an_lsq_weight(d, i);
	}
	return (double)sum;
}

static enum an_status check(const struct an_lsq_data *d)
{
	size_t n = 0;

	if (d->k == 0 || d->n == 0)
		return AN_ETOOFEW;
	if (d->k > AN_LSQ_MOST)
		return AN_EDATA;
	for (size_t i = 0; i < d->n; i++) {
		if (!isfinite(d->y[i]) || (d->w != NULL && !(isfinite(d->w[i]) && d->w[i] >= 0)))
			return AN_EDATA;
		n += d->w == NULL || d->w[i] > 0;
		for (size_t j = 0; j < d->k; j++)
			if (!isfinite(d->x[i * d->k + j]))
				return AN_EDATA;
	}
	return n > 0 ? AN_OK : AN_ETOOFEW;
}

static void hand_over(const struct fold *f, const long double *inverse, const long double *b, size_t k,
    struct an_lsq *out)
{
	for (size_t i = 0; i < k; i++) {
		out->b[i] = (double)b[i];
		if (out->effect != NULL)
			out->effect[i] = (double)f->r[i * f->cols + k];
		for (size_t j = 0; j < k; j++) {
			if (out->root != NULL)
				out->root[i * k + j] = j >= i ? (double)f->r[i * f->cols + j] : 0;
			if (out->inverse != NULL)
				out->inverse[i * k + j] = j >= i ? (double)inverse[i * k + j] : 0;
		}
	}
}

enum an_status an_lsq(const struct an_lsq_data *d, struct an_work *work, struct an_lsq *out)
{
	struct an_work_mark mark = an_work_mark(work);
	size_t k = d->k, cols = k + 1;
	enum an_status status = check(d);
	struct fold f = { .cols = cols };
	long double *inverse, *b;

	out->dependent = SIZE_MAX;
	out->rank = 0;
	out->rss = 0;
	if (status != AN_OK)
		return status;
	f.r = AN_WORK_ARRAY(work, long double, cols *cols);
	f.block = AN_WORK_ARRAY(work, long double, cols *BLOCK);
	f.length = AN_WORK_ARRAY(work, long double, cols);
	inverse = AN_WORK_ARRAY(work, long double, k *k);
	b = AN_WORK_ARRAY(work, long double, 3 * k);
	if (f.r == NULL || f.block == NULL || f.length == NULL || inverse == NULL || b == NULL) {
		an_work_release(work, mark);
		return AN_ENOMEM;
	}
	fold_all(&f, d);
	status = judge(&f, k, out);
	if (status == AN_OK) {
		invert(f.r, cols, k, inverse);
		for (size_t i = 0; i < k; i++)
			for (size_t j = i; j < k; j++)
				b[i] += inverse[i * k + j] * f.r[j * cols + k];
		refine(d, inverse, b, b + k);
		out->rss = residual_squares(d, b);
		hand_over(&f, inverse, b, k, out);
		for (size_t j = 0; j < k; j++)
			status = isfinite(out->b[j]) ? status : AN_EDATA;
	}
	an_work_release(work, mark);
	return status;
}

void an_lsq_covariance(const double *inverse, size_t k, double scale, double *out)
{
	for (size_t i = 0; i < k; i++)
		for (size_t j = i; j < k; j++) {
			double sum = 0;

			for (size_t m = j; m < k; m++)
				sum += inverse[i * k + m] * inverse[j * k + m];
			out[i * k + j] = out[j * k + i] = scale * sum;
		}
}

double an_lsq_leverage(const double *inverse, size_t k, const double *row)
{
	double sum = 0;

	for (size_t j = 0; j < k; j++) {
		double v = 0;

		for (size_t i = 0; i <= j; i++)
			v += row[i] * inverse[i * k + j];
		sum += v * v;
	}
	return sum;
}

double an_lsq_fitted(const double *row, const double *b, size_t k)
{
	long double sum = 0;

	for (size_t j = 0; j < k; j++)
		sum += (long double)row[j] * b[j];
	return (double)sum;
}
