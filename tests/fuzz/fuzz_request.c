/* Fuzz: a whole request through web_handle(), without a socket: address, headers and body as a
 * stranger sends them, one a line, to a database with one open campaign.
 *   METHOD TARGET | Header: value ... | empty line | body
 * Whatever comes, the answer is complete, never "internal", and JSON where it says so. */
#include "tests/web/client.h"

#include "core/log.h"

#include "tests/fuzz/fuzz.h"

static struct client client;

static void close_client(void)
{
	client_close(&client);
}

static void open_client(void)
{
	const struct store_campaign_want want = { "trial", CAMPAIGN_ANONYMOUS, CAMPAIGN_OPEN_TO_ALL, 5, 0 };
	struct campaign c;
	struct err e = { 0 };

	log_open("/dev/null", &e);
	client_open(&client);
	store_campaign(&client.s, &want, &c);
	atexit(close_client);
}

/* Cuts the next line off; NULL at the end of the head. */
static char *line(char **rest)
{
	char *s = *rest, *end = s != NULL ? strchr(s, '\n') : NULL;

	if (end == NULL)
		return NULL;
	*end = '\0';
	*rest = end + 1;
	return s;
}

static void headers(char **rest)
{
	size_t n = 0;
	char *s;

	memset(client.headers, 0, sizeof client.headers);
	while ((s = line(rest)) != NULL && s[0] != '\0') {
		char *colon = strstr(s, ": ");

		if (colon == NULL || n > 20)
			continue;
		*colon = '\0';
		client.headers[n++] = s;
		client.headers[n++] = colon + 2;
	}
}

static void check(const struct reply *r)
{
	const char *type = r->rs.type;

	FUZZ_HOLDS(r->status >= 200 && r->status < 600 && r->status != 500);
	if (type != NULL && strstr(type, "json") != NULL && r->len > 0) {
		json_t *v = json_loadb(r->body, r->len, 0, NULL);

		FUZZ_HOLDS(v != NULL);
		json_decref(v);
	}
	for (const struct web_header *h = r->rs.headers; h != NULL; h = h->next)
		FUZZ_HOLDS(strpbrk(h->value, "\r\n") == NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char *text = malloc(len + 1), *rest = text, *first, *target;
	struct reply *r;

	if (text == NULL)
		return 0;
	if (client.web == NULL)
		open_client();
	for (size_t i = 0; i < len; i++)
		text[i] = (char)data[i];
	text[len] = '\0';
	first = line(&rest);
	target = first != NULL ? strchr(first, ' ') : NULL;
	/* the server hands over no target without a slash, and none of these bytes in one */
	if (target != NULL && target[1] == '/' &&
	    strspn(first, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == (size_t)(target - first)) {
		*target++ = '\0';
		headers(&rest);
		r = client_ask_bytes(&client, first, target, rest, len - (size_t)(rest - text));
		check(r);
		reply_free(r);
	}
	free(text);
	return 0;
}
