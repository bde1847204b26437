/*
 * XADD to Redis; more than one payload a message is MULTI/EXEC, what is gathered
 * one pipeline.  TARGET is a local socket.
 */
#include <hiredis/hiredis.h>
#include <string.h>

#include "tests/bench/load.h"

static const struct load *load;
static redisContext *lines[LOAD_CONNECTIONS_MAX];

static void
redis_open(const struct load *given)
{
	load = given;
	for (unsigned i = 0; i < load->connections; i++) {
		lines[i] = redisConnectUnixNonBlock(load->target);
		if (lines[i] == NULL || lines[i]->err != 0)
			load_fail("cannot connect to %s", load->target);
	}
}

static void
redis_close(void)
{
	for (unsigned i = 0; i < load->connections; i++)
		redisFree(lines[i]);
}

static int
redis_fd(unsigned connection)
{
	return lines[connection]->fd;
}

static void
append(redisContext *line, int count, const char **words, const size_t *lens)
{
	if (redisAppendCommandArgv(line, count, words, lens) != REDIS_OK)
		load_fail("Redis: %s", line->errstr);
}

static void
flush(redisContext *line)
{
	int done = 0;

	while (!done)
		if (redisBufferWrite(line, &done) != REDIS_OK)
			load_fail("Redis: %s", line->errstr);
}

static void
redis_push(unsigned connection, unsigned payloads)
{
	static const char *multi = "MULTI", *exec = "EXEC";
	static const size_t multi_len = 5, exec_len = 4;
	redisContext *line = lines[connection];
	const char *words[5] = {"XADD", "alerts", "*", "p"};
	const size_t lens[5] = {4, 6, 1, 1, load->payload_bytes};

	if (load->batch > 1)
		append(line, 1, &multi, &multi_len);
	for (unsigned i = 0; i < payloads; i++) {
		words[4] = load_payload();
		append(line, 5, words, lens);
	}
	if (load->batch > 1)
		append(line, 1, &exec, &exec_len);
	flush(line);
}

/* Does this reply end a message?  Of a MULTI only EXEC's does. */
static bool
ends(const redisReply *reply)
{
	if (reply->type == REDIS_REPLY_ERROR)
		load_fail("Redis: %s", reply->str);
	if (load->batch == 1)
		return true;
	return reply->type == REDIS_REPLY_ARRAY &&
	       reply->elements == load->batch;
}

static void
redis_collect(unsigned connection)
{
	redisContext *line = lines[connection];
	void *reply;

	if (redisBufferRead(line) != REDIS_OK)
		load_fail("Redis: %s", line->errstr);
	for (;;) {
		if (redisGetReplyFromReader(line, &reply) != REDIS_OK)
			load_fail("Redis: %s", line->errstr);
		if (reply == NULL)
			return;
		if (ends(reply))
			load_answered(connection);
		freeReplyObject(reply);
	}
}

const struct peer peer = {
    .open = redis_open,
    .close = redis_close,
    .fd = redis_fd,
    .push = redis_push,
    .answers_each = true,
    .collect = redis_collect,
};
