/* analysis/analyse_method.h -- what a method of analysis/analyse.c is made of; not for others. */
#ifndef ANALYSIS_ANALYSE_METHOD_H
#define ANALYSIS_ANALYSE_METHOD_H

#include "analysis/analyse.h"
#include "analysis/stats/view.h"
#include "analysis/stats/work.h"

#define ANALYSE_OPTIONS_MOST 16

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

struct analyse_option {
	const char *name;
	enum analyse_type type;
	const char *standard; /* default as text; "" for none */
	const char *choices;  /* OPT_CHOICE: "a|b|c" */
	const char *help;
};

struct analyse;
struct analyse_method {
	const char *name, *summary, *reference, *missing_rule;
	struct analyse_option options[ANALYSE_OPTIONS_MOST]; /* ended by a NULL name */
	const char *output[14];				     /* ended by NULL */
	int (*run)(struct analyse *a, json_t *result, struct err *e);
};

/* The numbers behind --items: a view that owns what it shows. */
struct analyse_items {
	struct an_view view;
	double *data;
	unsigned char *why;
	size_t *column;	   /* of the table */
	const char **name; /* borrowed from the table */
	struct an_missing missing;
};

/* Rows by the text of --by, labels ascending (as numbers where all are). */
struct analyse_groups {
	size_t count, missing; /* missing: rows with an empty cell */
	size_t *of;	       /* per row; count where missing */
	size_t *order, *start; /* rows by group: order[start[g]] to order[start[g + 1] - 1] */
	const char **label;    /* borrowed from the table */
};

struct analyse {
	const struct analyse_method *method;
	const struct csv_table *table;
	const char *value[ANALYSE_OPTIONS_MOST]; /* as given or the default */
	struct an_work *work;
	struct analyse_items items; /* loaded for methods with --items */
	size_t used;
	struct an_missing missing;
	enum an_policy policy;
	double level;
	const char *na; /* "" for none */
	bool has_min, has_max;
	double min, max;
};

/* analyse_option.c: options by name; the method has declared them. */
const char *analyse_text(const struct analyse *a, const char *name); /* "" when not given */
bool analyse_given(const struct analyse *a, const char *name);
double analyse_number(const struct analyse *a, const char *name);
size_t analyse_whole(const struct analyse *a, const char *name);
int analyse_options_read(struct analyse *a, const struct analyse_arg *args, size_t n, struct err *e);
/* 1,2,3 or 1:5; *list is malloc'd, the caller's. */
int analyse_numbers(const struct analyse *a, const char *name, double **list, size_t *n, struct err *e);
json_t *analyse_options_json(const struct analyse *a);
const char *analyse_type_name(enum analyse_type t);

/* analyse_data.c */
int analyse_columns(const struct csv_table *t, const char *list, const char *option, size_t **column, size_t *n,
    struct err *e);
int analyse_items_load(struct analyse *a, struct err *e);
void analyse_items_free(struct analyse_items *items);
int analyse_one_item(const struct analyse *a, struct err *e); /* error unless --items is one column */
int analyse_groups_load(const struct analyse *a, struct analyse_groups *out, struct err *e);
void analyse_groups_free(struct analyse_groups *g);
/* Column col of the items in the rows of group g, in file order, on scratch memory. */
int analyse_group_view(const struct analyse *a, const struct analyse_groups *groups, size_t g, size_t col,
    struct an_view *out, struct err *e);
/* Row labels from a --label column, or row numbers from 1; out has room for rows. */
int analyse_labels(const struct analyse *a, json_t *out, struct err *e);

/* analyse_json.c: building results; a failed allocation shows as NULL at the end of a chain. */
json_t *analyse_real(double x); /* null unless finite */
json_t *analyse_real_if(bool has, double x);
json_t *analyse_count(size_t n);
json_t *analyse_table(json_t *rows, json_t *cols, json_t *values); /* takes all three */
json_t *analyse_names(const char *const *names, size_t n);
json_t *analyse_item_names(const struct analyse *a);
json_t *analyse_matrix(const double *m, size_t k, json_t *names); /* takes names */
json_t *analyse_missing(const struct an_missing *m);
/* A table whose columns are named in one string, "n mean sd"; takes rows and values. */
json_t *analyse_sheet(json_t *rows, const char *cols, json_t *values);
/* Missing cells: by item and reason, and how many people miss how many. */
json_t *analyse_missing_by_item(const struct analyse *a);
json_t *analyse_missing_by_person(const struct analyse *a);
int analyse_status(enum an_status s, const char *what, struct err *e); /* 0, or -1 with a sentence */

/* The methods, each in the file of its kind. */
extern const struct analyse_method analyse_describe, analyse_distribution, analyse_quantiles,
    analyse_interpolated_median, analyse_top_share, analyse_group_describe; /* analyse_one.c */
extern const struct analyse_method analyse_proportion, analyse_padjust;	    /* analyse_share.c */
extern const struct analyse_method analyse_alpha, analyse_omega, analyse_correlation, analyse_scale_score,
    analyse_careless;							  /* analyse_scale.c */
extern const struct analyse_method analyse_item_analysis, analyse_kr20;	  /* analyse_test.c */
extern const struct analyse_method analyse_outcomes;			  /* analyse_outcomes.c */
extern const struct analyse_method analyse_icc, analyse_random_intercept; /* analyse_groups.c */

/* Options that most methods share. */
#define OPT_ITEMS                                                                                                      \
	{                                                                                                              \
		"items", OPT_COLUMNS, "", NULL,                                                                        \
		    "columns to use, by name (a,b,c) or from one to another (a:c); all when not given"                 \
	}
#define OPT_NA                                                                                                         \
	{                                                                                                              \
		"na", OPT_TEXTS, "", NULL, "texts that stand for a missing value, besides the empty cell"              \
	}
#define OPT_KEYS                                                                                                       \
	{ "reverse", OPT_COLUMNS, "", NULL, "items keyed the other way, turned round by min + max - x" },              \
	    { "min", OPT_NUMBER, "", NULL, "lowest answer of the scale; a lower one is an error" },                    \
	{                                                                                                              \
		"max", OPT_NUMBER, "", NULL, "highest answer of the scale; a higher one is an error"                   \
	}
#define OPT_LEVEL                                                                                                      \
	{                                                                                                              \
		"level", OPT_NUMBER, "0.95", NULL, "confidence of intervals, between 0 and 1"                          \
	}
#define OPT_POLICY(standard)                                                                                           \
	{                                                                                                              \
		"policy", OPT_CHOICE, standard, "pairwise|listwise",                                                   \
		    "pairwise: every estimate from the cells it needs; listwise: complete rows only"                   \
	}
#define OPT_BY                                                                                                         \
	{                                                                                                              \
		"by", OPT_COLUMN, "", NULL, "column that says which group a row belongs to"                            \
	}

#endif
