/* analysis/programme_scores.h -- each student's score on each outcome of a programme.
 * Students are all who have a result in a course of the programme.  A student's scores on the
 * outcomes of a course are those of the latest term with a result; on a programme outcome the
 * weighted mean of them over all courses, a link weighing points x weight x credits.
 * Owner: the arena. */
#ifndef ANALYSIS_PROGRAMME_SCORES_H
#define ANALYSIS_PROGRAMME_SCORES_H

#include "analysis/outcome_scores.h"

struct programme_course {
	struct course course;
	struct outcome *outcomes;
	size_t outcome_count;
	struct outcome_scores *terms; /* those loaded, oldest first */
	size_t term_count, students;
	double *score; /* programme's students x outcomes of the course */
	unsigned char *has;
	bool hidden; /* set by whoever shows: nothing of it may be seen (attainment_terms.h) */
};

struct programme_link {
	const struct curriculum_link *link;
	size_t course, course_outcome, outcome; /* indexes; outcome: of the programme */
	double weight;				/* points x weight x credits */
};

struct programme_scores {
	struct programme programme;
	struct outcome *outcomes;
	size_t outcome_count;
	struct programme_course *courses;
	size_t course_count;
	struct programme_link *links;
	size_t link_count;
	size_t students;
	int64_t *student; /* ascending */
	double *score;	  /* students x outcomes */
	unsigned char *has;
	double *coverage; /* outcomes: mean share of the outcome's map weight that students' results carry */
};

/* term: an id, or NULL for all terms. */
int programme_scores_load(struct db *db, const struct programme *p, const char *term, struct arena *a,
    struct programme_scores *out, struct err *e);
static inline struct scores programme_column(const struct programme_scores *s, size_t o)
{
	return (struct scores){ s->score + o, s->has + o, s->students, s->outcome_count };
}
static inline struct scores programme_course_column(const struct programme_scores *s, size_t course, size_t o)
{
	const struct programme_course *c = &s->courses[course];

	return (struct scores){ c->score + o, c->has + o, s->students, c->outcome_count };
}
/* Scores on a programme outcome through one course alone: room for students each. */
void programme_scores_of_course(const struct programme_scores *s, size_t course, size_t outcome, double *score,
    unsigned char *has);
/* Items of the newest loaded term of a course that serve the outcome; links: how many course
 * outcomes of it are mapped to the outcome. */
size_t programme_items(const struct programme_scores *s, size_t course, size_t outcome, size_t *links);

#endif
