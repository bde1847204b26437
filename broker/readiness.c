#include "broker/readiness.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "protocol/log.h"

enum { PATH_BYTES = 1200 };

/* sd_notify(3): one datagram; a name that begins with @ is an abstract one. */
static void
notify(const char *text)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	size_t len;
	int fd;

	if (path == NULL || path[0] == '\0')
		return;
	len = strlen(path);
	if (len >= sizeof(address.sun_path))
		return;
	memcpy(address.sun_path, path, len);
	if (path[0] == '@')
		address.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	(void)sendto(fd, text, strlen(text), MSG_NOSIGNAL,
	    (const struct sockaddr *)&address,
	    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len));
	(void)close(fd);
}

void
readiness_ready(const char *home)
{
	char path[PATH_BYTES];
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/run/tocsind.pid", home);
	file = fopen(path, "we");
	if (file == NULL || fprintf(file, "%ld\n", (long)getpid()) < 0)
		log_warning("%s cannot be written: %s", path, strerror(errno));
	if (file != NULL)
		(void)fclose(file);
	notify("READY=1");
}

/* The time that the watchdog grants; 0 when none watches this process. */
static uint64_t
watchdog_ms(void)
{
	const char *usec = getenv("WATCHDOG_USEC"),
		   *pid = getenv("WATCHDOG_PID");

	if (usec == NULL ||
	    (pid != NULL && strtol(pid, NULL, 10) != (long)getpid()))
		return 0;
	return strtoull(usec, NULL, 10) / 1000;
}

void
readiness_alive(uint64_t now_ms)
{
	static uint64_t told_ms;
	uint64_t granted_ms = watchdog_ms();

	if (granted_ms == 0 || now_ms - told_ms < granted_ms / 2)
		return;
	told_ms = now_ms;
	notify("WATCHDOG=1");
}

void
readiness_stopping(void)
{
	notify("STOPPING=1");
}

void
readiness_gone(const char *home)
{
	char path[PATH_BYTES];

	(void)snprintf(path, sizeof(path), "%s/run/tocsind.pid", home);
	(void)unlink(path);
}
