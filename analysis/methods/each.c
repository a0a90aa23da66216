#include "analysis/methods/each.h"

#include <string.h>

int each_begin(const struct analyse *a, struct each *out, struct err *e)
{
	memset(out, 0, sizeof *out);
	out->count = a->items.view.cols;
	out->grouped = analyse_given(a, "by");
	if (!out->grouped)
		return 0;
	if (analyse_one_item(a, e) != 0 || analyse_groups_load(a, &out->groups, e) != 0)
		return -1;
	out->count = out->groups.count;
	return 0;
}

int each_view(const struct analyse *a, const struct each *s, size_t i, struct an_view *out, struct err *e)
{
	if (s->grouped)
		return analyse_group_view(a, &s->groups, i, 0, out, e);
	*out = an_view_item(a->items.view, i);
	return 0;
}

json_t *each_names(const struct analyse *a, const struct each *s)
{
	return s->grouped ? analyse_names(s->groups.label, s->groups.count) : analyse_item_names(a);
}

const char *each_name(const struct analyse *a, const struct each *s, size_t i)
{
	return s->grouped ? s->groups.label[i] : a->items.name[i];
}

size_t each_answered(const struct analyse *a)
{
	size_t n = 0;

	for (size_t i = 0; i < a->items.view.rows; i++)
		n += an_view_present(a->items.view, i) > 0;
	return n;
}
