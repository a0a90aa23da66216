#include "web/form_pages.h"

#include "core/clock.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEY_MOST 208

struct kept {
	uint64_t hash;
	char key[KEY_MOST];
	struct form_bytes *bytes;   /* NULL: free */
	int64_t made_at, closes_at; /* ms */
	bool renewing;
};
struct form_pages {
	pthread_mutex_t lock;
	struct form_marks marks;
	struct kept at[FORM_PAGES_SETS][FORM_PAGES_WAYS];
};

struct form_pages *form_pages_new(void)
{
	struct form_pages *p = calloc(1, sizeof *p);

	if (p != NULL) {
		pthread_mutex_init(&p->lock, NULL);
		form_marks_new(&p->marks);
	}
	return p;
}

void form_pages_free(struct form_pages *p)
{
	if (p == NULL)
		return;
	for (size_t i = 0; i < FORM_PAGES_SETS; i++)
		for (size_t j = 0; j < FORM_PAGES_WAYS; j++)
			form_bytes_drop(p->at[i][j].bytes);
	pthread_mutex_destroy(&p->lock);
	free(p);
}

const struct form_marks *form_pages_marks(const struct form_pages *p)
{
	return &p->marks;
}

/* False when it is too long to be kept. */
static bool spell(const struct form_key *key, char out[KEY_MOST], uint64_t *hash)
{
	int n = snprintf(out, KEY_MOST, "%c\n%s\n%s\n%s", key->kind, key->lang, key->campaign, key->target);

	*hash = 0xcbf29ce484222325u; /* FNV-1a: only pages that exist are put in, so it need not be keyed */
	for (const char *c = out; *c != '\0'; c++)
		*hash = (*hash ^ (unsigned char)*c) * 0x100000001b3u;
	return n > 0 && n < KEY_MOST;
}

static struct kept *find(struct form_pages *p, const char *key, uint64_t hash)
{
	struct kept *set = p->at[hash % FORM_PAGES_SETS];

	for (size_t i = 0; i < FORM_PAGES_WAYS; i++)
		if (set[i].bytes != NULL && set[i].hash == hash && strcmp(set[i].key, key) == 0)
			return &set[i];
	return NULL;
}

static bool usable(struct kept *k, int64_t now)
{
	int64_t age = now - k->made_at;

	if (now >= k->closes_at || age < 0 || age >= 2 * FORM_PAGES_MS)
		return false;
	if (age < FORM_PAGES_MS || k->renewing)
		return true;
	k->renewing = true; /* by the caller, who gets nothing */
	return false;
}

struct form_bytes *form_pages_get(struct form_pages *p, const struct form_key *key)
{
	char text[KEY_MOST];
	struct form_bytes *b = NULL;
	struct kept *k;
	uint64_t hash;

	if (!spell(key, text, &hash))
		return NULL;
	pthread_mutex_lock(&p->lock);
	k = find(p, text, hash);
	if (k != NULL && usable(k, clock_now()))
		b = form_bytes_take(k->bytes);
	pthread_mutex_unlock(&p->lock);
	return b;
}

/* A free place of a set, else the one that was filled longest ago. */
static struct kept *place(struct kept *set)
{
	struct kept *oldest = set;

	for (struct kept *k = set; k < set + FORM_PAGES_WAYS; k++) {
		if (k->bytes == NULL)
			return k;
		if (k->made_at < oldest->made_at)
			oldest = k;
	}
	return oldest;
}

void form_pages_put(struct form_pages *p, const struct form_key *key, struct form_bytes *b, int64_t closes_at)
{
	struct form_bytes *old;
	char text[KEY_MOST];
	struct kept *k;
	uint64_t hash;

	if (!spell(key, text, &hash))
		return;
	pthread_mutex_lock(&p->lock);
	k = find(p, text, hash);
	if (k == NULL)
		k = place(p->at[hash % FORM_PAGES_SETS]);
	old = k->bytes;
	k->hash = hash;
	memcpy(k->key, text, sizeof text);
	k->bytes = form_bytes_take(b);
	k->made_at = clock_now();
	k->closes_at = closes_at;
	k->renewing = false;
	pthread_mutex_unlock(&p->lock);
	form_bytes_drop(old);
}
