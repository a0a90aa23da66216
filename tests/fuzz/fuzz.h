/* tests/fuzz/fuzz.h -- one entry for two uses.  `make fuzz` builds each program with libFuzzer;
 * the tests build it with the main() below, which replays the files of seeds/<name>: inputs
 * worth beginning with, and every input that once found a fault.
 * Included once, at the end of a fuzz program's includes. */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* A broken promise of the code under test: stop as a sanitizer would. */
#define FUZZ_HOLDS(what)                                                                                               \
	do {                                                                                                           \
		if (!(what)) {                                                                                         \
			fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #what);                      \
			abort();                                                                                       \
		}                                                                                                      \
	} while (0)

#ifndef ELOD_LIBFUZZER
int main(int argc, char **argv)
{
	int n = 0;

	for (int i = 1; i < argc; i++) {
		FILE *f = fopen(argv[i], "rb");
		/* exactly as large as the input, so that a byte too far is seen */
		uint8_t *all = malloc(1 << 20), *exact;
		size_t len;

		if (f == NULL || all == NULL) {
			printf("not ok 1 - %s cannot be read\n", argv[i]);
			return 1;
		}
		len = fread(all, 1, 1 << 20, f);
		fclose(f);
		exact = malloc(len > 0 ? len : 1);
		for (size_t j = 0; exact != NULL && j < len; j++)
			exact[j] = all[j];
		LLVMFuzzerTestOneInput(exact, len);
		free(exact);
		free(all);
		n++;
	}
	printf("ok 1 - %s: %d inputs\n", argv[0], n);
	return 0;
}
#endif

#endif
