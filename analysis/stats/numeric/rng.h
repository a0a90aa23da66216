/* analysis/stats/numeric/rng.h -- seeded random numbers that are the same on every machine:
 * xoshiro256** (Blackman & Vigna 2021), its state filled by splitmix64 from seed and stream.
 * A stream a replicate lets replicates run on any thread without changing a figure. */
#ifndef ANALYSIS_STATS_NUMERIC_RNG_H
#define ANALYSIS_STATS_NUMERIC_RNG_H

#include <stddef.h>
#include <stdint.h>

struct an_rng {
	uint64_t s[4];
};

void an_rng_seed(struct an_rng *r, uint64_t seed, uint64_t stream);
uint64_t an_rng_next(struct an_rng *r);
double an_rng_uniform(struct an_rng *r);	 /* 0 <= u < 1, 53 bits */
size_t an_rng_below(struct an_rng *r, size_t n); /* 0..n-1, without bias; n >= 1 */

#endif
