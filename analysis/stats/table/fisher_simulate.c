/* Tables drawn at random given their margins, cell by cell from the hypergeometric distribution. */
#include "analysis/stats/table/fisher.h"
#include "analysis/stats/numeric/parallel.h"
#include "analysis/stats/numeric/rng.h"

#include <gsl/gsl_sf_gamma.h>
#include <math.h>
#include <string.h>

#define SLACK 1e-7
#define CHUNK 64  /* replicates of one task */
#define ROUND 256 /* tasks between two looks at the watch */

struct simulation {
	const struct an_fisher_margins *m;
	const double *factorial;  /* ln(i!) */
	size_t replicates, first; /* first: task of this round */
	uint64_t seed;
	size_t *left; /* a row of columns for each task of a round */
	size_t *hits; /* likewise, one each */
};

/* How many of a draw of size `draw` are marked, when `marked` of `all` are: by inversion from the
 * likeliest value outwards. */
static size_t hypergeometric(const double *f, size_t draw, size_t marked, size_t all, double u)
{
	size_t lo = draw + marked > all ? draw + marked - all : 0, hi = draw < marked ? draw : marked;
	size_t likeliest, up, down;
	double p, p_up, p_down;

	if (lo == hi)
		return lo;
	likeliest = (size_t)(((double)draw + 1) * ((double)marked + 1) / ((double)all + 2));
	likeliest = likeliest < lo ? lo : likeliest > hi ? hi : likeliest;
	up = down = likeliest;
	p = exp(f[marked] - f[up] - f[marked - up] + f[all - marked] - f[draw - up] - f[all - marked - draw + up] -
	    f[all] + f[draw] + f[all - draw]);
	p_up = p_down = p;
	u -= p;
	while (u >= 0 && (up < hi || down > lo)) {
		if (up < hi) {
			p_up *= (double)(marked - up) * (double)(draw - up) /
			    ((double)(up + 1) * (double)(all - marked - draw + up + 1));
			up++;
			if ((u -= p_up) < 0)
				return up;
		}
		if (down > lo) {
			p_down *= (double)down * (double)(all - marked - draw + down) /
			    ((double)(marked - down + 1) * (double)(draw - down + 1));
			down--;
			if ((u -= p_down) < 0)
				return down;
		}
		if (p_up + p_down < 1e-300)
			break; /* u lies beyond what rounding left */
	}
	return likeliest;
}

/* Sum of ln(count!) of one table. */
static double length(const struct simulation *s, size_t *left, struct an_rng *rng)
{
	const struct an_fisher_margins *m = s->m;
	size_t all = m->n;
	double sum = 0;

	memcpy(left, m->col, m->cols * sizeof *left);
	for (size_t i = 0; i < m->rows; i++) {
		size_t row = m->row[i], rest = all;

		for (size_t j = 0; j < m->cols; j++) {
			size_t x = hypergeometric(s->factorial, row, left[j], rest, an_rng_uniform(rng));

			rest -= left[j];
			row -= x;
			left[j] -= x;
			sum += s->factorial[x];
		}
		all -= m->row[i];
	}
	return sum;
}

static void task(void *arg, size_t i)
{
	struct simulation *s = arg;
	size_t from = (s->first + i) * CHUNK;

	s->hits[i] = 0;
	for (size_t r = from; r < from + CHUNK && r < s->replicates; r++) {
		struct an_rng rng;

		an_rng_seed(&rng, s->seed, r);
		s->hits[i] += length(s, s->left + i * s->m->cols, &rng) >= s->m->observed - SLACK;
	}
}

enum an_status an_fisher_simulate(const struct an_fisher_margins *m, size_t replicates, uint64_t seed,
    struct an_work *work, size_t *as_unlikely)
{
	struct an_work_mark mark = an_work_mark(work);
	double *factorial = AN_WORK_ARRAY(work, double, m->n + 1);
	struct simulation s = { .m = m, .factorial = factorial, .replicates = replicates, .seed = seed };
	size_t tasks = (replicates + CHUNK - 1) / CHUNK;
	/* a draw looks along the spread of its count */
	size_t round = an_round(ROUND, CHUNK * (double)(m->rows * m->cols) * (10 + sqrt((double)m->n)));
	enum an_status status = AN_OK;

	*as_unlikely = 0;
	s.left = AN_WORK_ARRAY(work, size_t, ROUND * m->cols);
	s.hits = AN_WORK_ARRAY(work, size_t, ROUND);
	if (factorial == NULL || s.left == NULL || s.hits == NULL)
		status = AN_ENOMEM;
	for (size_t i = 0; status == AN_OK && i <= m->n; i++)
		factorial[i] = gsl_sf_lngamma((double)i + 1);
	for (; status == AN_OK && s.first < tasks; s.first += round) {
		size_t n = tasks - s.first < round ? tasks - s.first : round;

		an_parallel(n, task, &s);
		for (size_t i = 0; i < n; i++)
			*as_unlikely += s.hits[i];
		if (!an_work_go_on(work, (double)(s.first + n) / (double)tasks))
			status = AN_ESTOPPED;
	}
	an_work_release(work, mark);
	return status;
}
