/* The data of a stored analysis: the responses that are asked for, beside what all others are needed
 * for, which is to know what must not be shown. */
#include "analysis/stored_parts.h"
#include "analysis/suppress.h"
#include "surveys/matrix.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static size_t place_of_target(const struct campaign_part *p, int64_t number)
{
	for (size_t lo = 0, hi = p->target_count; lo < hi;) {
		size_t mid = lo + (hi - lo) / 2;

		if (p->target[mid].t->number == number)
			return mid;
		if (p->target[mid].t->number < number)
			lo = mid + 1;
		else
			hi = mid;
	}
	return SIZE_MAX;
}

/* ---- axes ---- */

static int add_axis(struct stored_build *b, size_t item, size_t column, bool table, struct err *e)
{
	if (b->axes == STORED_AXES_MOST)
		return err_set(e, ERR_INPUT, "options", "These columns make too many groups.", (char *)NULL);
	b->axis[b->axes] = (struct stored_axis){ .item = item,
		.column = column,
		.table = table,
		.levels = item == STORED_TARGET ? b->part.target_count
		    : item == STORED_UNIT	? b->part.unit_count
						: STORED_VALUES_MOST };
	for (size_t i = 0; i < STORED_VALUES_MOST; i++)
		b->axis[b->axes].value[i] = NAN;
	b->axes++;
	return 0;
}

/* Columns that group; and, where anything does, what the filter selects by, for a part of a
 * selection is told from the same part of all others. */
static int find_axes(struct stored_build *b, struct err *e)
{
	const struct stored *s = b->s;
	bool any = s->filter_item != SIZE_MAX;
	size_t tables = 0;

	for (size_t j = 0; j < s->columns; j++)
		tables += s->column[j].use == COLUMNS_TABLE;
	for (size_t j = 0; j < s->columns; j++) {
		/* the answers of one column alone are a distribution, whose levels may be rare */
		bool table = s->column[j].use == COLUMNS_TABLE && tables > 1;

		any = any || s->column[j].use == COLUMNS_GROUP;
		if ((table || s->column[j].use == COLUMNS_GROUP) && add_axis(b, s->column[j].item, j, table, e) < 0)
			return -1;
	}
	if (s->filter_item != SIZE_MAX && add_axis(b, s->filter_item, SIZE_MAX, false, e) < 0)
		return -1;
	if (!any || !b->part.selected)
		return 0;
	return add_axis(b, b->part.only_target == SIZE_MAX && s->o.account == NULL ? STORED_UNIT : STORED_TARGET,
	    SIZE_MAX, false, e);
}

/* axis->levels: none. */
static size_t level_of(const struct stored_build *b, struct stored_axis *x, size_t target)
{
	double value;
	size_t i;

	if (x->item == STORED_TARGET || x->item == STORED_UNIT) {
		if (target == SIZE_MAX || (x->item == STORED_UNIT && b->part.target[target].t->unit[0] == '\0'))
			return x->levels;
		return x->item == STORED_TARGET ? target : b->part.target[target].unit;
	}
	if (b->why[x->item] != AN_PRESENT)
		return x->levels;
	value = b->values[x->item];
	/* an answer is one of few points, and the first place without a value is free */
	for (i = 0; i + 1 < x->levels && !isnan(x->value[i]) && x->value[i] != value;)
		i++;
	x->value[i] = value;
	return i;
}

/* ---- rows ---- */

static int make_room(struct stored_build *b, struct err *e)
{
	size_t room = b->room == 0 ? 1024 : b->room * 2;
	struct stored_row *row;
	uint64_t *has;

	if (b->rows < b->room)
		return 0;
	row = reallocarray(b->row, room, sizeof *row);
	if (row == NULL)
		return err_nomem(e);
	b->row = row;
	has = reallocarray(b->has, room * b->words, sizeof *has);
	if (has == NULL)
		return err_nomem(e);
	b->has = has;
	b->room = room;
	return 0;
}

static bool passes(const struct stored_build *b)
{
	const struct stored *s = b->s;

	return s->filter_item == SIZE_MAX ||
	    (b->why[s->filter_item] == AN_PRESENT && b->values[s->filter_item] == s->filter_value);
}

static int put_cell(struct stored_build *b, size_t j, size_t target, struct err *e)
{
	const struct stored_column *c = b->s->column + j;
	const struct part_group *g = target != SIZE_MAX ? b->part.target + target : NULL;
	const char *text;

	if (c->item < b->s->q->item_count) {
		if (b->why[c->item] != AN_PRESENT)
			return frame_put_missing(b->f, b->f->rows, j, (enum an_why)b->why[c->item], e);
		return frame_put_number(b->f, b->f->rows, j, b->values[c->item], e);
	}
	text = g == NULL ? "" : c->item == STORED_TARGET ? g->code : g->t->unit;
	return text[0] != '\0' ? frame_put_text(b->f, b->f->rows, j, text, e)
			       : frame_put_missing(b->f, b->f->rows, j, AN_NOT_APPLICABLE, e);
}

static int put_row(struct stored_build *b, size_t target, struct err *e)
{
	b->people += b->row[b->rows].counts & 1;
	b->taken++;
	for (size_t j = 0; j < b->s->columns; j++)
		if (put_cell(b, j, target, e) < 0)
			return -1;
	return frame_end_row(b->f, e);
}

/* Bits of analysis/suppress.h.  Beside all people, of the careful ones alone also these and the rest. */
static unsigned char counts(const struct stored_build *b, bool simulated, bool straight)
{
	unsigned person = !simulated, all = straight ? 0 : SUPPRESS_ALL;

	return (unsigned char)(all | person | (b->measures > 1 ? person << (straight ? 2 : 1) : 0));
}

static int take(void *arg, int64_t number, bool simulated, const void *packed, size_t len, struct err *e)
{
	struct stored_build *b = arg;
	struct tally_response r = { .given = b->given };
	size_t target = place_of_target(&b->part, number);
	struct stored_row *row;

	if (make_room(b, e) < 0 || answers_scores(b->s->q, packed, len, true, b->values, b->why, e) < 0)
		return -1;
	if (b->part.part == TALLY_CAREFUL && tally_response_read(b->part.shape, packed, len, simulated, &r, e) < 0)
		return -1;
	row = b->row + b->rows;
	*row = (struct stored_row){ .counts = counts(b, simulated, r.straight),
		.chosen = !r.straight && passes(b) && campaign_part_shows(&b->part, number) };
	for (size_t x = 0; x < b->axes; x++)
		row->level[x] = (uint32_t)level_of(b, b->axis + x, target);
	memset(b->has + b->rows * b->words, 0, b->words * sizeof *b->has);
	for (size_t i = 0; i < b->s->q->item_count; i++)
		if (b->why[i] == AN_PRESENT && b->s->q->items[i].type != ITEM_TEXT)
			b->has[b->rows * b->words + i / 64] |= (uint64_t)1 << (i % 64);
	if (row->chosen && put_row(b, target, e) < 0)
		return -1;
	b->rows++;
	return 0;
}

int stored_set_aside(struct stored_build *b, size_t row, size_t column, struct err *e)
{
	size_t item = b->s->column[column].item;

	for (size_t x = 0; x < b->axes; x++)
		if (b->axis[x].column == column)
			b->row[row].level[x] = (uint32_t)b->axis[x].levels;
	if (item < b->s->q->item_count)
		b->has[row * b->words + item / 64] &= ~((uint64_t)1 << (item % 64));
	return frame_why(b->f, row, column) != AN_PRESENT ? 0 : frame_put_missing(b->f, row, column, AN_SET_ASIDE, e);
}

/* ---- the whole ---- */

static int begin(struct stored_build *b, struct err *e)
{
	const struct stored *s = b->s;
	size_t at;

	b->words = s->q->item_count / 64 + 1;
	b->measures = b->part.part == TALLY_CAREFUL ? 3 : 1;
	b->values = calloc(s->q->item_count + 1, sizeof *b->values);
	b->why = calloc(s->q->item_count + 1, 1);
	b->given = calloc(s->q->item_count + 1, sizeof *b->given);
	if (b->values == NULL || b->why == NULL || b->given == NULL)
		return err_nomem(e);
	for (size_t j = 0; j < s->columns; j++)
		if (frame_add_column(b->f, s->column[j].name, &at, e) < 0 ||
		    (s->column[j].item >= s->q->item_count && frame_make_texts(b->f, at, e) < 0))
			return -1;
	return find_axes(b, e);
}

/* Why this selection may not be shown at all, or NULL. */
static const char *why_not(const struct stored_build *b)
{
	uint64_t k = (uint64_t)b->s->c.k;

	if (b->part.withheld[b->part.part] != NULL)
		return b->part.withheld[b->part.part];
	if (b->s->c.origin == CAMPAIGN_AGGREGATE)
		return "aggregate";
	if (b->rows == 0)
		return "no_responses";
	return b->taken < k || (b->people > 0 && b->people < k) ? "below_k" : NULL;
}

static int protect(struct stored_build *b, const char **withheld, json_t *left_out, struct err *e)
{
	if (stored_guard_cells(b, left_out, e) < 0)
		return -1;
	if (b->rows == 0)
		*withheld = "complement";
	else if (stored_close_gaps(b, e) < 0 || stored_guard_tables(b, left_out, e) < 0 || stored_guard_items(b, e) < 0)
		return -1;
	return 0;
}

int stored_frame(struct stored *s, struct db *db, struct frame *f, const char **withheld, json_t *left_out,
    json_t **fingerprint, struct err *e)
{
	struct stored_build *b = calloc(1, sizeof *b);
	char *text = json_dumps(s->doc, JSON_COMPACT | JSON_SORT_KEYS);
	int rc = -1;

	frame_init(f);
	f->least = (size_t)s->c.k;
	if (b == NULL || text == NULL) {
		free(b);
		free(text);
		return err_nomem(e);
	}
	b->s = s;
	b->f = f;
	b->part = (struct campaign_part){ .db = db, .c = &s->c, .q = s->q, .o = &s->o, .a = s->a };
	if (campaign_part_load(&b->part, e) == 0 && begin(b, e) == 0 &&
	    (b->part.withheld[b->part.part] != NULL || survey_packed(db, s->c.id, take, b, e) == 0)) {
		*fingerprint = campaign_part_fingerprint(&b->part, text);
		*withheld = why_not(b);
		rc = *withheld != NULL ? 0 : protect(b, withheld, left_out, e);
	}
	campaign_part_free(&b->part);
	free(text);
	free(b->values);
	free(b->why);
	free(b->given);
	free(b->row);
	free(b->has);
	free(b);
	return rc;
}
