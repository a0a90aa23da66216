/* analysis/stats/test/rasch.h -- the Rasch model by conditional maximum likelihood (Andersen 1972),
 * with the conventions of R's eRm (Mair & Hatzinger 2007): difficulties sum to zero, standard
 * errors of that contrast, conditional log-likelihood.
 *
 * x: people x items of 0 and 1.  Missing cells: people are taken by the items that they have, so
 * every answer counts (missing at random given the score).  People with all or none right of what
 * they have carry no information on items and are left out, as are items that everybody or nobody
 * has right (used = false).
 *
 * The estimates exist only when the items hang together (Fischer 1981): for every split of the
 * items into two sets somebody has one of the first right and one of the second wrong.
 * AN_EDATA: a present cell that is neither 0 nor 1.  AN_ETOOFEW: under 2 items can be used, or
 * nobody carries information.  AN_ENOCONVERGE: items do not hang together (connected = false,
 * each item's separate says whether it stands apart), or no maximum was found. */
#ifndef ANALYSIS_STATS_TEST_RASCH_H
#define ANALYSIS_STATS_TEST_RASCH_H

#include "analysis/stats/fit.h"
#include "analysis/stats/view.h"
#include "analysis/stats/work.h"

struct an_rasch_item {
	size_t n;     /* answers present */
	double share; /* right */
	bool used, separate;
	double difficulty, se;
};

struct an_rasch {
	struct an_fit fit;
	struct an_missing missing;
	size_t items;		  /* used */
	size_t people, extreme;	  /* with an answer; of them those with all or none right */
	bool connected, complete; /* complete: nobody misses a used item */
	double loglik;		  /* conditional */
};

/* items: room for x.cols. */
enum an_status an_rasch(struct an_view x, struct an_work *work, struct an_rasch *out, struct an_rasch_item *items);

/* Ability of somebody with score right of k items of these difficulties.
 * an_rasch_theta: maximum likelihood, score strictly between 0 and k.
 * an_rasch_wle: Warm's (1989) weighted likelihood, which exists for every score.
 * AN_EDATA: a score outside.  AN_ETOOFEW: no item. */
enum an_status an_rasch_theta(const double *difficulty, size_t k, double score, double *theta, double *se);
enum an_status an_rasch_wle(const double *difficulty, size_t k, double score, double *theta, double *se);

/* Fit of the items at the maximum likelihood abilities of people who are not extreme, as
 * eRm::itemfit: mean squares (1 expected) and their cube-root t (Wright & Masters 1982).
 * Reliability of separation as eRm::SepRel. */
struct an_rasch_fit {
	size_t n;
	double outfit, infit;
	bool has_t;
	double outfit_t, infit_t;
};
struct an_rasch_people {
	size_t used;
	double mean, sd;
	bool has_reliability;
	double reliability; /* may be negative */
};
/* fit: room for x.cols; n = 0 for an item that is not used.  theta, se: room for x.rows each, or
 * NULL; has[i] says whether person i has an ability (room for x.rows, or NULL). */
enum an_status an_rasch_fit(struct an_view x, const struct an_rasch_item *items, struct an_work *work,
    struct an_rasch_fit *fit, struct an_rasch_people *people, double *theta, double *se, unsigned char *has);

/* Andersen's (1973) likelihood ratio test that groups of people share the difficulties.
 * group[i]: 0..groups-1, or groups for a row that is left out.  An item that all or none of a
 * group have right is taken from the whole comparison (used = false), as eRm does.
 * difficulty, se: groups x x.cols, summing to zero in each group over the items used. */
struct an_rasch_lr {
	size_t items, groups;
	double lr, df, p;
};
enum an_status an_rasch_andersen(struct an_view x, const size_t *group, size_t groups, struct an_work *work,
    struct an_rasch_lr *out, bool *used, double *difficulty, double *se);
/* Groups by raw score for that test: 0 up to the mean or median, 1 above it (rows with missing
 * cells: against those with the same items, eRm's rule: the mean itself belongs above there);
 * 2 for a row without an answer.  items: which ones count.  AN_ENOMEM. */
enum an_rasch_split { AN_SPLIT_MEAN, AN_SPLIT_MEDIAN };
enum an_status an_rasch_split(struct an_view x, const struct an_rasch_item *items, enum an_rasch_split how,
    struct an_work *work, size_t *group);

#endif
