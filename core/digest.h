/* core/digest.h -- BLAKE2b without a key, piece by piece (libsodium).
 * For naming contents, never for secrets: whoever can guess the contents can compute it.
 * Owner: the caller's stack; nothing is allocated. */
#ifndef CORE_DIGEST_H
#define CORE_DIGEST_H

#include "core/ids.h"

#include <stddef.h>

struct digest {
	_Alignas(64) unsigned char state[384];
};

void digest_begin(struct digest *d);
void digest_add(struct digest *d, const void *data, size_t len);
void digest_end(struct digest *d, unsigned char out[HASH_LEN]);

#endif
