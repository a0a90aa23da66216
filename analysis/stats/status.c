#include "analysis/stats/status.h"

#include <gsl/gsl_errno.h>

void an_init(void)
{
	gsl_set_error_handler_off();
}

const char *an_status_name(enum an_status s)
{
	static const char *const names[] = {
		[AN_OK] = "ok",
		[AN_EDATA] = "bad_data",
		[AN_ETOOFEW] = "too_few",
		[AN_ENOVARIANCE] = "no_variance",
		[AN_ENOCONVERGE] = "not_converged",
		[AN_ENOMEM] = "no_memory",
		[AN_ESTOPPED] = "stopped",
	};

	return (unsigned)s <= AN_ESTOPPED ? names[s] : "unknown";
}
