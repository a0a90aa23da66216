/* tests/load/bench_stats.c -- what the statistics over byte codes cost, on data in memory.
 *
 *   bench_stats generate DIR   writes seeded data of the shape below where R's are not there
 *   bench_stats survey DIR     1,000,000 x 20 answers 1 to 5, 0 missing, by row, and 200 groups
 *   bench_stats exam DIR       200,000 x 40 marks 0 or 1, by row
 *   bench_stats bandwidth      how fast this machine reads memory
 *
 * DIR has survey_u8.bin, course_i32.bin (1 to 200) and exam_u8.bin.  Prints one line a task and
 * number of threads: name, threads, median seconds of REPS (7), bytes of answers that it read,
 * result; last the process' peak memory and the bytes of its packed data.  Reading and turning
 * rows into columns is outside every figure. */
#include "analysis/stats/codes.h"
#include "analysis/stats/factor/factor.h"
#include "analysis/stats/groups.h"
#include "analysis/stats/test/items.h"
#include "analysis/stats/numeric/parallel.h"
#include "analysis/stats/scale/reliability.h"
#include "analysis/stats/numeric/rng.h"
#if __has_include("analysis/stats/factor/polychoric.h")
#include "analysis/stats/factor/polychoric.h"
#define POLYCHORIC 1
#endif

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

enum { PEOPLE = 1000000, ITEMS = 20, COURSES = 200, FIVE = 5, PUPILS = 200000, MARKS = 40, REPS_MOST = 99 };
#define CHUNK_ROWS ((size_t)4096)

static void die(const char *what, const char *detail)
{
	fprintf(stderr, "bench_stats: %s%s%s\n", what, detail != NULL ? ": " : "", detail != NULL ? detail : "");
	exit(2);
}

static FILE *open_in(const char *dir, const char *name, const char *mode)
{
	char path[4096];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", dir, name);
	f = fopen(path, mode);
	if (f == NULL)
		die(path, strerror(errno));
	return f;
}

static void *room(size_t n)
{
	void *p = calloc(n, 1);

	if (p == NULL)
		die("out of memory", NULL);
	return p;
}

/* What the tasks share. */
static struct {
	struct an_codes survey, exam;
	uint32_t *course;
	struct an_work *work;
	struct an_group *group;
	double result;
} d;

/* Rows of a file into columns; code[b] is the code of byte b.  Never holds both. */
static struct an_codes read_codes(const char *dir, const char *name, size_t rows, size_t cols,
    const unsigned char *code)
{
	unsigned char *data = room(rows * cols), *chunk = room(CHUNK_ROWS * cols);
	const unsigned char **col = room(cols * sizeof *col);
	FILE *f = open_in(dir, name, "rb");

	for (size_t j = 0; j < cols; j++)
		col[j] = data + j * rows;
	for (size_t at = 0, n; at < rows; at += n) {
		n = rows - at < CHUNK_ROWS ? rows - at : CHUNK_ROWS;
		if (fread(chunk, cols, n, f) != n)
			die(name, "too short");
		for (size_t i = 0; i < n; i++)
			for (size_t j = 0; j < cols; j++)
				data[j * rows + at + i] = code[chunk[i * cols + j]];
	}
	free(chunk);
	fclose(f);
	return (struct an_codes){ col, rows, cols };
}

static void check(enum an_status s, const char *what)
{
	if (s != AN_OK)
		die(what, an_status_name(s));
}

static struct an_pairs *pairs(void)
{
	struct an_pairs *p;

	check(an_pairs_of_codes(d.survey, d.work, &p), "sums");
	return p;
}

static void run_alpha(void)
{
	struct an_pairs *p = pairs();
	struct an_alpha_item item[ITEMS];
	struct an_alpha a;

	check(an_alpha(p, AN_PAIRWISE, 0.95, d.work, &a, item), "alpha");
	d.result = a.total.raw;
	an_pairs_free(p);
}

static void run_correlation(void)
{
	struct an_pairs *p = pairs();
	double cor[ITEMS * ITEMS];

	check(an_pairs_cor(p, AN_PAIRWISE, cor), "correlations");
	d.result = cor[1];
	an_pairs_free(p);
}

static void run_groups(void)
{
	size_t outside;

	check(an_codes_groups(d.survey, d.course, COURSES, d.work, d.group, &outside), "groups");
	d.result = d.group[0].mean;
}

static void run_omega(void)
{
	struct an_pairs *p = pairs();
	double cor[ITEMS * ITEMS], loading[ITEMS], unique[ITEMS];
	struct an_factor f;

	check(an_pairs_cor(p, AN_PAIRWISE, cor), "correlations");
	check(an_factor_minres(cor, ITEMS, d.work, loading, unique, &f), "one factor");
	d.result = loading[0];
	an_pairs_free(p);
}

/* From the tables of all pairs, with thresholds from everyone who answered the item, as psych. */
static void run_polychoric(void)
{
	static const char *const name = "tables of pairs";
	struct an_codes x = { d.survey.col, d.survey.rows, FIVE };
	double table[FIVE * (FIVE - 1) / 2 * (FIVE + 1) * (FIVE + 1)];

	check(an_codes_tables(x, FIVE + 1, d.work, table), name);
	d.result = table[FIVE + 2];
#ifdef POLYCHORIC
	double tau[FIVE][FIVE - 1], count[AN_CODES], square[FIVE * FIVE];
	size_t at = 0;

	for (size_t j = 0; j < FIVE; j++) {
		an_codes_counts(x, j, count);
		check(an_thresholds(count + 1, FIVE, tau[j]), "thresholds");
	}
	for (size_t i = 0; i < FIVE; i++)
		for (size_t j = i + 1; j < FIVE; j++, at += (FIVE + 1) * (FIVE + 1)) {
			struct an_polychoric p;

			for (size_t c = 0; c < FIVE * FIVE; c++)
				square[c] = table[at + (c / FIVE + 1) * (FIVE + 1) + c % FIVE + 1];
			check(an_polychoric(square, FIVE, FIVE, tau[i], tau[j], 0, 0.95, d.work, &p), "polychoric");
			d.result = at == 0 ? p.rho : d.result;
		}
#endif
}

static void run_items(void)
{
	struct an_item item[MARKS];
	struct an_items all;
	struct an_kr kr;
	bool has_kr;

	check(an_codes_items(d.exam, NULL, d.work, &all, item, &kr, &has_kr), "items");
	d.result = has_kr ? kr.kr20 : 0;
}

static unsigned char *stream;
#define STREAM_BYTES ((size_t)256 << 20)
#define STREAM_PARTS ((size_t)64)
static uint64_t stream_sum[STREAM_PARTS];

static void read_part(void *arg, size_t part)
{
	const uint64_t *x = (const void *)(stream + part * (STREAM_BYTES / STREAM_PARTS));
	uint64_t s[8] = { 0 };

	(void)arg;
	for (size_t i = 0; i < STREAM_BYTES / STREAM_PARTS / 8; i += 8) {
		__builtin_prefetch(x + i + 128);
		for (size_t k = 0; k < 8; k++)
			s[k] += x[i + k];
	}
	for (size_t k = 0; k < 8; k++)
		stream_sum[part] += s[k];
}

static void run_bandwidth(void)
{
	an_parallel(STREAM_PARTS, read_part, NULL);
	d.result = (double)(stream_sum[0] & 1);
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void measure(const char *name, void (*run)(void), size_t bytes)
{
	const char *asked = getenv("REPS");
	long reps = asked != NULL ? strtol(asked, NULL, 10) : 7;
	double took[REPS_MOST];
	size_t most;

	reps = reps < 1 ? 1 : reps > REPS_MOST ? REPS_MOST : reps;
	an_threads_set(0);
	most = an_threads();
	for (size_t threads = 1; threads <= most; threads += threads == 1 && most > 1 ? most - 1 : most) {
		an_threads_set(threads);
		run();
		for (long i = 0; i < reps; i++) {
			double start = seconds();

			run();
			took[i] = seconds() - start;
		}
		qsort(took, (size_t)reps, sizeof *took, ascending);
		printf("%s\t%zu\t%.6f\t%zu\t%.15g\n", name, threads, took[reps / 2], bytes, d.result);
	}
}

static void print_memory(size_t packed)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	printf("memory\t0\t%ld\t%zu\t0\n", u.ru_maxrss * 1024, packed);
}

static double normal(struct an_rng *r)
{
	return sqrt(-2 * log(1 - an_rng_uniform(r))) * cos(2 * M_PI * an_rng_uniform(r));
}

/* The model of one factor with a course effect, and Rasch's. */
static void generate(const char *dir)
{
	FILE *survey = open_in(dir, "survey_u8.bin", "wb"), *course = open_in(dir, "course_i32.bin", "wb");
	FILE *exam = open_in(dir, "exam_u8.bin", "wb");
	double effect[COURSES];
	struct an_rng r;

	an_rng_seed(&r, 20240607, 1);
	for (int g = 0; g < COURSES; g++)
		effect[g] = 0.35 * normal(&r);
	for (int i = 0; i < PEOPLE; i++) {
		int32_t at = (int32_t)an_rng_below(&r, COURSES);
		double f = effect[at] + sqrt(1 - 0.35 * 0.35) * normal(&r);
		unsigned char row[ITEMS];

		for (int j = 0; j < ITEMS; j++) {
			double l = 0.45 + 0.35 * j / (ITEMS - 1), z = l * f + sqrt(1 - l * l) * normal(&r);
			double shift = z - 0.02 * (j + 1 - ITEMS / 2);
			int v = 1 + (shift >= -1.7) + (shift >= -1) + (shift >= -0.3) + (shift >= 0.7);

			row[j] = (unsigned char)(an_rng_uniform(&r) < 0.02 ? 0 : v);
		}
		at++;
		fwrite(row, 1, sizeof row, survey);
		fwrite(&at, sizeof at, 1, course);
	}
	for (int i = 0; i < PUPILS; i++) {
		double ability = normal(&r);
		unsigned char row[MARKS];

		for (int j = 0; j < MARKS; j++)
			row[j] = an_rng_uniform(&r) < 1 / (1 + exp(-2 + 4.0 * j / (MARKS - 1) - ability));
		fwrite(row, 1, sizeof row, exam);
	}
	if (fclose(survey) != 0 || fclose(course) != 0 || fclose(exam) != 0)
		die("cannot write the data", dir);
}

static void survey(const char *dir)
{
	size_t bytes = (size_t)PEOPLE * ITEMS;
	unsigned char code[256];
	FILE *f = open_in(dir, "course_i32.bin", "rb");

	for (int b = 0; b < 256; b++)
		code[b] = b > 0 && b < AN_CODE_MISSING ? (unsigned char)b : an_code_of_why(AN_SKIPPED);
	d.survey = read_codes(dir, "survey_u8.bin", PEOPLE, ITEMS, code);
	d.group = room((size_t)ITEMS * COURSES * sizeof *d.group);
	d.course = room(PEOPLE * sizeof *d.course);
	if (fread(d.course, sizeof *d.course, PEOPLE, f) != PEOPLE)
		die("course_i32.bin", "too short");
	fclose(f);
	for (size_t i = 0; i < PEOPLE; i++)
		d.course[i]--;
	measure("alpha", run_alpha, bytes);
	measure("correlation", run_correlation, bytes);
	measure("groups", run_groups, bytes + PEOPLE * sizeof *d.course);
	measure("omega", run_omega, bytes);
#ifdef POLYCHORIC
	measure("polychoric", run_polychoric, (size_t)PEOPLE * FIVE);
#else
	measure("pair tables", run_polychoric, (size_t)PEOPLE * FIVE);
#endif
	print_memory(bytes + PEOPLE * sizeof *d.course);
}

static void exam(const char *dir)
{
	unsigned char code[256];

	for (int b = 0; b < 256; b++)
		code[b] = (unsigned char)b;
	d.exam = read_codes(dir, "exam_u8.bin", PUPILS, MARKS, code);
	measure("items", run_items, (size_t)PUPILS * MARKS);
	print_memory((size_t)PUPILS * MARKS);
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "", *dir = argc > 2 ? argv[2] : ".";

	an_init();
	d.work = an_work_new(0);
	if (d.work == NULL)
		die("out of memory", NULL);
	if (strcmp(what, "generate") == 0) {
		generate(dir);
	} else if (strcmp(what, "survey") == 0) {
		survey(dir);
	} else if (strcmp(what, "exam") == 0) {
		exam(dir);
	} else if (strcmp(what, "bandwidth") == 0) {
		stream = room(STREAM_BYTES);
		memset(stream, 1, STREAM_BYTES);
		measure("bandwidth", run_bandwidth, STREAM_BYTES);
	} else {
		die("usage: bench_stats generate|survey|exam|bandwidth DIR", NULL);
	}
	an_work_free(d.work);
	return 0;
}
