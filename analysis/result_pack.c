#include "analysis/results.h"

#include <math.h>
#include <string.h>

#define PACK_VERSION 1

static const char *const names[RESULT_STATES] = { "present", "not_attempted", "absent", "excused", "not_submitted",
	"unreadable", "no_result" };

const char *result_state_name(enum result_state s)
{
	return names[s];
}

bool result_state_find(const char *name, enum result_state *out)
{
	for (int i = 0; i < RESULT_NO_ROW; i++)
		if (strcmp(names[i], name) == 0) {
			*out = (enum result_state)i;
			return true;
		}
	return false;
}

const char *missing_policy_name(enum missing_policy p)
{
	return p == MISSING_ZERO ? "zero" : "missing";
}

bool result_counts_zero(enum missing_policy p, enum result_state s)
{
	return p == MISSING_ZERO && (s == RESULT_NOT_ATTEMPTED || s == RESULT_ABSENT || s == RESULT_NOT_SUBMITTED);
}

size_t result_packed_most(size_t items)
{
	return 1 + 9 * items;
}

size_t result_pack(const double *score, const unsigned char *state, size_t items, unsigned char *out)
{
	size_t n = 0;

	out[n++] = PACK_VERSION;
	for (size_t i = 0; i < items; i++) {
		uint64_t bits;

		out[n++] = state[i];
		if (state[i] != RESULT_PRESENT)
			continue;
		memcpy(&bits, &score[i], sizeof bits);
		for (int b = 0; b < 8; b++)
			out[n++] = (unsigned char)(bits >> (8 * b));
	}
	return n;
}

int result_unpack(const unsigned char *p, size_t len, size_t items, double *score, unsigned char *state)
{
	size_t n = 1;

	if (len < 1 || p[0] != PACK_VERSION)
		return -1;
	for (size_t i = 0; i < items; i++) {
		uint64_t bits = 0;

		if (n >= len || p[n] >= RESULT_NO_ROW)
			return -1;
		state[i] = p[n++];
		score[i] = 0;
		if (state[i] != RESULT_PRESENT)
			continue;
		if (len - n < 8)
			return -1;
		for (int b = 0; b < 8; b++)
			bits |= (uint64_t)p[n++] << (8 * b);
		memcpy(&score[i], &bits, sizeof bits);
		if (!isfinite(score[i]))
			return -1;
	}
	return n == len ? 0 : -1;
}
