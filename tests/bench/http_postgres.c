/*
 * A plain insert into PostgreSQL behind the HTTP library that the gateway uses:
 * what somebody would write in an afternoon.  Each of its threads has a
 * connection; a POST is one INSERT of its body as jsonb.
 *
 *   bench_http_postgres PORT CONNECTION-STRING
 */
#include <libpq-fe.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { THREADS = 16, BODY_MAX = 65536 };

static const char *target;

struct body {
	size_t len;
	char bytes[BODY_MAX + 1];
};

static PGconn *
connection(void)
{
	static _Thread_local PGconn *own;

	if (own == NULL)
		own = PQconnectdb(target);
	return own;
}

static enum MHD_Result
reply(struct MHD_Connection *to, unsigned status)
{
	struct MHD_Response *response = MHD_create_response_from_buffer(
	    2, (void *)(uintptr_t) "{}", MHD_RESPMEM_PERSISTENT);
	enum MHD_Result result = MHD_queue_response(to, status, response);

	MHD_destroy_response(response);
	return result;
}

static enum MHD_Result
handle(void *unused, struct MHD_Connection *from, const char *url,
    const char *method, const char *version, const char *data, size_t *size,
    void **context)
{
	struct body *body = *context;
	const char *values[1];
	PGresult *result;
	bool done;

	(void)unused;
	(void)url;
	(void)method;
	(void)version;
	if (body == NULL) {
		*context = calloc(1, sizeof(*body));
		return *context != NULL ? MHD_YES : MHD_NO;
	}
	if (*size > 0) {
		if (*size > BODY_MAX - body->len)
			return MHD_NO;
		memcpy(body->bytes + body->len, data, *size);
		body->len += *size;
		*size = 0;
		return MHD_YES;
	}
	values[0] = body->bytes;
	result = PQexecParams(connection(),
	    "INSERT INTO plain (body) VALUES ($1::jsonb)", 1, NULL, values,
	    NULL, NULL, 0);
	done = PQresultStatus(result) == PGRES_COMMAND_OK;
	if (!done)
		(void)fputs(PQerrorMessage(connection()), stderr);
	PQclear(result);
	return reply(from, done ? MHD_HTTP_OK : MHD_HTTP_INTERNAL_SERVER_ERROR);
}

static void
completed(void *unused, struct MHD_Connection *from, void **context,
    enum MHD_RequestTerminationCode code)
{
	(void)unused;
	(void)from;
	(void)code;
	free(*context);
	*context = NULL;
}

int
main(int argc, char **argv)
{
	struct MHD_Daemon *daemon;
	struct sockaddr_in at = {.sin_family = AF_INET};
	PGresult *result;
	sigset_t signals;
	int signal;

	if (argc != 3) {
		(void)fputs("usage: bench_http_postgres PORT TARGET\n", stderr);
		return 2;
	}
	at.sin_port = htons((uint16_t)strtoul(argv[1], NULL, 10));
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	target = argv[2];
	result = PQexec(connection(),
	    "CREATE TABLE IF NOT EXISTS plain (id bigserial PRIMARY KEY,"
	    " received timestamptz NOT NULL DEFAULT now(),"
	    " body jsonb NOT NULL)");
	if (PQresultStatus(result) != PGRES_COMMAND_OK) {
		(void)fputs(PQerrorMessage(connection()), stderr);
		return 1;
	}
	PQclear(result);
	(void)sigemptyset(&signals);
	(void)sigaddset(&signals, SIGTERM);
	(void)sigprocmask(SIG_BLOCK, &signals, NULL);
	daemon = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD, 0, NULL, NULL,
	    handle, NULL, MHD_OPTION_SOCK_ADDR, &at,
	    MHD_OPTION_THREAD_POOL_SIZE, (unsigned)THREADS,
	    MHD_OPTION_NOTIFY_COMPLETED, completed, NULL, MHD_OPTION_END);
	if (daemon == NULL) {
		(void)fputs("bench_http_postgres: cannot listen\n", stderr);
		return 1;
	}
	(void)puts("ready");
	(void)fflush(stdout);
	(void)sigwait(&signals, &signal);
	MHD_stop_daemon(daemon);
	return 0;
}
