#include "web/assets.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define STATIC "static/"

const struct asset *asset_find(const char *name)
{
	size_t lo = 0, hi = asset_count;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int order = strcmp(name, assets[mid].name);

		if (order == 0)
			return &assets[mid];
		if (order < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	return NULL;
}

json_t *asset_addresses(void)
{
	json_t *o = json_object();

	for (size_t i = 0; i < asset_count && o != NULL; i++) {
		const char *file = assets[i].name + strlen(STATIC);
		char key[64], address[128];
		size_t n = 0;

		if (strncmp(assets[i].name, STATIC, strlen(STATIC)) != 0)
			continue;
		for (; file[n] != '\0' && n + 1 < sizeof key; n++)
			key[n] = isalnum((unsigned char)file[n]) ? file[n] : '_';
		key[n] = '\0';
		snprintf(address, sizeof address, "/static/%s?v=%s", file, assets[i].hash);
		if (json_object_set_new(o, key, json_string(address)) != 0) {
			json_decref(o);
			o = NULL;
		}
	}
	return o;
}
