#include "core/log.h"

#include "core/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char file[1024];
static int fd = STDERR_FILENO;
static enum log_level least = LOG_INFO;

int log_open(const char *path, struct err *e)
{
	int opened;

	if (path == NULL || path[0] == '\0')
		return 0;
	if (strlen(path) >= sizeof file)
		return err_set(e, ERR_INPUT, "log", "The path of the log file is too long.", NULL);
	opened = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
	if (opened < 0)
		return err_set(e, ERR_INPUT, "log", "The log file {1} cannot be opened: {2}.", path, strerror(errno),
		    NULL);
	pthread_mutex_lock(&lock);
	if (fd != STDERR_FILENO)
		close(fd);
	fd = opened;
	if (path != file)
		memcpy(file, path, strlen(path) + 1);
	pthread_mutex_unlock(&lock);
	return 0;
}

int log_reopen(struct err *e)
{
	return file[0] == '\0' ? 0 : log_open(file, e);
}

void log_level_set(enum log_level level)
{
	least = level;
}

static size_t add_value(char *line, size_t n, size_t size, const char *value)
{
	bool plain = value[0] != '\0';

	for (const char *c = value; *c != '\0'; c++)
		if ((unsigned char)*c <= 0x20 || *c == 0x7F || strchr("\"=\\", *c) != NULL)
			plain = false;
	if (!plain && n + 1 < size)
		line[n++] = '"';
	for (; *value != '\0' && n + 3 < size; value++) {
		unsigned char c = (unsigned char)*value;

		if (c == '"' || c == '\\')
			line[n++] = '\\';
		line[n++] = c < 0x20 || c == 0x7F ? ' ' : (char)c;
	}
	if (!plain && n + 1 < size)
		line[n++] = '"';
	return n;
}

void log_event(enum log_level level, const char *event, ...)
{
	static const char *const names[] = { "error", "warn", "info", "debug" };
	char line[2048], when[32];
	const char *key;
	size_t n;
	va_list ap;

	if (level > least)
		return;
	clock_iso(clock_now(), when, sizeof when);
	n = (size_t)snprintf(line, sizeof line, "%s %s %s", when, names[level], event);
	va_start(ap, event);
	while ((key = va_arg(ap, const char *)) != NULL) {
		const char *value = va_arg(ap, const char *);

		if (n + strlen(key) + 8 >= sizeof line)
			break;
		n += (size_t)snprintf(line + n, sizeof line - n, " %s=", key);
		n = add_value(line, n, sizeof line - 2, value != NULL ? value : "");
	}
	va_end(ap);
	line[n++] = '\n';
	pthread_mutex_lock(&lock);
	if (write(fd, line, n) < 0) {
		/* a log that cannot be written must not stop the daemon */
	}
	pthread_mutex_unlock(&lock);
}

void log_err(const char *event, const struct err *e)
{
	char text[512];

	err_text(e, NULL, NULL, text, sizeof text);
	log_event(LOG_ERROR, event, "kind", err_kind_name(e->kind), "field", e->field, "message", text, "detail",
	    e->log, NULL);
}
