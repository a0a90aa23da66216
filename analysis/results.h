/* analysis/results.h -- assessments, their items, and what students achieved.
 *
 * An assessment belongs to a course and a term; its items serve course outcomes with weights (the
 * Q-matrix).  A student has one result an assessment: for each item a state, and where the state
 * is RESULT_PRESENT a mark from 0 to the item's max.  Packed: one version byte, then for each
 * item in order its state byte and, when present, the mark as a little-endian double.
 *
 * Missing rule, one an assessment, stated by whoever imports it and shown with every figure:
 *   'missing'  an item without a mark is left out of the student's score
 *   'zero'     not attempted, absent and not submitted count as 0 marks; excused and unreadable
 *              are left out all the same
 * Loading applies the rule: counts[] says which cells count, state[] still says why a mark is
 * absent.
 *
 * struct results: all results of one assessment, or of all of a course in one term: students
 * (rows, in order of their random numbers) x items (assessments in order of code, then items by
 * position).  Owner: the arena given. */
#ifndef ANALYSIS_RESULTS_H
#define ANALYSIS_RESULTS_H

#include "analysis/curriculum.h"
#include "analysis/stats/view.h"
#include "core/arena.h"
#include "core/db.h"
#include "core/ids.h"

enum result_state {
	RESULT_PRESENT,
	RESULT_NOT_ATTEMPTED, /* the student was there and left the item */
	RESULT_ABSENT,
	RESULT_EXCUSED,
	RESULT_NOT_SUBMITTED,
	RESULT_UNREADABLE,
	RESULT_NO_ROW /* never stored: the student has no result in that assessment at all */
};
#define RESULT_STATES	  (RESULT_NO_ROW + 1)
#define RESULT_ITEMS_MOST 500

enum missing_policy { MISSING_LEFT_OUT, MISSING_ZERO };

struct item_link {
	const char *outcome; /* id of the course outcome */
	double weight;
};

struct result_item {
	const char *id, *code, *name;
	double max;
	size_t assessment; /* index in struct results */
	const struct item_link *links;
	size_t link_count;
};

struct assessment {
	const char *id, *course, *code, *name, *note;
	struct term term;
	double weight; /* within the course */
	enum missing_policy policy;
	int64_t imported_at;
	size_t first_item, item_count, students; /* students: with a row here */
};

struct result_section {
	const char *id, *code, *name;
};

#define RESULT_NO_SECTION ((size_t)-1)

struct results {
	struct assessment *assessments;
	size_t assessment_count;
	struct result_item *items;
	size_t item_count;
	size_t students;
	int64_t *student;      /* students: their numbers, ascending */
	size_t *section;       /* students: index of the section, or RESULT_NO_SECTION */
	double *score;	       /* students x items: marks; 0 where there is none */
	unsigned char *state;  /* students x items: enum result_state */
	unsigned char *counts; /* students x items: AN_PRESENT where the cell counts, else a reason of an_view */
	struct result_section *sections; /* those that have students here, by code */
	size_t section_count;
	unsigned char digest[HASH_LEN]; /* of every result read, in order */
};

const char *result_state_name(enum result_state s);		  /* "present", "not_attempted", ... */
bool result_state_find(const char *name, enum result_state *out); /* not RESULT_NO_ROW */
const char *missing_policy_name(enum missing_policy p);		  /* "missing", "zero" */
/* Does a cell of that state count as 0 marks under the rule? */
bool result_counts_zero(enum missing_policy p, enum result_state s);

/* By id, or by a code that one assessment alone has.  ERR_ABSENT when there is none. */
int results_load_assessment(struct db *db, const char *assessment, struct arena *a, struct results *out, struct err *e);
/* A course in a term (id).  No assessment at all: assessment_count is 0. */
int results_load_course(struct db *db, const char *course, const char *term, struct arena *a, struct results *out,
    struct err *e);
/* Leaves the sections of one lecturer; students of the others belong to none then.  NULL: all stay. */
int results_sections_keep(struct db *db, const char *lecturer, struct arena *a, struct results *r, struct err *e);
/* Terms in which the course has assessments, newest first. */
int results_terms(struct db *db, const char *course, struct arena *a, struct term **out, size_t *n, struct err *e);

/* Marks as shares of each item's max, in 0..1: students x items, with out->why = counts. */
int results_shares(const struct results *r, struct arena *a, struct an_view *out, struct err *e);

size_t result_packed_most(size_t items);
size_t result_pack(const double *score, const unsigned char *state, size_t items, unsigned char *out);
/* -1: not a packed result of so many items. */
int result_unpack(const unsigned char *p, size_t len, size_t items, double *score, unsigned char *state);

#endif
