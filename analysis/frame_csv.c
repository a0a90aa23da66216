/* A data frame out of a CSV file, cell by cell: the file itself is never held. */
#include "analysis/frame.h"

#include <stdlib.h>
#include <string.h>

struct reading {
	struct frame *f;
	const char *na;
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
		if (frame_add_column(r->f, name[j], &column, e) != 0)
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

int frame_read_csv(const char *data, size_t len, const char *na, struct frame *out, struct err_list *bad, struct err *e)
{
	struct reading r = { out, na };
	struct csv_sink sink = { take_header, take_cell, take_row, &r };

	frame_init(out);
	if (csv_scan(data, len, NULL, &sink, bad, e) == 0)
		return 0;
	frame_free(out);
	return -1;
}

int frame_read_csv_file(const char *path, const char *na, struct frame *out, struct err_list *bad, struct err *e)
{
	struct reading r = { out, na };
	struct csv_sink sink = { take_header, take_cell, take_row, &r };

	frame_init(out);
	if (csv_scan_file(path, NULL, &sink, bad, e) == 0)
		return 0;
	frame_free(out);
	return -1;
}
