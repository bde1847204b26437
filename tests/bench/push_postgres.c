/*
 * The same work in PostgreSQL: a function that looks at the producer's number,
 * stores the alerts as jsonb behind their indexes, and writes a journal row
 * with a digest of the payloads; one transaction a message.  TARGET is a
 * connection string.  --plain makes the tables.
 */
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/bench/load.h"

static const char tables[] =
    "DROP TABLE IF EXISTS alert, producer, journal;"
    "CREATE TABLE producer (session bigint, counter bigint,"
    " first bigint, PRIMARY KEY (session, counter));"
    "CREATE TABLE alert (id bigserial PRIMARY KEY, source text NOT NULL,"
    " received timestamptz NOT NULL, status text NOT NULL,"
    " payload jsonb NOT NULL);"
    "CREATE INDEX ON alert (source, received);"
    "CREATE INDEX ON alert (status, received);"
    "CREATE TABLE journal (seq bigserial PRIMARY KEY,"
    " at timestamptz NOT NULL, actor int NOT NULL, kind int NOT NULL,"
    " subject bigint NOT NULL, digest bytea NOT NULL);"
    "CREATE OR REPLACE FUNCTION push(s bigint, c bigint, payloads text[])"
    " RETURNS bigint LANGUAGE plpgsql AS $$ DECLARE made bigint; BEGIN"
    " INSERT INTO producer VALUES (s, c, 0) ON CONFLICT DO NOTHING;"
    " IF NOT FOUND THEN RETURN (SELECT first FROM producer WHERE session = s"
    "  AND counter = c); END IF;"
    " WITH rows AS (INSERT INTO alert (source, received, status, payload)"
    "  SELECT 'bench', now(), 'new', p::jsonb FROM unnest(payloads) p"
    "  RETURNING id) SELECT min(id) INTO made FROM rows;"
    " INSERT INTO journal (at, actor, kind, subject, digest)"
    "  SELECT now(), 1, 1, made, sha256(convert_to(p, 'UTF8'))"
    "  FROM unnest(payloads) p;"
    " RETURN made; END $$";

static const struct load *load;
static struct line {
	PGconn *connection;
	long long counter;
} lines[LOAD_CONNECTIONS_MAX];
static char *array; /* the payloads as a text[] literal */

static void
fail(PGconn *connection)
{
	load_fail("PostgreSQL: %s", PQerrorMessage(connection));
}

static void
run(PGconn *connection, const char *sql)
{
	PGresult *result = PQexec(connection, sql);

	if (PQresultStatus(result) != PGRES_COMMAND_OK)
		fail(connection);
	PQclear(result);
}

static void
open_line(struct line *line)
{
	PGresult *result;

	line->connection = PQconnectdb(load->target);
	if (PQstatus(line->connection) != CONNECTION_OK)
		fail(line->connection);
	if (load->plain) {
		run(line->connection, "SET client_min_messages = warning");
		run(line->connection, tables);
	}
	result = PQprepare(line->connection, "push",
	    "SELECT push($1::bigint, $2::bigint, $3::text[])", 3, NULL);
	if (PQresultStatus(result) != PGRES_COMMAND_OK)
		fail(line->connection);
	PQclear(result);
	if (PQsetnonblocking(line->connection, 1) != 0 ||
	    PQenterPipelineMode(line->connection) != 1)
		fail(line->connection);
}

static void
postgres_open(const struct load *given)
{
	load = given;
	/* Each quote of a payload is escaped. */
	array = malloc((size_t)LOAD_BATCH_MAX * (load->payload_bytes + 64) + 3);
	if (array == NULL)
		load_fail("no memory");
	for (unsigned i = 0; i < load->connections; i++)
		open_line(&lines[i]);
}

static void
postgres_close(void)
{
	for (unsigned i = 0; i < load->connections; i++)
		PQfinish(lines[i].connection);
	free(array);
}

static int
postgres_fd(unsigned connection)
{
	return PQsocket(lines[connection].connection);
}

static char *
quote(char *out, const char *text, size_t len)
{
	*out++ = '"';
	for (const char *end = text + len; text < end; text++) {
		if (*text == '"' || *text == '\\')
			*out++ = '\\';
		*out++ = *text;
	}
	*out++ = '"';
	return out;
}

static void
postgres_push(unsigned connection, unsigned payloads)
{
	struct line *line = &lines[connection];
	char session[24], counter[24], *at = array;
	const char *values[3] = {session, counter, array};

	(void)snprintf(
	    session, sizeof(session), "%d", PQbackendPID(line->connection));
	(void)snprintf(counter, sizeof(counter), "%lld", ++line->counter);
	for (unsigned i = 0; i < payloads; i++) {
		*at++ = i == 0 ? '{' : ',';
		at = quote(at, load_payload(), load->payload_bytes);
	}
	memcpy(at, "}", 2);
	if (PQsendQueryPrepared(
		line->connection, "push", 3, values, NULL, NULL, 0) != 1 ||
	    PQpipelineSync(line->connection) != 1)
		fail(line->connection);
	while (PQflush(line->connection) == 1)
		if (PQconsumeInput(line->connection) != 1)
			fail(line->connection);
}

static void
postgres_collect(unsigned connection)
{
	PGconn *line = lines[connection].connection;
	unsigned nothing = 0;

	if (PQconsumeInput(line) != 1)
		fail(line);
	/* NULL stands between a statement's results and the sync's. */
	while (nothing < 2 && PQisBusy(line) == 0) {
		PGresult *result = PQgetResult(line);
		ExecStatusType status = PQresultStatus(result);

		nothing = result == NULL ? nothing + 1 : 0;
		if (status == PGRES_PIPELINE_SYNC)
			load_answered(connection);
		else if (result != NULL && status != PGRES_TUPLES_OK)
			fail(line);
		PQclear(result);
	}
}

const struct peer peer = {
    .open = postgres_open,
    .close = postgres_close,
    .fd = postgres_fd,
    .push = postgres_push,
    .collect = postgres_collect,
};
