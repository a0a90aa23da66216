#include "core/digest.h"

#include <sodium.h>
#include <string.h>

_Static_assert(sizeof(struct digest) >= sizeof(crypto_generichash_state), "the state must fit");

static crypto_generichash_state *state(struct digest *d)
{
	return (crypto_generichash_state *)(void *)d->state;
}

void digest_begin(struct digest *d)
{
	memset(d, 0, sizeof *d);
	crypto_generichash_init(state(d), NULL, 0, HASH_LEN);
}

void digest_add(struct digest *d, const void *data, size_t len)
{
	if (len > 0)
		crypto_generichash_update(state(d), data, len);
}

void digest_end(struct digest *d, unsigned char out[HASH_LEN])
{
	crypto_generichash_final(state(d), out, HASH_LEN);
}
