#include "protocol/client.h"

#include <criterion/criterion.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "fake_front.h"
#include "protocol/json.h"

enum { LONG_MS = 30000 };

static struct client *
connected(const struct front *front, int timeout_ms)
{
	struct client *client;

	cr_assert_eq(client_open(&front->key, CLIENT_PEOPLE, &client), OK);
	client_set_timeout(client, timeout_ms);
	return client;
}

static int64_t
now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static cJSON *
parsed(const char *text)
{
	cJSON *body;

	cr_assert_eq(
	    json_parse(text, strlen(text), false, &body, NULL), OK, "%s", text);
	return body;
}

Test(client_ask, gives_back_the_answer_and_its_receipt)
{
	struct front front;
	struct client *client;
	struct answer answer;
	struct wire_part part = {"payload", 7};
	struct wire_part raw;

	front_open(&front, "a", false);
	client = connected(&front, LONG_MS);
	answer_init(&answer);
	cr_assert_eq(
	    client_ask(client, VERB_whoami, NULL, &part, 1, &answer), OK);
	cr_assert_eq(answer.status, 200);
	cr_assert_eq(answer.err, OK);
	cr_assert_eq(answer.seq, 42);
	cr_assert_str_eq(answer.head, FRONT_HEAD);
	cr_assert_eq(answer.attachments, 1);
	raw = wire_frame(&answer.message, answer.first_attachment);
	cr_assert_eq(raw.len, 3);
	cr_assert_eq(memcmp(raw.bytes, "raw", 3), 0);
	answer_fini(&answer);
	client_close(&client);
	cr_assert_null(client);
	front_close(&front);
	cr_assert_str_eq(front.verbs[0], "whoami");
	cr_assert_str_eq(front.bodies[0], "{}");
	cr_assert_eq(front.attachments[0], 1);
}

Test(client_ask, takes_a_refusal_for_an_answer)
{
	struct front front;
	struct client *client;
	struct answer answer;

	front_open(&front, "r", false);
	client = connected(&front, LONG_MS);
	answer_init(&answer);
	cr_assert_eq(
	    client_ask(client, VERB_whoami, NULL, NULL, 0, &answer), OK);
	cr_assert_eq(answer.status, 409);
	cr_assert_eq(answer.err, ERR_CONFLICT);
	cr_assert_eq(answer.seq, 7);
	cr_assert_str_eq(answer.head, "");
	cr_assert_str_eq(json_text(answer.body, "error"), "conflict");
	answer_fini(&answer);
	client_close(&client);
	front_close(&front);
}

Test(client_ask, drops_answers_to_other_requests)
{
	struct front front;
	struct client *client;
	struct answer answer;

	front_open(&front, "o", false);
	client = connected(&front, LONG_MS);
	answer_init(&answer);
	cr_assert_eq(
	    client_ask(client, VERB_whoami, NULL, NULL, 0, &answer), OK);
	cr_assert_eq(answer.status, 200);
	answer_fini(&answer);
	client_close(&client);
	front_close(&front);
}

Test(client_ask, times_out_when_nobody_answers)
{
	struct front front;
	struct client *client;
	struct answer answer;
	int64_t start;

	front_open(&front, "s", false);
	client = connected(&front, 700);
	answer_init(&answer);
	start = now_ms();
	cr_assert_eq(client_ask(client, VERB_whoami, NULL, NULL, 0, &answer),
	    ERR_TIMEOUT);
	cr_assert_geq(now_ms() - start, 700);
	cr_assert_lt(now_ms() - start, 5000);
	cr_assert_null(answer.body);
	client_close(&client);
	front_close(&front);
	cr_assert_geq(front.count, 2);
}

Test(client_ask, times_out_when_nobody_is_there)
{
	struct key key = {.people = "tcp://127.0.0.1:9"};
	struct key server;
	struct client *client;
	struct answer answer;

	cr_assert_eq(key_make(&key), OK);
	cr_assert_eq(key_make(&server), OK);
	memcpy(key.server_z85, server.public_z85, KEY_Z85_BYTES);
	cr_assert_eq(client_open(&key, CLIENT_PEOPLE, &client), OK);
	client_set_timeout(client, 300);
	answer_init(&answer);
	cr_assert_eq(client_ask(client, VERB_whoami, NULL, NULL, 0, &answer),
	    ERR_TIMEOUT);
	client_close(&client);
}

Test(client_ask, repeats_a_write_with_the_same_key)
{
	struct front front;
	struct client *client;
	struct answer answer;
	cJSON *body = parsed("{\"title\":\"a\"}");
	cJSON *first;

	front_open(&front, "ssa", false);
	client = connected(&front, 3000);
	answer_init(&answer);
	cr_assert_eq(client_ask(client, VERB_open, body, NULL, 0, &answer), OK);
	cr_assert_null(cJSON_GetObjectItem(body, "key"));
	answer_fini(&answer);
	cJSON_Delete(body);
	client_close(&client);
	front_close(&front);
	cr_assert_eq(front.count, 3);
	first = parsed(front.bodies[0]);
	cr_assert_eq(strlen(json_text(first, "key")), 32);
	cJSON_Delete(first);
	cr_assert_str_eq(front.bodies[1], front.bodies[0]);
	cr_assert_str_eq(front.bodies[2], front.bodies[0]);
}

Test(client_ask, gives_each_write_a_key_of_its_own_and_leaves_a_given_one)
{
	struct front front;
	struct client *client;
	struct answer answer;
	cJSON *body = parsed("{\"title\":\"a\"}");
	cJSON *own = parsed("{\"title\":\"a\",\"key\":\"mine\"}");

	front_open(&front, "a", false);
	client = connected(&front, LONG_MS);
	answer_init(&answer);
	cr_assert_eq(client_ask(client, VERB_open, body, NULL, 0, &answer), OK);
	cr_assert_eq(client_ask(client, VERB_open, body, NULL, 0, &answer), OK);
	cr_assert_eq(client_ask(client, VERB_open, own, NULL, 0, &answer), OK);
	cr_assert_eq(client_ask(client, VERB_list, NULL, NULL, 0, &answer), OK);
	cr_assert_eq(
	    client_ask(client, VERB_worker_fail, NULL, NULL, 0, &answer), OK);
	answer_fini(&answer);
	cJSON_Delete(body);
	cJSON_Delete(own);
	client_close(&client);
	front_close(&front);
	cr_assert_str_neq(front.bodies[0], front.bodies[1]);
	cr_assert_str_eq(front.bodies[2], "{\"title\":\"a\",\"key\":\"mine\"}");
	cr_assert_str_eq(front.bodies[3], "{}");
	cr_assert_str_eq(front.bodies[4], "{}");
}

Test(client_ask, numbers_alerts_and_repeats_the_number)
{
	struct front front;
	struct client *client;
	struct answer answer;
	cJSON *own = parsed("{\"session\":\"0123456789abcdef\",\"counter\":9}");
	cJSON *first, *third;

	front_open(&front, "saa", false);
	client = connected(&front, 1500);
	answer_init(&answer);
	cr_assert_eq(
	    client_ask(client, VERB_alert_push, NULL, NULL, 0, &answer), OK);
	cr_assert_eq(
	    client_ask(client, VERB_alert_push, NULL, NULL, 0, &answer), OK);
	cr_assert_eq(
	    client_ask(client, VERB_alert_push, own, NULL, 0, &answer), OK);
	answer_fini(&answer);
	cJSON_Delete(own);
	client_close(&client);
	front_close(&front);
	cr_assert_eq(front.count, 4);
	cr_assert_str_eq(front.bodies[0], front.bodies[1]);
	first = parsed(front.bodies[0]);
	third = parsed(front.bodies[2]);
	cr_assert_eq(strlen(json_text(first, "session")), 16);
	cr_assert_eq(json_number(first, "counter", 0), 1);
	cr_assert_str_eq(
	    json_text(third, "session"), json_text(first, "session"));
	cr_assert_eq(json_number(third, "counter", 0), 2);
	cJSON_Delete(first);
	cJSON_Delete(third);
	cr_assert_str_eq(front.bodies[3],
	    "{\"session\":\"0123456789abcdef\",\"counter\":9}");
}

Test(client_ask, repeats_at_once_when_the_connection_is_lost)
{
	struct front front;
	struct client *client;
	struct answer answer;
	cJSON *body = parsed("{\"title\":\"a\"}");
	int64_t start;

	front_open(&front, "aha", false);
	client = connected(&front, 60000);
	answer_init(&answer);
	cr_assert_eq(
	    client_ask(client, VERB_whoami, NULL, NULL, 0, &answer), OK);
	start = now_ms();
	cr_assert_eq(client_ask(client, VERB_open, body, NULL, 0, &answer), OK);
	/* Well before the third of the time that silence is given. */
	cr_assert_lt(now_ms() - start, 15000);
	answer_fini(&answer);
	cJSON_Delete(body);
	client_close(&client);
	front_close(&front);
	cr_assert_eq(front.count, 3);
	cr_assert_str_eq(front.bodies[1], front.bodies[2]);
}

Test(client_ask, says_when_the_key_is_not_admitted)
{
	struct front front;
	struct client *client;
	struct answer answer;
	int i;

	front_open(&front, "a", true);
	client = connected(&front, LONG_MS);
	answer_init(&answer);
	/* Each time anew: a connection that was refused leaves nothing behind
	 * that would keep the next one from hearing of it. */
	for (i = 0; i < 20; i++)
		cr_assert_eq(
		    client_ask(client, VERB_whoami, NULL, NULL, 0, &answer),
		    ERR_DENIED);
	client_close(&client);
	front_close(&front);
	cr_assert_eq(front.count, 0);
}

Test(client_ask, refuses_answers_that_are_none_of_the_protocol)
{
	struct front front;
	struct client *client;
	struct answer answer;

	front_open(&front, "gta", false);
	client = connected(&front, LONG_MS);
	answer_init(&answer);
	cr_assert_eq(
	    client_ask(client, VERB_whoami, NULL, NULL, 0, &answer), ERR_IO);
	cr_assert_null(answer.body);
	cr_assert_eq(
	    client_ask(client, VERB_whoami, NULL, NULL, 0, &answer), ERR_IO);
	cr_assert_eq(
	    client_ask(client, VERB_whoami, NULL, NULL, 0, &answer), OK);
	answer_fini(&answer);
	client_close(&client);
	front_close(&front);
}

Test(client_ask, refuses_requests_over_the_limits)
{
	struct front front;
	struct client *client;
	struct answer answer;
	char *bytes = calloc(1, LIMIT_FRAME_BYTES_MAX + 1);
	struct wire_part part = {bytes, LIMIT_FRAME_BYTES_MAX + 1};

	front_open(&front, "a", false);
	client = connected(&front, LONG_MS);
	answer_init(&answer);
	cr_assert_eq(
	    client_ask(client, VERB_alert_push, NULL, &part, 1, &answer),
	    ERR_TOO_LARGE);
	part.len--;
	cr_assert_eq(
	    client_ask(client, VERB_alert_push, NULL, &part, 1, &answer), OK);
	answer_fini(&answer);
	client_close(&client);
	front_close(&front);
	free(bytes);
}

Test(client_receive, takes_what_answers_one_of_many_requests)
{
	struct front front;
	struct client *client;
	struct answer answer;
	char first[LIMIT_REQUEST_ID_BYTES_MAX + 1];
	char second[LIMIT_REQUEST_ID_BYTES_MAX + 1];
	char found[LIMIT_REQUEST_ID_BYTES_MAX + 1];

	front_open(&front, "a", false);
	client = connected(&front, LONG_MS);
	answer_init(&answer);
	cr_assert_eq(
	    client_send(client, VERB_whoami, NULL, NULL, 0, first), OK);
	cr_assert_eq(
	    client_send(client, VERB_status, NULL, NULL, 0, second), OK);
	cr_assert_str_neq(first, second);
	cr_assert_eq(client_receive(client, LONG_MS, found, &answer), OK);
	cr_assert_str_eq(found, first);
	cr_assert_eq(client_receive(client, -1, found, &answer), OK);
	cr_assert_str_eq(found, second);
	cr_assert_eq(client_receive(client, 0, NULL, &answer), ERR_TIMEOUT);
	answer_fini(&answer);
	client_close(&client);
	front_close(&front);
}

Test(client_receive, takes_the_parts_of_a_stream)
{
	struct front front;
	struct client *client;
	struct answer answer;
	char id[LIMIT_REQUEST_ID_BYTES_MAX + 1];
	char found[LIMIT_REQUEST_ID_BYTES_MAX + 1];

	front_open(&front, "p", false);
	client = connected(&front, LONG_MS);
	answer_init(&answer);
	cr_assert_eq(client_send(client, VERB_watch, NULL, NULL, 0, id), OK);
	cr_assert_eq(client_receive(client, LONG_MS, found, &answer), OK);
	cr_assert_str_eq(found, id);
	cr_assert_eq(answer.status, 206);
	cr_assert_eq(answer.err, OK);
	cr_assert_eq(client_receive(client, LONG_MS, found, &answer), OK);
	cr_assert_str_eq(found, id);
	cr_assert_eq(answer.status, 200);
	answer_fini(&answer);
	client_close(&client);
	front_close(&front);
}

Test(client_receive, says_when_the_connection_was_lost_and_goes_on)
{
	struct front front;
	struct client *client;
	struct answer answer;

	front_open(&front, "aha", false);
	client = connected(&front, LONG_MS);
	answer_init(&answer);
	cr_assert_eq(
	    client_ask(client, VERB_whoami, NULL, NULL, 0, &answer), OK);
	cr_assert_eq(
	    client_send(client, VERB_worker_ready, NULL, NULL, 0, NULL), OK);
	cr_assert_eq(client_receive(client, LONG_MS, NULL, &answer), ERR_END);
	cr_assert_eq(
	    client_send(client, VERB_worker_ready, NULL, NULL, 0, NULL), OK);
	cr_assert_eq(client_receive(client, LONG_MS, NULL, &answer), OK);
	cr_assert_eq(answer.status, 200);
	answer_fini(&answer);
	client_close(&client);
	front_close(&front);
}

Test(client_reconnect, leaves_what_was_in_the_air_unanswered)
{
	struct front front;
	struct client *client;
	struct answer answer;

	front_open(&front, "a", false);
	client = connected(&front, LONG_MS);
	answer_init(&answer);
	cr_assert_eq(client_send(client, VERB_whoami, NULL, NULL, 0, NULL), OK);
	cr_assert_eq(client_reconnect(client), OK);
	cr_assert_eq(client_receive(client, 300, NULL, &answer), ERR_TIMEOUT);
	cr_assert_eq(
	    client_ask(client, VERB_whoami, NULL, NULL, 0, &answer), OK);
	answer_fini(&answer);
	client_close(&client);
	front_close(&front);
}

Test(client_number, counts_from_one_and_leaves_a_numbered_body)
{
	struct front front;
	struct client *client;
	cJSON *first = cJSON_CreateObject();
	cJSON *second = cJSON_CreateObject();

	front_open(&front, "a", false);
	client = connected(&front, LONG_MS);
	cr_assert_eq(client_number(client, first), OK);
	cr_assert_eq(client_number(client, first), OK);
	cr_assert_eq(client_number(client, second), OK);
	cr_assert_eq(json_number(first, "counter", 0), 1);
	cr_assert_eq(json_number(second, "counter", 0), 2);
	cr_assert_str_eq(
	    json_text(first, "session"), json_text(second, "session"));
	cJSON_Delete(first);
	cJSON_Delete(second);
	client_close(&client);
	front_close(&front);
}

Test(client_fd, becomes_readable_with_an_answer)
{
	struct front front;
	struct client *client;
	struct answer answer;
	enum err err = ERR_TIMEOUT;

	front_open(&front, "a", false);
	client = connected(&front, LONG_MS);
	answer_init(&answer);
	cr_assert_eq(client_send(client, VERB_whoami, NULL, NULL, 0, NULL), OK);
	while (err == ERR_TIMEOUT) {
		struct pollfd fd = {client_fd(client), POLLIN, 0};

		err = client_receive(client, 0, NULL, &answer);
		if (err == ERR_TIMEOUT)
			cr_assert_eq(poll(&fd, 1, LONG_MS), 1);
	}
	cr_assert_eq(err, OK);
	answer_fini(&answer);
	client_close(&client);
	front_close(&front);
}

Test(client_open, takes_the_second_endpoint_when_the_local_socket_is_absent)
{
	struct front front;
	struct client *client;
	struct answer answer;

	front_open(&front, "a", false);
	(void)snprintf(front.key.people_remote, sizeof(front.key.people_remote),
	    "%s", front.endpoint);
	(void)snprintf(front.key.people, sizeof(front.key.people),
	    "ipc:///nonexistent/people.sock");
	client = connected(&front, LONG_MS);
	answer_init(&answer);
	cr_assert_eq(
	    client_ask(client, VERB_whoami, NULL, NULL, 0, &answer), OK);
	answer_fini(&answer);
	client_close(&client);
	front_close(&front);
}

Test(client_open, refuses_a_malformed_key_or_endpoint)
{
	struct key key = {.people = "tcp://127.0.0.1:9"};
	struct client *client;

	cr_assert_eq(key_make(&key), OK);
	cr_assert_eq(client_open(&key, CLIENT_PEOPLE, &client), ERR_INVALID);
	cr_assert_null(client);
	memcpy(key.server_z85, key.public_z85, KEY_Z85_BYTES);
	cr_assert_eq(client_open(&key, CLIENT_SENSORS, &client), ERR_INVALID);
	(void)snprintf(key.people, sizeof(key.people), "nowhere");
	cr_assert_eq(client_open(&key, CLIENT_PEOPLE, &client), ERR_INVALID);
	client_close(&client);
}
