/* Every drawing and every shared part of a page on two pages, to be looked at and checked in a
 * browser: gallery OUT_DIR.  Writes staff.html, form.html and the static files into OUT_DIR.
 * The pages are rendered strictly: a name that their data lacks is an error. */
#include "core/buf.h"
#include "core/err.h"
#include "web/assets.h"
#include "web/chart.h"
#include "web/format.h"
#include "web/locale.h"
#include "web/template.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HERE "tests/web/gallery/"

static int write_file(const char *dir, const char *name, const void *data, size_t len)
{
	char path[512];
	FILE *f;
	size_t done;

	snprintf(path, sizeof path, "%s/%s", dir, name);
	f = fopen(path, "wb");
	if (f == NULL)
		return -1;
	done = fwrite(data, 1, len, f);
	return fclose(f) == 0 && done == len ? 0 : -1;
}

static int add_product(struct template_set *set, struct err *e)
{
	static const char dir[] = "templates/";

	for (size_t i = 0; i < asset_count; i++) {
		char name[64];

		if (strncmp(assets[i].name, dir, strlen(dir)) != 0)
			continue;
		snprintf(name, sizeof name, "%.*s", (int)(strlen(assets[i].name) - strlen(dir) - strlen(".mustache")),
		    assets[i].name + strlen(dir));
		/* of the product only the parts: a gallery page may have the name of a product's page */
		if (name[0] == '_' && template_set_add(set, name, (const char *)assets[i].data, assets[i].len, e) != 0)
			return -1;
	}
	return 0;
}

static int add_page(struct template_set *set, const char *name, struct err *e)
{
	static char text[65536];
	char path[128];
	FILE *f;
	size_t n;

	snprintf(path, sizeof path, HERE "%s.mustache", name);
	f = fopen(path, "rb");
	if (f == NULL)
		return err_internal(e, "cannot read %s", path);
	n = fread(text, 1, sizeof text, f);
	fclose(f);
	return template_set_add(set, name, text, n, e);
}

/* the scales, as views make them */
static void add_scales(json_t *page)
{
	json_t *panel;
	size_t i;

	json_array_foreach(json_object_get(page, "panels"), i, panel) {
		size_t points = (size_t)json_integer_value(json_object_get(panel, "points"));
		json_t *labels = json_object_get(panel, "labels");

		json_object_set_new(panel, "likert_scale",
		    chart_likert_fit(json_object_get(panel, "rows"), points, json_is_array(labels) ? labels : NULL));
	}
	json_object_set_new(page, "interval_scale", chart_interval_fit(json_object_get(page, "outcomes"), 0.45));
	json_object_set_new(page, "group_scale",
	    chart_group_fit(json_object_get(page, "groups"), json_number_value(json_object_get(page, "overall")),
		false));
}

static int render_page(const struct template_set *set, const json_t *data, const char *name, const char *dir,
    struct err *e)
{
	char file[64];
	struct buf out;
	int rc;

	buf_init(&out, 4 * 1024 * 1024);
	rc = template_render(set, name, json_object_get(data, "shared"), json_object_get(data, name), &out, e);
	snprintf(file, sizeof file, "%s.html", name);
	if (rc == 0 && write_file(dir, file, out.p, out.len) != 0)
		rc = err_internal(e, "cannot write %s/%s", dir, file);
	buf_free(&out);
	return rc;
}

int main(int argc, char **argv)
{
	static const struct template_draw *const draws[] = { chart_draws, NULL };
	const struct asset *mo = asset_find("locale/vi.mo");
	struct err e = { 0 };
	json_error_t je;
	json_t *data = json_load_file(HERE "data.json", 0, &je);
	struct locale_catalogue *vi = mo != NULL ? locale_new("vi", mo->data, mo->len, &e) : NULL;
	struct format_style style = format_style_for(vi, FORMAT_VIETNAM_OFFSET);
	struct template_env env = { .words = vi, .style = &style, .draws = draws, .messages = true, .strict = true };
	struct template_set *set = template_set_new(&env, &e);
	int rc = 1;

	if (argc != 2 || data == NULL || vi == NULL || set == NULL) {
		fprintf(stderr, "usage: gallery OUT_DIR (from the project's root)\n");
		goto out;
	}
	add_scales(json_object_get(data, "staff"));
	if (add_product(set, &e) != 0 || add_page(set, "staff", &e) != 0 || add_page(set, "form", &e) != 0 ||
	    template_set_link(set, &e) != 0 || render_page(set, data, "staff", argv[1], &e) != 0 ||
	    render_page(set, data, "form", argv[1], &e) != 0) {
		fprintf(stderr, "gallery: %s\n", e.log);
		goto out;
	}
	for (size_t i = 0; i < asset_count; i++) {
		if (strncmp(assets[i].name, "static/", 7) == 0 &&
		    write_file(argv[1], assets[i].name + 7, assets[i].data, assets[i].len) != 0)
			goto out;
	}
	rc = 0;
out:
	template_set_free(set);
	locale_free(vi);
	json_decref(data);
	return rc;
}
