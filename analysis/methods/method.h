/* analysis/methods/method.h -- what a method of analysis/analyse.h is made of; for this folder alone.
 *
 * A method takes its numbers through the loaders below, never from the frame itself, calls
 * analysis/stats, and fills *result.  Besides figures it says, each in one sentence that a quality
 * officer understands: what the result shows (analyse_say), what was checked that the method takes
 * for granted (analyse_check), and what a reader must beware of (analyse_warn). */
#ifndef ANALYSIS_METHODS_METHOD_H
#define ANALYSIS_METHODS_METHOD_H

#include "analysis/analyse.h"
#include "analysis/stats/codes.h"
#include "analysis/stats/fit.h"
#include "analysis/stats/interval.h"
#include "analysis/stats/view.h"
#include "analysis/stats/work.h"

#define ANALYSE_OPTIONS_MOST 16
#define ANALYSE_COMMON	     3	  /* options of every method: analyse_common */
#define ANALYSE_PART_MOST    2000 /* bytes of one condition of --where, or one column of --derive, with its NUL */

enum analyse_type {
	OPT_COLUMNS, /* a,b,c or a:c */
	OPT_COLUMN,
	OPT_TEXT,
	OPT_TEXTS, /* a,b,c */
	OPT_NUMBER,
	OPT_NUMBERS, /* 1,2,3 or 1:5 */
	OPT_WHOLE,   /* 0, 1, 2 ... */
	OPT_CHOICE,
	OPT_FILE
};

/* What an option means where the rows are persons: stored responses (analyse_stored_use()). */
enum analyse_use {
	USE_PLAIN,  /* nothing more; a column is one of numbers */
	USE_GROUP,  /* levels of the column part the rows */
	USE_TABLE,  /* levels of the column are rows or columns of a table, or answers that are counted */
	USE_FILE,   /* for a file of one's own alone: it weighs, names or counts rows, or reads them otherwise */
	USE_PEOPLE, /* the same: it lists single persons */
};

struct analyse_option {
	const char *name;
	enum analyse_type type;
	const char *standard; /* default as text; "" for none */
	const char *choices;  /* OPT_CHOICE: "a|b|c" */
	const char *help;
	enum analyse_use use;
	bool names; /* OPT_TEXT, OPT_TEXTS: names columns among its other words */
};

enum analyse_family {
	FAMILY_DESCRIBE,
	FAMILY_SCALE,
	FAMILY_FACTOR,
	FAMILY_TEST,
	FAMILY_COMPARE,
	FAMILY_TABLE,
	FAMILY_ASSOCIATION,
	FAMILY_REGRESSION,
	FAMILY_AGREEMENT,
	FAMILY_TREND,
	FAMILY_WEIGHT,
	FAMILY_RESAMPLE
};
#define ANALYSE_FAMILIES (FAMILY_RESAMPLE + 1)

/* The drawing that shows a result best: of one table in it, by the names of its columns. */
struct analyse_chart {
	enum analyse_chart_kind {
		CHART_NONE,
		CHART_ESTIMATES, /* a row each: value, with lo and hi where they are named */
		CHART_BARS,	 /* a row each: value */
		CHART_STACK,	 /* a row each: counts by column, side by side as shares */
		CHART_MATRIX,	 /* numbers from -1 to 1 by row and column */
		CHART_LINES	 /* rows in order along the way: value; centre, lo and hi as lines */
	} kind;
	const char *table; /* JSON pointer: "/result/groups" */
	const char *value, *lo, *hi, *centre;
};

struct analyse;
struct analyse_method {
	const char *name;  /* "alpha": a word of the command line */
	const char *title; /* N_("Cronbach's alpha"): its name on a page */
	enum analyse_family family;
	const char *summary, *reference, *missing_rule;
	const char *not_shown; /* N_(): one or two sentences on what the result does not show */
	const char *r;	       /* R code that gives the same figures; see analyse_r_code() */
	struct analyse_chart chart;
	struct analyse_option options[ANALYSE_OPTIONS_MOST]; /* ended by a NULL name */
	const char *output[20];				     /* ended by NULL */
	/* reads items through analyse_pairs() or a->items.codes: then no numbers are made of answers that
	 * are small whole numbers, and the view has rows and cols alone (by_code) */
	bool codes;
	/* over stored responses: */
	bool file_alone;    /* not at all: a row is a point in time, a unit with counts, or a person who is listed */
	bool counts_values; /* not of free numbers: it shows how many gave, or lie above, a single value */
	int (*run)(struct analyse *a, json_t *result, struct err *e);
};

/* What stands in the places {1} to {9} of a message: set for the reader's language by a page. */
struct say {
	enum say_kind { SAY_NONE, SAY_NUMBER, SAY_SHARE, SAY_P_VALUE, SAY_COUNT, SAY_WORDS } kind;
	double x;
	int decimals;
	const char *text;
};
#define SAY_NUM(x, decimals) ((struct say){ SAY_NUMBER, (x), (decimals), NULL })
#define SAY_PCT(share)	     ((struct say){ SAY_SHARE, (share), 0, NULL }) /* 0.5: 50 % */
#define SAY_P(p)	     ((struct say){ SAY_P_VALUE, (p), 0, NULL })   /* "0.012", "< 0.001" */
#define SAY_N(n)	     ((struct say){ SAY_COUNT, (double)(n), 0, NULL })
#define SAY_TEXT(t)	     ((struct say){ SAY_WORDS, 0, 0, (t) })
#define SAY_END		     ((struct say){ SAY_NONE, 0, 0, NULL })

/* words.c.  message: an English msgid, a literal; then its places, or SAY_END where it has none.
 * A figure that is not finite must not be said: choose another sentence. */
#define analyse_say(a, message, ...) analyse_words((a)->says, -1, message, (const struct say[]){ __VA_ARGS__, SAY_END })
#define analyse_warn(a, message, ...)                                                                                  \
	analyse_words((a)->warnings, -1, message, (const struct say[]){ __VA_ARGS__, SAY_END })
/* holds: 1 yes, 0 no, -1 cannot be told from these data. */
#define analyse_check(a, holds, message, ...)                                                                          \
	analyse_words((a)->checks, holds, message, (const struct say[]){ __VA_ARGS__, SAY_END })
void analyse_words(json_t *list, int holds, const char *message, const struct say *places);

/* r_code.c: the method's R code with its holes filled; a new string.  Before it stand the lines
 * that make
 *   d  the whole file as a data frame, missing values as NA
 *   x  the items as a data frame, reversed ones turned round (methods with --items)
 *   g  the groups of --by as a factor (methods with --by)
 * Holes: {level} and any other option by its name, as an R literal (columns as c("a", "b"), a
 * number bare, NULL when not given); {policy|pairwise=pairwise.complete.obs|listwise=complete.obs}
 * for one of several texts by the option's value, * as a name for any other value. */
json_t *analyse_r_code(const struct analyse *a);

/* The numbers behind --items: a view that owns what it shows. */
struct analyse_items {
	struct an_view view;
	double *data;
	unsigned char *why;
	size_t *column;	   /* of the frame */
	const char **name; /* borrowed from the frame */
	struct an_missing missing;
	bool by_code;
	struct an_codes codes;	   /* by_code: the same answers, a byte each */
	const unsigned char **col; /* what codes points to: columns of the frame, or of turned */
	unsigned char *turned;	   /* items keyed the other way */
};

/* Rows by the text of --by, labels ascending (as numbers where all are). */
struct analyse_groups {
	size_t count, missing; /* missing: rows with an empty cell */
	size_t *of;	       /* per row; count where missing */
	size_t *order, *start; /* rows by group: order[start[g]] to order[start[g + 1] - 1] */
	const char **label;    /* the texts live as long as the frame */
};

struct analyse {
	const struct analyse_method *method;
	struct frame *frame;
	const char *value[ANALYSE_OPTIONS_MOST]; /* as given or the default */
	const char *common[ANALYSE_COMMON];	 /* the same of analyse_common */
	struct an_work *work;
	struct analyse_items items; /* loaded for methods with --items */
	size_t used;
	struct an_missing missing;
	enum an_policy policy;
	double level;
	const char *na; /* "" for none */
	bool has_min, has_max;
	double min, max;
	json_t *says, *checks, *warnings;
};

/* Options of every method, about the rows and columns that it is given (prepare.c). */
extern const struct analyse_option analyse_common[ANALYSE_COMMON];
/* Rows left out and columns made as they ask: the frame is changed. */
int analyse_prepare(struct analyse *a, struct err *e);

/* option.c: options by name; one that the method has not declared counts as not given. */
const char *analyse_text(const struct analyse *a, const char *name); /* "" when not given */
bool analyse_given(const struct analyse *a, const char *name);
double analyse_number(const struct analyse *a, const char *name);
size_t analyse_whole(const struct analyse *a, const char *name);
int analyse_options_read(struct analyse *a, const struct analyse_arg *args, size_t n, struct err *e);
/* 1,2,3 or 1:5; *list is malloc'd, the caller's. */
int analyse_numbers(const struct analyse *a, const char *name, double **list, size_t *n, struct err *e);
json_t *analyse_options_json(const struct analyse *a);
const char *analyse_type_name(enum analyse_type t);

/* data.c, levels.c */
int analyse_columns(const struct frame *f, const char *list, const char *option, size_t **column, size_t *n,
    struct err *e);
int analyse_items_load(struct analyse *a, struct err *e);
void analyse_items_free(struct analyse_items *items);
/* Fault of a cell; {1} to {3} of the message are its line, column and text. */
int analyse_bad_cell(const struct analyse *a, size_t row, size_t column, const char *message, struct err *e);
/* Whether a figure may rest on so many rows alone. */
static inline bool analyse_enough(const struct analyse *a, size_t rows)
{
	return rows >= a->frame->least;
}
int analyse_one_item(const struct analyse *a, struct err *e); /* error unless --items is one column */
int analyse_groups_load(const struct analyse *a, struct analyse_groups *out, struct err *e);
void analyse_groups_free(struct analyse_groups *g);
/* Any column as a factor: labels as above, or in the order that --levels gives.  On
 * success the caller frees *out. */
int analyse_factor_load(const struct analyse *a, size_t column, struct analyse_groups *out, struct err *e);
/* The one column that an option names; not given: ERR_INPUT when required, else *column is SIZE_MAX. */
int analyse_column_of(const struct analyse *a, const char *option, bool required, size_t *column, struct err *e);
/* A column as numbers, on scratch memory. */
struct analyse_variable {
	const char *name; /* borrowed from the frame */
	double *data;
	unsigned char *why; /* enum an_why */
};
int analyse_variable_load(const struct analyse *a, size_t column, struct analyse_variable *out, struct err *e);
bool analyse_column_is_number(const struct analyse *a, size_t column); /* every present cell */
const char *analyse_column_name(const struct analyse *a, size_t column);
size_t analyse_rows(const struct analyse *a);
/* Column col of the items in the rows of group g, in file order, on scratch memory. */
int analyse_group_view(const struct analyse *a, const struct analyse_groups *groups, size_t g, size_t col,
    struct an_view *out, struct err *e);
/* Row labels from a --label column, or row numbers from 1; out has room for rows. */
int analyse_labels(const struct analyse *a, json_t *out, struct err *e);

/* result.c: building results; a failed allocation shows as NULL at the end of a chain. */
json_t *analyse_real(double x); /* null unless finite */
json_t *analyse_real_if(bool has, double x);
json_t *analyse_limit(double x); /* "Inf" and "-Inf" where a figure is infinite by right */
json_t *analyse_count(size_t n);
json_t *analyse_table(json_t *rows, json_t *cols, json_t *values); /* takes all three */
json_t *analyse_names(const char *const *names, size_t n);
json_t *analyse_item_names(const struct analyse *a);
json_t *analyse_matrix(const double *m, size_t k, json_t *names); /* takes names */
/* A table of rows x cols numbers; takes the names. */
json_t *analyse_grid(const double *m, size_t rows, size_t cols, json_t *row_names, json_t *col_names);
/* {"estimate", "lo", "hi"}; null for what does not exist. */
json_t *analyse_estimate(bool has, double x, bool has_interval, struct an_interval ci);
json_t *analyse_missing(const struct an_missing *m);
json_t *analyse_convergence(const struct an_fit *f); /* {converged, iterations, gradient} */
/* A table whose columns are named in one string, "n mean sd"; takes rows and values. */
json_t *analyse_sheet(json_t *rows, const char *cols, json_t *values);
/* Missing cells: by item and reason, and how many people miss how many. */
json_t *analyse_missing_by_item(const struct analyse *a);
json_t *analyse_missing_by_person(const struct analyse *a);
int analyse_status(enum an_status s, const char *what, struct err *e); /* 0, or -1 with a sentence */

/* The methods, each in the file of its kind; list.h names them all. */
#define METHOD(name) extern const struct analyse_method analyse_##name;
#include "analysis/methods/list.h"
#undef METHOD

/* Rules that several methods have for missing cells. */
#define MISSING_GROUPS N_("rows without a value or without a group are left out")
#define MISSING_PAIRED                                                                                                 \
	N_("rows without a value or without a group are left out; pairs need both values, a missing one leaves the pair out")
#define MISSING_ROWS   N_("rows with an empty cell are left out")
#define MISSING_CELLS  N_("rows of the file with an empty cell in a column that is used are left out")
#define MISSING_EVERY  N_("every answer counts")
#define MISSING_ZERO   N_("complete pairs; zero differences are left out")
#define MISSING_POLICY N_("by --policy: each correlation from the people who have both items, or complete rows only")

/* Options that most methods share. */
#define OPT_ITEMS                                                                                                      \
	{                                                                                                              \
		"items", OPT_COLUMNS, "", NULL,                                                                        \
		    N_("columns to use, by name (a,b,c) or from one to another (a:c); all when not given")             \
	}
#define OPT_NA                                                                                                         \
	{                                                                                                              \
		"na", OPT_TEXTS, "", NULL, N_("texts that stand for a missing value, besides the empty cell")          \
	}
#define OPT_KEYS                                                                                                       \
	{ "reverse", OPT_COLUMNS, "", NULL, N_("items keyed the other way, turned round by min + max - x") },          \
	    { "min", OPT_NUMBER, "", NULL, N_("lowest answer of the scale; a lower one is an error") },                \
	{                                                                                                              \
		"max", OPT_NUMBER, "", NULL, N_("highest answer of the scale; a higher one is an error")               \
	}
#define OPT_COUNT                                                                                                      \
	{                                                                                                              \
		"count", OPT_COLUMN, "", NULL, N_("column of counts, where a row of the file stands for many people"), \
		    USE_FILE                                                                                           \
	}
#define OPT_LEVEL                                                                                                      \
	{                                                                                                              \
		"level", OPT_NUMBER, "0.95", NULL, N_("confidence of intervals, between 0 and 1")                      \
	}
#define OPT_POLICY(standard)                                                                                           \
	{                                                                                                              \
		"policy", OPT_CHOICE, standard, "pairwise|listwise",                                                   \
		    N_("pairwise: every estimate from the cells it needs; listwise: complete rows only")               \
	}
#define OPT_PEOPLE                                                                                                     \
	{                                                                                                              \
		"people", OPT_WHOLE, "0", NULL, N_("how many rows to list, from the first"), .use = USE_PEOPLE         \
	}
#define OPT_LEVELS                                                                                                       \
	{                                                                                                                \
		"levels", OPT_TEXT, "", NULL,                                                                            \
		    N_("order of the levels of a column of texts, the first being the reference: column=a,b,c, columns " \
		       "parted by ;")                                                                                    \
	}
#define OPT_SEED                                                                                                       \
	{                                                                                                              \
		"seed", OPT_WHOLE, "1", NULL,                                                                          \
		    N_("where the random numbers begin; the same seed gives the same figures")                         \
	}
#define OPT_BY                                                                                                         \
	{                                                                                                              \
		"by", OPT_COLUMN, "", NULL, N_("column that says which group a row belongs to"), USE_GROUP             \
	}

#endif
