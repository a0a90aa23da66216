/* analysis/stats/test/dina.h -- cognitive diagnosis: which skills a person has, from items that each need
 * some of them (Haertel 1989; Junker & Sijtsma 2001; de la Torre 2009).
 * q: items x skills, 1 where the item needs the skill.  A class is a set of skills (bit s of its
 * number: skill s), 2^skills of them.
 *   DINA  who has every skill that an item needs gets it right, except for a slip; everybody else
 *         only by a guess
 *   DINO  one of the skills is enough (Templin & Henson 2006)
 * Marginal maximum likelihood by EM from guess = slip = 0.2 and equal classes, as R's CDM::din,
 * with extrapolation (Varadhan & Roland 2008).  Every answer counts.
 * Classes that would answer every item alike cannot be told apart ("distinct" counts those that
 * can): they share their common probability equally.
 * Standard errors: inverse of the cross-products of the scores of all item and class parameters
 * that are inside their bounds (Philipp et al. 2018).
 * AN_EDATA: an answer that is neither 0 nor 1.  AN_ETOOFEW: no skill, more than AN_DINA_SKILLS, an
 * item that needs none, no item, nobody.  AN_ENOCONVERGE: no maximum found. */
#ifndef ANALYSIS_STATS_TEST_DINA_H
#define ANALYSIS_STATS_TEST_DINA_H

#include "analysis/stats/fit.h"
#include "analysis/stats/view.h"
#include "analysis/stats/work.h"

#define AN_DINA_SKILLS 12

/* The distinct classes; arrays lie in work. */
struct an_dina_classes {
	size_t items, skills, classes, distinct;
	size_t *of;	    /* per class: its group of classes that answer alike */
	size_t *size;	    /* per group: classes in it */
	size_t *least;	    /* per group: its class with the fewest skills */
	unsigned char *eta; /* group x item: expected to be right */
};
enum an_status an_dina_classes(const unsigned char *q, size_t items, size_t skills, bool any, struct an_work *work,
    struct an_dina_classes *out);

struct an_dina_item {
	size_t n;
	double guess, slip;
	bool has_guess_se, has_slip_se;
	double guess_se, slip_se;
};

struct an_dina {
	struct an_fit fit;
	struct an_missing missing;
	size_t people, parameters;
	double loglik, aic, bic; /* parameters: as CDM::din counts, 2 items + classes - 1 */
};

/* share: probability of each group.  answered, right: group x item, expected people of the group who
 * answered the item, and had it right. */
enum an_status an_dina(struct an_view x, const struct an_dina_classes *c, struct an_work *work, struct an_dina *out,
    struct an_dina_item *items, double *share, double *answered, double *right);

/* Of each person: probability of each skill (rows x skills), the most probable class (MAP) and its
 * probability, the class with the highest likelihood (MLE); of a group the class with the fewest
 * skills stands for it.  has[i] = 0 for a row without an answer.
 * accuracy: expected share of people whose MAP group is right; by_skill: of the skill at the cut
 * of one half (Johnson & Sinharay 2018). */
struct an_dina_people {
	double *skill, *map_share;
	size_t *map, *mle;
	unsigned char *has;
};
enum an_status an_dina_people(struct an_view x, const struct an_dina_classes *c, const struct an_dina_item *items,
    const double *share, struct an_work *work, struct an_dina_people *out, double *accuracy, double *by_skill);

/* Share of people with each skill. */
void an_dina_prevalence(const struct an_dina_classes *c, const double *share, double *skill);

#endif
