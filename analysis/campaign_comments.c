/* What people wrote, without anything else that they answered. */
#include "analysis/campaign_part.h"
#include "surveys/matrix.h"

#include <stdlib.h>
#include <string.h>

#define COMMENTS_MOST 200
#define KEY_BYTES     10

/* Comments come in the order of a hash of the release, the item, and the place among the item's
 * texts.  Another item of the same response stands elsewhere, so that no two comments of one
 * person can be joined; a new release shuffles them anew. */
struct comment {
	unsigned char key[KEY_BYTES];
	bool simulated;
	char *text;
	size_t len;
};
struct collect {
	struct campaign_part *p;
	const char *item;
	unsigned char after[KEY_BYTES];
	bool from_start;
	size_t limit, n, total, later; /* later: after the cursor */
	struct comment *page;	       /* limit smallest keys after the cursor, ascending */
	bool failed;
};

static void key_of(const struct collect *c, unsigned char key[KEY_BYTES])
{
	unsigned char hash[HASH_LEN];
	struct fingerprint f;

	digest_begin(&f.digest);
	fingerprint_bytes(&f, c->p->last.digest, sizeof c->p->last.digest);
	fingerprint_text(&f, c->item);
	fingerprint_int(&f, (int64_t)c->total);
	digest_end(&f.digest, hash);
	memcpy(key, hash, KEY_BYTES);
}

/* Keeps the smallest keys after the cursor. */
static int take(void *arg, int64_t target, bool simulated, const char *text, size_t len)
{
	struct collect *c = arg;
	struct comment one = { .simulated = simulated };
	size_t at;

	if (!campaign_part_shows(c->p, target))
		return 0;
	key_of(c, one.key);
	c->total++;
	if (!c->from_start && memcmp(one.key, c->after, KEY_BYTES) <= 0)
		return 0;
	c->later++;
	if (c->n == c->limit && memcmp(one.key, c->page[c->n - 1].key, KEY_BYTES) >= 0)
		return 0;
	one.text = malloc(len + 1);
	if (one.text == NULL) {
		c->failed = true;
		return -1;
	}
	memcpy(one.text, text, len);
	one.len = len;
	if (c->n == c->limit)
		free(c->page[--c->n].text);
	for (at = c->n++; at > 0 && memcmp(one.key, c->page[at - 1].key, KEY_BYTES) < 0; at--)
		c->page[at] = c->page[at - 1];
	c->page[at] = one;
	return 0;
}

static bool cursor(const char *text, unsigned char key[KEY_BYTES])
{
	if (text == NULL || strlen(text) != 2 * KEY_BYTES || strspn(text, "0123456789abcdef") != 2 * KEY_BYTES)
		return false;
	for (size_t i = 0; i < KEY_BYTES; i++) {
		char pair[3] = { text[2 * i], text[2 * i + 1], '\0' };

		key[i] = (unsigned char)strtoul(pair, NULL, 16);
	}
	return true;
}

static json_t *comments_json(struct collect *c, size_t item)
{
	const struct instrument_item *it = &c->p->q->items[item];
	json_t *list = json_array(), *o;
	char last[2 * KEY_BYTES + 1] = "";

	for (size_t i = 0; i < c->n; i++)
		json_array_append_new(list,
		    json_pack("{s:s%, s:b}", "text", c->page[i].text, c->page[i].len, "simulated",
			c->page[i].simulated));
	if (c->n > 0)
		hash_hex(c->page[c->n - 1].key, KEY_BYTES, last);
	o = campaign_head_json(c->p);
	if (o == NULL ||
	    json_object_update_new(o,
		json_pack("{s:s, s:O, s:I, s:o, s:b, s:s}", "item", it->code, "label", it->label, "total",
		    (json_int_t)c->total, "comments", list, "more", c->later > c->n, "last", last)) != 0) {
		json_decref(o);
		return NULL;
	}
	return o;
}

static int read_comments(struct collect *c, size_t item, json_t **out, struct err *e)
{
	uint64_t n = tally_why(c->p->shown[TALLY_ALL], item, AN_PRESENT);

	/* as everywhere: nothing over fewer than k */
	if (c->p->withheld[TALLY_ALL] == NULL && n > 0 &&
	    (n < (uint64_t)c->p->c->k || c->p->item_hidden[TALLY_ALL][item]))
		c->p->withheld[TALLY_ALL] = "below_k";
	if (c->p->withheld[TALLY_ALL] == NULL &&
	    survey_texts(c->p->db, c->p->c->id, c->p->q, item, MATRIX_ALL_TARGETS, take, c, e) != 0)
		return -1;
	if (c->failed)
		return err_nomem(e);
	*out = comments_json(c, item);
	return *out != NULL ? 0 : err_nomem(e);
}

int campaign_comments_json(struct db *db, const struct campaign *c, const struct instrument *q,
    const struct campaign_options *o, const char *item, const char *after, size_t limit, struct arena *a, json_t **out,
    struct err *e)
{
	struct campaign_options all = *o;
	struct campaign_part p = { .db = db, .c = c, .q = q, .o = &all, .a = a };
	struct collect k = { .p = &p, .item = item };
	size_t at = instrument_item_index(q, item);
	int ret = -1;

	*out = NULL;
	all.part = TALLY_ALL;
	if (at == SIZE_MAX || q->items[at].type != ITEM_TEXT)
		return err_set(e, ERR_ABSENT, "item", "This questionnaire has no open question “{1}”.", item, NULL);
	k.limit = limit == 0 || limit > COMMENTS_MOST ? COMMENTS_MOST : limit;
	k.page = calloc(k.limit, sizeof *k.page);
	k.from_start = !cursor(after, k.after);
	if (k.page == NULL)
		err_nomem(e);
	else if (campaign_part_load(&p, e) == 0)
		ret = read_comments(&k, at, out, e);
	for (size_t i = 0; i < k.n; i++)
		free(k.page[i].text);
	free(k.page);
	campaign_part_free(&p);
	return ret;
}
