/* daemon/analyse_text.h -- methods of analysis and their results as plain text, for people at a
 * terminal and for the manual page. */
#ifndef DAEMON_ANALYSE_TEXT_H
#define DAEMON_ANALYSE_TEXT_H

#include "core/err.h"

#include <jansson.h>

int analyse_text_result(const json_t *result, struct err *e);  /* of analyse_run(), as sentences and tables */
void analyse_text_methods(const json_t *list);		       /* names and summaries, by family */
int analyse_text_help(const json_t *list, const char *method); /* one in full; -1: there is none */
void analyse_text_manual(const json_t *list);		       /* the page elod-analyse(1) */

#endif
