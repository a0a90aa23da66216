/* core/ids.h -- random identifiers and keyed hashes (libsodium).
 * ids_init() must have been called once.  An identifier says nothing: no order, no time. */
#ifndef CORE_IDS_H
#define CORE_IDS_H

#include "core/err.h"

#include <stdbool.h>
#include <stddef.h>

#define ID_LEN	  20 /* characters of an identifier: 100 random bits, base32 (Crockford), lower case */
#define UUID_LEN  36
#define HASH_LEN  32
#define TOKEN_LEN 40 /* 200 random bits */

struct secret { /* the key of all keyed hashes of one database */
	unsigned char key[HASH_LEN];
};

int ids_init(struct err *e);
void id_new(char out[ID_LEN + 1]);
void token_new(char out[TOKEN_LEN + 1]);
void uuid_new(char out[UUID_LEN + 1]); /* version 4 */
bool uuid_valid(const char *s);	       /* 8-4-4-4-12 hexadecimal digits, either case */
void random_bytes(void *out, size_t n);
/* Keyed BLAKE2b.  purpose separates uses of the one key: a receipt is no identifier hash. */
void hash_keyed(const struct secret *key, const char *purpose, const void *data, size_t len,
    unsigned char out[HASH_LEN]);
/* "7KQ4-M2VD-9XTC": the first 60 bits of a hash in groups of four; out holds 15 bytes. */
void hash_receipt(const unsigned char hash[HASH_LEN], char out[15]);
/* First n bytes as hexadecimal; out holds 2n + 1. */
void hash_hex(const unsigned char *hash, size_t n, char *out);

#endif
