/* web/workbench_parts.h -- between the files of the workbench page.
 *   view_workbench.c     the address, what is asked, the routes
 *   workbench_form.c     what can be chosen: data, method, items, groups
 *   workbench_options.c  the options of a method, as controls and as typed; workbench_labels.c
 *                        what they are called
 *   workbench_result.c   a finished calculation; workbench_table.c its tables
 *   workbench_words.c    words for keys */
#ifndef WEB_WORKBENCH_PARTS_H
#define WEB_WORKBENCH_PARTS_H

#include "surveys/campaign.h"
#include "surveys/instrument.h"
#include "web/format.h"
#include "web/web.h"

#define OPTION "o." /* query fields of options: "o.level" */

struct bench {
	struct web_request *rq;
	struct campaign c;
	const struct instrument *q;
	json_t *methods, *method; /* method: borrowed from methods; NULL: none chosen */
	/* [{value, label, kind, parts}]: what can be computed with; parts: its levels may part responses */
	json_t *columns;
	bool has_campaign;
	bool kept;  /* options in the address were typed for this method */
	bool asked; /* and are what is computed, or was: nothing is filled in */
};

static inline const char *text_of(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s != NULL ? s : "";
}

/* ---- workbench_form.c ---- */
json_t *workbench_choice(const char *value, const char *label, bool selected);
int workbench_set_campaigns(struct bench *b, json_t *model, struct err *e);
int workbench_set_methods(struct bench *b, json_t *model);
/* Of the chosen campaign and method. */
int workbench_set_choices(struct bench *b, json_t *model, struct err *e);
/* What is computed when nothing is chosen: codes parted by commas, in the arena; "" for none. */
const char *workbench_standard_items(const struct bench *b);
const char *workbench_standard_group(const struct bench *b);

/* ---- workbench_options.c ---- */
bool workbench_method_takes(const json_t *method, const char *option);
/* Why a method does not run over stored responses, as a msgid; NULL: it does. */
const char *workbench_elsewhere(const struct bench *b, const json_t *method);
/* Whether an option has a control on the page. */
bool workbench_offers(const json_t *method, const json_t *option);
/* What was given for an option, values of several fields joined by commas; NULL: nothing. */
const char *workbench_given(const struct bench *b, const json_t *option);
int workbench_set_options(struct bench *b, json_t *model);
/* A sentence of the command line for the page: "--by" becomes the label of that control. */
const char *workbench_plain(struct web_request *rq, const char *method, const char *text);

/* ---- workbench_labels.c ---- */
struct workbench_label {
	const char *option, *method; /* NULL: every method */
	/* in sight, behind "More options", or without a control */
	enum workbench_place { FRONT, BEHIND, AWAY } place;
	const char *label; /* msgid */
};
const struct workbench_label *workbench_label_of(const char *method, const char *option); /* or NULL */
const char *workbench_choice_word(const char *word);					  /* msgid, or NULL */

/* ---- workbench_words.c ---- */
const char *workbench_word(const char *key); /* the msgid for a key of a result, or NULL */

/* ---- workbench_table.c ---- */
struct buf;
struct showing {
	struct web_request *rq;
	const struct format_style *style;
	const json_t *items, *groups; /* labels by code */
	const json_t *down, *across;  /* labels of rows and columns where a table crosses two columns, or NULL */
	const struct instrument *q;   /* or NULL */
	const char *id, *method;      /* of the calculation */
};
struct showing workbench_showing(struct web_request *rq, const json_t *job, const json_t *items,
    const struct instrument *q);
json_t *workbench_labels(struct web_request *rq, const struct instrument *q); /* of items by code */
/* The word for a key in the reader's language, else the key with blanks for its underscores. */
const char *workbench_key(const struct showing *s, const char *key);
/* A row's name: the group's or the item's label, with its code behind where it is an item. */
const char *workbench_row_name(const struct showing *s, const char *code, const char **behind);
bool workbench_is_table(const json_t *v);
bool workbench_is_share(const struct showing *s, const char *path, const char *col);
int workbench_decimals(const json_t *values, size_t column); /* for all figures of a column */
/* decimals < 0: as the number's size asks. */
void workbench_figure(const struct showing *s, const char *col, const json_t *v, bool share, int decimals,
    struct buf *out);
void workbench_p_value(const struct format_style *style, double p, struct buf *out);
/* Columns of an interval ("lo", "hi") beside what they are the interval of.  For names[n]: at[j] is
 * the index of the upper bound of an interval that begins at j, or SIZE_MAX; of[j] the index of the
 * column that an interval's lower bound at j belongs to, or SIZE_MAX. */
void workbench_intervals(const char *const *names, size_t n, size_t *of, size_t *upper);
json_t *workbench_table(const struct showing *s, const char *path, const char *label, const json_t *table, bool shaded);

/* ---- workbench_chart.c: {"estimates" | "lines" | "stack": ...} for the drawings of a template, or null ---- */
json_t *workbench_drawing(const struct showing *s, const json_t *out);

#endif
