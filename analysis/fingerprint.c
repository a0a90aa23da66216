#include "analysis/fingerprint.h"

#include <string.h>

static void tagged(struct fingerprint *f, char type, const void *data, size_t len)
{
	unsigned char head[9] = { (unsigned char)type };

	for (int i = 0; i < 8; i++)
		head[1 + i] = (unsigned char)((uint64_t)len >> (8 * i));
	digest_add(&f->digest, head, sizeof head);
	digest_add(&f->digest, data, len);
}

static void number(struct fingerprint *f, char type, uint64_t bits)
{
	unsigned char le[8];

	for (int i = 0; i < 8; i++)
		le[i] = (unsigned char)(bits >> (8 * i));
	tagged(f, type, le, sizeof le);
}

void fingerprint_begin(struct fingerprint *f, const char *method)
{
	digest_begin(&f->digest);
	fingerprint_text(f, ELOD_VERSION);
	fingerprint_text(f, method);
}

void fingerprint_bytes(struct fingerprint *f, const void *data, size_t len)
{
	tagged(f, 'b', data, len);
}

void fingerprint_text(struct fingerprint *f, const char *text)
{
	tagged(f, 't', text, strlen(text));
}

void fingerprint_int(struct fingerprint *f, int64_t value)
{
	number(f, 'i', (uint64_t)value);
}

void fingerprint_real(struct fingerprint *f, double value)
{
	uint64_t bits;

	if (value == 0)
		value = 0; /* -0 is 0 */
	memcpy(&bits, &value, sizeof bits);
	number(f, 'r', bits);
}

void fingerprint_end(struct fingerprint *f, char out[FINGERPRINT_SIZE])
{
	unsigned char hash[HASH_LEN];
	char hex[13];

	digest_end(&f->digest, hash);
	hash_hex(hash, 6, hex);
	memcpy(out, "elod:", 5);
	for (int i = 0; i < 3; i++) {
		memcpy(out + 5 + 5 * i, hex + 4 * i, 4);
		out[9 + 5 * i] = i < 2 ? '-' : '\0';
	}
}
