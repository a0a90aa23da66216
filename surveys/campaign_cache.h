/* surveys/campaign_cache.h -- campaigns ready to be answered, kept by each worker thread.
 * Answering needs the campaign, its parsed instrument and the numbers of its targets; read for
 * every response they would cost more than the response.  An entry is looked at again when it
 * is older than CAMPAIGN_CACHE_MS; the instrument and the targets are read anew only when they
 * changed.  Counts in it may be that old.
 * Owner: one thread; what campaign_cache_get() gives stays valid until its next call. */
#ifndef SURVEYS_CAMPAIGN_CACHE_H
#define SURVEYS_CAMPAIGN_CACHE_H

#include "surveys/campaign.h"
#include "surveys/instrument.h"

#define CAMPAIGN_CACHE_MS 2000

struct campaign_target_ref {
	char id[ID_LEN + 1];
	const char *code, *label, *unit_label; /* stored JSON labels */
	int64_t number;
};
struct campaign_open {
	struct campaign c;
	const struct instrument *instrument;	   /* shared, read only */
	const struct campaign_target_ref *targets; /* sorted by id */
	size_t target_count;
};
struct campaign_cache;

struct campaign_cache *campaign_cache_new(void); /* NULL: out of memory */
void campaign_cache_free(struct campaign_cache *cache);
/* By id or code, whatever its status; ERR_ABSENT. */
int campaign_cache_get(struct campaign_cache *cache, struct db *db, const char *id_or_code,
    const struct campaign_open **out, struct err *e);
/* The number of a target by id or code; 0 when there is none. */
int64_t campaign_open_target(const struct campaign_open *o, const char *id_or_code);
/* What a response says of its target ("" or NULL: nothing): may be left out where there is one
 * target or none.  ERR_INPUT, field "target". */
int campaign_open_target_choose(const struct campaign_open *o, const char *id_or_code, int64_t *number, struct err *e);

#endif
