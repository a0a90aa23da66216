#include "surveys/campaign_cache.h"

#include "core/clock.h"
#include "surveys/target.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ENTRIES		 32
#define ENTRY_BYTES_MOST ((size_t)256 << 20)

struct entry {
	char key[CAMPAIGN_CODE_MOST + 1]; /* as it was asked for: id or code; "" free */
	int64_t looked_at, used_at;	  /* ns */
	struct arena *words, *targets;	  /* the campaign's texts; its targets */
	struct campaign_open open;
};
struct campaign_cache {
	struct entry at[ENTRIES];
};

struct campaign_cache *campaign_cache_new(void)
{
	return calloc(1, sizeof(struct campaign_cache));
}

static void clear(struct entry *en)
{
	arena_free(en->words);
	arena_free(en->targets);
	memset(en, 0, sizeof *en);
}

void campaign_cache_free(struct campaign_cache *cache)
{
	if (cache == NULL)
		return;
	for (size_t i = 0; i < ENTRIES; i++)
		clear(&cache->at[i]);
	free(cache);
}

static int by_id(const void *a, const void *b)
{
	return strcmp(((const struct campaign_target_ref *)a)->id, ((const struct campaign_target_ref *)b)->id);
}

static int load_targets(struct entry *en, struct db *db, struct err *e)
{
	struct target *all;
	struct campaign_target_ref *refs;
	size_t n;

	arena_reset(en->targets);
	if (target_all(db, en->open.c.id, en->targets, &all, &n, e) < 0)
		return -1;
	refs = ARENA_ARRAY(en->targets, struct campaign_target_ref, n + 1);
	if (refs == NULL)
		return err_nomem(e);
	for (size_t i = 0; i < n; i++) {
		memcpy(refs[i].id, all[i].id, sizeof refs[i].id);
		refs[i].code = all[i].code;
		refs[i].label = all[i].label;
		refs[i].unit_label = all[i].unit_label;
		refs[i].number = all[i].number;
	}
	qsort(refs, n, sizeof *refs, by_id);
	en->open.targets = refs;
	en->open.target_count = n;
	return 0;
}

static int refresh(struct entry *en, struct db *db, struct err *e)
{
	struct campaign_open *o = &en->open;

	if (en->words == NULL)
		en->words = arena_new(4096, ENTRY_BYTES_MOST);
	if (en->targets == NULL)
		en->targets = arena_new(4096, ENTRY_BYTES_MOST);
	if (en->words == NULL || en->targets == NULL)
		return err_nomem(e);
	arena_reset(en->words);
	if (campaign_get(db, en->key, en->words, &o->c, e) < 0)
		return -1;
	/* targets are only ever added, so their number says whether there are new ones */
	if ((size_t)o->c.targets != o->target_count && load_targets(en, db, e) < 0)
		return -1;
	if (o->instrument == NULL || strcmp(o->instrument->id, o->c.instrument) != 0)
		return instrument_shared(db, o->c.instrument, &o->instrument, e);
	return 0;
}

/* The entry of that key, else the one that was not used for longest, emptied. */
static struct entry *find(struct campaign_cache *cache, const char *key)
{
	struct entry *oldest = &cache->at[0];

	for (size_t i = 0; i < ENTRIES; i++) {
		struct entry *en = &cache->at[i];

		if (strcmp(en->key, key) == 0)
			return en;
		if (en->used_at < oldest->used_at)
			oldest = en;
	}
	clear(oldest);
	snprintf(oldest->key, sizeof oldest->key, "%s", key);
	return oldest;
}

int campaign_cache_get(struct campaign_cache *cache, struct db *db, const char *id_or_code,
    const struct campaign_open **out, struct err *e)
{
	int64_t now = clock_mono_ns();
	struct entry *en;

	*out = NULL;
	if (id_or_code[0] == '\0' || strlen(id_or_code) > CAMPAIGN_CODE_MOST)
		return err_set(e, ERR_ABSENT, "campaign", "There is no such campaign.", NULL);
	en = find(cache, id_or_code);
	if (en->looked_at == 0 || now - en->looked_at > CAMPAIGN_CACHE_MS * INT64_C(1000000)) {
		if (refresh(en, db, e) < 0) {
			clear(en);
			return -1;
		}
		en->looked_at = now;
	}
	en->used_at = now;
	*out = &en->open;
	return 0;
}

int64_t campaign_open_target(const struct campaign_open *o, const char *id_or_code)
{
	size_t from = 0, to = o->target_count;

	while (from < to) {
		size_t mid = from + (to - from) / 2;
		int order = strcmp(id_or_code, o->targets[mid].id);

		if (order == 0)
			return o->targets[mid].number;
		if (order < 0)
			to = mid;
		else
			from = mid + 1;
	}
	for (size_t i = 0; i < o->target_count; i++)
		if (strcmp(o->targets[i].code, id_or_code) == 0)
			return o->targets[i].number;
	return 0;
}

int campaign_open_target_choose(const struct campaign_open *o, const char *id_or_code, int64_t *number, struct err *e)
{
	*number = 0;
	if (id_or_code != NULL && id_or_code[0] != '\0') {
		*number = campaign_open_target(o, id_or_code);
		if (*number == 0)
			return err_set(e, ERR_INPUT, "target",
			    "The campaign has no target “{1}”; the list of targets shows them.", id_or_code, NULL);
	} else if (o->target_count == 1) {
		*number = o->targets[0].number;
	} else if (o->target_count > 1) {
		return err_set(e, ERR_INPUT, "target", "Please choose what your answers are about.", NULL);
	}
	return 0;
}
