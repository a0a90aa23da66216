/* 32 answers at a time with AVX2.  Products of bytes are summed in pairs to 16 bits, and these to
 * 32 bits before they can overflow: how often depends on the highest scores of the columns. */
#include "analysis/stats/codes_simd.h"
#include "analysis/stats/codes.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2")))
#define STEP sizeof(__m256i)

AVX2 static inline __m256i load(const void *p)
{
	return _mm256_loadu_si256(p);
}

AVX2 static inline void store(void *p, __m256i v)
{
	_mm256_storeu_si256(p, v);
}

/* 8 codes as 8 numbers of 32 bits. */
AVX2 static inline __m256i widen(const unsigned char *p)
{
	return _mm256_cvtepu8_epi32(_mm_loadl_epi64((const void *)p));
}

AVX2 static inline __m256i gone32(__m256i x)
{
	return _mm256_cmpgt_epi32(x, _mm256_set1_epi32(AN_CODE_MISSING - 1));
}

AVX2 static inline __m256i gone8(__m256i x)
{
	return _mm256_cmpeq_epi8(_mm256_max_epu8(x, _mm256_set1_epi8((char)AN_CODE_MISSING)), x);
}

/* The square of numbers below 2^15 in 32 bits each. */
AVX2 static inline __m256i square(__m256i x)
{
	return _mm256_madd_epi16(x, x);
}

AVX2 static inline void bump(uint32_t *to, __m256i by)
{
	store(to, _mm256_add_epi32(load(to), by));
}

AVX2 static uint64_t lanes32(__m256i v)
{
	uint32_t lane[8];
	uint64_t s = 0;

	store(lane, v);
	for (int i = 0; i < 8; i++)
		s += lane[i];
	return s;
}

AVX2 static unsigned scan(const unsigned char *in, size_t rows, unsigned char *any, bool *missing)
{
	__m256i most = _mm256_setzero_si256(), seen = most;
	unsigned char lane[STEP], high = 0;

	for (size_t i = 0; i < rows; i += STEP) {
		__m256i x = load(in + i), gone = gone8(x);

		store(any + i, _mm256_or_si256(load(any + i), gone));
		seen = _mm256_or_si256(seen, gone);
		most = _mm256_max_epu8(most, _mm256_andnot_si256(gone, x));
	}
	*missing = !_mm256_testz_si256(seen, seen);
	store(lane, most);
	for (size_t i = 0; i < STEP; i++)
		high = lane[i] > high ? lane[i] : high;
	return high;
}

AVX2 static void split(const unsigned char *in, size_t groups, const struct an_split_plan *plan, unsigned char *out0,
    unsigned char *out1)
{
	for (size_t g = 0; g < groups; g++, in += AN_KERNEL_GROUP) {
		__m128i x = _mm_loadl_epi64((const void *)in);
		__m128i place0 = _mm_loadl_epi64((const void *)plan->place[plan->mask[0][g]]);
		__m128i place1 = _mm_loadl_epi64((const void *)plan->place[plan->mask[1][g]]);

		_mm_storel_epi64((void *)(out0 + plan->to[0][g]), _mm_shuffle_epi8(x, place0));
		_mm_storel_epi64((void *)(out1 + plan->to[1][g]), _mm_shuffle_epi8(x, place1));
	}
}

AVX2 static void fill(unsigned char *x, size_t rows)
{
	for (size_t i = 0; i < rows; i += STEP) {
		__m256i v = load(x + i);

		store(x + i, _mm256_andnot_si256(gone8(v), v));
	}
}

AVX2 static uint64_t sum(const unsigned char *x, size_t rows)
{
	__m256i s = _mm256_setzero_si256();
	uint64_t lane[4];

	for (size_t i = 0; i < rows; i += STEP)
		s = _mm256_add_epi64(s, _mm256_sad_epu8(load(x + i), _mm256_setzero_si256()));
	store(lane, s);
	return lane[0] + lane[1] + lane[2] + lane[3];
}

/* Sums of products of 2 with 4 columns, which fit the registers. */
#define TILE_I 2
#define TILE_J 4
struct tile {
	const unsigned char *a[TILE_I], *b[TILE_J];
	size_t rows;
	uint64_t sum[TILE_I][TILE_J];
};

/* run: rows whose sums of pairs of products fit 16 bits. */
AVX2 static void tile_narrow(struct tile *t, size_t run)
{
	const __m256i one = _mm256_set1_epi16(1);
	__m256i all[TILE_I][TILE_J], s[TILE_I][TILE_J];

	memset(all, 0, sizeof all);
	for (size_t at = 0; at < t->rows;) {
		size_t end = t->rows - at < run ? t->rows : at + run;

		for (int i = 0; i < TILE_I; i++)
			for (int j = 0; j < TILE_J; j++)
				s[i][j] = _mm256_setzero_si256();
		for (; at < end; at += STEP) {
			__m256i a0 = load(t->a[0] + at), a1 = load(t->a[1] + at);

			for (int j = 0; j < TILE_J; j++) {
				__m256i b = load(t->b[j] + at);

				s[0][j] = _mm256_add_epi16(s[0][j], _mm256_maddubs_epi16(a0, b));
				s[1][j] = _mm256_add_epi16(s[1][j], _mm256_maddubs_epi16(a1, b));
			}
		}
		for (int i = 0; i < TILE_I; i++)
			for (int j = 0; j < TILE_J; j++)
				all[i][j] = _mm256_add_epi32(all[i][j], _mm256_madd_epi16(s[i][j], one));
	}
	for (int i = 0; i < TILE_I; i++)
		for (int j = 0; j < TILE_J; j++)
			t->sum[i][j] = lanes32(all[i][j]);
}

AVX2 static inline __m256i half(const unsigned char *p)
{
	return _mm256_cvtepu8_epi16(_mm_loadu_si128((const void *)p));
}

/* Any score: in 16 bits from the start. */
AVX2 static void tile_wide(struct tile *t)
{
	__m256i s[TILE_I][TILE_J];

	memset(s, 0, sizeof s);
	for (size_t at = 0; at < t->rows; at += STEP / 2) {
		__m256i a0 = half(t->a[0] + at), a1 = half(t->a[1] + at);

		for (int j = 0; j < TILE_J; j++) {
			__m256i b = half(t->b[j] + at);

			s[0][j] = _mm256_add_epi32(s[0][j], _mm256_madd_epi16(a0, b));
			s[1][j] = _mm256_add_epi32(s[1][j], _mm256_madd_epi16(a1, b));
		}
	}
	for (int i = 0; i < TILE_I; i++)
		for (int j = 0; j < TILE_J; j++)
			t->sum[i][j] = lanes32(s[i][j]);
}

AVX2 static void gram(const unsigned char *const *x, const unsigned char *most, size_t k, size_t rows, double *out)
{
	struct tile t = { .rows = rows };

	for (size_t i = 0; i < k; i += TILE_I)
		for (size_t j = i; j < k; j += TILE_J) {
			unsigned high_a = 0, high_b = 0;

			/* beyond the last column the last once more, and the sums thrown away */
			for (size_t d = 0; d < TILE_I; d++) {
				size_t c = i + d < k ? i + d : k - 1;

				t.a[d] = x[c];
				high_a = most[c] > high_a ? most[c] : high_a;
			}
			for (size_t d = 0; d < TILE_J; d++) {
				size_t c = j + d < k ? j + d : k - 1;

				t.b[d] = x[c];
				high_b = most[c] > high_b ? most[c] : high_b;
			}
			/* the second factor is taken as signed */
			if (high_b < 128 && 2 * high_a * high_b <= INT16_MAX)
				tile_narrow(&t, STEP * (high_a * high_b > 0 ? INT16_MAX / (2 * high_a * high_b) : rows));
			else
				tile_wide(&t);
			for (size_t a = i; a < i + TILE_I && a < k; a++)
				for (size_t b = j > a ? j : a; b < j + TILE_J && b < k; b++)
					out[a * k + b] += (double)t.sum[a - i][b - j];
		}
}

AVX2 static void bucket(const unsigned char *row, size_t wide, const uint16_t *order, size_t n, const uint32_t *total,
    uint32_t *out)
{
	for (size_t i = 0; i < wide; i += AN_KERNEL_GROUP) {
		__m256i sx = _mm256_setzero_si256(), sxx = sx, low = sx, high = sx;

		for (size_t t = 0; t < n; t++) {
			__m256i x = widen(row + order[t] * wide + i);
			uint32_t s = total[order[t]];

			x = _mm256_andnot_si256(gone32(x), x);
			sx = _mm256_add_epi32(sx, x);
			sxx = _mm256_add_epi32(sxx, square(x));
			/* both below 2^15, as madd needs */
			low = _mm256_add_epi32(low, _mm256_madd_epi16(x, _mm256_set1_epi32(s & 4095)));
			high = _mm256_add_epi32(high, _mm256_madd_epi16(x, _mm256_set1_epi32((int)(s >> 12))));
		}
		bump(out + i, sx);
		bump(out + wide + i, sxx);
		bump(out + 2 * wide + i, low);
		bump(out + 3 * wide + i, high);
	}
}

AVX2 static void cross(const unsigned char *row, size_t wide, const uint16_t *list, size_t n, bool minus, uint32_t *acc)
{
	const __m256i sign = _mm256_set1_epi32(minus ? -1 : 1);

	for (size_t i = 0; i < wide; i += AN_KERNEL_GROUP) {
		__m256i x = widen(row + i), gone = gone32(x), has = _mm256_andnot_si256(gone, sign);
		__m256i xx = _mm256_sign_epi32(square(_mm256_andnot_si256(gone, x)), sign);

		x = _mm256_sign_epi32(_mm256_andnot_si256(gone, x), sign);
		for (size_t l = 0; l < n; l++) {
			uint32_t *to = acc + 3 * wide * list[l] + i;

			bump(to, has);
			bump(to + wide, x);
			bump(to + 2 * wide, xx);
		}
	}
}

AVX2 static void group(const unsigned char *const col[AN_KERNEL_GROUP], size_t at, size_t rows, const uint32_t *of,
    uint32_t groups, uint32_t *acc)
{
	unsigned char tail[AN_KERNEL_GROUP][16] = { { 0 } }, row[128];
	const unsigned char *copy[AN_KERNEL_GROUP];

	for (size_t i = 0; i < rows; i += 16) {
		size_t n = rows - i < 16 ? rows - i : 16;

		if (n == 16) {
			an_kernel_rows(col, at + i, row);
		} else {
			for (int j = 0; j < AN_KERNEL_GROUP; j++)
				copy[j] = memcpy(tail[j], col[j] + at + i, n);
			an_kernel_rows(copy, 0, row);
		}
		for (size_t r = 0; r < n; r++) {
			uint32_t g = of[i + r] < groups ? of[i + r] : groups;
			uint32_t *to = acc + (size_t)3 * AN_KERNEL_GROUP * g;
			__m256i x = widen(row + r * AN_KERNEL_GROUP), gone = gone32(x);

			x = _mm256_andnot_si256(gone, x);
			bump(to, _mm256_add_epi32(gone, _mm256_set1_epi32(1)));
			bump(to + AN_KERNEL_GROUP, x);
			bump(to + 2 * AN_KERNEL_GROUP, square(x));
		}
	}
}

AVX2 static void add(const unsigned char *x, size_t rows, uint32_t *total)
{
	for (size_t i = 0; i < rows; i += 8) {
		__m256i v = widen(x + i);

		bump(total + i, _mm256_andnot_si256(gone32(v), v));
	}
}

AVX2 static void column(const unsigned char *x, const unsigned char *incomplete, size_t rows,
    struct an_column_sums *out)
{
	__m256i gone_n = _mm256_setzero_si256(), sx = gone_n, sxx = gone_n, fx = gone_n, fxx = gone_n;

	for (size_t i = 0; i < rows; i += 8) {
		__m256i v = widen(x + i), gone = gone32(v), part, vv;

		part = _mm256_cvtepi8_epi32(_mm_loadl_epi64((const void *)(incomplete + i)));
		v = _mm256_andnot_si256(gone, v);
		vv = square(v);
		gone_n = _mm256_sub_epi32(gone_n, gone);
		sx = _mm256_add_epi32(sx, v);
		sxx = _mm256_add_epi32(sxx, vv);
		fx = _mm256_add_epi32(fx, _mm256_andnot_si256(part, v));
		fxx = _mm256_add_epi32(fxx, _mm256_andnot_si256(part, vv));
	}
	out->n += rows - lanes32(gone_n);
	out->x += lanes32(sx);
	out->xx += lanes32(sxx);
	out->full_x += lanes32(fx);
	out->full_xx += lanes32(fxx);
}

AVX2 static uint64_t dot(const unsigned char *x, const uint32_t *by, size_t rows)
{
	__m256i s = _mm256_setzero_si256();

	for (size_t i = 0; i < rows; i += 8) {
		__m256i v = widen(x + i);

		v = _mm256_andnot_si256(gone32(v), v);
		s = _mm256_add_epi32(s, _mm256_mullo_epi32(v, load(by + i)));
	}
	return lanes32(s);
}

static const struct an_kernel avx2 = { "avx2", scan, split, fill, sum, gram, bucket, cross, group, add, column, dot };

const struct an_kernel *an_kernel_simd(const char *name)
{
	bool has = __builtin_cpu_supports("avx2");

	return has && (name == NULL || strcmp(name, avx2.name) == 0) ? &avx2 : NULL;
}

#else

const struct an_kernel *an_kernel_simd(const char *name)
{
	(void)name;
	return NULL;
}

#endif
