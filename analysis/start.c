#include "analysis/start.h"

#include "analysis/stats/status.h"

void analysis_start(void)
{
	an_init();
}
