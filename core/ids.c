#include "core/ids.h"

#include <ctype.h>
#include <sodium.h>
#include <string.h>

static const char base32[] = "0123456789abcdefghjkmnpqrstvwxyz";

int ids_init(struct err *e)
{
	return sodium_init() < 0 ? err_internal(e, "libsodium could not be initialised") : 0;
}

static void random_base32(char *out, size_t n)
{
	unsigned char bytes[TOKEN_LEN];

	randombytes_buf(bytes, n);
	for (size_t i = 0; i < n; i++)
		out[i] = base32[bytes[i] & 31];
	out[n] = '\0';
}

void id_new(char out[ID_LEN + 1])
{
	random_base32(out, ID_LEN);
}

void token_new(char out[TOKEN_LEN + 1])
{
	random_base32(out, TOKEN_LEN);
}

void uuid_new(char out[UUID_LEN + 1])
{
	unsigned char b[16];

	randombytes_buf(b, sizeof b);
	b[6] = (unsigned char)((b[6] & 0x0F) | 0x40);
	b[8] = (unsigned char)((b[8] & 0x3F) | 0x80);
	for (size_t i = 0, n = 0; i < sizeof b; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			out[n++] = '-';
		hash_hex(&b[i], 1, out + n);
		n += 2;
	}
}

bool uuid_valid(const char *s)
{
	if (strlen(s) != UUID_LEN)
		return false;
	for (int i = 0; i < UUID_LEN; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;

		if (dash ? s[i] != '-' : !isxdigit((unsigned char)s[i]))
			return false;
	}
	return true;
}

void random_bytes(void *out, size_t n)
{
	randombytes_buf(out, n);
}

void hash_keyed(const struct secret *key, const char *purpose, const void *data, size_t len,
    unsigned char out[HASH_LEN])
{
	crypto_generichash_state st;

	crypto_generichash_init(&st, key->key, sizeof key->key, HASH_LEN);
	/* the terminating zero keeps purpose and data apart */
	crypto_generichash_update(&st, (const unsigned char *)purpose, strlen(purpose) + 1);
	crypto_generichash_update(&st, data, len);
	crypto_generichash_final(&st, out, HASH_LEN);
}

void hash_receipt(const unsigned char hash[HASH_LEN], char out[15])
{
	size_t n = 0;

	for (int i = 0; i < 12; i++) {
		if (i > 0 && i % 4 == 0)
			out[n++] = '-';
		out[n++] = (char)toupper(base32[hash[i] & 31]);
	}
	out[n] = '\0';
}

void hash_hex(const unsigned char *hash, size_t n, char *out)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < n; i++) {
		out[2 * i] = digits[hash[i] >> 4];
		out[2 * i + 1] = digits[hash[i] & 15];
	}
	out[2 * n] = '\0';
}
