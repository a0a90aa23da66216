/* Multiple-choice questions: which answers people chose. */
#include "analysis/methods/method.h"
#include "analysis/stats/test/distractor.h"
#include "surveys/csv.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RARE 0.05 /* share under which a wrong answer does not work as one */

/* One question: its column, key and answers as texts. */
struct question {
	const char *name;
	const char *key; /* "B", or "B|C" where both are right */
	size_t column;
	struct analyse_groups answers;
};

struct choices {
	size_t n, most;
	struct question *q;
	char *text; /* the list of keys, cut up */
	struct csv_table file;
	unsigned char *choice, *right;
	size_t *answers;
	struct an_choices all;
	struct an_choice *out;
};

static int find_column(const struct analyse *a, struct question *q, struct err *e)
{
	size_t *list = NULL, n = 0;
	int rc = analyse_columns(a->frame, q->name, "key", &list, &n, e);

	if (rc == 0 && n != 1)
		rc = err_set(e, ERR_INPUT, "key", "In --{1}, \"{2}\" must name exactly one column.", "key", q->name,
		    (char *)NULL);
	if (rc == 0)
		q->column = list[0];
	free(list);
	return rc;
}

static int add_question(const struct analyse *a, struct choices *c, const char *name, const char *key, struct err *e)
{
	struct question *q = c->q + c->n;

	if (key == NULL || key[0] == '\0' || name[0] == '\0')
		return err_set(e, ERR_INPUT, "key",
		    "The key must say the right answer of each question, as in q1=B;q2=C.", (char *)NULL);
	for (size_t j = 0; j < c->n; j++)
		if (strcmp(c->q[j].name, name) == 0)
			return err_set(e, ERR_INPUT, "key", "The key names question {1} twice.", name, (char *)NULL);
	q->name = name;
	q->key = key;
	c->n++;
	return find_column(a, q, e);
}

/* "q1=B;q2=C": parted in place. */
static int key_from_text(const struct analyse *a, struct choices *c, struct err *e)
{
	char *rest, *part;
	int rc = 0;

	c->text = strdup(analyse_text(a, "key"));
	rest = c->text;
	if (rest == NULL)
		return err_nomem(e);
	c->most = 1;
	for (const char *p = rest; *p != '\0'; p++)
		c->most += *p == ';';
	c->q = AN_WORK_ARRAY(a->work, struct question, c->most);
	if (c->q == NULL)
		return err_nomem(e);
	while (rc == 0 && (part = strsep(&rest, ";")) != NULL) {
		char *equals = strrchr(part, '=');

		if (part[0] == '\0')
			continue;
		if (equals != NULL)
			*equals = '\0';
		rc = add_question(a, c, part, equals != NULL ? equals + 1 : NULL, e);
	}
	return rc;
}

static int key_from_file(const struct analyse *a, struct choices *c, struct err *e)
{
	struct err_list bad = { 0 };
	int rc = csv_table_read_file(analyse_text(a, "keyfile"), NULL, &c->file, &bad, e);

	if (rc != 0 && bad.shown > 0)
		*e = bad.at[0].err;
	err_list_free(&bad);
	if (rc != 0)
		return -1;
	if (c->file.cols != 2 || c->file.rows == 0)
		return err_set(e, ERR_INPUT, "keyfile",
		    "The file of the key needs two columns, question and right answer, and a line for each question.",
		    (char *)NULL);
	c->q = AN_WORK_ARRAY(a->work, struct question, c->file.rows);
	if (c->q == NULL)
		return err_nomem(e);
	for (size_t i = 0; rc == 0 && i < c->file.rows; i++)
		rc = add_question(a, c, csv_table_cell(&c->file, i, 0), csv_table_cell(&c->file, i, 1), e);
	return rc;
}

/* Whether an answer is one of the key's "B|C". */
static bool in_key(const char *key, const char *answer)
{
	size_t len = strlen(answer);

	for (const char *p = key; *p != '\0';) {
		size_t n = strcspn(p, "|");

		if (n == len && strncmp(p, answer, n) == 0)
			return true;
		p += n + (p[n] == '|');
	}
	return false;
}

static int load(struct analyse *a, struct choices *c, struct err *e)
{
	size_t rows = analyse_rows(a);

	if (!analyse_given(a, "key") == !analyse_given(a, "keyfile"))
		return err_set(e, ERR_INPUT, "key", "Give the right answers by either --{1} or --{2}.", "key",
		    "keyfile", (char *)NULL);
	if ((analyse_given(a, "key") ? key_from_text : key_from_file)(a, c, e) != 0)
		return -1;
	c->choice = AN_WORK_ARRAY(a->work, unsigned char, rows * c->n);
	c->right = AN_WORK_ARRAY(a->work, unsigned char, c->n *AN_CHOICES);
	c->answers = AN_WORK_ARRAY(a->work, size_t, c->n);
	c->out = AN_WORK_ARRAY(a->work, struct an_choice, c->n * (AN_CHOICES + 1));
	if (!c->choice || !c->right || !c->answers || !c->out)
		return err_nomem(e);
	for (size_t j = 0; j < c->n; j++) {
		struct question *q = c->q + j;

		if (analyse_factor_load(a, q->column, &q->answers, e) != 0)
			return -1;
		if (q->answers.count > AN_CHOICES)
			return err_set(e, ERR_INPUT, q->name,
			    "Column {1} has more than {2} different answers; it does not look like a question of choice.",
			    q->name, "64", (char *)NULL);
		c->answers[j] = q->answers.count;
		for (size_t o = 0; o < q->answers.count; o++)
			c->right[j * AN_CHOICES + o] = in_key(q->key, q->answers.label[o]);
		for (size_t i = 0; i < rows; i++)
			c->choice[i * c->n + j] =
			    q->answers.of[i] < q->answers.count ? (unsigned char)q->answers.of[i] : AN_NO_CHOICE;
		a->missing.by[AN_SKIPPED] += q->answers.missing;
	}
	return 0;
}

static json_t *answer_row(const struct an_choice *x, bool right, bool groups)
{
	return json_pack("[b, o, o, o, o, o, o, o, o]", right, analyse_count(x->n), analyse_real(x->share),
	    analyse_real_if(x->has_mean, x->mean_total), analyse_real_if(x->has_r_total, x->r_total),
	    analyse_real_if(x->has_r_rest, x->r_rest), analyse_real_if(groups, x->lower),
	    analyse_real_if(groups, x->upper), analyse_real_if(groups, x->upper - x->lower));
}

/* What is wrong with a question, each in a sentence. */
static bool judge(struct analyse *a, const struct choices *c, size_t j, double key_r)
{
	const struct an_choice *out = c->out + j * (AN_CHOICES + 1);
	const struct question *q = c->q + j;
	char rare[200] = "";
	size_t n = 0;
	bool sound = true, any = false;

	for (size_t o = 0; o < c->answers[j]; o++) {
		if (c->right[j * AN_CHOICES + o]) {
			any = true;
			continue;
		}
		if (out[o].has_r_rest && out[o].r_rest > 0.05 && out[o].r_rest >= key_r) {
			analyse_warn(a,
			    N_("Question {1}: people who chose {2}, a wrong answer, did better in the rest of the test than "
			       "those who chose the key. Check the key and the wording."),
			    SAY_TEXT(q->name), SAY_TEXT(q->answers.label[o]));
			sound = false;
		}
		if (out[o].share < RARE && n + strlen(q->answers.label[o]) + 3 < sizeof rare)
			n +=
			    (size_t)snprintf(rare + n, sizeof rare - n, "%s%s", n > 0 ? ", " : "", q->answers.label[o]);
	}
	if (!any)
		analyse_warn(a, N_("Question {1}: nobody chose the key ({2})."), SAY_TEXT(q->name), SAY_TEXT(q->key));
	if (rare[0] != '\0')
		analyse_warn(a,
		    N_("Question {1}: hardly anybody chose {2}; a wrong answer that nobody believes does no work."),
		    SAY_TEXT(q->name), SAY_TEXT(rare));
	return sound && any;
}

static void report(struct analyse *a, const struct choices *c, json_t *result)
{
	json_t *rows = json_array(), *values = json_array(), *names = json_array(), *items = json_array();
	bool groups = c->all.group > 0;
	size_t sound = 0;

	for (size_t j = 0; j < c->n; j++) {
		const struct an_choice *out = c->out + j * (AN_CHOICES + 1), *none = out + AN_CHOICES, *key = NULL;
		const struct question *q = c->q + j;
		size_t keys = 0, working = 0, right = 0;

		for (size_t o = 0; o < c->answers[j]; o++) {
			bool is_key = c->right[j * AN_CHOICES + o];

			json_array_append_new(rows, json_sprintf("%s %s", q->name, q->answers.label[o]));
			json_array_append_new(values, answer_row(out + o, is_key, groups));
			key = is_key ? out + o : key;
			keys += is_key;
			right += is_key ? out[o].n : 0;
			working += !is_key && out[o].share >= RARE;
		}
		if (none->n > 0) {
			json_array_append_new(rows, json_sprintf("%s (none)", q->name));
			json_array_append_new(values, answer_row(none, false, groups));
		}
		json_array_append_new(names, json_string(q->name));
		json_array_append_new(items,
		    json_pack("[s, o, o, o, o, o, o]", q->key, analyse_count(c->answers[j]), analyse_count(none->n),
			analyse_real((double)right / (double)analyse_rows(a)),
			analyse_real_if(keys == 1 && key->has_r_rest, keys == 1 ? key->r_rest : 0),
			analyse_real_if(keys == 1 && groups, keys == 1 ? key->upper - key->lower : 0),
			analyse_count(working)));
		sound += judge(a, c, j, keys == 1 && key->has_r_rest ? key->r_rest : -1);
	}
	json_object_set_new(result, "options",
	    analyse_sheet(rows, "key n share mean_total r_total r_rest lower upper upper_lower", values));
	json_object_set_new(result, "items",
	    analyse_sheet(names, "key answers blank difficulty r_rest upper_lower working_distractors", items));
	json_object_set_new(result, "total",
	    json_pack("{s:o, s:o, s:o, s:o}", "n", analyse_count(analyse_rows(a)), "mean",
		analyse_real(c->all.total_mean), "sd", analyse_real(c->all.total_sd), "extreme_group",
		analyse_count(c->all.group)));
	analyse_say(a, N_("People got {1} of {2} questions right on average."), SAY_NUM(c->all.total_mean, 1),
	    SAY_N(c->n));
	analyse_check(a, sound == c->n,
	    N_("The key should draw the better people and every other answer the weaker ones; it does for {1} of {2} "
	       "questions."),
	    SAY_N(sound), SAY_N(c->n));
}

static int distractors_run(struct analyse *a, json_t *result, struct err *e)
{
	struct choices c;
	int rc;

	memset(&c, 0, sizeof c);
	rc = load(a, &c, e);
	if (rc == 0)
		rc = analyse_status(an_distractors(c.choice, analyse_rows(a), c.n, c.answers, c.right, a->work, &c.all,
					c.out, NULL),
		    "key", e);
	if (rc == 0) {
		a->used = analyse_rows(a);
		report(a, &c, result);
	}
	for (size_t j = 0; j < c.n; j++)
		analyse_groups_free(&c.q[j].answers);
	csv_table_free(&c.file);
	free(c.text);
	return rc;
}

const struct analyse_method analyse_distractors = {
	.file_alone = true,
	.name = "distractors",
	.title = N_("Answers chosen"),
	.family = FAMILY_TEST,
	.summary = N_("which answers of multiple-choice questions people chose, and how well they did in all"),
	.reference =
	    "classical test theory (Haladyna & Downing 1993); extreme groups of 27 % (Kelley 1939); r_rest: with the total of "
	    "the other questions",
	.missing_rule = N_("a question without an answer is marked wrong"),
	.not_shown =
	    N_("A question that everybody gets right or wrong parts nobody and still may be worth asking; whether "
	       "it belongs to the course is not in these figures."),
	.r =
	    "k <- do.call(rbind, strsplit(strsplit({key}, \";\")[[1]], \"=\"))\n"
	    "right <- mapply(function(q, r) as.integer(d[[q]] %in% strsplit(r, \"|\", fixed = TRUE)[[1]]), k[, 1], k[, 2])\n"
	    "total <- rowSums(right)\n"
	    "for (q in k[, 1]) print(sapply(sort(unique(na.omit(d[[q]]))), function(o) {\n"
	    "  chose <- as.integer(d[[q]] %in% o)\n"
	    "  c(n = sum(chose), share = mean(chose), mean_total = mean(total[chose == 1]),\n"
	    "    r_rest = cor(chose, total - right[, q]))\n"
	    "}))\n",
	.chart = { CHART_BARS, .table = "/result/options", .value = "share" },
	.options = { OPT_NA,
	    { "key", OPT_TEXT, "", NULL,
		N_("right answers: question=answer, parted by ; (q1=B;q2=C), more than one right answer by |"),
		USE_FILE },
	    { "keyfile", OPT_FILE, "", NULL, N_("CSV of the key: a column of questions, a column of right answers") } },
	.output = { "options", "items", "total" },
	.run = distractors_run,
};
