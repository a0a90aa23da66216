#include "web/form_state.h"

#include "core/text.h"
#include "surveys/label.h"
#include "web/locale.h"
#include "web/urlencoded.h"

#include <stdio.h>
#include <string.h>

#define FIELDS_MOST 2000

void form_language(struct web_request *rq, const struct instrument *q)
{
	if (instrument_has_language(q, rq->lang))
		return;
	if (instrument_has_language(q, "vi"))
		rq->lang = "vi";
	else if (instrument_has_language(q, "en"))
		rq->lang = "en";
}

const struct campaign_target_ref *form_target(const struct campaign_open *open, const char *id_or_code)
{
	int64_t number = campaign_open_target(open, id_or_code);

	for (size_t i = 0; number != 0 && i < open->target_count; i++)
		if (open->targets[i].number == number)
			return &open->targets[i];
	return NULL;
}

const char *form_fill(struct arena *a, const char *text, const char *one, const char *two)
{
	const char *const values[] = { one, two };
	size_t room = strlen(text) + strlen(one) + strlen(two) + 1;
	char *out = arena_get(a, room, 1), *to = out;

	for (; out != NULL && *text != '\0';) {
		if (text[0] == '{' && (text[1] == '1' || text[1] == '2') && text[2] == '}') {
			const char *value = values[text[1] - '1'];
			size_t n = strlen(value);

			if ((size_t)(to - out) + n + strlen(text) > room + 2)
				break; /* a place named twice: cut rather than overflow */
			memcpy(to, value, n);
			to += n;
			text += 3;
		} else {
			*to++ = *text++;
		}
	}
	return out != NULL ? out : text;
}

struct form_state *form_state_new(struct web_request *rq, const struct campaign_open *open, const char *id,
    const char *invitation, const struct campaign_target_ref *target, struct err *e)
{
	struct form_state *s = ARENA_NEW(rq->arena, struct form_state);

	if (s == NULL)
		goto nomem;
	s->open = open;
	s->q = open->instrument;
	s->id = id;
	s->invitation = invitation;
	s->target = target;
	s->items = ARENA_ARRAY(rq->arena, struct form_item, s->q->item_count);
	s->answers = ARENA_ARRAY(rq->arena, struct answer, s->q->item_count);
	if (s->items == NULL || s->answers == NULL)
		goto nomem;
	for (size_t i = 0; i < s->q->item_count; i++)
		s->answers[i].why = ANSWER_SKIPPED;
	return s;
nomem:
	err_nomem(e);
	return NULL;
}

static int read_go(struct form_state *s, const char *value, struct err *e)
{
	if (strcmp(value, "next") == 0) {
		s->go = FORM_NEXT;
	} else if (strcmp(value, "back") == 0) {
		s->go = FORM_BACK;
	} else if (strcmp(value, "send") == 0) {
		s->go = FORM_SEND;
	} else if (strcmp(value, "vi") == 0 || strcmp(value, "en") == 0) {
		s->go = FORM_STAY;
		s->lang_next = value[0] == 'v' ? "vi" : "en";
	} else {
		return err_set(e, ERR_INPUT, "_go", "Known are: {1}.", "next, back, send, vi, en", NULL);
	}
	return 0;
}

static int read_page(struct form_state *s, const char *value, struct err *e)
{
	long long page;
	char last[24];

	snprintf(last, sizeof last, "%zu", s->q->page_count - 1);
	if (!text_integer(value, &page) || page < 0 || (size_t)page >= s->q->page_count)
		return err_set(e, ERR_INPUT, "_page", "The page must be a number from 0 to {1}.", last, NULL);
	s->page = (size_t)page;
	return 0;
}

static int read_target(struct form_state *s, const char *value, struct err *e)
{
	if (*value == '\0')
		return 0;
	s->target = form_target(s->open, value);
	if (s->target == NULL)
		return err_set(e, ERR_INPUT, "_target", "This survey has no “{1}” to answer about.", value, NULL);
	return 0;
}

static int repeated(const char *name, struct err *e)
{
	return err_set(e, ERR_INPUT, name, "The field “{1}” was sent twice.", name, NULL);
}

enum { SEEN_ID = 1, SEEN_PAGE = 2, SEEN_TARGET = 4, SEEN_INVITATION = 8, SEEN_GO = 16 };

static int read_own(struct form_state *s, const char *name, const char *value, unsigned *seen, struct err *e)
{
	static const char *const names[] = { "_id", "_page", "_target", "_invitation", "_go" };
	size_t i = 0;

	while (i < sizeof names / sizeof *names && strcmp(names[i], name) != 0)
		i++;
	if (i == sizeof names / sizeof *names)
		return err_set(e, ERR_INPUT, name, "The form has no field “{1}”.", name, NULL);
	if ((*seen & 1u << i) != 0)
		return repeated(name, e);
	*seen |= 1u << i;
	switch (1 << i) {
	case SEEN_ID:
		if (!uuid_valid(value))
			return err_set(e, ERR_INPUT, name, "The identifier must be a UUID.", NULL);
		s->id = value;
		return 0;
	case SEEN_PAGE:
		return read_page(s, value, e);
	case SEEN_TARGET:
		return read_target(s, value, e);
	case SEEN_INVITATION:
		s->invitation = *value == '\0' ? NULL : value;
		return 0;
	default:
		return read_go(s, value, e);
	}
}

static int read_answer(struct web_request *rq, struct form_state *s, const char *name, const char *value, bool softened,
    struct err *e)
{
	const char *dot = strchr(name, '.');
	bool na = dot != NULL && strcmp(dot, ".na") == 0;
	const char *code = na ? arena_strndup(rq->arena, name, (size_t)(dot - name)) : name;
	size_t i = code == NULL ? SIZE_MAX : instrument_item_index(s->q, code);

	if (i == SIZE_MAX || (na && (s->q->items[i].type == ITEM_SINGLE || s->q->items[i].type == ITEM_MATRIX)))
		return err_set(e, ERR_INPUT, name, "The form has no field “{1}”.", name, NULL);
	if (na ? s->items[i].not_applicable : s->items[i].typed != NULL)
		return repeated(name, e);
	if (na)
		s->items[i].not_applicable = *value != '\0';
	else
		s->items[i].typed = value;
	s->items[i].softened |= softened;
	return 0;
}

struct form_state *form_state_read(struct web_request *rq, const struct campaign_open *open, struct err *e)
{
	struct form_state *s = form_state_new(rq, open, NULL, NULL, NULL, e);
	const char *name, *value;
	struct urlencoded u;
	unsigned seen = 0;
	size_t fields = 0;
	int more;

	if (s == NULL)
		return NULL;
	urlencoded_start(&u, rq->arena, rq->body, rq->body_len);
	u.soften = true;
	while ((more = urlencoded_next(&u, &name, &value, e)) == 1) {
		if (++fields > FIELDS_MOST) {
			err_set(e, ERR_TOO_LARGE, NULL, "The form has too many fields.", NULL);
			return NULL;
		}
		if ((name[0] == '_' ? read_own(s, name, value, &seen, e)
				    : read_answer(rq, s, name, value, u.softened, e)) != 0)
			return NULL;
	}
	if (more != 0)
		return NULL;
	if (s->id == NULL) {
		err_set(e, ERR_INPUT, "_id", "The identifier must be a UUID.", NULL);
		return NULL;
	}
	if (s->target == NULL && open->target_count == 1)
		s->target = &open->targets[0];
	if (s->target == NULL && open->target_count > 1) {
		err_set(e, ERR_INPUT, "_target", "Say what this response is about.", NULL);
		return NULL;
	}
	return s;
}

/* ---- faults ---- */

static const char *translate(const void *rq, const char *msgid)
{
	return web_tr(rq, msgid);
}

static const char *skipped_text(const struct instrument_item *it)
{
	switch (it->type) {
	case ITEM_MATRIX:
		return it->offers_na ? N_("Choose a level for question {1}, or choose “{2}”.")
				     : N_("Choose a level for question {1}.");
	case ITEM_SINGLE:
		return it->offers_na ? N_("Choose an answer to question {1}, or choose “{2}”.")
				     : N_("Choose an answer to question {1}.");
	case ITEM_NUMBER:
		return it->offers_na ? N_("Write a number for question {1}, or choose “{2}”.")
				     : N_("Write a number for question {1}.");
	default:
		return it->offers_na ? N_("Write an answer to question {1}, or choose “{2}”.")
				     : N_("Write an answer to question {1}.");
	}
}

static const char *fault_of(struct web_request *rq, const struct form_state *s, size_t i, const struct err *wrong)
{
	const struct instrument_item *it = &s->q->items[i];
	char number[24], text[512];

	snprintf(number, sizeof number, "%zu", i + 1);
	if (wrong == NULL) {
		const char *na =
		    it->na_label == NULL ? web_tr(rq, "Not applicable") : label_text(it->na_label, rq->lang);

		return form_fill(rq->arena, web_tr(rq, skipped_text(it)), number, na);
	}
	err_text(wrong, translate, rq, text, sizeof text);
	return form_fill(rq->arena, web_tr(rq, "Question {1}: {2}"), number, text);
}

static void check_item(struct web_request *rq, struct form_state *s, size_t i, bool judge)
{
	const struct instrument_item *it = &s->q->items[i];
	struct form_item *item = &s->items[i];
	struct err e = { 0 };

	answers_from_text(s->q, i, item->typed == NULL ? "" : item->typed, rq->arena, &s->answers[i], &e);
	if (item->softened)
		err_set(&e, ERR_INPUT, it->code,
		    "The text held invisible control characters. They have been taken out: please look at it again.",
		    NULL);
	if (e.kind == ERR_NONE && s->answers[i].why == ANSWER_SKIPPED && item->not_applicable && it->offers_na)
		s->answers[i].why = ANSWER_NOT_APPLICABLE;
	if (!judge)
		return;
	if (e.kind != ERR_NONE)
		item->fault = fault_of(rq, s, i, &e);
	else if (it->required && s->answers[i].why == ANSWER_SKIPPED)
		item->fault = fault_of(rq, s, i, NULL);
}

size_t form_state_check(struct web_request *rq, struct form_state *s, size_t first, size_t last)
{
	size_t bad = SIZE_MAX;

	for (size_t i = 0; i < s->q->item_count; i++) {
		size_t page = s->q->items[i].page;

		check_item(rq, s, i, page >= first && page <= last);
		if (s->items[i].fault != NULL && page < bad)
			bad = page;
	}
	return bad;
}

size_t form_state_answered(const struct form_state *s, size_t page, bool elsewhere)
{
	size_t n = 0;

	for (size_t i = 0; i < s->q->item_count; i++)
		n += (s->q->items[i].page == page) != elsewhere &&
		    (s->answers[i].why == ANSWER_GIVEN || s->answers[i].why == ANSWER_NOT_APPLICABLE);
	return n;
}
