#include "analysis/methods/compare.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static int too_many(const struct analyse *a, size_t groups, size_t most, struct err *e)
{
	char have[24], want[24];

	snprintf(have, sizeof have, "%zu", groups);
	snprintf(want, sizeof want, "%zu", most);
	return err_set(e, ERR_INPUT, analyse_given(a, "by") ? "by" : "items",
	    "This method compares {1} groups, and here are {2} with values. Keep the rows of those that are meant.",
	    want, have, (char *)NULL);
}

static int too_few(const struct analyse *a, struct err *e)
{
	if (analyse_given(a, "by"))
		return err_set(e, ERR_INPUT, "by", "Column {1} has fewer than two groups with values.",
		    analyse_text(a, "by"), (char *)NULL);
	return err_set(e, ERR_INPUT, "by",
	    "There is nothing to compare: name the column of the groups with --{1}, or two columns or more with --{2}.",
	    "by", "items", (char *)NULL);
}

/* Room for what k samples of all the cells can hold. */
static int make_room(struct analyse *a, size_t k, struct compare *out, double **x, size_t **start, struct err *e)
{
	out->label = AN_WORK_ARRAY(a->work, const char *, k);
	out->g = AN_WORK_ARRAY(a->work, struct an_group, k);
	*start = AN_WORK_ARRAY(a->work, size_t, k + 1);
	*x = AN_WORK_ARRAY(a->work, double, a->items.view.rows * a->items.view.cols);
	if (out->label == NULL || out->g == NULL || *start == NULL || *x == NULL)
		return err_nomem(e);
	out->s.start = *start;
	out->s.x = *x;
	return 0;
}

static void end_sample(struct compare *out, const char *label, size_t *start, size_t at)
{
	if (at == start[out->groups])
		return; /* a group without a value */
	out->label[out->groups++] = label;
	start[out->groups] = at;
}

static int load_long(struct analyse *a, struct compare *out, struct err *e)
{
	struct analyse_groups groups;
	size_t *start, at = 0;
	double *x;
	int rc = -1;

	if (analyse_one_item(a, e) != 0 || analyse_groups_load(a, &groups, e) != 0)
		return -1;
	if (make_room(a, groups.count, out, &x, &start, e) == 0) {
		for (size_t g = 0; g < groups.count; g++) {
			for (size_t i = groups.start[g]; i < groups.start[g + 1]; i++)
				if (an_view_has(a->items.view, groups.order[i], 0))
					x[at++] = an_view_at(a->items.view, groups.order[i], 0);
			end_sample(out, groups.label[g], start, at);
		}
		rc = 0;
	}
	analyse_groups_free(&groups);
	return rc;
}

static int load_wide(struct analyse *a, struct compare *out, struct err *e)
{
	size_t *start, at = 0;
	double *x;

	if (make_room(a, a->items.view.cols, out, &x, &start, e) != 0)
		return -1;
	for (size_t j = 0; j < a->items.view.cols; j++) {
		at += an_view_column(a->items.view, j, x + at);
		end_sample(out, a->items.name[j], start, at);
	}
	return 0;
}

int compare_load(struct analyse *a, size_t least, size_t most, struct compare *out, struct err *e)
{
	memset(out, 0, sizeof *out);
	if ((analyse_given(a, "by") ? load_long(a, out, e) : load_wide(a, out, e)) != 0)
		return -1;
	out->s.groups = out->groups;
	a->used = out->groups > 0 ? an_samples_total(&out->s) : 0;
	if (out->groups < least)
		return too_few(a, e);
	if (most > 0 && out->groups > most)
		return too_many(a, out->groups, most, e);
	an_samples_groups(&out->s, out->g);
	if (!analyse_given(a, "by") && least > 1)
		analyse_warn(a,
		    N_("The columns were taken as groups of different people. Where a row holds several values of the same "
		       "person, use a method for pairs or rows."),
		    SAY_END);
	return 0;
}

static int blocks_wide(struct analyse *a, struct compare_blocks *out, struct err *e)
{
	struct an_view v = a->items.view;

	out->label = AN_WORK_ARRAY(a->work, const char *, v.cols);
	out->x = AN_WORK_ARRAY(a->work, double, v.rows *v.cols);
	if (out->label == NULL || out->x == NULL)
		return err_nomem(e);
	out->cols = v.cols;
	memcpy(out->label, a->items.name, v.cols * sizeof *out->label);
	for (size_t i = 0; i < v.rows; i++) {
		if (an_view_present(v, i) < v.cols) {
			out->incomplete += an_view_present(v, i) > 0;
			continue;
		}
		for (size_t j = 0; j < v.cols; j++)
			out->x[out->rows * v.cols + j] = an_view_at(v, i, j);
		out->rows++;
	}
	return 0;
}

/* Mean of each subject in each group, then the subjects that have all. */
static int gather(struct analyse *a, const struct analyse_groups *by, const struct analyse_groups *subject,
    struct compare_blocks *out, struct err *e)
{
	size_t cells = subject->count * by->count, kept = 0;
	double *n = AN_WORK_ARRAY(a->work, double, cells), *sum = AN_WORK_ARRAY(a->work, double, cells);
	size_t *use = AN_WORK_ARRAY(a->work, size_t, by->count), *seen = AN_WORK_ARRAY(a->work, size_t, by->count);

	out->label = AN_WORK_ARRAY(a->work, const char *, by->count);
	if (n == NULL || sum == NULL || use == NULL || seen == NULL || out->label == NULL)
		return err_nomem(e);
	for (size_t i = 0; i < analyse_rows(a); i++) {
		size_t at = subject->of[i] * by->count + by->of[i];

		if (subject->of[i] == subject->count || by->of[i] == by->count || !an_view_has(a->items.view, i, 0))
			continue;
		out->repeated += n[at]++ > 0;
		sum[at] += an_view_at(a->items.view, i, 0);
		seen[by->of[i]]++;
	}
	for (size_t g = 0; g < by->count; g++)
		if (seen[g] > 0) {
			use[kept] = g;
			out->label[kept++] = by->label[g];
		}
	out->cols = kept;
	out->x = sum; /* filled from the front, behind what is read */
	for (size_t s = 0; s < subject->count; s++) {
		size_t has = 0;

		for (size_t g = 0; g < kept; g++)
			has += n[s * by->count + use[g]] > 0;
		out->incomplete += has > 0 && has < kept;
		for (size_t g = 0; has == kept && g < kept; g++)
			out->x[out->rows * kept + g] = sum[s * by->count + use[g]] / n[s * by->count + use[g]];
		out->rows += has == kept && kept > 0;
	}
	return 0;
}

static int blocks_long(struct analyse *a, struct compare_blocks *out, struct err *e)
{
	struct analyse_groups by, subject;
	size_t column;
	int rc;

	if (analyse_one_item(a, e) != 0 || analyse_column_of(a, "subject", true, &column, e) != 0 ||
	    analyse_groups_load(a, &by, e) != 0)
		return -1;
	rc = analyse_factor_load(a, column, &subject, e);
	if (rc == 0) {
		rc = gather(a, &by, &subject, out, e);
		analyse_groups_free(&subject);
	}
	analyse_groups_free(&by);
	return rc;
}

int compare_blocks_load(struct analyse *a, size_t least, size_t most, struct compare_blocks *out, struct err *e)
{
	memset(out, 0, sizeof *out);
	if ((analyse_given(a, "by") ? blocks_long(a, out, e) : blocks_wide(a, out, e)) != 0)
		return -1;
	a->used = out->rows;
	if (out->cols < least)
		return too_few(a, e);
	if (most > 0 && out->cols > most)
		return too_many(a, out->cols, most, e);
	return 0;
}

void compare_blocks_warn(struct analyse *a, const struct compare_blocks *b)
{
	if (b->incomplete > 0)
		analyse_warn(a, N_("{1} of {2} have no value for some of what is compared and are left out."),
		    SAY_N(b->incomplete), SAY_N(b->incomplete + b->rows));
	if (b->repeated > 0)
		analyse_warn(a,
		    N_("There are several values for the same one in the same group ({1} more than needed); their mean was "
		       "taken."),
		    SAY_N(b->repeated));
}

bool compare_is_paired(const struct analyse *a)
{
	return strcmp(analyse_text(a, "paired"), "yes") == 0 || analyse_given(a, "subject");
}

double *compare_differences(const struct analyse *a, const struct compare_blocks *b)
{
	double *d = AN_WORK_ARRAY(a->work, double, b->rows);

	for (size_t i = 0; d != NULL && i < b->rows; i++)
		d[i] = b->x[2 * i] - b->x[2 * i + 1];
	return d;
}

enum an_alternative compare_alternative(const struct analyse *a)
{
	for (int i = 0; i < AN_ALTERNATIVES; i++)
		if (strcmp(analyse_text(a, "alternative"), an_alternative_name((enum an_alternative)i)) == 0)
			return (enum an_alternative)i;
	return AN_TWO_SIDED;
}

struct an_rank_options compare_rank_options(const struct analyse *a)
{
	const char *exact = analyse_text(a, "exact");

	return (struct an_rank_options){
		.alternative = compare_alternative(a),
		.exact = strcmp(exact, "yes") == 0 ? AN_EXACT_YES
		    : strcmp(exact, "no") == 0	   ? AN_EXACT_NO
						   : AN_EXACT_AUTO,
		.correct = strcmp(analyse_text(a, "correct"), "no") != 0,
		.shift = true,
		.level = a->level,
	};
}

json_t *compare_groups_json(const struct compare *c)
{
	json_t *values = json_array();

	for (size_t i = 0; i < c->groups; i++) {
		double sd = c->g[i].n > 1 ? sqrt(an_group_variance(c->g + i)) : 0;

		json_array_append_new(values,
		    json_pack("[o, o, o, o]", analyse_count((size_t)c->g[i].n), analyse_real(c->g[i].mean),
			analyse_real_if(c->g[i].n > 1, sd), analyse_real_if(c->g[i].n > 1, sd / sqrt(c->g[i].n))));
	}
	return analyse_sheet(analyse_names(c->label, c->groups), "n mean sd se", values);
}

json_t *compare_pairs_json(const struct compare *c, const struct an_pair *pairs, size_t n, const char *between)
{
	json_t *rows = json_array(), *values = json_array();

	for (size_t i = 0; i < n; i++) {
		const struct an_pair *p = pairs + i;
		const char *first = c->label[p->first], *second = c->label[p->second];

		json_array_append_new(rows, json_sprintf("%s%s%s", second, between, first));
		json_array_append_new(values,
		    json_pack("[s, s, o, o, o, o, o, o, o, o, o, o]", first, second,
			analyse_count((size_t)c->g[p->first].n), analyse_count((size_t)c->g[p->second].n),
			analyse_real_if(p->has, p->estimate), analyse_real_if(p->has && p->se > 0, p->se),
			analyse_real_if(p->has, p->statistic), analyse_real_if(p->has && p->df > 0, p->df),
			analyse_real_if(p->has_interval, p->interval.lo),
			analyse_real_if(p->has_interval, p->interval.hi), analyse_real_if(p->has, p->p),
			analyse_real_if(p->has, p->adjusted)));
	}
	return analyse_sheet(rows, "first second n1 n2 estimate se statistic df lo hi p p_adjusted", values);
}

json_t *compare_triangle(const char *const *label, size_t groups, const struct an_pair *pairs)
{
	json_t *values = json_array();

	for (size_t i = 1; i < groups; i++) {
		json_t *row = json_array();

		for (size_t j = 0; j + 1 < groups; j++) {
			/* pairs stand in the order (0,1) (0,2) ... (1,2) ... */
			const struct an_pair *p = pairs + j * (2 * groups - j - 1) / 2 + i - j - 1;

			json_array_append_new(row, j < i ? analyse_real_if(p->has, p->adjusted) : json_null());
		}
		json_array_append_new(values, row);
	}
	return analyse_table(analyse_names(label + 1, groups - 1), analyse_names(label, groups - 1), values);
}

json_t *compare_shapiro(struct analyse *a, const double *x, size_t n, struct an_shapiro *s, bool *has)
{
	*has = an_shapiro(x, n, a->work, s) == AN_OK;
	return *has ? json_pack("{s:o, s:o}", "w", analyse_real(s->w), "p", analyse_real(s->p)) : json_null();
}

json_t *compare_effect_row(const struct an_effect *x)
{
	return json_pack("[o, o, o]", analyse_real(x->value), analyse_real_if(x->has_interval, x->interval.lo),
	    analyse_real_if(x->has_interval, x->interval.hi));
}

void compare_pairs_say(struct analyse *a, const char *const *label, const struct an_pair *pairs, size_t n)
{
	const struct an_pair *widest = NULL;
	size_t differ = 0, known = 0;

	for (size_t i = 0; i < n; i++) {
		if (!pairs[i].has)
			continue;
		known++;
		differ += pairs[i].adjusted < 1 - a->level;
		if (widest == NULL || fabs(pairs[i].statistic) > fabs(widest->statistic))
			widest = pairs + i;
	}
	analyse_say(a, N_("Comparisons made: {1}. Differences that chance alone would seldom give: {2}."), SAY_N(known),
	    SAY_N(differ));
	if (widest != NULL)
		analyse_say(a, N_("The clearest difference is between {1} and {2} (p {3} after adjustment)."),
		    SAY_TEXT(label[widest->first]), SAY_TEXT(label[widest->second]), SAY_P(widest->adjusted));
}

void compare_p_say(struct analyse *a, double p)
{
	if (p < 1 - a->level)
		analyse_say(a,
		    N_("Chance alone would seldom give a difference like this (p {1}). Whether it is large enough to matter is "
		       "for you to judge."),
		    SAY_P(p));
	else
		analyse_say(a,
		    N_("Chance alone could well give a difference like this (p {1}). That does not show that there is none."),
		    SAY_P(p));
}

void compare_small_warn(struct analyse *a, const struct compare *c)
{
	for (size_t i = 0; i < c->groups; i++)
		if (c->g[i].n < 5)
			analyse_warn(a, N_("{1} has only {2} values; a figure from so few can be far off."),
			    SAY_TEXT(c->label[i]), SAY_N(c->g[i].n));
}
