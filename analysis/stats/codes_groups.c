/* Sums by group, of 8 columns at a time so that the cells of all groups stay in the cache. */
#include "analysis/stats/codes_kernel.h"
#include "analysis/stats/groups.h"
#include "analysis/stats/numeric/parallel.h"

#include <string.h>

#define CHUNK_ROWS ((size_t)1 << 16) /* 2^16 * 239^2 < 2^32 */
#define SUMS	   (3 * AN_KERNEL_GROUP)

/* Task t has rows from..to of the columns from 8 * (t % eights) on. */
struct by_group {
	struct an_codes x;
	const uint32_t *group;
	size_t groups, eights, parts;
	uint32_t *acc;	 /* tasks x (groups + 1) x SUMS */
	uint64_t *total; /* tasks x groups x SUMS: n, x and x^2 of 8 columns */
	size_t *outside; /* tasks */
};

static void add_part(void *arg, size_t task)
{
	const struct by_group *b = arg;
	size_t first = task % b->eights * AN_KERNEL_GROUP, part = task / b->eights;
	size_t at = b->x.rows / b->parts * part,
	       to = part + 1 < b->parts ? b->x.rows / b->parts * (part + 1) : b->x.rows;
	uint32_t *acc = b->acc + task * (b->groups + 1) * SUMS;
	uint64_t *total = b->total + task * b->groups * SUMS;
	const unsigned char *col[AN_KERNEL_GROUP];
	const struct an_kernel *kernel = an_kernel();

	for (size_t j = 0; j < AN_KERNEL_GROUP; j++) /* beyond the last, the last once more */
		col[j] = b->x.col[first + j < b->x.cols ? first + j : b->x.cols - 1];
	for (; at < to; at += CHUNK_ROWS) {
		size_t n = to - at < CHUNK_ROWS ? to - at : CHUNK_ROWS;

		kernel->group(col, at, n, b->group + at, (uint32_t)b->groups, acc);
		for (size_t i = 0; i < b->groups * SUMS; i++)
			total[i] += acc[i];
		memset(acc, 0, (b->groups + 1) * SUMS * sizeof *acc);
		for (size_t i = at; first == 0 && i < at + n; i++)
			b->outside[task] += b->group[i] >= b->groups;
	}
}

static struct an_group group_of(uint64_t n, uint64_t x, uint64_t xx)
{
	struct an_group g = { (double)n, 0, 0 };

	if (n > 0) {
		g.mean = (double)((long double)x / (long double)n);
		/* n * xx - x * x is exact, and not negative */
		g.within =
		    (double)((long double)((unsigned __int128)n * xx - (unsigned __int128)x * x) / (long double)n);
	}
	return g;
}

static void finish(const struct by_group *b, struct an_group *out, size_t *outside)
{
	*outside = 0;
	for (size_t p = 0; p < b->parts; p++)
		*outside += b->outside[p * b->eights];
	for (size_t j = 0; j < b->x.cols; j++)
		for (size_t g = 0; g < b->groups; g++) {
			uint64_t sum[3] = { 0, 0, 0 };

			for (size_t p = 0; p < b->parts; p++) {
				size_t task = p * b->eights + j / AN_KERNEL_GROUP;
				const uint64_t *of = b->total + (task * b->groups + g) * SUMS + j % AN_KERNEL_GROUP;

				for (size_t s = 0; s < 3; s++)
					sum[s] += of[s * AN_KERNEL_GROUP];
			}
			out[j * b->groups + g] = group_of(sum[0], sum[1], sum[2]);
		}
}

enum an_status an_codes_groups(struct an_codes x, const uint32_t *group, size_t groups, struct an_work *work,
    struct an_group *out, size_t *outside)
{
	struct an_work_mark mark = an_work_mark(work);
	struct by_group b = { .x = x, .group = group, .groups = groups };
	enum an_status status = AN_ENOMEM;
	size_t tasks, worth;

	*outside = 0;
	if (groups >= UINT32_MAX)
		return AN_EDATA;
	b.eights = (x.cols + AN_KERNEL_GROUP - 1) / AN_KERNEL_GROUP;
	/* parts of the rows where columns alone do not keep all threads busy and the sums are small beside the data */
	b.parts = an_threads() == 1 || b.eights == 0 ? 1 : (4 * an_threads() + b.eights - 1) / b.eights;
	worth = x.rows / (CHUNK_ROWS > 32 * groups ? CHUNK_ROWS : 32 * groups);
	b.parts = worth < 1 ? 1 : b.parts < worth ? b.parts : worth;
	tasks = b.parts * b.eights;
	b.acc = an_kernel_room(work, tasks * (groups + 1) * SUMS, sizeof *b.acc);
	b.total = AN_WORK_ARRAY(work, uint64_t, tasks * groups * SUMS);
	b.outside = AN_WORK_ARRAY(work, size_t, tasks + 1);
	if (b.acc != NULL && b.total != NULL && b.outside != NULL) {
		an_parallel(tasks, add_part, &b);
		finish(&b, out, outside);
		status = AN_OK;
	}
	an_work_release(work, mark);
	return status;
}

void an_codes_group_counts(struct an_codes x, size_t j, const uint32_t *group, size_t groups, size_t values,
    double *count)
{
	memset(count, 0, groups * values * sizeof *count);
	for (size_t i = 0; i < x.rows; i++)
		if (group[i] < groups && x.col[j][i] < values && x.col[j][i] < AN_CODE_MISSING)
			count[group[i] * values + x.col[j][i]]++;
}
