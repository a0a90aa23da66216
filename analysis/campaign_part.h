/* analysis/campaign_part.h -- what the files behind campaign_stats.h share: a campaign's sums,
 * its groups, and which of them this viewer may see.  For analysis/campaign_*.c only. */
#ifndef ANALYSIS_CAMPAIGN_PART_H
#define ANALYSIS_CAMPAIGN_PART_H

#include "analysis/campaign_stats.h"
#include "analysis/fingerprint.h"
#include "analysis/stats/work.h"

struct part_group {		/* a target or a unit */
	const struct target *t; /* NULL: a unit */
	const char *code, *label;
	size_t unit; /* of a target */
	bool own;    /* this viewer may see it */
	bool hidden[TALLY_PARTS];
	int64_t people; /* who answered about a target, released or not; simulated ones are no people */
	uint64_t n[TALLY_PARTS], simulated[TALLY_PARTS];
	struct tally_score score[TALLY_PARTS];
};
struct campaign_part {
	struct db *db;
	const struct campaign *c;
	const struct instrument *q;
	const struct campaign_options *o;
	struct arena *a;
	struct an_work *work;

	struct tally_shape *shape;
	size_t parts;	      /* 1 without a straight-lining index */
	enum tally_part part; /* the one asked for, or all where there is no other */
	struct tally_sums *whole[TALLY_PARTS], *chosen[TALLY_PARTS];
	const struct tally_sums *shown[TALLY_PARTS]; /* the selection: whole or chosen */
	const char *withheld[TALLY_PARTS];	     /* reason why the selection is not shown, or NULL */
	bool selected;				     /* not the whole campaign */
	size_t only_target, only_unit;		     /* of the selection; SIZE_MAX: any */
	int64_t responses, released;		     /* of the selection; responses: accepted */

	struct target *targets;
	struct part_group *target, *unit;
	size_t target_count, unit_count;
	struct campaign_release last;
	uint64_t *item_n[TALLY_PARTS];	/* targets x items: answers given; of a selection only, else NULL */
	bool *item_hidden[TALLY_PARTS]; /* items that the selection may not show */
};

int campaign_part_load(struct campaign_part *p, struct err *e); /* db .. a are set by the caller */
void campaign_part_free(struct campaign_part *p);
/* Which groups may be shown in a view, and whether the whole may be (campaign_hide.c). */
int campaign_part_hide(struct campaign_part *p, enum tally_part view, struct err *e);
/* Which items of the selection may be shown: an item that some left out follows the same rule
 * by those who answered it.  After the selection is made. */
int campaign_part_hide_items(struct campaign_part *p, enum tally_part view, struct err *e);
/* Whether target i belongs to the selection. */
bool campaign_part_chosen(const struct campaign_part *p, size_t i, enum tally_part view);
/* Whether responses about target number are among those of the selection. */
bool campaign_part_shows(const struct campaign_part *p, int64_t number);
/* The fingerprint of one block. */
json_t *campaign_part_fingerprint(const struct campaign_part *p, const char *block);
/* Adds method, reference, n_used and fingerprint. */
int campaign_part_about(const struct campaign_part *p, json_t *block, const char *name, const char *method,
    const char *reference, uint64_t n_used);

/* Blocks; NULL: out of memory. */
json_t *campaign_items_json(struct campaign_part *p, json_t *formats);
json_t *campaign_overall_json(struct campaign_part *p, enum tally_part part);
json_t *campaign_scales_json(struct campaign_part *p, enum tally_part part, bool full);
json_t *campaign_careless_json(struct campaign_part *p);
json_t *campaign_days_json(struct campaign_part *p, struct err *e);

/* What every block of a selection begins with. */
json_t *campaign_head_json(const struct campaign_part *p);
/* Groups with their figures, highest estimate first; most 0: all. */
json_t *campaign_groups_json(struct campaign_part *p, const struct part_group *g, size_t n, const char *name,
    size_t most);

/* Comparison of groups: model over those that are shown. */
struct campaign_compare;
struct campaign_compare *campaign_compare_new(struct campaign_part *p, const struct part_group *g, size_t n,
    enum tally_part part);
/* Adds the figures of group i to its row, which has its name already. */
int campaign_compare_row(const struct campaign_compare *k, size_t i, json_t *row);
/* NAN where there is none. */
double campaign_compare_estimate(const struct campaign_compare *k, size_t i);
double campaign_compare_difference(const struct campaign_compare *k, size_t i);
/* {"shown", "hidden", "total", "model", ...} without rows. */
json_t *campaign_compare_json(const struct campaign_compare *k, const char *name);
/* ICC of the groups shown; NAN where the model gives none. */
double campaign_compare_icc(const struct campaign_compare *k);

#endif
