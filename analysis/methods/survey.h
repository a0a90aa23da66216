/* analysis/methods/survey.h -- the design of a sample as methods take it: weights, strata, clusters,
 * finite population and calibration totals, from options of those names.  For this folder alone. */
#ifndef ANALYSIS_METHODS_SURVEY_H
#define ANALYSIS_METHODS_SURVEY_H

#include "analysis/methods/method.h"
#include "analysis/stats/survey/calibrate.h"
#include "analysis/stats/survey/survey.h"

#define SURVEY_MARGINS_MOST 32

/* Known totals of the population: people by level of a column (or of columns crossed), and totals of
 * numbers.  All memory is scratch of the run. */
struct survey_margin {
	const char *name;
	const char **label;
	double *target;
	size_t levels;
	size_t *cell;
};
struct survey_targets {
	size_t margins, totals;
	struct survey_margin margin[SURVEY_MARGINS_MOST];
	struct an_margin plain[SURVEY_MARGINS_MOST]; /* the same for analysis/stats */
	const char *name[SURVEY_MARGINS_MOST];	     /* of totals */
	const double *number[SURVEY_MARGINS_MOST];
	double total[SURVEY_MARGINS_MOST];
};

struct survey {
	struct an_design design;
	struct an_calibration calibration;
	struct survey_targets targets;
	const char **stratum; /* labels; NULL without --strata */
	const double *drawn;  /* weights before calibration; the design has those after */
	struct an_fit fit;
	struct an_kish kish;
	size_t df;
};

/* how: a word of --calibration, or NULL for none; takes --targets and so on from the options. */
int survey_load(struct analyse *a, struct survey *out, const char *how, struct err *e);
/* As survey_load, with the calibration that the options ask for (none without --targets); for estimates:
 * an error where a stratum lets no variance be told. */
const char *survey_how(const struct analyse *a); /* --calibration, or NULL without --targets */
int survey_begin(struct analyse *a, struct survey *out, struct err *e);
/* in[i]: the rows of group g that have v; groups NULL: of all.  has: rows where a number is there. */
size_t survey_domain(const struct analyse *a, const struct analyse_groups *groups, size_t g, struct an_view v,
    bool *in);
/* "design", "population", "df", "kish" and "convergence" of a result; checks of the design. */
void survey_report(struct analyse *a, const struct survey *s, json_t *result);
json_t *survey_kish_json(const struct an_kish *k);
int survey_status(enum an_status status, const char *what, struct err *e);

#define SURVEY_OUTPUT "design", "population", "df", "kish", "convergence"
#define OPT_SAMPLE                                                                                                      \
	{ "weights", OPT_COLUMN, "", NULL,                                                                              \
		N_("column of sampling weights; without it --fpc gives them, or each row counts the same") },           \
	    { "strata", OPT_COLUMN, "", NULL, N_("column that says which stratum a row was drawn in") },                \
	    { "cluster", OPT_COLUMN, "", NULL,                                                                          \
		    N_("column that says which primary sampling unit a row belongs to (numbered within strata)") },     \
	    { "fpc", OPT_COLUMN, "", NULL,                                                                              \
		    N_("column with the number of sampling units in the stratum's population, or the share drawn") },   \
	{                                                                                                               \
		"lonely", OPT_CHOICE, "fail", "fail|certainty|adjust|average",                                          \
		    N_("a stratum with one sampled unit: an error; counted as certain; measured from the mean of all; " \
		       "given the average variance of the others")                                                      \
	}
#define OPT_TARGETS                                                                                                     \
	{ "targets", OPT_TEXT, "", NULL,                                                                                \
		N_("known totals of the population: stype:E=4421,M=1018; school*sex:A*f=20,...; enroll=3811472 (parts " \
		   "parted by ;); people by level may be shares that sum to 1"),                                        \
		.names = true },                                                                                        \
	{                                                                                                               \
		"population", OPT_NUMBER, "", NULL,                                                                     \
		    N_("people in the population, where shares are given, or where only totals of numbers are")         \
	}
#define OPT_CALIBRATION                                                                                                \
	{                                                                                                              \
		"calibration", OPT_CHOICE, "rake", "rake|poststratify|linear|raking",                                  \
		    N_("how the weights are fitted to --targets")                                                      \
	}

/* R code that makes the design s of these options. */
#define SURVEY_R                                                                                                       \
	"library(survey)\n"                                                                                            \
	"f <- function(v) if (is.null(v)) NULL else reformulate(paste0(\"`\", v, \"`\"))\n"                            \
	"s <- svydesign(if (is.null({cluster})) ~1 else f({cluster}), strata = f({strata}), weights = f({weights}),\n" \
	"  fpc = f({fpc}), nest = TRUE, data = d)\n"                                                                   \
	"options(survey.lonely.psu = {lonely})\n"                                                                      \
	"t <- lapply(strsplit(paste0(\"\", {targets}), \" *; *\")[[1]], function(p) { \n"                              \
	"  v <- sub(\":.*\", \"\", p); q <- strsplit(sub(\"^[^:]*:\", \"\", p), \",\")[[1]]\n"                         \
	"  setNames(data.frame(sub(\"=[^=]*$\", \"\", q), as.numeric(sub(\".*=\", \"\", q))), c(v, \"Freq\")) })\n"    \
	"m <- lapply(t, function(p) f(names(p)[1]))\n"
#define SURVEY_R_CALIBRATED                                                                                            \
	SURVEY_R                                                                                                       \
	"if (length(t) > 0) s <- switch({calibration}, rake = rake(s, m, t, list(maxit = 2000, epsilon = 1e-12)),\n"   \
	"  poststratify = postStratify(s, m[[1]], t[[1]]), calibrate(s, m, t, calfun = {calibration}))\n"

#endif
