/* The data of a stored analysis: the responses that are asked for, and what of them must be set
 * aside before anything is computed. */
#include "analysis/stored_parts.h"
#include "analysis/suppress.h"
#include "surveys/matrix.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct building {
	struct stored *s;
	struct campaign_part part;
	struct frame *f;
	double *values;
	unsigned char *why;
	struct answer *given;
	unsigned char *simulated; /* by row of the frame */
	size_t room;
	uint64_t people, beside; /* that the filter took, and left */
};

static const struct part_group *target_of(const struct campaign_part *p, int64_t number)
{
	for (size_t lo = 0, hi = p->target_count; lo < hi;) {
		size_t mid = lo + (hi - lo) / 2;

		if (p->target[mid].t->number == number)
			return &p->target[mid];
		if (p->target[mid].t->number < number)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

static int put_cell(struct building *b, size_t row, size_t j, int64_t target, struct err *e)
{
	const struct stored_column *c = b->s->column + j;
	const struct part_group *g;
	const char *text;

	if (c->item < b->s->q->item_count) {
		if (b->why[c->item] != AN_PRESENT)
			return frame_put_missing(b->f, row, j, (enum an_why)b->why[c->item], e);
		return frame_put_number(b->f, row, j, b->values[c->item], e);
	}
	g = target_of(&b->part, target);
	text = g == NULL ? "" : c->item == STORED_TARGET ? g->code : g->t->unit;
	return text[0] != '\0' ? frame_put_text(b->f, row, j, text, e)
			       : frame_put_missing(b->f, row, j, AN_NOT_APPLICABLE, e);
}

static int keep_simulated(struct building *b, bool simulated, struct err *e)
{
	if (b->f->rows == b->room) {
		size_t room = b->room == 0 ? 1024 : b->room * 2;
		unsigned char *more = realloc(b->simulated, room);

		if (more == NULL)
			return err_nomem(e);
		b->simulated = more;
		b->room = room;
	}
	b->simulated[b->f->rows] = simulated;
	return 0;
}

/* Whether the filter takes this response; both sides are counted. */
static bool passes(struct building *b, bool simulated)
{
	const struct stored *s = b->s;
	bool yes = s->filter_item == SIZE_MAX ||
	    (b->why[s->filter_item] == AN_PRESENT && b->values[s->filter_item] == s->filter_value);

	b->people += yes && !simulated;
	b->beside += !yes && !simulated;
	return yes;
}

static int take(void *arg, int64_t target, bool simulated, const void *packed, size_t len, struct err *e)
{
	struct building *b = arg;
	struct tally_response r = { .given = b->given };
	size_t row = b->f->rows;

	if (!campaign_part_shows(&b->part, target))
		return 0;
	if (b->part.part == TALLY_CAREFUL) {
		if (tally_response_read(b->part.shape, packed, len, simulated, &r, e) < 0)
			return -1;
		if (r.straight)
			return 0;
	}
	if (answers_scores(b->s->q, packed, len, true, b->values, b->why, e) < 0)
		return -1;
	if (!passes(b, simulated))
		return 0;
	if (keep_simulated(b, simulated, e) < 0)
		return -1;
	for (size_t j = 0; j < b->s->columns; j++)
		if (put_cell(b, row, j, target, e) < 0)
			return -1;
	return frame_end_row(b->f, e);
}

/* ---- what must not be shown ---- */

/* Level of a row in a grouping column, and how many there are at most. */
static size_t levels(const struct frame *f, size_t column)
{
	return f->column[column].kind == FRAME_TEXTS ? f->column[column].level_count : AN_CODE_MISSING;
}

static size_t level(const struct frame *f, size_t row, size_t column)
{
	const struct frame_column *c = f->column + column;

	if (frame_why(f, row, column) != AN_PRESENT)
		return SIZE_MAX;
	return c->kind == FRAME_TEXTS ? c->level[row] : c->code[row];
}

/* Which levels must be hidden, by people among the rows where the item has an answer (SIZE_MAX:
 * among all rows). */
static int hide_levels(const struct building *b, size_t column, size_t item, struct suppress_cell *cell, struct err *e)
{
	struct suppress_cell whole = { 0 };
	struct suppress s = { .k = (uint64_t)b->s->c.k,
		.measures = 1,
		.target = cell,
		.targets = levels(b->f, column),
		.unit = &whole,
		.units = 1 };

	(void)e;
	for (size_t i = 0; i < b->f->rows; i++) {
		size_t at = level(b->f, i, column);

		if (item != SIZE_MAX && frame_why(b->f, i, item) != AN_PRESENT)
			continue;
		if (at == SIZE_MAX) {
			s.loose[0] += !b->simulated[i];
			continue;
		}
		cell[at].all++;
		cell[at].people[0] += !b->simulated[i];
	}
	suppress_groups(&s);
	return 0;
}

/* Levels that may not be shown by the rules of the campaign's own pages stay hidden here too. */
static void hide_as_elsewhere(const struct building *b, size_t column, struct suppress_cell *cell)
{
	const struct campaign_part *p = &b->part;
	const struct frame_column *c = b->f->column + column;
	bool target = b->s->column[column].item == STORED_TARGET;

	if (b->s->column[column].item < b->s->q->item_count || c->kind != FRAME_TEXTS)
		return;
	for (size_t i = 0; i < c->level_count; i++)
		for (size_t g = 0; g < (target ? p->target_count : p->unit_count); g++) {
			const struct part_group *one = target ? &p->target[g] : &p->unit[g];

			if (strcmp(one->code, c->levels[i]) == 0)
				cell[i].hidden = one->hidden[p->part];
		}
}

static int protect_column(struct building *b, size_t column, json_t *left_out, struct err *e)
{
	size_t n = levels(b->f, column), groups = 0, rows = 0;
	struct suppress_cell *cell = calloc(n + 1, sizeof *cell);

	if (cell == NULL)
		return err_nomem(e);
	hide_as_elsewhere(b, column, cell);
	if (hide_levels(b, column, SIZE_MAX, cell, e) < 0) {
		free(cell);
		return -1;
	}
	for (size_t i = 0; i < b->f->rows; i++) {
		size_t at = level(b->f, i, column);

		if (at == SIZE_MAX || !cell[at].hidden)
			continue;
		rows++;
		if (frame_put_missing(b->f, i, column, AN_SET_ASIDE, e) < 0) {
			free(cell);
			return -1;
		}
	}
	for (size_t i = 0; i < n; i++)
		groups += cell[i].all > 0 && cell[i].hidden;
	if (groups > 0)
		json_array_append_new(left_out,
		    json_pack("{s:s, s:I, s:I}", "column", b->s->column[column].name, "groups", (json_int_t)groups,
			"responses", (json_int_t)rows));
	free(cell);
	return 0;
}

/* Answers to an item within groups where too few gave one. */
static int protect_item(struct building *b, size_t item, size_t column, struct err *e)
{
	struct suppress_cell *cell = calloc(levels(b->f, column) + 1, sizeof *cell);
	int rc = cell == NULL ? err_nomem(e) : hide_levels(b, column, item, cell, e);

	for (size_t i = 0; rc == 0 && i < b->f->rows; i++) {
		size_t at = level(b->f, i, column);

		if (at != SIZE_MAX && cell[at].hidden && frame_why(b->f, i, item) == AN_PRESENT)
			rc = frame_put_missing(b->f, i, item, AN_SET_ASIDE, e);
	}
	free(cell);
	return rc;
}

/* Refuses grouping columns that cross to cells of some people, but fewer than k. */
static int check_cross(const struct building *b, size_t one, size_t other, struct err *e)
{
	size_t n = levels(b->f, other), cells = levels(b->f, one) * n;
	uint64_t *people = calloc(cells + 1, sizeof *people);
	int rc = people == NULL ? err_nomem(e) : 0;

	for (size_t i = 0; rc == 0 && i < b->f->rows; i++) {
		size_t x = level(b->f, i, one), y = level(b->f, i, other);

		if (x != SIZE_MAX && y != SIZE_MAX)
			people[x * n + y] += !b->simulated[i];
	}
	for (size_t i = 0; rc == 0 && i < cells; i++)
		if (people[i] > 0 && people[i] < (uint64_t)b->s->c.k)
			rc = err_set(e, ERR_INPUT, "options",
			    "{1} and {2} together leave groups of fewer people than may be shown.",
			    b->s->column[one].name, b->s->column[other].name, NULL);
	free(people);
	return rc;
}

/* Refuses items that some, but fewer than k people answered, alone or together with another. */
static int check_pair(const struct building *b, size_t one, size_t other, struct err *e)
{
	uint64_t people = 0;

	for (size_t i = 0; i < b->f->rows; i++)
		people += !b->simulated[i] && frame_why(b->f, i, one) == AN_PRESENT &&
		    frame_why(b->f, i, other) == AN_PRESENT;
	if (people == 0 || people >= (uint64_t)b->s->c.k)
		return 0;
	return err_set(e, ERR_INPUT, "items", "{1} and {2} were answered together by fewer people than may be shown.",
	    b->s->column[one].name, b->s->column[other].name, NULL);
}

static int check_items(const struct building *b, struct err *e)
{
	const struct stored *s = b->s;

	for (size_t i = 0; i < s->columns; i++) {
		size_t item = s->column[i].item;

		if (item >= s->q->item_count)
			continue;
		if (b->part.item_hidden[b->part.part][item])
			return err_set(e, ERR_INPUT, "items", "{1} was answered by fewer people than may be shown.",
			    s->column[i].name, NULL);
		for (size_t j = i; j < s->columns; j++)
			if (s->column[j].item < s->q->item_count && check_pair(b, i, j, e) < 0)
				return -1;
	}
	return 0;
}

static int protect(struct building *b, json_t *left_out, struct err *e)
{
	const struct stored *s = b->s;

	for (size_t j = 0; j < s->columns; j++)
		if (s->column[j].groups && b->f->column[j].kind == FRAME_REALS)
			return err_set(e, ERR_INPUT, "group", "Item {1} is a free number and makes no groups.",
			    s->column[j].name, NULL);
	for (size_t j = 0; j < s->columns; j++) {
		if (!s->column[j].groups)
			continue;
		if (protect_column(b, j, left_out, e) < 0)
			return -1;
		for (size_t i = 0; i < s->columns; i++)
			if (i != j && s->column[i].groups ? check_cross(b, i, j, e) < 0
							  : i != j && protect_item(b, i, j, e) < 0)
				return -1;
	}
	return check_items(b, e);
}

/* Why this selection may not be shown at all, or NULL. */
static const char *why_not(const struct building *b)
{
	uint64_t k = (uint64_t)b->s->c.k;

	if (b->part.withheld[b->part.part] != NULL)
		return b->part.withheld[b->part.part];
	if (b->s->c.origin == CAMPAIGN_AGGREGATE)
		return "aggregate";
	if (b->f->rows == 0)
		return "no_responses";
	if (b->f->rows < k || (b->people > 0 && b->people < k))
		return "below_k";
	return b->beside > 0 && b->beside < k ? "complement" : NULL;
}

static int columns_new(struct building *b, struct err *e)
{
	const struct stored *s = b->s;
	size_t at;

	b->values = calloc(s->q->item_count + 1, sizeof *b->values);
	b->why = calloc(s->q->item_count + 1, 1);
	b->given = calloc(s->q->item_count + 1, sizeof *b->given);
	if (b->values == NULL || b->why == NULL || b->given == NULL)
		return err_nomem(e);
	for (size_t j = 0; j < s->columns; j++)
		if (frame_add_column(b->f, s->column[j].name, &at, e) < 0 ||
		    (s->column[j].item >= s->q->item_count && frame_make_texts(b->f, at, e) < 0))
			return -1;
	return 0;
}

int stored_frame(struct stored *s, struct db *db, struct frame *f, const char **withheld, json_t *left_out,
    json_t **fingerprint, struct err *e)
{
	struct building b = { .s = s, .f = f };
	char *text = json_dumps(s->doc, JSON_COMPACT | JSON_SORT_KEYS);
	int rc = -1;

	frame_init(f);
	b.part = (struct campaign_part){ .db = db, .c = &s->c, .q = s->q, .o = &s->o, .a = s->a };
	if (text == NULL)
		err_nomem(e);
	else if (campaign_part_load(&b.part, e) == 0 && columns_new(&b, e) == 0 &&
	    (b.part.withheld[b.part.part] != NULL || survey_packed(db, s->c.id, take, &b, e) == 0)) {
		*fingerprint = campaign_part_fingerprint(&b.part, text);
		*withheld = why_not(&b);
		rc = *withheld != NULL ? 0 : protect(&b, left_out, e);
	}
	campaign_part_free(&b.part);
	free(text);
	free(b.values);
	free(b.why);
	free(b.given);
	free(b.simulated);
	return rc;
}
