/* How long a method goes on after it is told to stop, and how often it asks:
 *   stop FILE.csv SECONDS METHOD [--option value ...]
 * prints the seconds until the end, the longest time without asking, and how many times it asked. */
#include "analysis/analyse.h"
#include "analysis/start.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double begun, last, longest, limit, stopped, share;
static size_t asked;

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void note(void)
{
	double t = now();

	longest = t - last > longest ? t - last : longest;
	last = t;
}

static bool watch(void *arg, double done)
{
	(void)arg;
	note();
	share = done;
	asked++;
	if (last - begun < limit)
		return true;
	stopped = stopped > 0 ? stopped : last;
	return false;
}

int main(int argc, char **argv)
{
	struct analyse_arg args[32];
	struct analyse_call call = { .args = args, .watch = watch };
	struct err_list bad = { 0 };
	struct err e = { 0 };
	struct frame f;
	json_t *out;

	if (argc < 4) {
		fputs("stop FILE.csv SECONDS METHOD [--option value ...]\n", stderr);
		return 2;
	}
	analysis_start();
	limit = strtod(argv[2], NULL);
	call.method = argv[3];
	for (int i = 4; i + 1 < argc && call.n < 32; i += 2)
		args[call.n++] = (struct analyse_arg){ argv[i] + 2, argv[i + 1] };
	if (frame_read_csv_file(argv[1], "", &f, &bad, &e) != 0) {
		fprintf(stderr, "%s: %s\n", argv[1], e.message);
		return 1;
	}
	begun = last = now();
	out = analyse_run(&call, &f, &e);
	note();
	printf("%-18s %7.2f s, longest silence %6.2f s, asked %6zu times, after stop %5.2f s, last share %.2f: %s\n",
	    call.method, last - begun, longest, asked, stopped > 0 ? last - stopped : 0, share,
	    out != NULL ? "done" : e.message);
	json_decref(out);
	frame_free(&f);
	err_list_free(&bad);
	return 0;
}
