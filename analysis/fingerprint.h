/* analysis/fingerprint.h -- "elod:4c1e-a902-77bf": what a figure was computed from.
 * BLAKE2b over the program version, the name of the method, and every input in the order given;
 * each input carries its type and length, so that no two sequences look alike.  The same data,
 * parameters and version give the same fingerprint; anything else another one.
 * It may be printed beside a figure over marks because the inputs hold the students' random
 * numbers: nobody can try out marks until it fits. */
#ifndef ANALYSIS_FINGERPRINT_H
#define ANALYSIS_FINGERPRINT_H

#include "core/digest.h"

#include <stdint.h>

#define FINGERPRINT_SIZE 20 /* 19 characters and the end */

struct fingerprint {
	struct digest digest;
};

void fingerprint_begin(struct fingerprint *f, const char *method);
void fingerprint_bytes(struct fingerprint *f, const void *data, size_t len);
void fingerprint_text(struct fingerprint *f, const char *text);
void fingerprint_int(struct fingerprint *f, int64_t value);
void fingerprint_real(struct fingerprint *f, double value);
void fingerprint_end(struct fingerprint *f, char out[FINGERPRINT_SIZE]);

#endif
