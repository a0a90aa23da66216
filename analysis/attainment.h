/* analysis/attainment.h -- which outcomes are met, from marks to programme outcomes.
 *
 * Course outcome.  A student's score is sum(w * mark / max) / sum(w) over the items that count
 * (results.h: the missing rule), where w is the item's weight for the outcome times its
 * assessment's weight.  The student has reached the outcome from the threshold on.  Shown: share
 * of students reached with Wilson's interval (Wilson 1927), mean and sd of scores, how many were
 * used and how many not and why, the number of items, and their reliability (Cronbach 1951; KR-20
 * where marks are 0 or max) from two items on.
 *
 * Programme outcome.  A student's score is the weighted mean of the student's scores on the course
 * outcomes that contribute, each weighing points of its level (I/R/M: 1/2/3 unless set) times the
 * link's weight times the course's credits, over the courses where the student has results (in
 * more than one term: the latest).  Then the share reached, with a percentile bootstrap over
 * students (Efron & Tibshirani 1993; stats/describe/proportion.h: its exact limits, no seed) and
 * Wilson's interval beside it, which also judges where all or none have reached the outcome.
 * Indirect evidence: shares of agreement from surveys, averaged by their weights; their limits
 * are averaged alike, which is wide enough for answers of the same people.  Combined: the
 * weighted sum of both shares by the programme's weights, limits by the method of variance
 * estimates recovery (Zou & Donner 2008) as the two sources are different people's.
 *
 * Status: met (lower limit at or above the goal), not_met (upper limit below it), uncertain
 * (between), few (fewer than k students, or no direct evidence).
 * State of a figure: value, not_assessed (no item serves it), no_data (no results yet),
 * suppressed (fewer than k, for readers without the right to see marks), indirect_only.
 * Where such readers could compute a hidden cell from its neighbours (sections, courses, terms), the
 * next smallest is hidden too.  Every figure carries method, reference, n_used, n_missing by reason and a fingerprint.
 *
 * Shares are 0..1 and not rounded.  out: an empty JSON object to fill. */
#ifndef ANALYSIS_ATTAINMENT_H
#define ANALYSIS_ATTAINMENT_H

#include "core/arena.h"
#include "core/db.h"

#include <jansson.h>

#define ATTAINMENT_LEVEL     0.95
#define ATTAINMENT_FEW_ITEMS 3 /* fewer are warned of */
#define ATTAINMENT_BINS	     10

/* Share of agreement with a survey item, from whoever keeps the surveys' figures.  ask() fills
 * *out and returns 0 also when it is withheld; texts live in the arena. */
struct attainment_indirect {
	bool withheld; /* fewer than k answers, or none: share, n and interval mean nothing */
	double share, lo, hi;
	size_t n;
	const char *label;	    /* stored JSON label of the item */
	const char *campaign_title; /* stored JSON label */
	const char *campaign_code, *method, *fingerprint;
};
typedef int attainment_indirect_fn(struct db *db, const char *campaign, const char *item, void *arg, struct arena *a,
    struct attainment_indirect *out, struct err *e);

struct attainment_options {
	int k;				  /* 0: FIGURE_FEWEST */
	bool marks_right;		  /* may see figures over fewer than k students */
	const char *lecturer;		  /* account that sees its own sections only; NULL: every section */
	const char *term;		  /* id or code; NULL: course: the latest with results, programme: all */
	attainment_indirect_fn *indirect; /* NULL: links are listed as withheld */
	void *indirect_arg;
};

/* {"course", "term", "terms", "assessments", "students", "outcomes": [...], "all_outcomes", "summary"} */
int attainment_course_json(struct db *db, const char *course, const struct attainment_options *o, struct arena *a,
    json_t *out, struct err *e);
/* {"programme", "outcomes": [...], "courses": [... "cells"], "all_outcomes", "summary", "coverage"} */
int attainment_programme_json(struct db *db, const char *programme, const struct attainment_options *o, struct arena *a,
    json_t *out, struct err *e);
/* {"assessment", "course", "items": [...], "reliability", "totals", "sections"} */
int assessment_items_json(struct db *db, const char *assessment, const struct attainment_options *o, struct arena *a,
    json_t *out, struct err *e);

#endif
