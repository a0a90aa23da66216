/* tests/near.h -- comparing doubles in tests.  cmocka 1.1 compares float, which is too coarse.
 * Include after <cmocka.h>. */
#ifndef TESTS_NEAR_H
#define TESTS_NEAR_H

#include <math.h>

/* |got - want| <= tol * max(1, |want|); prints both values when not. */
static inline void near_at(double got, double want, double tol, const char *file, int line)
{
	double scale = fabs(want) > 1 ? fabs(want) : 1;

	if (fabs(got - want) <= tol * scale)
		return;
	print_error("%s:%d: got %.17g, expected %.17g (tolerance %g)\n", file, line, got, want, tol);
	fail();
}
#define near(got, want, tol) near_at((got), (want), (tol), __FILE__, __LINE__)

#endif
