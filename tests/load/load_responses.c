/* load_responses: many respondents at once, from one thread.
 *
 * Reads the campaign's questionnaire and targets over the API, then sends valid random answers
 * over keep-alive connections, one response under way on each, until --count are answered or
 * --seconds are over.  Prints one JSON object: what came back, responses a second, latencies in
 * milliseconds.  The same --seed and index make the same identifier and the same answers.
 *
 * --instrument FILE  the questionnaire's document, in place of asking for it
 * --acks FILE   one line a response: index, identifier, receipt ("-": sent, never answered)
 * --again FILE  sends the responses of such a file once more and compares the receipts
 * Ends early when every connection has broken (the daemon was killed).
 * Exit: 0 all answered and accepted; 1 otherwise; 2 wrong use. */
#include "core/buf.h"
#include "core/clock.h"
#include "tests/load/answers.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <jansson.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#define MAX_COUNT   20000000L
#define REPLY_LIMIT 65536
#define RECEIPT_LEN 14

struct ack {
	char id[37], receipt[RECEIPT_LEN + 2];
	long index;
};

struct connection {
	int fd;
	struct buf out, in;
	size_t sent;
	size_t job; /* which of load.acks is under way */
	int64_t began;
	bool busy;
};

static struct load {
	const char *campaign, *language, *acks_file, *again_file, *token, *instrument_file;
	char host[64];
	struct sockaddr_in to;
	long connections, count, seconds;
	uint64_t seed;
	bool simulated;

	struct form form;

	struct ack *acks;
	size_t jobs, next;
	uint32_t *micros; /* latency of each answered one */
	size_t answered, created, repeated, refused, broken, differs;
	char first_refusal[400];
} load = { .language = "vi", .connections = 64, .count = 10000, .seed = 1 };

/* The whole request of response number index, and its identifier. */
static void make_request(struct buf *out, long index, char id[37])
{
	static struct buf body;
	uint64_t state = load.seed * 0x2545f4914f6cdd1du + (uint64_t)index;

	if (body.limit == 0)
		buf_init(&body, 1 << 20);
	buf_clear(&body);
	uuid_of(&state, id);
	buf_addf(&body, "{\"id\":\"%s\",\"language\":\"%s\",%s", id, load.language,
	    load.simulated ? "\"simulated\":true," : "");
	if (load.form.target_count > 0)
		buf_addf(&body, "\"target\":\"%s\",", load.form.targets[below(&state, load.form.target_count)]);
	buf_puts(&body, "\"answers\":{");
	for (size_t i = 0; i < load.form.item_count; i++)
		add_answer(&body, &load.form.items[i], &state);
	if (body.p[body.len - 1] == ',')
		body.len--;
	buf_puts(&body, "}}");
	buf_clear(out);
	buf_addf(out,
	    "POST /api/v1/campaigns/%s/responses HTTP/1.1\r\nHost: %s\r\n%s%s%sContent-Type: application/json\r\n"
	    "Content-Length: %zu\r\n\r\n",
	    load.campaign, load.host, load.token == NULL ? "" : "Authorization: Bearer ",
	    load.token == NULL ? "" : load.token, load.token == NULL ? "" : "\r\n", body.len);
	buf_add(out, body.p, body.len);
}

/* ---- connections ---- */

static int dial(bool blocking)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;

	if (fd < 0 || connect(fd, (struct sockaddr *)&load.to, sizeof load.to) != 0) {
		if (fd >= 0)
			close(fd);
		return -1;
	}
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	if (!blocking)
		fcntl(fd, F_SETFL, O_NONBLOCK);
	return fd;
}

static json_t *get_json(const char *path, bool may_be_absent)
{
	struct buf in, out;
	char piece[8192];
	int fd = dial(true);
	ssize_t n;

	if (fd < 0)
		die("cannot connect", strerror(errno));
	buf_init(&in, 64 << 20);
	buf_init(&out, 8192);
	buf_addf(&out, "GET %s HTTP/1.1\r\nHost: %s\r\n%s%s%sConnection: close\r\nAccept: application/json\r\n\r\n",
	    path, load.host, load.token == NULL ? "" : "Authorization: Bearer ", load.token == NULL ? "" : load.token,
	    load.token == NULL ? "" : "\r\n");
	if (write(fd, out.p, out.len) != (ssize_t)out.len)
		die("cannot send", strerror(errno));
	while ((n = read(fd, piece, sizeof piece)) > 0)
		buf_add(&in, piece, (size_t)n);
	close(fd);
	char *start = in.p == NULL ? NULL : strstr(in.p, "\r\n\r\n");
	json_t *root = start == NULL ? NULL : json_loads(start + 4, 0, NULL);
	bool good = in.len > 12 && strncmp(in.p + 9, "200", 3) == 0;
	if ((root == NULL || !good) && !may_be_absent)
		die(path, in.len > 0 ? in.p : "no answer");
	if (!good) {
		json_decref(root);
		root = NULL;
	}
	buf_free(&in);
	buf_free(&out);
	return root;
}

static void broke(struct connection *c)
{
	close(c->fd);
	c->fd = -1;
	load.broken++;
}

/* Starts the next response; false when there is none left. */
static bool start_next(struct connection *c)
{
	struct ack *a;

	c->busy = false;
	if (load.next == load.jobs)
		return false;
	c->job = load.next++;
	a = &load.acks[c->job];
	make_request(&c->out, a->index, a->id);
	buf_clear(&c->in);
	c->sent = 0;
	c->busy = true;
	c->began = clock_mono_ns();
	return true;
}

static void push(struct connection *c)
{
	while (c->busy && c->sent < c->out.len) {
		ssize_t n = write(c->fd, c->out.p + c->sent, c->out.len - c->sent);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return;
		if (n <= 0) {
			broke(c);
			return;
		}
		c->sent += (size_t)n;
	}
}

static void note_reply(struct connection *c, int status, const char *body)
{
	struct ack *a = &load.acks[c->job];
	const char *at = strstr(body, "\"receipt\":");
	char receipt[RECEIPT_LEN + 2] = "";

	load.micros[load.answered++] = (uint32_t)((clock_mono_ns() - c->began) / 1000);
	if ((status != 200 && status != 201) || at == NULL) {
		if (load.refused++ == 0)
			snprintf(load.first_refusal, sizeof load.first_refusal, "%d %s", status, body);
		return;
	}
	if (status == 201)
		load.created++;
	else
		load.repeated++;
	at += strlen("\"receipt\":");
	at += strspn(at, " \"");
	snprintf(receipt, sizeof receipt, "%.*s", (int)strcspn(at, "\""), at);
	if (a->receipt[0] != '\0' && a->receipt[0] != '-' && strcmp(a->receipt, receipt) != 0)
		load.differs++;
	memcpy(a->receipt, receipt, sizeof receipt);
}

/* True when a whole reply has come. */
static bool reply_complete(struct connection *c)
{
	char *body = strstr(c->in.p, "\r\n\r\n"), *length;

	if (body == NULL)
		return false;
	length = strcasestr(c->in.p, "\r\ncontent-length:");
	if (length == NULL || length > body)
		die("a reply without a length", c->in.p);
	body += 4;
	if (c->in.len - (size_t)(body - c->in.p) < strtoul(length + 17, NULL, 10))
		return false;
	note_reply(c, (int)strtol(c->in.p + 9, NULL, 10), body);
	return true;
}

static void pull(struct connection *c)
{
	char piece[16384];
	ssize_t n = read(c->fd, piece, sizeof piece);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0 || c->in.len + (size_t)n > REPLY_LIMIT) {
		broke(c);
		return;
	}
	buf_add(&c->in, piece, (size_t)n);
	if (c->busy && reply_complete(c) && start_next(c))
		push(c);
}

static void run(void)
{
	struct connection *all = calloc((size_t)load.connections, sizeof *all);
	int64_t end = load.seconds > 0 ? clock_mono_ns() + load.seconds * 1000000000LL : INT64_MAX;
	int ep = epoll_create1(EPOLL_CLOEXEC);
	struct epoll_event events[256];

	for (long i = 0; i < load.connections; i++) {
		struct connection *c = &all[i];
		struct epoll_event want = { .events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = c };
		buf_init(&c->out, 1 << 20);
		buf_init(&c->in, REPLY_LIMIT);
		c->fd = dial(false);
		if (c->fd < 0)
			die("cannot connect", strerror(errno));
		epoll_ctl(ep, EPOLL_CTL_ADD, c->fd, &want);
		if (start_next(c))
			push(c);
	}
	while (load.answered < load.jobs && load.broken < (size_t)load.connections) {
		if (clock_mono_ns() > end && load.jobs != load.next)
			load.jobs = load.next; /* no new ones; those under way may end */
		int n = epoll_wait(ep, events, 256, 1000);
		for (int i = 0; i < n; i++) {
			struct connection *c = events[i].data.ptr;
			if (c->fd >= 0 && (events[i].events & EPOLLOUT) != 0)
				push(c);
			if (c->fd >= 0 && (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0)
				pull(c);
		}
		if (load.broken > 0 && load.answered + load.broken >= load.next && load.next == load.jobs)
			break;
	}
	for (long i = 0; i < load.connections; i++) {
		if (all[i].fd >= 0)
			close(all[i].fd);
		buf_free(&all[i].out);
		buf_free(&all[i].in);
	}
	close(ep);
	free(all);
}

/* ---- files and figures ---- */

static void read_again(void)
{
	FILE *f = fopen(load.again_file, "r");
	char id[37], receipt[RECEIPT_LEN + 2];
	size_t room = 0;
	long index;

	if (f == NULL)
		die(load.again_file, strerror(errno));
	while (fscanf(f, "%ld %36s %15s", &index, id, receipt) == 3) {
		if (load.jobs == room) {
			room = room == 0 ? 1024 : room * 2;
			load.acks = realloc(load.acks, room * sizeof *load.acks);
			if (load.acks == NULL)
				die("out of memory", NULL);
		}
		struct ack *a = &load.acks[load.jobs++];
		memset(a, 0, sizeof *a);
		a->index = index;
		memcpy(a->receipt, receipt, sizeof receipt);
	}
	fclose(f);
}

static void write_acks(void)
{
	FILE *f = fopen(load.acks_file, "w");

	if (f == NULL)
		die(load.acks_file, strerror(errno));
	for (size_t i = 0; i < load.next; i++)
		fprintf(f, "%ld %s %s\n", load.acks[i].index, load.acks[i].id,
		    load.acks[i].receipt[0] == '\0' ? "-" : load.acks[i].receipt);
	if (fclose(f) != 0)
		die(load.acks_file, strerror(errno));
}

static int by_size(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static double latency(double q)
{
	if (load.answered == 0)
		return 0;
	size_t i = (size_t)(q * (double)(load.answered - 1) + 0.5);
	return load.micros[i] / 1000.0;
}

static void report(double seconds)
{
	size_t accepted = load.created + load.repeated;
	json_t *out = json_pack("{s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:f, s:f, s:f, s:f, s:f, s:f}", "sent",
	    (int)load.next, "accepted", (int)accepted, "created", (int)load.created, "repeated", (int)load.repeated,
	    "refused", (int)load.refused, "broken", (int)load.broken, "receipts_differ", (int)load.differs, "seconds",
	    seconds, "responses_per_second", seconds > 0 ? (double)accepted / seconds : 0.0, "p50_ms", latency(.5),
	    "p95_ms", latency(.95), "p99_ms", latency(.99), "max_ms", latency(1));

	if (load.refused > 0)
		json_object_set_new(out, "first_refusal", json_string(load.first_refusal));
	json_dumpf(out, stdout, JSON_REAL_PRECISION(6) | JSON_INDENT(1));
	putchar('\n');
	json_decref(out);
}

static void usage(void)
{
	fputs("usage: load_responses --url http://ADDR:PORT --campaign ID [--connections 64] [--count 10000]\n"
	      "       [--seconds N] [--seed 1] [--language vi] [--token TOKEN [--simulated]]\n"
	      "       [--instrument FILE] [--acks FILE] [--again FILE]\n",
	    stderr);
	exit(2);
}

static long number(const char *text, long min, long max)
{
	char *end;
	long v = strtol(text, &end, 10);

	if (*text == '\0' || *end != '\0' || v < min || v > max)
		usage();
	return v;
}

static void read_url(const char *url)
{
	char addr[48];
	unsigned port;

	if (sscanf(url, "http://%47[0-9.]:%u", addr, &port) != 2 || port > 65535)
		usage();
	load.to = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	if (inet_pton(AF_INET, addr, &load.to.sin_addr) != 1)
		usage();
	snprintf(load.host, sizeof load.host, "%s:%u", addr, port);
}

static void read_options(int argc, char **argv)
{
	static const struct option options[] = { { "url", 1, 0, 'u' }, { "campaign", 1, 0, 'c' },
		{ "connections", 1, 0, 'n' }, { "count", 1, 0, 'k' }, { "seconds", 1, 0, 's' }, { "seed", 1, 0, 'r' },
		{ "language", 1, 0, 'l' }, { "token", 1, 0, 't' }, { "simulated", 0, 0, 'm' }, { "acks", 1, 0, 'a' },
		{ "again", 1, 0, 'g' }, { "instrument", 1, 0, 'i' }, { 0 } };

	for (int o; (o = getopt_long(argc, argv, "", options, NULL)) != -1;) {
		switch (o) {
		case 'u':
			read_url(optarg);
			break;
		case 'c':
			load.campaign = optarg;
			break;
		case 'n':
			load.connections = number(optarg, 1, 4096);
			break;
		case 'k':
			load.count = number(optarg, 1, MAX_COUNT);
			break;
		case 's':
			load.seconds = number(optarg, 1, 3600);
			break;
		case 'r':
			load.seed = (uint64_t)number(optarg, 0, 1L << 60);
			break;
		case 'l':
			load.language = optarg;
			break;
		case 't':
			load.token = optarg;
			break;
		case 'm':
			load.simulated = true;
			break;
		case 'a':
			load.acks_file = optarg;
			break;
		case 'g':
			load.again_file = optarg;
			break;
		case 'i':
			load.instrument_file = optarg;
			break;
		default:
			usage();
		}
	}
	if (load.campaign == NULL || load.host[0] == '\0' || optind != argc)
		usage();
}

int main(int argc, char **argv)
{
	char path[256];
	int64_t began;
	json_t *root;

	signal(SIGPIPE, SIG_IGN);
	read_options(argc, argv);
	snprintf(path, sizeof path, "/api/v1/campaigns/%.80s/instrument", load.campaign);
	root = load.instrument_file != NULL ? json_load_file(load.instrument_file, 0, NULL) : get_json(path, false);
	if (root == NULL)
		die(load.instrument_file, "no JSON");
	read_instrument(&load.form, root);
	json_decref(root);
	snprintf(path, sizeof path, "/api/v1/campaigns/%.80s/targets", load.campaign);
	root = get_json(path, true);
	read_targets(&load.form, root);
	json_decref(root);
	if (load.again_file != NULL) {
		read_again();
	} else {
		load.jobs = (size_t)load.count;
		load.acks = calloc(load.jobs, sizeof *load.acks);
		for (size_t i = 0; load.acks != NULL && i < load.jobs; i++)
			load.acks[i].index = (long)i;
	}
	load.micros = calloc(load.jobs + 1, sizeof *load.micros);
	if (load.acks == NULL || load.micros == NULL)
		die("out of memory", NULL);
	began = clock_mono_ns();
	run();
	double seconds = (double)(clock_mono_ns() - began) / 1e9;
	if (load.acks_file != NULL)
		write_acks();
	qsort(load.micros, load.answered, sizeof *load.micros, by_size);
	report(seconds);
	return load.refused + load.broken + load.differs == 0 && load.answered == load.jobs ? 0 : 1;
}
