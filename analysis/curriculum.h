/* analysis/curriculum.h -- what programmes promise and how courses contribute to it.
 *
 * A programme has outcomes (PLO); a course has outcomes (CLO); the curriculum map says which
 * course outcome contributes to which programme outcome at which level: I introduced,
 * R reinforced, M mastered.  A link counts points of its level (1, 2, 3 unless the programme sets
 * others) times its weight times the course's credits.
 * threshold: share of the marks (0..1) from which a student has reached an outcome; goal: share of
 * students (0..1) that should.  An outcome without its own has its programme's or course's;
 * structs here always hold the one that applies.
 *
 * Names and notes are stored JSON labels (surveys/label.h).  Things are found by id or by code.
 * viewer: id of an account that sees only its own (a lecturer: courses of own sections; a leader:
 * own programmes and their courses); NULL: everything.
 * Texts and arrays live in the arena given.  Writing is import_curriculum.h's. */
#ifndef ANALYSIS_CURRICULUM_H
#define ANALYSIS_CURRICULUM_H

#include "core/arena.h"
#include "core/db.h"
#include "surveys/list.h"

#include <jansson.h>

struct curriculum_unit {
	const char *code, *name; /* "" when there is none */
};

struct programme {
	const char *id, *code, *name, *note;
	struct curriculum_unit unit;
	double threshold, goal;
	double weight_direct, weight_indirect;
	double points[3]; /* I, R, M */
};

struct course {
	const char *id, *code, *name, *note;
	struct curriculum_unit unit;
	double credits, threshold, goal;
};

struct outcome { /* of a programme or of a course */
	const char *id, *code, *name;
	double threshold, goal;
};

struct curriculum_link {					 /* one cell of the map, with both ends */
	const char *course, *course_outcome, *programme_outcome; /* ids */
	char level;						 /* 'I', 'R', 'M' */
	double weight;
	const char *note;
};

struct term {
	const char *id, *code, *name;
	int64_t starts_at;
};

/* ERR_ABSENT when there is none. */
int programme_get(struct db *db, const char *id_or_code, struct arena *a, struct programme *out, struct err *e);
int course_get(struct db *db, const char *id_or_code, struct arena *a, struct course *out, struct err *e);
int term_get(struct db *db, const char *id_or_code, struct arena *a, struct term *out, struct err *e);

/* In the order of the curriculum document. */
int programme_outcomes(struct db *db, const struct programme *p, struct arena *a, struct outcome **out, size_t *n,
    struct err *e);
int programme_courses(struct db *db, const char *programme, struct arena *a, struct course **out, size_t *n,
    struct err *e);
int programme_map(struct db *db, const char *programme, struct arena *a, struct curriculum_link **out, size_t *n,
    struct err *e);
int course_outcomes(struct db *db, const struct course *c, struct arena *a, struct outcome **out, size_t *n,
    struct err *e);
/* Points of a level: programme->points. */
double programme_points(const struct programme *p, char level);

/* View models.  Lists: {"items": [...], "total": n, "more": bool, "next": cursor or null}.
 * viewer: account that sees its own alone; NULL: everything.  few: an assessment with fewer students
 * gives null for their number; 0: it always gives it.
 * Programmes sort by "code" (default) or "name", courses also by "credits". */
int programmes_json(struct db *db, const struct list_query *query, const char *viewer, struct arena *a, json_t *out,
    struct err *e);
/* {"programme": {...}, "outcomes": [...], "courses": [...], "map": [...]} */
int programme_json(struct db *db, const char *id_or_code, size_t few, struct arena *a, json_t *out, struct err *e);
/* programme: only its courses; NULL or "": all. */
int courses_json(struct db *db, const struct list_query *query, const char *programme, const char *viewer, size_t few,
    struct arena *a, json_t *out, struct err *e);
/* {"course": {..., "assessments": [...]}, "outcomes": [...], "sections": [...], "map": [...]} */
int course_json(struct db *db, const char *id_or_code, size_t few, struct arena *a, json_t *out, struct err *e);

/* Where the map leads from each outcome of a course (id), appended to the array out. */
int course_links_json(struct db *db, const char *course, json_t *out, struct err *e);

/* Parts of other view models; a new reference, NULL out of memory. */
json_t *programme_head_json(const struct programme *p);
json_t *course_head_json(const struct course *c);
json_t *outcome_head_json(const struct outcome *o); /* id, code, name, threshold, goal */
json_t *term_head_json(const struct term *t);

#endif
