/* The portable set, and the choice of one. */
#include "analysis/stats/codes_kernel.h"
#include "analysis/stats/codes.h"
#include "analysis/stats/codes_simd.h"

#include <string.h>

static unsigned scan(const unsigned char *in, size_t rows, unsigned char *any, bool *missing)
{
	unsigned most = 0, seen = 0;

	for (size_t i = 0; i < rows; i++) {
		unsigned gone = in[i] >= AN_CODE_MISSING;

		any[i] |= (unsigned char)-gone;
		seen |= gone;
		most = !gone && in[i] > most ? in[i] : most;
	}
	*missing = seen != 0;
	return most;
}

static void split(const unsigned char *in, size_t rows, const struct an_split_plan *plan, unsigned char *out0,
    unsigned char *out1)
{
	unsigned char *const out[2] = { out0, out1 };

	for (size_t g = 0; g < rows / AN_KERNEL_GROUP; g++, in += AN_KERNEL_GROUP)
		for (int s = 0; s < 2; s++) {
			const unsigned char *place = plan->place[plan->mask[s][g]];
			unsigned char *to = out[s] + plan->to[s][g];

			for (int i = 0; i < 8 && place[i] < 8; i++)
				*to++ = in[place[i]];
		}
}

static void fill(unsigned char *x, size_t rows)
{
	for (size_t i = 0; i < rows; i++)
		x[i] = x[i] < AN_CODE_MISSING ? x[i] : 0;
}

static uint64_t sum(const unsigned char *x, size_t rows)
{
	uint64_t s = 0;

	for (size_t i = 0; i < rows; i++)
		s += x[i];
	return s;
}

static void gram(const unsigned char *const *x, const unsigned char *most, size_t k, size_t rows, double *out)
{
	(void)most;
	for (size_t i = 0; i < k; i++)
		for (size_t j = i; j < k; j++) {
			const unsigned char *a = x[i], *b = x[j];
			uint32_t s = 0;

			for (size_t r = 0; r < rows; r++)
				s += (uint32_t)a[r] * b[r];
			out[i * k + j] += s;
		}
}

static void read_rows(const unsigned char *row, size_t wide, size_t n, size_t words, uint64_t *missing, uint16_t *gone,
    uint32_t *total)
{
	memset(missing, 0, n * words * sizeof *missing);
	for (size_t t = 0; t < n; t++) {
		gone[t] = 0;
		total[t] = 0;
		for (size_t i = 0; i < wide; i++) {
			uint64_t no = *row >= AN_CODE_MISSING;

			missing[t * words + i / 64] |= no << i % 64;
			gone[t] = (uint16_t)(gone[t] + no);
			total[t] += no ? 0 : *row;
			row++;
		}
	}
}

static void bucket(const unsigned char *row, size_t wide, const uint16_t *order, size_t n, const uint32_t *total,
    uint32_t *out)
{
	for (size_t t = 0; t < n; t++) {
		const unsigned char *code = row + order[t] * wide;
		uint32_t s = total[order[t]];

		for (size_t i = 0; i < wide; i++) {
			uint32_t x = code[i] < AN_CODE_MISSING ? code[i] : 0;

			out[i] += x;
			out[wide + i] += x * x;
			out[2 * wide + i] += x * (s & 4095);
			out[3 * wide + i] += x * (s >> 12);
		}
	}
}

static void cross(const unsigned char *row, size_t wide, const uint16_t *order, size_t n, const uint16_t *list,
    size_t each, bool minus, uint32_t *acc)
{
	uint32_t sign = minus ? UINT32_MAX : 1;

	for (size_t l = 0; l < n * each; l++) {
		const unsigned char *code = row + order[l / each] * wide;
		uint32_t *to = acc + 3 * wide * list[l];

		for (size_t i = 0; i < wide; i++) {
			uint32_t has = code[i] < AN_CODE_MISSING ? sign : 0, x = code[i];

			to[i] += has;
			to[wide + i] += has * x;
			to[2 * wide + i] += has * x * x;
		}
	}
}

static void group(const unsigned char *const col[AN_KERNEL_GROUP], size_t at, size_t rows, const uint32_t *of,
    uint32_t groups, uint32_t *acc)
{
	for (size_t i = 0; i < rows; i++) {
		uint32_t *to = acc + (size_t)3 * AN_KERNEL_GROUP * (of[i] < groups ? of[i] : groups);

		for (size_t j = 0; j < AN_KERNEL_GROUP; j++) {
			uint32_t x = col[j][at + i], has = x < AN_CODE_MISSING;

			to[j] += has;
			to[AN_KERNEL_GROUP + j] += has * x;
			to[2 * AN_KERNEL_GROUP + j] += has * x * x;
		}
	}
}

static void totals(const unsigned char *const *x, size_t cols, size_t rows, unsigned char *any, uint32_t *total)
{
	memset(any, 0, rows);
	memset(total, 0, rows * sizeof *total);
	for (size_t j = 0; j < cols; j++)
		for (size_t i = 0; i < rows; i++) {
			unsigned gone = x[j][i] >= AN_CODE_MISSING;

			any[i] |= (unsigned char)-gone;
			total[i] += gone ? 0 : x[j][i];
		}
}

static void column(const unsigned char *x, const unsigned char *incomplete, size_t rows, struct an_column_sums *out)
{
	for (size_t i = 0; i < rows; i++) {
		uint32_t has = x[i] < AN_CODE_MISSING, full = has && (incomplete == NULL || incomplete[i] == 0);
		uint32_t xx = (uint32_t)x[i] * x[i];

		out->n += has;
		out->x += has * x[i];
		out->xx += has * xx;
		out->full_x += full * x[i];
		out->full_xx += full * xx;
		out->most = has && x[i] > out->most ? x[i] : out->most;
	}
}

static void dot(const unsigned char *const x[2], unsigned most, const unsigned char *const by[4], size_t rows,
    uint64_t out[2][4])
{
	(void)most;
	for (size_t c = 0; c < 2; c++)
		for (size_t b = 0; b < 4; b++)
			for (size_t i = 0; i < rows; i++)
				out[c][b] += (uint32_t)x[c][i] * by[b][i];
}

static const struct an_kernel portable = { "portable", scan, split, fill, sum, gram, read_rows, bucket, cross, group,
	totals, column, dot };

static const struct an_kernel *chosen;

const struct an_kernel *an_kernel(void)
{
	const struct an_kernel *fast = chosen != NULL ? chosen : an_kernel_simd(NULL);

	return fast != NULL ? fast : &portable;
}

bool an_kernel_use(const char *name)
{
	const struct an_kernel *k = NULL;

	if (name != NULL) {
		k = strcmp(name, portable.name) == 0 ? &portable : an_kernel_simd(name);
		if (k == NULL)
			return false;
	}
	chosen = k;
	return true;
}

/* The bytes of two vectors in turns: first or last halves. */
typedef unsigned char bytes __attribute__((vector_size(16)));
#define LOW(a, b)  __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
#define HIGH(a, b) __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)

void an_kernel_rows(const unsigned char *const col[AN_KERNEL_GROUP], size_t at, unsigned char out[128])
{
	bytes c[8], d[8];

	for (int j = 0; j < 8; j++)
		memcpy(&c[j], col[j] + at, sizeof c[j]);
	/* each step deals two vectors together; after three, a row's 8 bytes stand side by side */
	for (int j = 0; j < 4; j++) {
		d[2 * j] = LOW(c[j], c[j + 4]);
		d[2 * j + 1] = HIGH(c[j], c[j + 4]);
	}
	for (int j = 0; j < 4; j++) {
		c[2 * j] = LOW(d[j], d[j + 4]);
		c[2 * j + 1] = HIGH(d[j], d[j + 4]);
	}
	for (int j = 0; j < 4; j++) {
		d[2 * j] = LOW(c[j], c[j + 4]);
		d[2 * j + 1] = HIGH(c[j], c[j + 4]);
	}
	memcpy(out, d, sizeof d);
}
