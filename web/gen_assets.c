/* web/gen_assets.c -- builds web/assets.h's table: gen_assets OUT.c FILE...
 * A host tool of the build.  The name of an asset is the path behind the last "web/"; a file
 * X.gz given beside X becomes its packed form. */
#include <sodium.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HASH_BYTES 16 /* the least that the function gives; 8 of them are used */

struct file {
	const char *path, *name;
	unsigned char *data;
	size_t len;
	const struct file *gz;
	bool packed; /* belongs to another file */
};

static const char *name_of(const char *path)
{
	const char *name = path, *at = path;

	while ((at = strstr(at, "web/")) != NULL) {
		at += 4;
		name = at;
	}
	return name;
}

static const char *type_of(const char *name)
{
	static const char *const types[][2] = {
		{ ".css", "text/css; charset=utf-8" },
		{ ".js", "text/javascript; charset=utf-8" },
		{ ".svg", "image/svg+xml" },
		{ ".json", "application/json" },
		{ ".mustache", "text/html; charset=utf-8" },
		{ ".txt", "text/plain; charset=utf-8" },
	};
	const char *dot = strrchr(name, '.');

	for (size_t i = 0; dot != NULL && i < sizeof types / sizeof *types; i++) {
		if (strcmp(dot, types[i][0]) == 0)
			return types[i][1];
	}
	return "application/octet-stream";
}

static int read_file(struct file *f)
{
	FILE *in = fopen(f->path, "rb");
	long size;
	int rc = -1;

	if (in == NULL || fseek(in, 0, SEEK_END) != 0 || (size = ftell(in)) < 0 || fseek(in, 0, SEEK_SET) != 0)
		goto out;
	f->len = (size_t)size;
	f->data = malloc(f->len + 1);
	if (f->data == NULL || fread(f->data, 1, f->len, in) != f->len)
		goto out;
	f->data[f->len] = '\0';
	rc = 0;
out:
	if (in != NULL)
		fclose(in);
	if (rc != 0)
		fprintf(stderr, "gen_assets: cannot read %s\n", f->path);
	return rc;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct file *)a)->name, ((const struct file *)b)->name);
}

static void join_packed(struct file *files, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t len = strlen(files[i].name);

		for (size_t k = 0; k < n; k++) {
			if (strncmp(files[k].name, files[i].name, len) == 0 &&
			    strcmp(files[k].name + len, ".gz") == 0) {
				files[i].gz = &files[k];
				files[k].packed = true;
			}
		}
	}
}

static void put_data(FILE *out, size_t at, const struct file *f)
{
	fprintf(out, "static const unsigned char data%zu[] = { /* %s */", at, f->name);
	for (size_t i = 0; i <= f->len; i++)
		fprintf(out, "%s%u,", i % 24 == 0 ? "\n" : "", f->data[i]);
	fprintf(out, "\n};\n");
}

static void put_row(FILE *out, const struct file *files, size_t at)
{
	const struct file *f = &files[at];
	unsigned char hash[HASH_BYTES];

	crypto_generichash(hash, sizeof hash, f->data, f->len, NULL, 0);
	fprintf(out, "\t{ \"%s\", \"%s\", data%zu, %zu, \"", f->name, type_of(f->name), at, f->len);
	for (int i = 0; i < 8; i++)
		fprintf(out, "%02x", hash[i]);
	if (f->gz != NULL)
		fprintf(out, "\", data%zu, %zu },\n", (size_t)(f->gz - files), f->gz->len);
	else
		fprintf(out, "\", NULL, 0 },\n");
}

static int write_table(const char *path, const struct file *files, size_t n)
{
	FILE *out = fopen(path, "w");
	size_t count = 0;

	if (out == NULL) {
		fprintf(stderr, "gen_assets: cannot write %s\n", path);
		return -1;
	}
	fprintf(out, "/* made by web/gen_assets.c */\n#include \"web/assets.h\"\n");
	for (size_t i = 0; i < n; i++)
		put_data(out, i, &files[i]);
	fprintf(out, "const struct asset assets[] = {\n");
	for (size_t i = 0; i < n; i++) {
		if (files[i].packed)
			continue;
		put_row(out, files, i);
		count++;
	}
	fprintf(out, "\t{ NULL, NULL, NULL, 0, NULL, NULL, 0 },\n};\nconst size_t asset_count = %zu;\n", count);
	return fclose(out);
}

int main(int argc, char **argv)
{
	size_t n = argc > 2 ? (size_t)argc - 2 : 0;
	struct file *files = calloc(n + 1, sizeof *files);
	int rc = 1;

	if (argc < 2 || files == NULL || sodium_init() < 0) {
		fprintf(stderr, "usage: gen_assets OUT.c FILE...\n");
		goto out;
	}
	for (size_t i = 0; i < n; i++) {
		files[i].path = argv[i + 2];
		files[i].name = name_of(files[i].path);
		if (read_file(&files[i]) != 0)
			goto out;
	}
	qsort(files, n, sizeof *files, by_name);
	for (size_t i = 1; i < n; i++) {
		if (strcmp(files[i - 1].name, files[i].name) == 0) {
			fprintf(stderr, "gen_assets: two files named %s\n", files[i].name);
			goto out;
		}
	}
	join_packed(files, n);
	rc = write_table(argv[1], files, n) == 0 ? 0 : 1;
out:
	for (size_t i = 0; files != NULL && i < n; i++)
		free(files[i].data);
	free(files);
	return rc;
}
