/* The real server on a free port of the loopback: what strangers may send, what takes too long,
 * suspended requests, and draining. */
#include "tests/store/store.h"

#include "core/log.h"
#include "core/writer.h"
#include "daemon/server.h"

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>
#include <time.h>

static struct {
	struct store s;
	struct web *web;
	struct writer *writer;
	struct server *server;
} h;

static int begin(void **state)
{
	static const struct web_options web = { .utc_offset_minutes = 420 };
	struct server_options o = { .listen = "127.0.0.1:0",
		.threads = 2,
		.workers = 2,
		.worker_queue = 64,
		.connections = 200,
		.idle_seconds = 30,
		.request_seconds = 2,
		.grace_seconds = 3,
		.head_bytes = 32768 };
	struct err e = { 0 };

	(void)state;
	log_level_set(LOG_ERROR);
	memset(&h, 0, sizeof h);
	store_open(&h.s);
	o.db = h.s.url;
	STORE_OK(e, web_new(&web, &h.s.secret, &h.web, &e));
	STORE_OK(e, writer_start(h.s.url, 1024, &h.writer, &e));
	STORE_OK(e, server_start(&o, h.web, h.writer, NULL, &h.server, &e));
	return 0;
}

static void stop(void)
{
	server_stop(h.server);
	h.server = NULL;
}

static int end(void **state)
{
	(void)state;
	stop();
	writer_stop(h.writer);
	web_free(h.web);
	instrument_shared_free();
	store_close(&h.s);
	return 0;
}

static int connect_to(void)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)server_port(h.server)),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof at), 0);
	return fd;
}

static void say(int fd, const char *text)
{
	assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), (ssize_t)strlen(text));
}

/* What comes until the other side closes, ms are over, or `until` has come. */
static const char *hear(int fd, const char *until, int ms)
{
	static char text[65536];
	size_t n = 0;
	int64_t end_at = clock_mono_ns() + (int64_t)ms * 1000000;

	text[0] = '\0';
	while (n + 1 < sizeof text && clock_mono_ns() < end_at) {
		struct pollfd p = { fd, POLLIN, 0 };
		ssize_t got;

		if (poll(&p, 1, 50) <= 0)
			continue;
		got = recv(fd, text + n, sizeof text - 1 - n, 0);
		if (got <= 0)
			break;
		n += (size_t)got;
		text[n] = '\0';
		if (until != NULL && strstr(text, until) != NULL)
			break;
	}
	return text;
}

static void starts(const char *text, const char *with)
{
	if (strncmp(text, with, strlen(with)) != 0) {
		print_error("wanted %s, got: %.300s\n", with, text);
		fail();
	}
}

static void plain(void **state)
{
	int fd = connect_to();
	const char *got;

	(void)state;
	say(fd, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
	got = hear(fd, "\"status\"", 5000);
	starts(got, "HTTP/1.1 200 ");
	/* the same connection again, and two requests at once */
	say(fd, "HEAD /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
	got = hear(fd, "\r\n\r\n", 5000);
	starts(got, "HTTP/1.1 200 ");
	assert_string_equal(strstr(got, "\r\n\r\n"), "\r\n\r\n");
	say(fd, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n");
	got = hear(fd, "</html>", 5000);
	starts(got, "HTTP/1.1 200 ");
	assert_non_null(strstr(got, "HTTP/1.1 404 "));
	close(fd);
}

static void too_much(void **state)
{
	static char big[70000];
	int fd = connect_to();

	(void)state;
	say(fd, "POST /signin HTTP/1.1\r\nHost: x\r\nContent-Length: 10000000\r\n\r\n");
	starts(hear(fd, "</html>", 5000), "HTTP/1.1 413 ");
	close(fd);
	fd = connect_to();
	memset(big, 'a', sizeof big - 1);
	memcpy(big, "GET /", 5);
	send(fd, big, sizeof big - 1, MSG_NOSIGNAL);
	starts(hear(fd, NULL, 5000), "HTTP/1.1 414 ");
	close(fd);
	fd = connect_to();
	memset(big, 'a', sizeof big - 1);
	memcpy(big, "GET / HTTP/1.1\r\nHost: x\r\nX: ", 28);
	send(fd, big, sizeof big - 1, MSG_NOSIGNAL);
	starts(hear(fd, NULL, 5000), "HTTP/1.1 431 ");
	close(fd);
}

static void chunks_without_end(void **state)
{
	static char chunk[10000];
	int fd = connect_to();

	(void)state;
	say(fd, "POST /signin HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
	memset(chunk, 'a', sizeof chunk - 1);
	/* 400 kB, more than the route takes: thrown away as they come, then told */
	for (int i = 0; i < 40; i++) {
		say(fd, "270f\r\n");
		say(fd, chunk);
		say(fd, "\r\n");
	}
	say(fd, "0\r\n\r\n");
	starts(hear(fd, "</html>", 5000), "HTTP/1.1 413 ");
	close(fd);
}

static void nonsense(void **state)
{
	static const char *const t[] = { "\r\n\r\n\r\n", "BLAH\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "GET\r\n\r\n",
		"\x16\x03\x01\x02", "POST /signin HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
		"GET /static/..%2f..%2f..%2fetc%2fpasswd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
		"GET /%00%ff HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" };

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		int fd = connect_to();
		const char *got;

		say(fd, t[i]);
		shutdown(fd, SHUT_WR);
		got = hear(fd, NULL, 4000);
		print_message("  %zu: %.30s\n", i, got);
		assert_null(strstr(got, " 200 "));
		assert_null(strstr(got, "root:"));
		close(fd);
	}
	plain(state);
}

/* A byte now and then keeps the library's timeout away; the deadline is for the whole request. */
static void slow(void **state)
{
	static const char *const heads[] = { "GET / HTT",
		"GET / HTTP/1.1\r\nX: ", "POST /signin HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n" };

	(void)state;
	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
		int fd = connect_to();
		int64_t began = clock_mono_ns();
		double seconds;
		bool open = true;

		say(fd, heads[i]);
		while (open && clock_mono_ns() - began < 10000000000LL) {
			struct pollfd p = { fd, POLLIN, 0 };

			if (poll(&p, 1, 200) == 0)
				open = send(fd, "a", 1, MSG_NOSIGNAL) == 1;
			else
				open = false;
		}
		seconds = (double)(clock_mono_ns() - began) / 1e9;
		print_message("  closed after %.1f s\n", seconds);
		assert_true(seconds >= 1.9 && seconds < 6);
		if (i > 0)
			starts(hear(fd, NULL, 500), "HTTP/1.1 408 ");
		close(fd);
	}
}

/* Sign-in goes to a worker and waits for the writer; many at once, on both event threads. */
#define CROWD 24
static void *one_of_many(void *arg)
{
	int fd = connect_to();
	char got[32];
	ssize_t n = 0, more;

	say(fd,
	    "POST /signin HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
	    "Connection: close\r\nContent-Length: 31\r\n\r\nlogin=a%40b.example&password=xyz");
	while (n < 12 && (more = recv(fd, got + n, sizeof got - (size_t)n - 1, 0)) > 0)
		n += more;
	got[n > 0 ? n : 0] = '\0';
	*(int *)arg = n >= 12 ? (int)strtol(got + 9, NULL, 10) : 0;
	close(fd);
	return NULL;
}

static void crowd(void **state)
{
	pthread_t threads[CROWD];
	int status[CROWD] = { 0 };

	(void)state;
	for (int i = 0; i < CROWD; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, one_of_many, &status[i]), 0);
	for (int i = 0; i < CROWD; i++) {
		pthread_join(threads[i], NULL);
		/* wrong, or locked by then: always an answer */
		assert_int_equal(status[i], 401);
	}
}

/* What was begun before the stop is answered; the stop does not wait for idle connections. */
static void drain(void **state)
{
	pthread_t threads[4];
	int status[4] = { 0 }, idle = connect_to(), half = connect_to();
	struct timespec pause = { 0, 150000000 };
	int64_t began;

	(void)state;
	say(idle, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
	hear(idle, "\"status\"", 5000);
	say(half,
	    "POST /signin HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
	    "Content-Length: 7\r\n\r\n");
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, one_of_many, &status[i]), 0);
	nanosleep(&pause, NULL);
	began = clock_mono_ns();
	stop();
	assert_true(clock_mono_ns() - began < 6000000000LL);
	for (int i = 0; i < 4; i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(status[i], 401);
	}
	close(idle);
	close(half);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(plain, begin, end),
		cmocka_unit_test_setup_teardown(too_much, begin, end),
		cmocka_unit_test_setup_teardown(chunks_without_end, begin, end),
		cmocka_unit_test_setup_teardown(nonsense, begin, end),
		cmocka_unit_test_setup_teardown(slow, begin, end),
		cmocka_unit_test_setup_teardown(crowd, begin, end),
		cmocka_unit_test_setup_teardown(drain, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
