#include "protocol/client.h"

#include <assert.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/connection.h"
#include "protocol/json.h"

enum {
	TIMEOUT_MS = 10000,
	ATTEMPTS = 3, /* at a connection that stays silent, within the time */
	ATTEMPT_MS_MIN = 200,
	SESSION_BYTES = 8,
	KEY_BYTES = 16,
};

struct client {
	struct connection connection;
	int timeout_ms;
	uint64_t requests;
	char session[2 * SESSION_BYTES + 1];
	uint64_t counter; /* of the last alert.push that was numbered */
	struct wire_part bearer; /* for what is sent next; len 0: none */
	bool only_reads; /* bodies of answers are documents */
};

/* A request as it goes out, again and again if need be. */
struct request {
	enum verb verb;
	char *body;
	const struct wire_part *parts;
	size_t count;
};

static void
random_hex(char *out, size_t bytes)
{
	unsigned char random[KEY_BYTES];

	assert(bytes <= sizeof(random));
	randombytes_buf(random, bytes);
	sodium_bin2hex(out, 2 * bytes + 1, random, bytes);
}

void
answer_init(struct answer *answer)
{
	memset(answer, 0, sizeof(*answer));
	wire_init(&answer->message);
}

void
answer_fini(struct answer *answer)
{
	if (answer->doc.root != NULL)
		json_doc_end(&answer->doc);
	else
		cJSON_Delete(answer->body);
	wire_fini(&answer->message);
	answer_init(answer);
}

enum err
client_open(
    const struct key *key, enum client_front front, struct client **client)
{
	struct client *made = calloc(1, sizeof(*made));
	enum err err;

	*client = NULL;
	if (made == NULL)
		return ERR_MEMORY;
	if (sodium_init() < 0)
		abort();
	made->timeout_ms = TIMEOUT_MS;
	random_hex(made->session, SESSION_BYTES);
	if (front == CLIENT_PEOPLE)
		err = connection_init(
		    &made->connection, key, key->people, key->people_remote);
	else
		err = connection_init(
		    &made->connection, key, key->sensors, key->sensors_remote);
	if (err != OK) {
		free(made);
		return err;
	}
	*client = made;
	return OK;
}

void
client_close(struct client **client)
{
	if (*client == NULL)
		return;
	connection_fini(&(*client)->connection);
	free(*client);
	*client = NULL;
}

void
client_set_timeout(struct client *client, int timeout_ms)
{
	client->timeout_ms = timeout_ms;
}

void
client_only_reads(struct client *client)
{
	client->only_reads = true;
}

enum err
client_reconnect(struct client *client)
{
	return connection_renew(&client->connection);
}

int
client_fd(struct client *client)
{
	int fd = -1;
	size_t size = sizeof(fd);

	if (client->connection.socket != NULL)
		(void)zmq_getsockopt(
		    client->connection.socket, ZMQ_FD, &fd, &size);
	return fd;
}

enum err
client_number(struct client *client, cJSON *body)
{
	if (cJSON_HasObjectItem(body, "session"))
		return OK;
	if (cJSON_AddStringToObject(body, "session", client->session) == NULL ||
	    !json_add_number(body, "counter", (int64_t)client->counter + 1))
		return ERR_MEMORY;
	client->counter++;
	return OK;
}

/* Gives a write a key of its own, so that a repeat of it has one effect. */
static enum err
add_key(enum verb verb, cJSON *body)
{
	char key[2 * KEY_BYTES + 1];

	/* A worker's outcomes are settled by their lease. */
	if (verb_row(verb)->effect != EFFECT_WRITE ||
	    verb_row(verb)->roles == ROLE_worker ||
	    cJSON_HasObjectItem(body, "key"))
		return OK;
	random_hex(key, KEY_BYTES);
	return cJSON_AddStringToObject(body, "key", key) != NULL ? OK
								 : ERR_MEMORY;
}

/*
 * Prints the body to *text, for free().  With `safe` it may be repeated: it
 * has a key or a number then.
 */
static enum err
print_body(struct client *client, enum verb verb, const cJSON *body, bool safe,
    char **text)
{
	cJSON *copy = NULL;
	enum err err = OK;

	/* Only what gets a number or a key is not printed as it is. */
	if (body == NULL)
		body = copy = cJSON_CreateObject();
	else if (safe)
		body = copy = cJSON_Duplicate(body, true);
	if (body == NULL)
		return ERR_MEMORY;
	if (safe)
		err = verb == VERB_alert_push ? client_number(client, copy)
					      : add_key(verb, copy);
	if (err == OK) {
		*text = cJSON_PrintUnformatted(body);
		if (*text == NULL)
			err = ERR_MEMORY;
	}
	cJSON_Delete(copy);
	return err;
}

static enum err
add_magic(const struct wire_part *bearer, struct wire_message *message)
{
	enum err err;

	if (bearer->len == 0)
		return wire_add(message, "TOC1", 4);
	err = wire_add(message, "TOC1B", 5);
	return err == OK ? wire_add(message, bearer->bytes, bearer->len) : err;
}

static enum err
fill_message(const struct request *request, const struct wire_part *bearer,
    const char *id, struct wire_message *message)
{
	const char *verb = verb_row(request->verb)->name;
	enum err err = add_magic(bearer, message);
	size_t i;

	if (err == OK)
		err = wire_add(message, verb, strlen(verb));
	if (err == OK)
		err = wire_add(message, id, strlen(id));
	if (err == OK)
		err = wire_add(message, request->body, strlen(request->body));
	for (i = 0; err == OK && i < request->count; i++)
		err = wire_add(
		    message, request->parts[i].bytes, request->parts[i].len);
	return err;
}

static enum err
send_request(struct client *client, const struct request *request, char *id)
{
	struct wire_message message;
	enum err err;

	if (client->connection.socket == NULL) {
		err = connection_renew(&client->connection);
		if (err != OK)
			return err;
	}
	(void)snprintf(
	    id, LIMIT_REQUEST_ID_BYTES_MAX + 1, "%" PRIu64, ++client->requests);
	wire_init(&message);
	err = fill_message(request, &client->bearer, id, &message);
	if (err == OK)
		err = wire_send(client->connection.socket, &message);
	wire_fini(&message);
	return err == ERR_END ? ERR_BUSY : err;
}

void
client_bearer(struct client *client, const char *bearer, size_t len)
{
	client->bearer = (struct wire_part){bearer, len};
}

enum err
client_send(struct client *client, enum verb verb, const cJSON *body,
    const struct wire_part *parts, size_t count, char *id)
{
	char own_id[LIMIT_REQUEST_ID_BYTES_MAX + 1];
	struct request request = {verb, NULL, parts, count};
	enum err err = print_body(client, verb, body, false, &request.body);

	if (err != OK)
		return err;
	err = send_request(client, &request, id != NULL ? id : own_id);
	free(request.body);
	return err;
}

/* The number of three digits, or 0. */
static int
read_status(const struct wire_part *part)
{
	int status = 0;
	size_t i;

	if (part->len != 3)
		return 0;
	for (i = 0; i < part->len; i++) {
		if (part->bytes[i] < '0' || part->bytes[i] > '9')
			return 0;
		status = status * 10 + (part->bytes[i] - '0');
	}
	return status;
}

/* A body that is to be read and no more, or one that is the answer's own. */
static enum err
read_body(struct answer *answer, const struct wire_part *body, bool only_reads)
{
	enum err err;

	if (!only_reads)
		return json_parse(
		    body->bytes, body->len, false, &answer->body, NULL);
	err = json_scan(body->bytes, body->len, false, NULL);
	if (err == OK)
		err = json_doc_read(&answer->doc, body->bytes, body->len);
	answer->body = answer->doc.root;
	return err;
}

static enum err
read_answer(struct answer *answer, bool only_reads, char *id)
{
	struct wire_view view;
	const char *why, *head;
	enum err err;

	if (wire_parse(&answer->message, 0, &view, &why) != OK)
		return ERR_IO;
	if (memchr(view.a.bytes, '\0', view.a.len) != NULL)
		return ERR_IO;
	(void)snprintf(id, LIMIT_REQUEST_ID_BYTES_MAX + 1, "%.*s",
	    (int)view.a.len, view.a.bytes);
	answer->status = read_status(&view.b);
	if (answer->status == 0)
		return ERR_IO;
	answer->err = err_of_status(answer->status);
	answer->first_attachment = view.first_attachment;
	answer->attachments = view.attachments;
	err = read_body(answer, &view.body, only_reads);
	if (err == ERR_MEMORY)
		return err;
	if (err != OK || !cJSON_IsObject(answer->body))
		return ERR_IO;
	answer->seq = (uint64_t)json_number(answer->body, "seq", 0);
	head = json_text(answer->body, "head");
	(void)snprintf(
	    answer->head, sizeof(answer->head), "%s", head != NULL ? head : "");
	return OK;
}

/* Receives what is there, or ERR_END. */
static enum err
receive_now(struct client *client, char *id, struct answer *answer)
{
	enum err err;

	answer_fini(answer);
	err = wire_receive(client->connection.socket, &answer->message);
	if (err == OK)
		err = read_answer(answer, client->only_reads, id);
	return err;
}

/* The milliseconds from now to the deadline, none below 0; -1 for no end. */
static int
left(int64_t deadline)
{
	int64_t ms;

	if (deadline == INT64_MAX)
		return -1;
	ms = deadline - monotonic_ms();
	return ms > 0 ? (int)ms : 0;
}

static enum err
receive_until(
    struct client *client, int64_t deadline, char *id, struct answer *answer)
{
	enum err err;

	if (client->connection.socket == NULL) {
		err = connection_renew(&client->connection);
		return err == OK ? ERR_END : err;
	}
	for (;;) {
		err = receive_now(client, id, answer);
		if (err != ERR_END)
			return err;
		err = connection_wait(&client->connection, left(deadline));
		if (err != OK)
			break;
	}
	if (err == ERR_END || err == ERR_DENIED) {
		enum err renewed = connection_renew(&client->connection);

		if (renewed != OK)
			return renewed;
	}
	return err;
}

enum err
client_receive(
    struct client *client, int timeout_ms, char *id, struct answer *answer)
{
	char own_id[LIMIT_REQUEST_ID_BYTES_MAX + 1];
	int64_t deadline =
	    timeout_ms < 0 ? INT64_MAX : monotonic_ms() + timeout_ms;

	return receive_until(
	    client, deadline, id != NULL ? id : own_id, answer);
}

/* Waits for the answer to id; drops those to requests given up before. */
static enum err
await(struct client *client, int64_t deadline, const char *id,
    struct answer *answer)
{
	char found[LIMIT_REQUEST_ID_BYTES_MAX + 1];
	enum err err;

	do {
		found[0] = '\0';
		err = receive_until(client, deadline, found, answer);
		if (err == ERR_TIMEOUT && left(deadline) > 0)
			continue; /* a signal */
		if (err != OK)
			return err;
	} while (strcmp(found, id) != 0);
	return OK;
}

static enum err
ask_until(struct client *client, int64_t deadline,
    const struct request *request, struct answer *answer)
{
	char id[LIMIT_REQUEST_ID_BYTES_MAX + 1];
	int64_t pace = client->timeout_ms / ATTEMPTS;
	enum err err;

	if (pace < ATTEMPT_MS_MIN)
		pace = ATTEMPT_MS_MIN;
	do {
		int64_t attempt = monotonic_ms() + pace;

		err = send_request(client, request, id);
		if (err == OK)
			err = await(client,
			    attempt < deadline ? attempt : deadline, id,
			    answer);
		if (err == ERR_TIMEOUT || err == ERR_BUSY) {
			enum err renewed =
			    connection_renew(&client->connection);

			if (renewed != OK)
				return renewed;
		} else if (err != ERR_END) {
			return err;
		}
	} while (left(deadline) > 0);
	return ERR_TIMEOUT;
}

enum err
client_ask(struct client *client, enum verb verb, const cJSON *body,
    const struct wire_part *parts, size_t count, struct answer *answer)
{
	struct request request = {verb, NULL, parts, count};
	int64_t deadline = monotonic_ms() + client->timeout_ms;
	enum err err;

	answer_fini(answer);
	err = print_body(client, verb, body, true, &request.body);
	if (err != OK)
		return err;
	err = ask_until(client, deadline, &request, answer);
	free(request.body);
	if (err != OK)
		answer_fini(answer);
	return err;
}
