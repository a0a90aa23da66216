/* analysis/access.h -- whether an account may read one thing, for roles below the quality office.
 * Whoever may read everything (the quality office) is let in before these are asked.
 * A thing is named by id or by code, as it stands in an address.
 *   campaign    a lecturer with targets of their own in it
 *   programme   its leader
 *   course      leaders of a programme that holds it; lecturers of one of its sections
 *   assessment  as its course (of every assessment of that code, when it is named by code)
 * 1 yes, 0 no (also when there is no such thing), -1 with err. */
#ifndef ANALYSIS_ACCESS_H
#define ANALYSIS_ACCESS_H

#include "core/account.h"

int access_campaign(struct db *db, const struct account *who, const char *campaign, struct err *e);
int access_programme(struct db *db, const struct account *who, const char *programme, struct err *e);
int access_course(struct db *db, const struct account *who, const char *course, struct err *e);
int access_assessment(struct db *db, const struct account *who, const char *assessment, struct err *e);

/* What somebody who may read a course sees of its marks. */
struct access_marks {
	bool right;	   /* figures over fewer than k students: who teaches every section of the course */
	bool own_sections; /* those of their own sections only: lecturers who do not lead a programme of it */
};
/* 0, or -1 with err. */
int access_marks_course(struct db *db, const struct account *who, const char *course, struct access_marks *out,
    struct err *e);
int access_marks_assessment(struct db *db, const struct account *who, const char *assessment, struct access_marks *out,
    struct err *e);

#endif
