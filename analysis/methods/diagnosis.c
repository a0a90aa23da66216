/* Cognitive diagnosis: which skills people have, and whether the Q-matrix fits. */
#include "analysis/methods/method.h"
#include "analysis/methods/qmatrix.h"
#include "analysis/stats/test/dina.h"
#include "analysis/stats/test/qmatrix.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CLASSES_SHOWN 64
#define WEAK_ITEM     0.3 /* of 1 - guess - slip */
#define SURE	      0.8

struct diagnosis {
	struct qmatrix file;
	unsigned char *q;
	bool any; /* DINO */
	struct an_dina_classes classes;
	struct an_dina model;
	struct an_dina_item *items;
	double *share, *answered, *right;
};

static int fit(struct analyse *a, struct diagnosis *d, struct err *e)
{
	size_t k = a->items.view.cols;
	enum an_status status;

	memset(d, 0, sizeof *d);
	d->any = strcmp(analyse_text(a, "rule"), "dino") == 0;
	if (qmatrix_load(a, &d->file, e) != 0 || qmatrix_skills(a, &d->file, &d->q, e) != 0)
		return -1;
	if (d->file.outcomes > AN_DINA_SKILLS)
		return err_set(e, ERR_INPUT, "qmatrix", "Diagnosis takes at most {1} skills.", "12", (char *)NULL);
	if (analyse_status(an_dina_classes(d->q, k, d->file.outcomes, d->any, a->work, &d->classes), "Q-matrix", e) !=
	    0)
		return -1;
	d->items = AN_WORK_ARRAY(a->work, struct an_dina_item, k);
	d->share = AN_WORK_ARRAY(a->work, double, d->classes.distinct);
	d->answered = AN_WORK_ARRAY(a->work, double, d->classes.distinct *k);
	d->right = AN_WORK_ARRAY(a->work, double, d->classes.distinct *k);
	if (!d->items || !d->share || !d->answered || !d->right)
		return err_nomem(e);
	status = an_dina(a->items.view, &d->classes, a->work, &d->model, d->items, d->share, d->answered, d->right);
	if (status == AN_EDATA)
		return err_set(e, ERR_INPUT, "items", "The items must hold 0 (wrong) and 1 (right) alone.",
		    (char *)NULL);
	a->used = d->model.people;
	return analyse_status(status, "dina", e);
}

/* Skills of a class by a 1 or 0 each, in the order of the Q-matrix. */
static json_t *profile(const struct diagnosis *d, size_t class)
{
	char text[AN_DINA_SKILLS + 1];

	for (size_t s = 0; s < d->classes.skills; s++)
		text[s] = class >> s & 1 ? '1' : '0';
	text[d->classes.skills] = '\0';
	return json_string(text);
}

static void items_json(const struct analyse *a, const struct diagnosis *d, json_t *result)
{
	json_t *values = json_array();

	for (size_t j = 0; j < a->items.view.cols; j++) {
		const struct an_dina_item *it = d->items + j;

		json_array_append_new(values,
		    json_pack("[o, o, o, o, o, o]", analyse_count(it->n), analyse_real(it->guess),
			analyse_real_if(it->has_guess_se, it->guess_se), analyse_real(it->slip),
			analyse_real_if(it->has_slip_se, it->slip_se), analyse_real(1 - it->guess - it->slip)));
	}
	json_object_set_new(result, "items",
	    analyse_sheet(analyse_item_names(a), "n guess guess_se slip slip_se discrimination", values));
}

struct ranked {
	double share;
	size_t group;
};

static int by_share(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->share != y->share)
		return x->share > y->share ? -1 : 1;
	return (x->group > y->group) - (x->group < y->group);
}

static int classes_json(struct analyse *a, const struct diagnosis *d, json_t *result, struct err *e)
{
	struct ranked *r = AN_WORK_ARRAY(a->work, struct ranked, d->classes.distinct);
	json_t *rows, *values;

	if (r == NULL)
		return err_nomem(e);
	rows = json_array();
	values = json_array();
	for (size_t g = 0; g < d->classes.distinct; g++)
		r[g] = (struct ranked){ d->share[g], g };
	qsort(r, d->classes.distinct, sizeof *r, by_share);
	for (size_t i = 0; i < d->classes.distinct && i < CLASSES_SHOWN; i++) {
		json_array_append_new(rows, profile(d, d->classes.least[r[i].group]));
		json_array_append_new(values,
		    json_pack("[o, o, o]", analyse_real(r[i].share), analyse_real(r[i].share * (double)d->model.people),
			analyse_count(d->classes.size[r[i].group])));
	}
	json_object_set_new(result, "classes", analyse_sheet(rows, "share people alike", values));
	return 0;
}

static void people_json(const struct analyse *a, const struct diagnosis *d, const struct an_dina_people *p,
    json_t *result)
{
	json_t *rows = json_array(), *values = json_array(), *cols = analyse_names(d->file.name, d->classes.skills);

	json_array_insert_new(cols, 0, json_string("(MLE)"));
	json_array_insert_new(cols, 0, json_string("(probability)"));
	json_array_insert_new(cols, 0, json_string("(MAP)"));
	for (size_t i = 0; i < a->items.view.rows && i < analyse_whole(a, "people"); i++) {
		json_t *row = json_array();

		json_array_append_new(row, p->has[i] ? profile(d, p->map[i]) : json_null());
		json_array_append_new(row, analyse_real_if(p->has[i], p->map_share[i]));
		json_array_append_new(row, p->has[i] ? profile(d, p->mle[i]) : json_null());
		for (size_t s = 0; s < d->classes.skills; s++)
			json_array_append_new(row, analyse_real_if(p->has[i], p->skill[i * d->classes.skills + s]));
		json_array_append_new(rows, json_sprintf("%zu", i + 1));
		json_array_append_new(values, row);
	}
	json_object_set_new(result, "people", analyse_table(rows, cols, values));
}

static void skills_json(struct analyse *a, const struct diagnosis *d, const double *prevalence, const double *sure,
    json_t *result)
{
	size_t k = d->classes.skills, best = 0, worst = 0;
	json_t *values = json_array();

	for (size_t s = 0; s < k; s++) {
		size_t items = 0;

		for (size_t j = 0; j < a->items.view.cols; j++)
			items += d->q[j * k + s];
		json_array_append_new(values,
		    json_pack("[o, o, o]", analyse_count(items), analyse_real(prevalence[s]), analyse_real(sure[s])));
		best = prevalence[s] > prevalence[best] ? s : best;
		worst = prevalence[s] < prevalence[worst] ? s : worst;
		if (sure[s] < SURE)
			analyse_warn(a, N_("Whether a person has skill {1} is told right for {2} of people only."),
			    SAY_TEXT(d->file.name[s]), SAY_PCT(sure[s]));
	}
	json_object_set_new(result, "skills",
	    analyse_sheet(analyse_names(d->file.name, k), "items share accuracy", values));
	analyse_say(a, N_("Skill {1} is the most common ({2} of people have it), skill {3} the rarest ({4})."),
	    SAY_TEXT(d->file.name[best]), SAY_PCT(prevalence[best]), SAY_TEXT(d->file.name[worst]),
	    SAY_PCT(prevalence[worst]));
}

static void warn(struct analyse *a, const struct diagnosis *d, double accuracy)
{
	size_t weak = 0;

	analyse_say(a, N_("The whole set of a person's skills is told right for about {1} of people."),
	    SAY_PCT(accuracy));
	for (size_t j = 0; j < a->items.view.cols; j++) {
		double power = 1 - d->items[j].guess - d->items[j].slip;

		weak += power < WEAK_ITEM;
		if (power < WEAK_ITEM)
			analyse_warn(a,
			    N_("Item {1} hardly tells who has its skills: {2} of those without them get it right, {3} of those "
			       "with them."),
			    SAY_TEXT(a->items.name[j]), SAY_PCT(d->items[j].guess), SAY_PCT(1 - d->items[j].slip));
	}
	analyse_check(a, weak == 0,
	    N_("Every item should part those who have its skills from those who have not; {1} of {2} hardly do."),
	    SAY_N(weak), SAY_N(a->items.view.cols));
	analyse_check(a, d->classes.distinct == d->classes.classes,
	    N_("The items should tell all sets of skills apart; they tell {1} of {2}."), SAY_N(d->classes.distinct),
	    SAY_N(d->classes.classes));
	if (d->classes.distinct < d->classes.classes)
		analyse_warn(a,
		    N_("Sets of skills that lead to the same answers share their people equally, so that the share of people "
		       "with a skill is partly an assumption. Items that need one skill alone would settle it."),
		    SAY_END);
	if (d->model.people < d->model.parameters)
		analyse_warn(a, N_("There are more parameters ({1}) than people ({2})."), SAY_N(d->model.parameters),
		    SAY_N(d->model.people));
}

static int report(struct analyse *a, struct diagnosis *d, json_t *result, struct err *e)
{
	size_t rows = a->items.view.rows, k = d->classes.skills;
	double *prevalence = AN_WORK_ARRAY(a->work, double, k), *sure = AN_WORK_ARRAY(a->work, double, k), accuracy;
	struct an_dina_people p = { AN_WORK_ARRAY(a->work, double, rows *k), AN_WORK_ARRAY(a->work, double, rows),
		AN_WORK_ARRAY(a->work, size_t, rows), AN_WORK_ARRAY(a->work, size_t, rows),
		AN_WORK_ARRAY(a->work, unsigned char, rows) };

	if (!prevalence || !sure || !p.skill || !p.map_share || !p.map || !p.mle || !p.has)
		return err_nomem(e);
	if (analyse_status(an_dina_people(a->items.view, &d->classes, d->items, d->share, a->work, &p, &accuracy, sure),
		"people", e) != 0)
		return -1;
	an_dina_prevalence(&d->classes, d->share, prevalence);
	items_json(a, d, result);
	skills_json(a, d, prevalence, sure, result);
	if (classes_json(a, d, result, e) != 0)
		return -1;
	json_object_set_new(result, "accuracy", analyse_real(accuracy));
	json_object_set_new(result, "distinct_classes", analyse_count(d->classes.distinct));
	json_object_set_new(result, "log_likelihood", analyse_real(d->model.loglik));
	json_object_set_new(result, "aic", analyse_real(d->model.aic));
	json_object_set_new(result, "bic", analyse_real(d->model.bic));
	json_object_set_new(result, "parameters", analyse_count(d->model.parameters));
	people_json(a, d, &p, result);
	json_object_set_new(result, "convergence", analyse_convergence(&d->model.fit));
	warn(a, d, accuracy);
	return 0;
}

static int dina_run(struct analyse *a, json_t *result, struct err *e)
{
	struct diagnosis d;
	int rc = fit(a, &d, e) == 0 ? report(a, &d, result, e) : -1;

	csv_table_free(&d.file.file);
	return rc;
}

#define OPT_QMATRIX                                                                                                    \
	{                                                                                                              \
		"qmatrix", OPT_FILE, "", NULL,                                                                         \
		    N_("CSV: a column of item names, then one column for each skill, 1 where the item needs it")       \
	}
#define OPT_RULE                                                                                                       \
	{                                                                                                              \
		"rule", OPT_CHOICE, "dina", "dina|dino",                                                               \
		    N_("dina: an item needs all of its skills; dino: one of them is enough")                           \
	}

const struct analyse_method analyse_dina = {
	.file_alone = true,
	.name = "dina",
	.title = N_("Cognitive diagnosis"),
	.family = FAMILY_TEST,
	.summary = N_("which skills people have, from right and wrong answers and a Q-matrix (DINA or DINO model)"),
	.reference =
	    "Junker & Sijtsma 2001; de la Torre 2009; DINO Templin & Henson 2006; conventions of CDM::din; standard errors from "
	    "the cross-products of scores (Philipp et al. 2018); accuracy Johnson & Sinharay 2018",
	.missing_rule = MISSING_EVERY,
	.not_shown =
	    N_("The diagnosis is only as good as the Q-matrix: skills that it forgets, or other ways to solve an "
	       "item, show up as slips and guesses."),
	.r =
	    "library(CDM)\n"
	    "q <- read.csv({qmatrix}, row.names = 1)[names(x), ]\n"
	    "m <- din(x, q, rule = \"{rule|dina=DINA|dino=DINO}\", conv.crit = 1e-7, dev.crit = 1e-10, maxit = 10000)\n"
	    "m$coef\n"
	    "m$skill.patt\n"
	    "cdm.est.class.accuracy(m)\n",
	.chart = { CHART_BARS, .table = "/result/skills", .value = "share" },
	.options = { OPT_ITEMS, OPT_NA, OPT_QMATRIX, OPT_RULE, OPT_PEOPLE },
	.output = { "items", "skills", "classes", "accuracy", "distinct_classes", "log_likelihood", "aic", "bic",
	    "parameters", "people", "convergence" },
	.run = dina_run,
};

/* Names of the skills of a row: "a + b". */
static json_t *skills_of(const struct diagnosis *d, size_t row, char *text, size_t size)
{
	size_t n = 0;

	text[0] = '\0';
	for (size_t s = 0; s < d->classes.skills; s++)
		if (row >> s & 1) {
			int w = snprintf(text + n, size - n, "%s%s", n > 0 ? " + " : "", d->file.name[s]);

			if (w < 0 || (size_t)w >= size - n)
				break;
			n += (size_t)w;
		}
	return json_string(text);
}

static void rows_json(struct analyse *a, const struct diagnosis *d, const struct an_qmatrix_item *x, json_t *result)
{
	double gain = analyse_number(a, "gain"), enough = analyse_number(a, "enough");
	json_t *values = json_array(), *names = json_array(), *suggested = json_array();
	char text[256], other[256];
	size_t changes = 0, explained = 0;

	for (size_t j = 0; j < a->items.view.cols; j++) {
		const struct an_qmatrix_item *it = x + j;
		bool change = it->has_delta && it->by_delta != it->now && it->delta_best - it->delta_now > gain;

		explained += it->has_pvaf && it->pvaf_now >= enough;
		json_array_append_new(values,
		    json_pack("[o, o, o, o, o, o, o]", skills_of(d, it->now, text, sizeof text),
			analyse_real_if(it->has_delta, it->delta_now), analyse_real_if(it->has_pvaf, it->pvaf_now),
			skills_of(d, it->by_delta, text, sizeof text), analyse_real_if(it->has_delta, it->delta_best),
			it->has_pvaf ? skills_of(d, it->by_pvaf, other, sizeof other) : json_null(),
			analyse_real_if(it->has_pvaf, it->pvaf_best)));
		if (!change)
			continue;
		changes++;
		json_array_append_new(names, json_string(a->items.name[j]));
		json_array_append_new(suggested,
		    json_pack("[s, o]", text, analyse_real(it->delta_best - it->delta_now)));
		analyse_warn(a,
		    N_("Item {1} would part people better with other skills than the Q-matrix says ({2}: {3} instead of {4}). "
		       "Ask those who teach it; nothing was changed."),
		    SAY_TEXT(a->items.name[j]), SAY_TEXT(text), SAY_NUM(it->delta_best, 2), SAY_NUM(it->delta_now, 2));
	}
	json_object_set_new(result, "items",
	    analyse_sheet(analyse_item_names(a), "skills delta pvaf best_by_delta best_delta best_by_pvaf best_pvaf",
		values));
	json_object_set_new(result, "suggested", analyse_sheet(names, "skills gain", suggested));
	if (changes == 0)
		analyse_say(a, N_("The answers give no reason to change the Q-matrix."), SAY_END);
	else
		analyse_say(a, N_("For {1} of {2} items the answers fit another row of the Q-matrix better."),
		    SAY_N(changes), SAY_N(a->items.view.cols));
	analyse_check(a, explained == a->items.view.cols,
	    N_("The skills that the Q-matrix says should explain {1} of what classes differ in; they do for {2} of {3} "
	       "items."),
	    SAY_PCT(enough), SAY_N(explained), SAY_N(a->items.view.cols));
}

static int qmatrix_run(struct analyse *a, json_t *result, struct err *e)
{
	struct an_qmatrix_item *x = AN_WORK_ARRAY(a->work, struct an_qmatrix_item, a->items.view.cols);
	double gain = analyse_number(a, "gain"), enough = analyse_number(a, "enough");
	struct diagnosis d;
	int rc;

	if (x == NULL)
		return err_nomem(e);
	if (!(gain >= 0 && gain < 1) || !(enough > 0 && enough <= 1)) {
		const char *option = gain >= 0 && gain < 1 ? "enough" : "gain";

		return err_set(e, ERR_INPUT, option, "--{1} must lie between 0 and 1.", option, (char *)NULL);
	}
	rc = fit(a, &d, e);
	if (rc == 0)
		rc = analyse_status(an_qmatrix(&d.classes, d.q, d.any, d.answered, d.right, enough, a->work, x),
		    "Q-matrix", e);
	if (rc == 0) {
		rows_json(a, &d, x, result);
		json_object_set_new(result, "convergence", analyse_convergence(&d.model.fit));
	}
	csv_table_free(&d.file.file);
	return rc;
}

const struct analyse_method analyse_qmatrix = {
	.file_alone = true,
	.name = "qmatrix",
	.title = N_("Check of a Q-matrix"),
	.family = FAMILY_TEST,
	.summary = N_("whether other skills than the Q-matrix says would explain the answers to an item better"),
	.reference =
	    "delta: de la Torre 2008, all rows tried as CDM::din.validate.qmatrix does; pvaf: share of the variance between "
	    "classes, de la Torre & Chiu 2016",
	.missing_rule = MISSING_EVERY,
	.not_shown =
	    N_("A row that fits the answers better need not be the right one: several rows often fit almost alike, "
	       "and a mistake in one item bends the skills that the others are judged by."),
	.r =
	    "library(CDM)\n"
	    "q <- read.csv({qmatrix}, row.names = 1)[names(x), ]\n"
	    "m <- din(x, q, rule = \"{rule|dina=DINA|dino=DINO}\", conv.crit = 1e-7, dev.crit = 1e-10, maxit = 10000)\n"
	    "din.validate.qmatrix(m, IDI_diff = {gain})\n",
	.chart = { CHART_BARS, .table = "/result/items", .value = "delta" },
	.options = { OPT_ITEMS, OPT_NA, OPT_QMATRIX, OPT_RULE,
	    { "gain", OPT_NUMBER, "0.02", NULL, N_("least gain in delta for another row to be suggested") },
	    { "enough", OPT_NUMBER, "0.95", NULL,
		N_("share of the variance between classes that a row must explain") } },
	.output = { "items", "suggested", "convergence" },
	.run = qmatrix_run,
};
