#include "analysis/methods/qmatrix.h"
#include "core/text.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

static int weight_cell(const struct qmatrix *q, size_t row, size_t col, double *out, struct err *e)
{
	const char *cell = csv_table_cell(&q->file, row, col);
	char line[24];

	*out = 0;
	if (cell[0] == '\0' || (text_number(cell, out) && *out >= 0))
		return 0;
	snprintf(line, sizeof line, "%lu", q->file.line[row]);
	return err_set(e, ERR_INPUT, "qmatrix",
	    "Line {1}, column {2} of the Q-matrix: \"{3}\" is not a weight of 0 or more.", line, q->file.name[col],
	    cell, (char *)NULL);
}

/* Row of the Q-matrix for each item; every item needs one, rows for other items are allowed
 * only when --items chose some. */
static int fill(struct analyse *a, struct qmatrix *q, struct err *e)
{
	for (size_t j = 0; j < a->items.view.cols; j++) {
		size_t row = 0;

		while (row < q->file.rows && strcmp(csv_table_cell(&q->file, row, 0), a->items.name[j]) != 0)
			row++;
		if (row == q->file.rows)
			return err_set(e, ERR_INPUT, "qmatrix", "The Q-matrix has no line for item {1}.",
			    a->items.name[j], (char *)NULL);
		for (size_t o = 0; o < q->outcomes; o++)
			if (weight_cell(q, row, o + 1, &q->weight[j * q->outcomes + o], e) != 0)
				return -1;
	}
	for (size_t row = 0; row < q->file.rows; row++)
		if (frame_find(a->frame, csv_table_cell(&q->file, row, 0)) == SIZE_MAX)
			return err_set(e, ERR_INPUT, "qmatrix",
			    "The Q-matrix names item {1}, which the file of marks does not have.",
			    csv_table_cell(&q->file, row, 0), (char *)NULL);
	return 0;
}

int qmatrix_load(struct analyse *a, struct qmatrix *q, struct err *e)
{
	struct err_list bad = { 0 };
	int rc;

	memset(q, 0, sizeof *q);
	if (!analyse_given(a, "qmatrix"))
		return err_set(e, ERR_INPUT, "qmatrix",
		    "--{1} must name the file that says which item serves which outcome.", "qmatrix", (char *)NULL);
	rc = csv_table_read_file(analyse_text(a, "qmatrix"), NULL, &q->file, &bad, e);
	if (rc != 0 && bad.shown > 0)
		*e = bad.at[0].err; /* the first of them says more than their number */
	err_list_free(&bad);
	if (rc != 0)
		return -1;
	if (q->file.cols < 2)
		return err_set(e, ERR_INPUT, "qmatrix",
		    "The Q-matrix needs a column of item names and one for each outcome.", (char *)NULL);
	q->outcomes = q->file.cols - 1;
	q->name = (const char **)q->file.name + 1;
	q->weight = AN_WORK_ARRAY(a->work, double, a->items.view.cols * q->outcomes);
	if (q->weight == NULL)
		return err_nomem(e);
	return fill(a, q, e);
}

int qmatrix_skills(struct analyse *a, const struct qmatrix *q, unsigned char **out, struct err *e)
{
	size_t k = a->items.view.cols;

	*out = AN_WORK_ARRAY(a->work, unsigned char, k * q->outcomes);
	if (*out == NULL)
		return err_nomem(e);
	for (size_t j = 0; j < k; j++) {
		bool any = false;

		for (size_t s = 0; s < q->outcomes; s++) {
			(*out)[j * q->outcomes + s] = q->weight[j * q->outcomes + s] > 0;
			any = any || q->weight[j * q->outcomes + s] > 0;
		}
		if (!any)
			return err_set(e, ERR_INPUT, "qmatrix", "The Q-matrix says no skill that item {1} needs.",
			    a->items.name[j], (char *)NULL);
	}
	return 0;
}
