#include "surveys/import_targets.h"

#include "core/text.h"

#include <math.h>
#include <string.h>

int import_targets_open(struct db *db, const struct import_map *m, struct import_targets *out, struct err *e)
{
	struct target *all;
	size_t n;

	memset(out, 0, sizeof *out);
	out->numbers = json_object();
	out->units = json_object();
	buf_init(&out->code, 1024);
	buf_init(&out->unit, 1024);
	buf_init(&out->label, 8192);
	buf_init(&out->unit_label, 8192);
	if (out->numbers == NULL || out->units == NULL)
		return err_nomem(e);
	if (target_all(db, m->campaign.id, m->arena, &all, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		json_object_set_new(out->numbers, all[i].code, json_integer(all[i].number));
		json_object_set_new(out->units, all[i].code, json_string(all[i].unit));
		out->count = all[i].number > out->count ? all[i].number : out->count;
	}
	return 0;
}

void import_targets_free(struct import_targets *t)
{
	json_decref(t->numbers);
	json_decref(t->units);
	buf_free(&t->code);
	buf_free(&t->unit);
	buf_free(&t->label);
	buf_free(&t->unit_label);
}

static int add(struct db *db, const struct import_map *m, const struct csv_table *csv, size_t row,
    const struct target *more, struct import_targets *t, struct err *e)
{
	struct target one = more != NULL ? *more : (struct target){ .enrolled = -1, .mean = NAN };

	if (t->count >= TARGETS_MOST)
		return err_set(e, ERR_INPUT, "target", "The file names too many targets.", NULL);
	if (import_pattern_label(csv, row, m->target_label, &t->label, e) < 0 ||
	    (m->unit_label != NULL && import_pattern_label(csv, row, m->unit_label, &t->unit_label, e) < 0))
		return -1;
	one.number = t->count + 1;
	one.code = t->code.p;
	one.label = t->label.p;
	one.unit = m->unit_code != NULL ? t->unit.p : "";
	one.unit_label = m->unit_label != NULL ? t->unit_label.p : "{}";
	if (target_put(db, m->campaign.id, &one, e) < 0)
		return -1;
	json_object_set_new(t->numbers, t->code.p, json_integer(one.number));
	json_object_set_new(t->units, t->code.p, json_string(one.unit));
	t->count++;
	t->added++;
	return 0;
}

int import_targets_row(struct db *db, const struct import_map *m, const struct csv_table *csv, size_t row,
    const struct target *more, struct import_targets *t, int64_t *number, struct err *e)
{
	const json_t *known;
	const char *unit;

	*number = 0;
	if (m->target_code == NULL)
		return 0;
	import_pattern(csv, row, m->target_code, &t->code);
	if (m->unit_code != NULL)
		import_pattern(csv, row, m->unit_code, &t->unit);
	if (t->code.failed || t->code.len == 0 || t->code.len > TARGET_CODE_MOST || t->unit.len > TARGET_CODE_MOST ||
	    !text_valid(t->code.p, t->code.len, false))
		return err_set(e, ERR_INPUT, "target", "The target's code must have 1 to 64 characters.", NULL);
	known = json_object_get(t->numbers, t->code.p);
	if (known == NULL) {
		if (add(db, m, csv, row, more, t, e) < 0)
			return -1;
		*number = t->count;
		return 0;
	}
	unit = json_string_value(json_object_get(t->units, t->code.p));
	if (m->unit_code != NULL && strcmp(unit, t->unit.p) != 0)
		return err_set(e, ERR_INPUT, "unit",
		    "The target “{1}” belongs to the group “{2}” on an earlier line and to “{3}” here.", t->code.p,
		    unit, t->unit.p, NULL);
	if (more != NULL)
		return err_set(e, ERR_INPUT, "target", "The target “{1}” stands twice in the file.", t->code.p, NULL);
	*number = json_integer_value(known);
	return 0;
}
