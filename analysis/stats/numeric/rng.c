#include "analysis/stats/numeric/rng.h"

static uint64_t splitmix(uint64_t *x)
{
	uint64_t z = *x += 0x9E3779B97F4A7C15u;

	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
	return z ^ (z >> 31);
}

void an_rng_seed(struct an_rng *r, uint64_t seed, uint64_t stream)
{
	uint64_t x = seed, y = stream;

	/* mixed apart first, so that neighbouring seeds and streams do not overlap */
	x = splitmix(&x) ^ (splitmix(&y) << 1);
	for (int i = 0; i < 4; i++)
		r->s[i] = splitmix(&x);
}

static uint64_t rotate(uint64_t x, int by)
{
	return (x << by) | (x >> (64 - by));
}

uint64_t an_rng_next(struct an_rng *r)
{
	uint64_t out = rotate(r->s[1] * 5, 7) * 9, t = r->s[1] << 17;

	r->s[2] ^= r->s[0];
	r->s[3] ^= r->s[1];
	r->s[1] ^= r->s[2];
	r->s[0] ^= r->s[3];
	r->s[2] ^= t;
	r->s[3] = rotate(r->s[3], 45);
	return out;
}

double an_rng_uniform(struct an_rng *r)
{
	return (double)(an_rng_next(r) >> 11) * 0x1p-53;
}

size_t an_rng_below(struct an_rng *r, size_t n)
{
	uint64_t least = (0 - (uint64_t)n) % n, x;

	do
		x = an_rng_next(r);
	while (x < least);
	return (size_t)(x % n);
}
