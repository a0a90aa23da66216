/* tests/store/temp.h -- a folder for one test's database, removed with all that is in it. */
#ifndef TESTS_STORE_TEMP_H
#define TESTS_STORE_TEMP_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct temp {
	char dir[200], file[240], url[260]; /* file: dir/elod.db; url: sqlite:file */
};

/* 0 or -1 */
static inline int temp_make(struct temp *t)
{
	const char *base = getenv("TMPDIR");

	snprintf(t->dir, sizeof t->dir, "%s/elod-test-XXXXXX", base != NULL ? base : P_tmpdir);
	if (mkdtemp(t->dir) == NULL)
		return -1;
	snprintf(t->file, sizeof t->file, "%s/elod.db", t->dir);
	snprintf(t->url, sizeof t->url, "sqlite:%s", t->file);
	return 0;
}

static inline void temp_remove(const struct temp *t)
{
	DIR *d = opendir(t->dir);
	struct dirent *entry;

	while (d != NULL && (entry = readdir(d)) != NULL) {
		char path[520];

		snprintf(path, sizeof path, "%s/%s", t->dir, entry->d_name);
		if (entry->d_name[0] != '.')
			unlink(path);
	}
	if (d != NULL)
		closedir(d);
	rmdir(t->dir);
}

/* A whole file (at most 64 MB), malloc'd; NULL when there is none. */
static inline unsigned char *temp_slurp(const char *path, size_t *len)
{
	FILE *f = fopen(path, "rb");
	unsigned char *p = NULL;
	long size;

	*len = 0;
	if (f == NULL)
		return NULL;
	fseek(f, 0, SEEK_END);
	size = ftell(f);
	rewind(f);
	if (size >= 0 && size < 64L << 20 && (p = malloc((size_t)size + 1)) != NULL)
		*len = fread(p, 1, (size_t)size, f);
	fclose(f);
	return p;
}

#endif
