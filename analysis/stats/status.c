#include "analysis/stats/status.h"

const char *an_status_name(enum an_status s)
{
	static const char *const names[] = {
		[AN_OK] = "ok",
		[AN_EDATA] = "bad-data",
		[AN_ETOOFEW] = "too-few",
		[AN_ENOVARIANCE] = "no-variance",
		[AN_ENOCONVERGE] = "not-converged",
		[AN_ENOMEM] = "no-memory",
	};

	return (unsigned)s <= AN_ENOMEM ? names[s] : "unknown";
}

const char *an_policy_name(enum an_policy p)
{
	return p == AN_LISTWISE ? "listwise" : "pairwise";
}
