/* The Rasch model of a test. */
#include "analysis/methods/method.h"
#include "analysis/stats/numeric/dist.h"
#include "analysis/stats/test/rasch.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define MISFIT_LOW  0.7
#define MISFIT_HIGH 1.3
#define FEW_PEOPLE  100
#define LIST_LENGTH 200

struct rasch {
	struct an_rasch model;
	struct an_rasch_item *items;
	struct an_rasch_fit *fit;
	struct an_rasch_people people;
	double *theta, *se, *wle, *wle_se; /* by person */
	unsigned char *has, *has_wle;
};

static int room(struct analyse *a, struct rasch *r, struct err *e)
{
	size_t rows = a->items.view.rows, k = a->items.view.cols;

	r->items = AN_WORK_ARRAY(a->work, struct an_rasch_item, k);
	r->fit = AN_WORK_ARRAY(a->work, struct an_rasch_fit, k);
	r->theta = AN_WORK_ARRAY(a->work, double, rows);
	r->se = AN_WORK_ARRAY(a->work, double, rows);
	r->wle = AN_WORK_ARRAY(a->work, double, rows);
	r->wle_se = AN_WORK_ARRAY(a->work, double, rows);
	r->has = AN_WORK_ARRAY(a->work, unsigned char, rows);
	r->has_wle = AN_WORK_ARRAY(a->work, unsigned char, rows);
	if (r->items && r->fit && r->theta && r->se && r->wle && r->wle_se && r->has && r->has_wle)
		return 0;
	return err_nomem(e);
}

/* Names of the items for which pick says true, with commas, cut with "..." when there are many. */
static void name_items(const struct analyse *a, const struct rasch *r, bool (*pick)(const struct rasch *, size_t),
    char *out, size_t size)
{
	size_t n = 0;

	out[0] = '\0';
	for (size_t j = 0; j < a->items.view.cols; j++) {
		int w;

		if (!pick(r, j))
			continue;
		w = snprintf(out + n, size - n, "%s%s", n > 0 ? ", " : "", a->items.name[j]);
		if (w < 0 || (size_t)w + 5 >= size - n) {
			snprintf(out + n, size - n, "...");
			return;
		}
		n += (size_t)w;
	}
}

static bool is_separate(const struct rasch *r, size_t j)
{
	return r->items[j].separate;
}

static bool is_unused(const struct rasch *r, size_t j)
{
	return !r->items[j].used;
}

static bool is_misfit(const struct rasch *r, size_t j)
{
	return r->fit[j].n > 0 && (r->fit[j].infit < MISFIT_LOW || r->fit[j].infit > MISFIT_HIGH);
}

static int fit_model(struct analyse *a, struct rasch *r, struct err *e)
{
	enum an_status status = an_rasch(a->items.view, a->work, &r->model, r->items);
	char list[LIST_LENGTH / 2];

	if (status == AN_EDATA)
		return err_set(e, ERR_INPUT, "items",
		    "The items must hold 0 (wrong) and 1 (right) alone; graded answers are for the method irt.",
		    (char *)NULL);
	if (status == AN_ENOCONVERGE && !r->model.connected) {
		name_items(a, r, is_separate, list, sizeof list);
		return err_set(e, ERR_INPUT, "items",
		    "The answers do not tie all items together, so that some difficulties would be infinite; leave out: "
		    "{1}.",
		    list, (char *)NULL);
	}
	if (analyse_status(status, "rasch", e) != 0)
		return -1;
	return analyse_status(an_rasch_fit(a->items.view, r->items, a->work, r->fit, &r->people, r->theta, r->se,
				  r->has),
	    "fit", e);
}

/* Warm's ability of everybody who answered an item. */
static int abilities(struct analyse *a, struct rasch *r, struct err *e)
{
	struct an_work_mark mark = an_work_mark(a->work);
	struct an_view v = a->items.view;
	double *difficulty = AN_WORK_ARRAY(a->work, double, v.cols);

	if (difficulty == NULL)
		return err_nomem(e);
	for (size_t i = 0; i < v.rows; i++) {
		size_t k = 0, score = 0;

		for (size_t j = 0; j < v.cols; j++)
			if (r->items[j].used && an_view_has(v, i, j)) {
				difficulty[k++] = r->items[j].difficulty;
				score += an_view_at(v, i, j) == 1;
			}
		r->has_wle[i] = an_rasch_wle(difficulty, k, (double)score, r->wle + i, r->wle_se + i) == AN_OK;
	}
	an_work_release(a->work, mark);
	return 0;
}

static void items_json(const struct analyse *a, const struct rasch *r, json_t *result)
{
	double z = an_normal_critical(a->level);
	json_t *values = json_array(), *left_out = json_array();

	for (size_t j = 0; j < a->items.view.cols; j++) {
		const struct an_rasch_item *it = r->items + j;
		const struct an_rasch_fit *f = r->fit + j;
		bool fitted = f->n > 0;

		json_array_append_new(values,
		    json_pack("[o, o, o, o, o, o, o, o, o, o]", analyse_count(it->n),
			analyse_real_if(it->n > 0, it->share), analyse_real_if(it->used, it->difficulty),
			analyse_real_if(it->used, it->se), analyse_real_if(it->used, it->difficulty - z * it->se),
			analyse_real_if(it->used, it->difficulty + z * it->se), analyse_real_if(fitted, f->infit),
			analyse_real_if(fitted, f->outfit), analyse_real_if(f->has_t, f->infit_t),
			analyse_real_if(f->has_t, f->outfit_t)));
		if (!it->used)
			json_array_append_new(left_out, json_string(a->items.name[j]));
	}
	json_object_set_new(result, "items",
	    analyse_sheet(analyse_item_names(a), "n share difficulty se lo hi infit outfit infit_t outfit_t", values));
	json_object_set_new(result, "left_out", left_out);
}

/* Ability by number right, of people who have every used item. */
static int scores_json(struct analyse *a, const struct rasch *r, json_t *result, struct err *e)
{
	struct an_view v = a->items.view;
	double *difficulty = AN_WORK_ARRAY(a->work, double, v.cols);
	size_t k = 0, *count = AN_WORK_ARRAY(a->work, size_t, v.cols + 1);
	json_t *rows = json_array(), *values = json_array();

	for (size_t j = 0; difficulty != NULL && j < v.cols; j++)
		if (r->items[j].used)
			difficulty[k++] = r->items[j].difficulty;
	for (size_t i = 0; count != NULL && i < v.rows; i++) {
		size_t has = 0, score = 0;

		for (size_t j = 0; j < v.cols; j++)
			if (r->items[j].used && an_view_has(v, i, j)) {
				has++;
				score += an_view_at(v, i, j) == 1;
			}
		count[score] += has == k;
	}
	for (size_t s = 0; difficulty != NULL && count != NULL && s <= k; s++) {
		double theta = 0, se = 0, wle = 0, wle_se = 0;
		bool ml = an_rasch_theta(difficulty, k, (double)s, &theta, &se) == AN_OK;
		bool warm = an_rasch_wle(difficulty, k, (double)s, &wle, &wle_se) == AN_OK;

		json_array_append_new(rows, json_sprintf("%zu", s));
		json_array_append_new(values,
		    json_pack("[o, o, o, o, o]", analyse_count(count[s]), analyse_real_if(ml, theta),
			analyse_real_if(ml, se), analyse_real_if(warm, wle), analyse_real_if(warm, wle_se)));
	}
	json_object_set_new(result, "scores", analyse_sheet(rows, "n theta se wle wle_se", values));
	return difficulty != NULL && count != NULL ? 0 : err_nomem(e);
}

/* People and items on the one scale, by half logits. */
static void map_json(const struct analyse *a, const struct rasch *r, json_t *result)
{
	json_t *rows = json_array(), *values = json_array();
	double lo = INFINITY, hi = -INFINITY;

	for (size_t j = 0; j < a->items.view.cols; j++)
		if (r->items[j].used) {
			lo = fmin(lo, r->items[j].difficulty);
			hi = fmax(hi, r->items[j].difficulty);
		}
	for (size_t i = 0; i < a->items.view.rows; i++)
		if (r->has_wle[i]) {
			lo = fmin(lo, r->wle[i]);
			hi = fmax(hi, r->wle[i]);
		}
	for (double from = floor(2 * lo) / 2; from <= hi; from += 0.5) {
		size_t people = 0, items = 0;

		for (size_t i = 0; i < a->items.view.rows; i++)
			people += r->has_wle[i] && r->wle[i] >= from && r->wle[i] < from + 0.5;
		for (size_t j = 0; j < a->items.view.cols; j++)
			items +=
			    r->items[j].used && r->items[j].difficulty >= from && r->items[j].difficulty < from + 0.5;
		json_array_append_new(rows, json_sprintf("%.1f", from));
		json_array_append_new(values, json_pack("[o, o]", analyse_count(people), analyse_count(items)));
	}
	json_object_set_new(result, "map", analyse_sheet(rows, "people items", values));
}

static void people_json(const struct analyse *a, const struct rasch *r, json_t *result)
{
	const struct an_rasch_people *p = &r->people;
	json_t *rows = json_array(), *values = json_array();
	bool any = p->used > 1;

	json_object_set_new(result, "ability",
	    json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "n", analyse_count(r->model.people), "extreme",
		analyse_count(r->model.extreme), "used", analyse_count(p->used), "mean", analyse_real_if(any, p->mean),
		"sd", analyse_real_if(any, p->sd), "reliability", analyse_real_if(p->has_reliability, p->reliability)));
	for (size_t i = 0; i < a->items.view.rows && i < analyse_whole(a, "people"); i++) {
		json_array_append_new(rows, json_sprintf("%zu", i + 1));
		json_array_append_new(values,
		    json_pack("[o, o, o, o]", analyse_real_if(r->has[i], r->theta[i]),
			analyse_real_if(r->has[i], r->se[i]), analyse_real_if(r->has_wle[i], r->wle[i]),
			analyse_real_if(r->has_wle[i], r->wle_se[i])));
	}
	json_object_set_new(result, "people", analyse_sheet(rows, "theta se wle wle_se", values));
}

/* The groups of Andersen's test: by --by, or by raw score. */
struct split {
	size_t groups, *of, *size;
	const char **label;
	struct analyse_groups by;
};

static int split_load(struct analyse *a, const struct rasch *r, struct split *s, struct err *e)
{
	static const char *const names[] = { "low", "high" };
	bool mean = strcmp(analyse_text(a, "split"), "mean") == 0;
	size_t rows = a->items.view.rows;

	memset(s, 0, sizeof *s);
	if (analyse_given(a, "by")) {
		if (analyse_groups_load(a, &s->by, e) != 0)
			return -1;
		s->of = s->by.of;
		s->groups = s->by.count;
		s->label = s->by.label;
	} else {
		s->of = AN_WORK_ARRAY(a->work, size_t, rows);
		s->groups = 2;
		s->label = AN_WORK_ARRAY(a->work, const char *, 2);
		if (s->of == NULL || s->label == NULL)
			return err_nomem(e);
		memcpy(s->label, names, sizeof names);
		if (analyse_status(an_rasch_split(a->items.view, r->items, mean ? AN_SPLIT_MEAN : AN_SPLIT_MEDIAN,
				       a->work, s->of),
			"split", e) != 0)
			return -1;
	}
	s->size = AN_WORK_ARRAY(a->work, size_t, s->groups + 1);
	for (size_t i = 0; s->size != NULL && i < rows; i++)
		s->size[s->of[i]]++;
	return s->size != NULL ? 0 : err_nomem(e);
}

static json_t *group_difficulty(const struct analyse *a, const struct split *s, const bool *used, const double *x)
{
	size_t k = a->items.view.cols;
	json_t *values = json_array();

	for (size_t j = 0; j < k; j++) {
		json_t *row = json_array();

		for (size_t g = 0; g < s->groups; g++)
			json_array_append_new(row, analyse_real_if(used[j], x[g * k + j]));
		json_array_append_new(values, row);
	}
	return analyse_table(analyse_item_names(a), analyse_names(s->label, s->groups), values);
}

/* Item by item, first group against second (Fischer & Scheiblechner 1970). */
static json_t *wald(const struct analyse *a, const bool *used, const double *difficulty, const double *se)
{
	size_t k = a->items.view.cols;
	json_t *values = json_array();

	for (size_t j = 0; j < k; j++) {
		double z = (difficulty[k + j] - difficulty[j]) / hypot(se[j], se[k + j]);

		json_array_append_new(values,
		    json_pack("[o, o, o]", analyse_real_if(used[j], difficulty[k + j] - difficulty[j]),
			analyse_real_if(used[j], z), analyse_real_if(used[j], erfc(fabs(z) / sqrt(2)))));
	}
	return analyse_sheet(analyse_item_names(a), "difference z p", values);
}

static void lr_say(struct analyse *a, const struct split *s, const struct an_rasch_lr *lr)
{
	if (s->by.count > 0)
		analyse_check(a, lr->p >= 0.05,
		    N_("The items should be equally hard for every group of {1} (Andersen's test: p {2})."),
		    SAY_TEXT(analyse_text(a, "by")), SAY_P(lr->p));
	else
		analyse_check(a, lr->p >= 0.05,
		    N_("The items should be equally hard for people with low and with high scores (Andersen's test: p "
		       "{1})."),
		    SAY_P(lr->p));
}

static int andersen_json(struct analyse *a, const struct rasch *r, json_t *result, struct err *e)
{
	struct split s;
	int rc = split_load(a, r, &s, e);
	size_t k = a->items.view.cols;
	struct an_rasch_lr lr = { 0 };
	enum an_status status = AN_ENOMEM;
	double *difficulty = NULL, *se = NULL;
	bool *used = NULL, enough = true;

	if (rc == 0) {
		difficulty = AN_WORK_ARRAY(a->work, double, s.groups *k);
		se = AN_WORK_ARRAY(a->work, double, s.groups *k);
		used = AN_WORK_ARRAY(a->work, bool, k);
	}
	for (size_t g = 0; rc == 0 && g < s.groups; g++)
		enough = enough && analyse_enough(a, s.size[g]);
	if (!enough)
		status = AN_ETOOFEW;
	else if (difficulty != NULL && se != NULL && used != NULL)
		status = an_rasch_andersen(a->items.view, s.of, s.groups, a->work, &lr, used, difficulty, se);
	if (rc == 0 && (status == AN_ENOMEM || status == AN_ESTOPPED))
		rc = analyse_status(status, "split", e);
	if (rc == 0 && status != AN_OK) {
		json_object_set_new(result, "andersen", json_null());
		json_object_set_new(result, "by_group", json_null());
		json_object_set_new(result, "wald", json_null());
		analyse_warn(a,
		    N_("The groups are too small or too uniform to estimate the difficulties in each of them, so that "
		       "there is no test of equal difficulties."),
		    SAY_END);
	} else if (rc == 0) {
		json_object_set_new(result, "andersen",
		    json_pack("{s:o, s:o, s:o, s:o, s:o}", "lr", analyse_real(lr.lr), "df", analyse_real(lr.df), "p",
			analyse_real(lr.p), "items", analyse_count(lr.items), "groups", analyse_count(lr.groups)));
		json_object_set_new(result, "by_group", group_difficulty(a, &s, used, difficulty));
		json_object_set_new(result, "wald", s.groups == 2 ? wald(a, used, difficulty, se) : json_null());
		lr_say(a, &s, &lr);
	}
	analyse_groups_free(&s.by);
	return rc;
}

static void say(struct analyse *a, const struct rasch *r)
{
	size_t easy = SIZE_MAX, hard = SIZE_MAX, misfit = 0;

	for (size_t j = 0; j < a->items.view.cols; j++) {
		if (!r->items[j].used)
			continue;
		misfit += is_misfit(r, j);
		if (easy == SIZE_MAX || r->items[j].difficulty < r->items[easy].difficulty)
			easy = j;
		if (hard == SIZE_MAX || r->items[j].difficulty > r->items[hard].difficulty)
			hard = j;
	}
	analyse_say(a,
	    N_("The easiest of {1} items is {2} (difficulty {3}), the hardest {4} ({5}); somebody whose ability equals a "
	       "difficulty gets that item right half of the time."),
	    SAY_N(r->model.items), SAY_TEXT(a->items.name[easy]), SAY_NUM(r->items[easy].difficulty, 2),
	    SAY_TEXT(a->items.name[hard]), SAY_NUM(r->items[hard].difficulty, 2));
	if (r->people.used > 1 && r->people.mean > 0.5)
		analyse_say(a,
		    N_("People lie at {1} on average (sd {2}), where 0 is the average item: the test is easy for them."),
		    SAY_NUM(r->people.mean, 2), SAY_NUM(r->people.sd, 2));
	else if (r->people.used > 1 && r->people.mean < -0.5)
		analyse_say(a,
		    N_("People lie at {1} on average (sd {2}), where 0 is the average item: the test is hard for them."),
		    SAY_NUM(r->people.mean, 2), SAY_NUM(r->people.sd, 2));
	else if (r->people.used > 1)
		analyse_say(a,
		    N_("People lie at {1} on average (sd {2}), where 0 is the average item: the test suits them."),
		    SAY_NUM(r->people.mean, 2), SAY_NUM(r->people.sd, 2));
	if (r->people.has_reliability && r->people.reliability <= 0)
		analyse_say(a,
		    N_("The abilities are too uncertain to tell people apart: the test is too short for that."),
		    SAY_END);
	else if (r->people.has_reliability)
		analyse_say(a, N_("The abilities tell people apart with a reliability of {1}."),
		    SAY_NUM(r->people.reliability, 2));
	analyse_check(a, misfit == 0,
	    N_("Every item should follow the model (infit between {1} and {2}); {3} of {4} do not."),
	    SAY_NUM(MISFIT_LOW, 1), SAY_NUM(MISFIT_HIGH, 1), SAY_N(misfit), SAY_N(r->model.items));
}

static void warn(struct analyse *a, const struct rasch *r)
{
	char list[LIST_LENGTH];

	name_items(a, r, is_unused, list, sizeof list);
	if (list[0] != '\0')
		analyse_warn(a,
		    N_("Left out because everybody or nobody had them right, so that they have no finite difficulty: {1}."),
		    SAY_TEXT(list));
	name_items(a, r, is_misfit, list, sizeof list);
	if (list[0] != '\0')
		analyse_warn(a,
		    N_("These items do not fit the model well; look at their wording, key and marking: {1}."),
		    SAY_TEXT(list));
	if (r->model.extreme > 0)
		analyse_warn(a,
		    N_("{1} of {2} people had everything right or everything wrong; they say nothing about the items, "
		       "and their own ability is only known to lie beyond the test."),
		    SAY_N(r->model.extreme), SAY_N(r->model.people));
	if (r->model.people < FEW_PEOPLE)
		analyse_warn(a, N_("With {1} people the difficulties are only roughly known."), SAY_N(r->model.people));
}

static int rasch_run(struct analyse *a, json_t *result, struct err *e)
{
	struct rasch r;

	memset(&r, 0, sizeof r);
	if (room(a, &r, e) != 0 || fit_model(a, &r, e) != 0 || abilities(a, &r, e) != 0)
		return -1;
	a->used = r.model.people;
	items_json(a, &r, result);
	if (scores_json(a, &r, result, e) != 0)
		return -1;
	json_object_set_new(result, "log_likelihood", analyse_real(r.model.loglik));
	people_json(a, &r, result);
	map_json(a, &r, result);
	json_object_set_new(result, "convergence", analyse_convergence(&r.model.fit));
	say(a, &r);
	warn(a, &r);
	return andersen_json(a, &r, result, e);
}

const struct analyse_method analyse_rasch = {
	.counts_values = true,
	.name = "rasch",
	.title = N_("Rasch model"),
	.family = FAMILY_TEST,
	.summary =
	    N_("difficulty of each item and ability of people on one scale, with fit of the items and a test of the "
	       "model"),
	.reference =
	    "Rasch 1960; conditional maximum likelihood Andersen 1972; likelihood ratio test Andersen 1973; mean squares "
	    "Wright & Masters 1982; weighted likelihood Warm 1989; conventions of eRm (difficulties sum to zero)",
	.missing_rule = N_("every answer counts; people are compared by the items that they have"),
	.not_shown =
	    N_("The model supposes that all items tell people apart equally well and that nobody guesses; where "
	       "that fails, abilities at the ends of the scale are the first to suffer."),
	.r = "library(eRm)\n"
	     "m <- RM(x)\n"
	     "cbind(difficulty = -m$betapar, se = m$se.beta)\n"
	     "m$loglik\n"
	     "p <- person.parameter(m)\n"
	     "p\n"
	     "itemfit(p)\n"
	     "SepRel(p)\n"
	     "LRtest(m, splitcr = {split})\n"
	     "{by|=|*=LRtest(m, splitcr = as.integer(g)); Waldtest(m, splitcr = as.integer(g))}\n",
	.chart = { CHART_ESTIMATES, .table = "/result/items", .value = "difficulty", .lo = "lo", .hi = "hi" },
	.options = { OPT_ITEMS, OPT_NA, OPT_LEVEL,
	    { "split", OPT_CHOICE, "mean", "mean|median",
		N_("raw score at which Andersen's test parts low from high") },
	    { "by", OPT_COLUMN, "", NULL, N_("column of groups for Andersen's test, in place of a split by raw score"),
		USE_GROUP },
	    OPT_LEVELS, OPT_PEOPLE },
	.output = { "items", "left_out", "scores", "log_likelihood", "ability", "people", "map", "andersen", "by_group",
	    "wald", "convergence" },
	.run = rasch_run,
};
