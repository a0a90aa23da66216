/* web/view_outcomes.h -- programmes, courses and assessments: what is promised, what is reached. */
#ifndef WEB_VIEW_OUTCOMES_H
#define WEB_VIEW_OUTCOMES_H

#include "web/web.h"

extern const struct web_field outcomes_list_fields[], outcomes_courses_fields[], outcomes_term_fields[];
extern const struct web_column programmes_columns[], programme_columns[], courses_columns[], course_columns[],
    assessment_columns[];

int programmes_view(struct web_request *rq, json_t *model, struct err *e);	  /* list */
int programme_view(struct web_request *rq, json_t *model, struct err *e);	  /* attainment of its outcomes */
int programme_map_view(struct web_request *rq, json_t *model, struct err *e);	  /* outcomes, courses, map */
int programme_outcome_view(struct web_request *rq, json_t *model, struct err *e); /* one, down to its courses */
int courses_view(struct web_request *rq, json_t *model, struct err *e);
int course_view(struct web_request *rq, json_t *model, struct err *e); /* attainment of its outcomes */
int course_plan_view(struct web_request *rq, json_t *model, struct err *e);
int assessment_view(struct web_request *rq, json_t *model, struct err *e); /* its items */

/* What this reader may see of attainment; for the report too. */
struct attainment_options;
void view_attainment_options(const struct web_request *rq, struct attainment_options *o);

/* For drawings: gives each outcome of a list "estimate" (share, n, interval, status, goal), from its
 * member `part` or itself, and "is" by its state.  Pages only. */
int view_outcome_estimates(struct web_request *rq, json_t *outcomes, const char *part);

#endif
