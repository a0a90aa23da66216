/* web/view_instruments.h -- questionnaires: a list, and one as respondents will see it. */
#ifndef WEB_VIEW_INSTRUMENTS_H
#define WEB_VIEW_INSTRUMENTS_H

#include "web/web.h"

extern const struct web_field instruments_fields[], instrument_fields[];
extern const struct web_column instruments_columns[];

int instruments_view(struct web_request *rq, json_t *model, struct err *e);
/* The document itself, with "id", "version", "items" (how many), "campaigns". */
int instrument_view(struct web_request *rq, json_t *model, struct err *e);

#endif
