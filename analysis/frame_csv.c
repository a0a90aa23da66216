/* A data frame out of a CSV file, cell by cell: the file itself is never held. */
#include "analysis/frame.h"

#include <sys/stat.h>

#include <stdlib.h>
#include <string.h>

struct source {
	const char *path; /* or NULL and: */
	const char *data;
	size_t len;
};

struct reading {
	struct frame *f;
	const char *na;
	const bool *texts; /* columns known to be texts; NULL: none is known yet */
	size_t cols;
};

static bool stands_for_missing(const char *text, size_t len, const char *na)
{
	if (len == 0)
		return true;
	for (const char *p = na; *p != '\0';) {
		size_t n = strcspn(p, ",");

		if (n == len && strncmp(p, text, n) == 0)
			return true;
		p += n + (p[n] == ',');
	}
	return false;
}

static int take_header(void *arg, char *const *name, size_t cols, struct err *e)
{
	struct reading *r = arg;
	size_t column;

	for (size_t j = 0; j < cols; j++)
		if (frame_add_column(r->f, name[j], &column, e) != 0 ||
		    (r->texts != NULL && j < r->cols && r->texts[j] && frame_make_texts(r->f, column, e) != 0))
			return -1;
	return 0;
}

static int take_cell(void *arg, size_t row, size_t col, const char *text, size_t len, struct err *e)
{
	struct reading *r = arg;

	if (stands_for_missing(text, len, r->na))
		return frame_put_missing(r->f, row, col, AN_SKIPPED, e);
	return frame_put_text(r->f, row, col, text, e);
}

static int take_row(void *arg, size_t row, unsigned long line, struct err *e)
{
	struct frame *f = ((struct reading *)arg)->f;
	struct frame_line *more;

	if (f->line_count == 0 || f->lines[f->line_count - 1].line + (row - f->lines[f->line_count - 1].row) != line) {
		/* grows by doubling at the powers of two */
		if ((f->line_count & (f->line_count - 1)) == 0) {
			more = reallocarray(f->lines, f->line_count == 0 ? 1 : f->line_count * 2, sizeof *more);
			if (more == NULL)
				return err_nomem(e);
			f->lines = more;
		}
		f->lines[f->line_count++] = (struct frame_line){ row, line };
	}
	return frame_end_row(f, e);
}

static int read_once(const struct source *from, const char *na, const bool *texts, size_t cols, struct frame *out,
    struct err_list *bad, struct err *e)
{
	struct reading r = { out, na, texts, cols };
	struct csv_sink sink = { take_header, take_cell, take_row, &r, &out->delimiter };
	int rc;

	frame_init(out);
	rc = from->path != NULL ? csv_scan_file(from->path, NULL, &sink, bad, e)
				: csv_scan(from->data, from->len, NULL, &sink, bad, e);
	if (rc != 0)
		frame_free(out);
	return rc != 0 ? -1 : 0;
}

static bool lasts(const struct source *from)
{
	struct stat st;

	return from->path == NULL || (stat(from->path, &st) == 0 && S_ISREG(st.st_mode));
}

/* Codes such as 07 are held as numbers until a text shows that they are none; how they were written is
 * only in the file then. */
static int read_again(const struct source *from, const char *na, struct frame *out, struct err_list *bad, struct err *e)
{
	size_t cols = out->cols, first = 0;
	bool *texts;
	int rc;

	while (first < cols && !out->column[first].misspelt)
		first++;
	if (first == cols)
		return 0;
	if (!lasts(from)) {
		err_set(e, ERR_INPUT, out->column[first].name,
		    "Column {1} holds numbers written as codes are, such as 07, and texts: it must be read twice, which a "
		    "pipe does not allow. Save the data to a file and give its name.",
		    out->column[first].name, (char *)NULL);
		frame_free(out);
		return -1;
	}
	texts = malloc(cols * sizeof *texts);
	for (size_t j = 0; texts != NULL && j < cols; j++)
		texts[j] = out->column[j].misspelt;
	frame_free(out);
	if (texts == NULL)
		return err_nomem(e);
	rc = read_once(from, na, texts, cols, out, bad, e);
	free(texts);
	return rc;
}

int frame_read_csv(const char *data, size_t len, const char *na, struct frame *out, struct err_list *bad, struct err *e)
{
	const struct source from = { NULL, data, len };

	return read_once(&from, na, NULL, 0, out, bad, e) == 0 ? read_again(&from, na, out, bad, e) : -1;
}

int frame_read_csv_file(const char *path, const char *na, struct frame *out, struct err_list *bad, struct err *e)
{
	const struct source from = { path, NULL, 0 };

	return read_once(&from, na, NULL, 0, out, bad, e) == 0 ? read_again(&from, na, out, bad, e) : -1;
}
