/* analysis/start.h -- what must be done once, before any thread: GSL's own error handler, which
 * would end the process, is switched off. */
#ifndef ANALYSIS_START_H
#define ANALYSIS_START_H

void analysis_start(void);

#endif
