#include "daemon/listen.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define BACKLOG 1024

static int split(const char *where, char *host, size_t host_size, char *port, size_t port_size, struct err *e)
{
	const char *colon = strrchr(where, ':'), *from = where;
	size_t n = colon != NULL ? (size_t)(colon - where) : 0;

	snprintf(port, port_size, "%s", colon != NULL ? colon + 1 : where);
	if (n >= 2 && where[0] == '[' && where[n - 1] == ']') {
		from = where + 1;
		n -= 2;
	}
	if (n >= host_size || port[0] == '\0' || strspn(port, "0123456789") != strlen(port) || strlen(port) > 5 ||
	    strtol(port, NULL, 10) > 65535)
		return err_set(e, ERR_INPUT, "listen",
		    "“{1}” is no address to listen on; write 127.0.0.1:8080 or [::1]:8080.", where, NULL);
	memcpy(host, from, n);
	host[n] = '\0';
	if (n == 0)
		snprintf(host, host_size, "127.0.0.1");
	return 0;
}

static int port_of(int fd)
{
	struct sockaddr_storage at;
	socklen_t len = sizeof at;

	if (getsockname(fd, (struct sockaddr *)&at, &len) != 0)
		return 0;
	if (at.ss_family == AF_INET6)
		return ntohs(((struct sockaddr_in6 *)&at)->sin6_port);
	return ntohs(((struct sockaddr_in *)&at)->sin_port);
}

int listen_open(const char *where, int *port, struct err *e)
{
	struct addrinfo hints = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV, .ai_socktype = SOCK_STREAM },
			*found = NULL;
	char host[64], service[16];
	int fd = -1, yes = 1;

	if (split(where, host, sizeof host, service, sizeof service, e) < 0)
		return -1;
	if (getaddrinfo(host, service, &hints, &found) != 0)
		return err_set(e, ERR_INPUT, "listen",
		    "“{1}” is no address to listen on; write 127.0.0.1:8080 or [::1]:8080.", where, NULL);
	fd = socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd >= 0)
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
	if (fd < 0 || bind(fd, found->ai_addr, found->ai_addrlen) != 0 || listen(fd, BACKLOG) != 0) {
		err_set(e, ERR_INPUT, "listen", "Cannot listen on {1}: {2}.", where, strerror(errno), NULL);
		if (fd >= 0)
			close(fd);
		fd = -1;
	} else if (port != NULL) {
		*port = port_of(fd);
	}
	freeaddrinfo(found);
	return fd;
}
