/* struct web: made once at start from what is built into the program. */
#include "web/site.h"
#include "web/view_workbench.h"

#include "web/assets.h"
#include "web/chart.h"
#include "web/form_pages.h"
#include "web/openapi.h"

#include <stdlib.h>
#include <string.h>

#define TEMPLATES "templates/"
#define SUFFIX	  ".mustache"

static const struct template_draw *const drawings[] = { chart_draws, NULL };

static int templates_add(struct template_set *set, struct err *e)
{
	for (size_t i = 0; i < asset_count; i++) {
		const struct asset *a = &assets[i];
		const char *file = a->name + strlen(TEMPLATES);
		char name[80];
		size_t n;

		if (strncmp(a->name, TEMPLATES, strlen(TEMPLATES)) != 0)
			continue;
		n = strlen(file);
		if (n <= strlen(SUFFIX) || n - strlen(SUFFIX) >= sizeof name)
			return err_internal(e, "template %s: no usable name", a->name);
		memcpy(name, file, n - strlen(SUFFIX));
		name[n - strlen(SUFFIX)] = '\0';
		if (template_set_add(set, name, (const char *)a->data, a->len, e) < 0)
			return -1;
	}
	return template_set_link(set, e);
}

static int words_new(struct web_words *w, const char *lang, const char *catalogue, int utc_offset, struct err *e)
{
	const struct asset *mo = catalogue != NULL ? asset_find(catalogue) : NULL;

	w->lang = lang;
	w->catalogue = locale_new(lang, mo != NULL ? mo->data : NULL, mo != NULL ? mo->len : 0, e);
	if (w->catalogue == NULL)
		return -1;
	w->style = format_style_for(w->catalogue, utc_offset);
	w->env = (struct template_env){
		.words = w->catalogue,
		.style = &w->style,
		.draws = drawings,
		.messages = true,
	};
	w->templates = template_set_new(&w->env, e);
	return w->templates != NULL ? templates_add(w->templates, e) : -1;
}

static int options_copy(struct web *w, const struct web_options *o, struct err *e)
{
	w->options = *o;
	w->options.institution_vi = strdup(o->institution_vi != NULL ? o->institution_vi : "");
	w->options.institution_en = strdup(o->institution_en != NULL ? o->institution_en : "");
	return w->options.institution_vi != NULL && w->options.institution_en != NULL ? 0 : err_nomem(e);
}

int web_new(const struct web_options *o, const struct secret *secret, struct web **out, struct err *e)
{
	struct web *w = calloc(1, sizeof *w);

	*out = NULL;
	if (w == NULL)
		return err_nomem(e);
	/* jansson seeds its hash tables on first use, which must not happen in two threads at once */
	json_object_seed(0);
	w->secret = *secret;
	if (options_copy(w, o, e) < 0)
		goto fail;
	if (words_new(&w->words[WEB_VI], "vi", "locale/vi.mo", o->utc_offset_minutes * 60, e) < 0 ||
	    words_new(&w->words[WEB_EN], "en", NULL, o->utc_offset_minutes * 60, e) < 0)
		goto fail;
	w->assets = asset_addresses();
	w->metrics = metrics_new();
	w->forms = form_pages_new();
	if (w->assets == NULL || w->metrics == NULL || w->forms == NULL) {
		err_nomem(e);
		goto fail;
	}
	if (workbench_start(e) < 0 || router_new(web_routes, &w->router, e) < 0 || openapi_make(w, e) < 0)
		goto fail;
	*out = w;
	return 0;
fail:
	web_free(w);
	return -1;
}

struct form_pages *web_forms(const struct web *w)
{
	return w->forms;
}

void web_free(struct web *w)
{
	if (w == NULL)
		return;
	for (int i = 0; i < WEB_LANGS; i++) {
		template_set_free(w->words[i].templates);
		locale_free(w->words[i].catalogue);
	}
	json_decref(w->assets);
	router_free(w->router);
	metrics_free(w->metrics);
	form_pages_free(w->forms);
	free(w->openapi);
	free((char *)w->options.institution_vi);
	free((char *)w->options.institution_en);
	free(w);
}
