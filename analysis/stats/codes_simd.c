/* 32 answers at a time with AVX2, or 64.  Products of bytes are summed in pairs to 16 bits, and these to
 * 32 bits before they can overflow: how often depends on the highest scores of the columns. */
#include "analysis/stats/codes_simd.h"
#include "analysis/stats/codes.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2,popcnt")))
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

AVX2 static void split(const unsigned char *in, size_t rows, const struct an_split_plan *plan, unsigned char *out0,
    unsigned char *out1)
{
	/* so that the compiler need not think of the stores below as changing these */
	const unsigned char *mask0 = plan->mask[0], *mask1 = plan->mask[1];
	const uint16_t *to0 = plan->to[0], *to1 = plan->to[1];

	for (size_t g = 0; g < rows / AN_KERNEL_GROUP; g++, in += AN_KERNEL_GROUP) {
		__m128i x = _mm_loadl_epi64((const void *)in);

		_mm_storel_epi64((void *)(out0 + to0[g]),
		    _mm_shuffle_epi8(x, _mm_loadl_epi64((const void *)plan->place[mask0[g]])));
		_mm_storel_epi64((void *)(out1 + to1[g]),
		    _mm_shuffle_epi8(x, _mm_loadl_epi64((const void *)plan->place[mask1[g]])));
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

/* Sums of products of 2 with 4 columns: as many as the registers take.  Each sum is a variable of
 * its own because arrays would be kept in memory. */
#define TILE_I 2
#define TILE_J 4
struct tile {
	const unsigned char *a[TILE_I], *b[TILE_J];
	size_t rows;
	uint32_t sum[TILE_I][TILE_J];
};
#define EACH(F)	     F(0, 0) F(0, 1) F(0, 2) F(0, 3) F(1, 0) F(1, 1) F(1, 2) F(1, 3)
#define ZERO(i, j)   s##i##j = _mm256_setzero_si256();
#define PAIRS(i, j)  s##i##j = _mm256_add_epi16(s##i##j, _mm256_maddubs_epi16(a##i, b##j));
#define FOURS(i, j)  all##i##j = _mm256_add_epi32(all##i##j, _mm256_madd_epi16(s##i##j, one));
#define SINGLE(i, j) all##i##j = _mm256_add_epi32(all##i##j, _mm256_madd_epi16(a##i, b##j));
#define SUMS                                                                                                           \
	__m256i all00 = _mm256_setzero_si256(), all01 = all00, all02 = all00, all03 = all00, all10 = all00,            \
		all11 = all00, all12 = all00, all13 = all00

AVX2 static inline __m256i lanes_of_8(__m256i a, __m256i b, __m256i c, __m256i d, __m256i e, __m256i f, __m256i g,
    __m256i h)
{
	__m256i low = _mm256_hadd_epi32(_mm256_hadd_epi32(a, b), _mm256_hadd_epi32(c, d));
	__m256i high = _mm256_hadd_epi32(_mm256_hadd_epi32(e, f), _mm256_hadd_epi32(g, h));

	return _mm256_add_epi32(_mm256_permute2x128_si256(low, high, 0x20), _mm256_permute2x128_si256(low, high, 0x31));
}

/* run: rows whose sums of pairs of products fit 16 bits. */
AVX2 static void tile_narrow(struct tile *t, size_t run)
{
	const __m256i one = _mm256_set1_epi16(1);
	const unsigned char *pa0 = t->a[0], *pa1 = t->a[1], *pb0 = t->b[0], *pb1 = t->b[1], *pb2 = t->b[2],
			    *pb3 = t->b[3];
	SUMS;

	for (size_t at = 0; at < t->rows;) {
		size_t end = t->rows - at < run ? t->rows : at + run;
		__m256i s00, s01, s02, s03, s10, s11, s12, s13;

		EACH(ZERO)
		for (; at < end; at += STEP) {
			__m256i a0 = load(pa0 + at), a1 = load(pa1 + at), b0 = load(pb0 + at), b1 = load(pb1 + at);
			__m256i b2 = load(pb2 + at), b3 = load(pb3 + at);

			EACH(PAIRS)
		}
		EACH(FOURS)
	}
	store(t->sum, lanes_of_8(all00, all01, all02, all03, all10, all11, all12, all13));
}

AVX2 static inline __m256i half(const unsigned char *p)
{
	return _mm256_cvtepu8_epi16(_mm_loadu_si128((const void *)p));
}

/* Any score: in 16 bits from the start. */
AVX2 static void tile_wide(struct tile *t)
{
	SUMS;

	for (size_t at = 0; at < t->rows; at += STEP / 2) {
		__m256i a0 = half(t->a[0] + at), a1 = half(t->a[1] + at), b0 = half(t->b[0] + at);
		__m256i b1 = half(t->b[1] + at), b2 = half(t->b[2] + at), b3 = half(t->b[3] + at);

		EACH(SINGLE)
	}
	store(t->sum, lanes_of_8(all00, all01, all02, all03, all10, all11, all12, all13));
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
				tile_narrow(&t,
				    STEP * (high_a * high_b > 0 ? INT16_MAX / (2 * high_a * high_b) : rows));
			else
				tile_wide(&t);
			for (size_t a = i; a < i + TILE_I && a < k; a++)
				for (size_t b = j > a ? j : a; b < j + TILE_J && b < k; b++)
					out[a * k + b] += t.sum[a - i][b - j];
		}
}

/* The first n of 32 bytes all ones. */
AVX2 static inline __m256i first(size_t n)
{
	static const unsigned char ones[2 * STEP] = { 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
		255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255 };

	return load(ones + STEP - n);
}

AVX2 static inline uint64_t lanes64(__m256i v)
{
	__m128i s = _mm_add_epi64(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));

	return (uint64_t)_mm_cvtsi128_si64(s) + (uint64_t)_mm_extract_epi64(s, 1);
}

AVX2 static void read_rows(const unsigned char *row, size_t wide, size_t n, size_t words, uint64_t *missing,
    uint16_t *gone, uint32_t *total)
{
	memset(missing, 0, n * words * sizeof *missing);
	for (size_t t = 0; t < n; t++, row += wide, missing += words) {
		__m256i sum = _mm256_setzero_si256();
		int absent = 0;

		for (size_t i = 0; i < wide; i += STEP) {
			__m256i x = _mm256_and_si256(load(row + i), first(wide - i < STEP ? wide - i : STEP)),
				no = gone8(x);
			uint32_t bits = (uint32_t)_mm256_movemask_epi8(no);

			missing[i / 64] |= (uint64_t)bits << i % 64;
			absent += __builtin_popcount(bits);
			x = _mm256_andnot_si256(no, x);
			sum = _mm256_add_epi64(sum, _mm256_sad_epu8(x, _mm256_setzero_si256()));
		}
		gone[t] = (uint16_t)absent;
		total[t] = (uint32_t)lanes64(sum);
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

AVX2 static void cross(const unsigned char *row, size_t wide, const uint16_t *order, size_t n, const uint16_t *list,
    size_t each, bool minus, uint32_t *acc)
{
	const __m256i sign = _mm256_set1_epi32(minus ? -1 : 1);

	for (size_t t = 0; t < n; t++, list += each)
		for (size_t i = 0; i < wide; i += AN_KERNEL_GROUP) {
			__m256i x = widen(row + order[t] * wide + i), gone = gone32(x), has, xx;

			has = _mm256_andnot_si256(gone, sign);
			x = _mm256_andnot_si256(gone, x);
			xx = _mm256_sign_epi32(square(x), sign);
			x = _mm256_sign_epi32(x, sign);
			for (size_t l = 0; l < each; l++) {
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

/* 32 rows through all columns; 16 bits hold the sums of 256 scores. */
AVX2 static void totals(const unsigned char *const *x, size_t cols, size_t rows, unsigned char *any, uint32_t *total)
{
	for (size_t i = 0; i < rows; i += STEP) {
		__m256i seen = _mm256_setzero_si256(), sum[4] = { seen, seen, seen, seen };

		for (size_t j = 0; j < cols;) {
			size_t end = cols - j < 256 ? cols : j + 256;
			__m256i low = _mm256_setzero_si256(), high = low;

			for (; j < end; j++) {
				__m256i v = load(x[j] + i), gone = gone8(v);

				seen = _mm256_or_si256(seen, gone);
				v = _mm256_andnot_si256(gone, v);
				low = _mm256_add_epi16(low, _mm256_cvtepu8_epi16(_mm256_castsi256_si128(v)));
				high = _mm256_add_epi16(high, _mm256_cvtepu8_epi16(_mm256_extracti128_si256(v, 1)));
			}
			sum[0] = _mm256_add_epi32(sum[0], _mm256_cvtepu16_epi32(_mm256_castsi256_si128(low)));
			sum[1] = _mm256_add_epi32(sum[1], _mm256_cvtepu16_epi32(_mm256_extracti128_si256(low, 1)));
			sum[2] = _mm256_add_epi32(sum[2], _mm256_cvtepu16_epi32(_mm256_castsi256_si128(high)));
			sum[3] = _mm256_add_epi32(sum[3], _mm256_cvtepu16_epi32(_mm256_extracti128_si256(high, 1)));
		}
		store(any + i, seen);
		for (int q = 0; q < 4; q++)
			store(total + i + 8 * q, sum[q]);
	}
}

/* Sums of squares of 32 bytes, in 8 lanes. */
AVX2 static inline __m256i squares(__m256i x)
{
	const __m256i zero = _mm256_setzero_si256();

	return _mm256_add_epi32(square(_mm256_unpacklo_epi8(x, zero)), square(_mm256_unpackhi_epi8(x, zero)));
}

AVX2 static void column(const unsigned char *x, const unsigned char *incomplete, size_t rows,
    struct an_column_sums *out)
{
	const __m256i zero = _mm256_setzero_si256(), one = _mm256_set1_epi8(1);
	__m256i gone_n = zero, sx = zero, sxx = zero, fx = zero, fxx = zero, most = zero;
	unsigned char lane[STEP];

	for (size_t i = 0; i < rows; i += STEP) {
		__m256i v = load(x + i), gone = gone8(v);

		v = _mm256_andnot_si256(gone, v);
		most = _mm256_max_epu8(most, v);
		gone_n = _mm256_add_epi64(gone_n, _mm256_sad_epu8(_mm256_and_si256(gone, one), zero));
		sx = _mm256_add_epi64(sx, _mm256_sad_epu8(v, zero));
		sxx = _mm256_add_epi32(sxx, squares(v));
		if (incomplete == NULL)
			continue;
		v = _mm256_andnot_si256(load(incomplete + i), v);
		fx = _mm256_add_epi64(fx, _mm256_sad_epu8(v, zero));
		fxx = _mm256_add_epi32(fxx, squares(v));
	}
	out->n += rows - lanes64(gone_n);
	out->x += lanes64(sx);
	out->xx += lanes32(sxx);
	out->full_x += lanes64(incomplete == NULL ? sx : fx);
	out->full_xx += lanes32(incomplete == NULL ? sxx : fxx);
	store(lane, most);
	for (size_t i = 0; i < STEP; i++)
		out->most = lane[i] > out->most ? lane[i] : out->most;
}

AVX2 static void dot(const unsigned char *const x[2], unsigned most, const unsigned char *const by[4], size_t rows,
    uint64_t out[2][4])
{
	struct tile t = { { x[0], x[1] }, { by[0], by[1], by[2], by[3] }, rows, { { 0 } } };

	if (2 * 127 * most <= INT16_MAX)
		tile_narrow(&t, STEP * (most > 0 ? INT16_MAX / (2 * 127 * most) : rows));
	else
		tile_wide(&t);
	for (int c = 0; c < 2; c++)
		for (int b = 0; b < 4; b++)
			out[c][b] += t.sum[c][b];
}

static const struct an_kernel avx2 = { "avx2", scan, split, fill, sum, gram, read_rows, bucket, cross, group, totals,
	column, dot };

/* Processors that multiply bytes and gather them by a mask themselves, 64 at a time. */
#define AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni,avx512vbmi2,popcnt")))
#define WIDE   sizeof(__m512i)

AVX512 static void split_512(const unsigned char *in, size_t rows, const struct an_split_plan *plan,
    unsigned char *out0, unsigned char *out1)
{
	const unsigned char *mask0 = plan->mask[0], *mask1 = plan->mask[1];
	const uint16_t *to0 = plan->to[0], *to1 = plan->to[1];

	for (size_t g = 0; g < rows / AN_KERNEL_GROUP; g += 8, in += WIDE) {
		__m512i x = _mm512_loadu_si512(in);
		uint64_t m0, m1;

		memcpy(&m0, mask0 + g, sizeof m0);
		memcpy(&m1, mask1 + g, sizeof m1);
		_mm512_storeu_si512(out0 + to0[g], _mm512_maskz_compress_epi8(m0, x));
		_mm512_storeu_si512(out1 + to1[g], _mm512_maskz_compress_epi8(m1, x));
	}
}

#define EACH_512(F)                                                                                                    \
	F(0, 0)                                                                                                        \
	F(0, 1)                                                                                                        \
	F(0, 2) F(0, 3) F(1, 0) F(1, 1) F(1, 2) F(1, 3) F(2, 0) F(2, 1) F(2, 2) F(2, 3) F(3, 0) F(3, 1) F(3, 2) F(3, 3)
#define ZERO_512(i, j)	__m512i s##i##j = _mm512_setzero_si512();
#define FOURS_512(i, j) s##i##j = _mm512_dpbusd_epi32(s##i##j, a##i, b##j);
#define HALVES(i, j)	_mm256_add_epi32(_mm512_castsi512_si256(s##i##j), _mm512_extracti64x4_epi64(s##i##j, 1))
#define ROW(i)		HALVES(i, 0), HALVES(i, 1), HALVES(i, 2), HALVES(i, 3)

/* 4 columns by 4, of which the latter hold scores below 128. */
AVX512 static void tile_512(const unsigned char *const a[4], const unsigned char *const b[4], size_t rows,
    uint32_t sum[4][4])
{
	const unsigned char *pa0 = a[0], *pa1 = a[1], *pa2 = a[2], *pa3 = a[3];
	const unsigned char *pb0 = b[0], *pb1 = b[1], *pb2 = b[2], *pb3 = b[3];

	EACH_512(ZERO_512)
	for (size_t at = 0; at < rows; at += WIDE) {
		__m512i a0 = _mm512_loadu_si512(pa0 + at), a1 = _mm512_loadu_si512(pa1 + at);
		__m512i a2 = _mm512_loadu_si512(pa2 + at), a3 = _mm512_loadu_si512(pa3 + at);
		__m512i b0 = _mm512_loadu_si512(pb0 + at), b1 = _mm512_loadu_si512(pb1 + at);
		__m512i b2 = _mm512_loadu_si512(pb2 + at), b3 = _mm512_loadu_si512(pb3 + at);

		EACH_512(FOURS_512)
	}
	store(sum[0], lanes_of_8(ROW(0), ROW(1)));
	store(sum[2], lanes_of_8(ROW(2), ROW(3)));
}

AVX512 static void gram_512(const unsigned char *const *x, const unsigned char *most, size_t k, size_t rows,
    double *out)
{
	for (size_t j = 0; j < k; j++)
		if (most[j] > INT8_MAX) {
			gram(x, most, k, rows, out);
			return;
		}
	for (size_t i = 0; i < k; i += 4)
		for (size_t j = i; j < k; j += 4) {
			const unsigned char *a[4], *b[4];
			uint32_t sum[4][4];

			for (size_t d = 0; d < 4; d++) {
				a[d] = x[i + d < k ? i + d : k - 1];
				b[d] = x[j + d < k ? j + d : k - 1];
			}
			tile_512(a, b, rows, sum);
			for (size_t c = i; c < i + 4 && c < k; c++)
				for (size_t d = j > c ? j : c; d < j + 4 && d < k; d++)
					out[c * k + d] += sum[c - i][d - j];
		}
}

static const struct an_kernel avx512 = { "avx512", scan, split_512, fill, sum, gram_512, read_rows, bucket, cross,
	group, totals, column, dot };

const struct an_kernel *an_kernel_simd(const char *name)
{
	bool has2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("popcnt");
	bool has512 = has2 && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
	    __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512vbmi2");

	if (has512 && (name == NULL || strcmp(name, avx512.name) == 0))
		return &avx512;
	return has2 && (name == NULL || strcmp(name, avx2.name) == 0) ? &avx2 : NULL;
}

#else

const struct an_kernel *an_kernel_simd(const char *name)
{
	(void)name;
	return NULL;
}

#endif
