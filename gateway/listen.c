#include "gateway/listen.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { HOST_MAX = 64, BACKLOG = 1024, PEM_MAX = 262144 };

/* What has to be written for tokens to travel in the clear. */
static const char in_words[] = "tokens may be read on the way";

__attribute__((format(printf, 4, 5))) static enum err
say(enum err err, char *why, size_t size, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void)vsnprintf(why, size, format, args);
	va_end(args);
	return err;
}

/* "127.0.0.1:7480", "[::1]:7480". */
static bool
split_address(const char *text, char host[HOST_MAX], const char **port)
{
	const char *colon = strrchr(text, ':');
	size_t len = colon != NULL ? (size_t)(colon - text) : 0;

	if (len > 2 && text[0] == '[' && text[len - 1] == ']') {
		text++;
		len -= 2;
	}
	if (colon == NULL || len == 0 || len >= HOST_MAX ||
	    strspn(colon + 1, "0123456789") != strlen(colon + 1))
		return false;
	memcpy(host, text, len);
	host[len] = '\0';
	*port = colon + 1;
	return true;
}

static bool
is_loopback(const struct sockaddr *address)
{
	if (address->sa_family == AF_INET)
		return ntohl(((const struct sockaddr_in *)(const void *)address)
				 ->sin_addr.s_addr) >>
			   24 ==
		       127;
	return address->sa_family == AF_INET6 &&
	       IN6_IS_ADDR_LOOPBACK(
		   &((const struct sockaddr_in6 *)(const void *)address)
			->sin6_addr);
}

static enum err
bind_to(const struct addrinfo *address, int *fd)
{
	int one = 1;

	*fd = socket(
	    address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (*fd < 0)
		return ERR_IO;
	(void)setsockopt(*fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(*fd, address->ai_addr, address->ai_addrlen) == 0 &&
	    listen(*fd, BACKLOG) == 0)
		return OK;
	(void)close(*fd);
	*fd = -1;
	return ERR_IO;
}

/* The address that the socket has: where port 0 was asked for, another. */
static void
name(int fd, bool tls, char where[LISTEN_WHERE_MAX])
{
	struct sockaddr_storage address;
	socklen_t len = sizeof(address);
	char host[HOST_MAX] = "?", port[8] = "?";

	if (getsockname(fd, (struct sockaddr *)&address, &len) == 0)
		(void)getnameinfo((struct sockaddr *)&address, len, host,
		    sizeof(host), port, sizeof(port),
		    NI_NUMERICHOST | NI_NUMERICSERV);
	(void)snprintf(where, LISTEN_WHERE_MAX,
	    strchr(host, ':') != NULL ? "%s://[%s]:%s" : "%s://%s:%s",
	    tls ? "https" : "http", host, port);
}

static enum err
open_at(const struct config *config, const struct addrinfo *address, int *fd,
    char *why, size_t size)
{
	bool tls = config->gateway_certificate[0] != '\0';

	if (!tls && !is_loopback(address->ai_addr) &&
	    strcmp(config->gateway_plaintext, in_words) != 0)
		return say(ERR_DENIED, why, size,
		    "gateway.listen: %s is no loopback address, so TLS is "
		    "needed: set gateway.certificate and gateway.private_key, "
		    "or gateway.plaintext: \"%s\"",
		    config->gateway_listen, in_words);
	if (bind_to(address, fd) != OK)
		return say(ERR_IO, why, size, "gateway.listen: %s: %s",
		    config->gateway_listen, strerror(errno));
	return OK;
}

enum err
listen_open(const struct config *config, int *fd, char where[LISTEN_WHERE_MAX],
    char *why, size_t size)
{
	struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
	    .ai_socktype = SOCK_STREAM};
	struct addrinfo *found = NULL;
	char host[HOST_MAX];
	const char *port;
	enum err err;

	*fd = -1;
	if (!split_address(config->gateway_listen, host, &port) ||
	    getaddrinfo(host, port, &hints, &found) != 0)
		return say(ERR_INVALID, why, size,
		    "gateway.listen: expected address:port, such as "
		    "127.0.0.1:7480 or [::1]:7480; got \"%s\"",
		    config->gateway_listen);
	err = open_at(config, found, fd, why, size);
	freeaddrinfo(found);
	if (err == OK)
		name(*fd, config->gateway_certificate[0] != '\0', where);
	return err;
}

enum err
listen_read_pem(const char *path, char **text, char *why, size_t size)
{
	FILE *file = fopen(path, "re");
	size_t len;

	*text = NULL;
	if (file == NULL)
		return say(ERR_IO, why, size, "%s: %s", path, strerror(errno));
	*text = calloc(1, PEM_MAX + 1);
	len = *text != NULL ? fread(*text, 1, PEM_MAX + 1, file) : 0;
	(void)fclose(file);
	if (len > 0 && len <= PEM_MAX)
		return OK;
	free(*text);
	*text = NULL;
	return say(ERR_IO, why, size, "%s: is empty or too long", path);
}
