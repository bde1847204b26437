#include "protocol/client.h"

#include <criterion/criterion.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "fake_front.h"
#include "protocol/json.h"

Test(client_receive, takes_what_answers_one_of_many_requests)
{
	struct front front;
	struct client *client;
	struct answer answer;
	char first[LIMIT_REQUEST_ID_BYTES_MAX + 1];
	char second[LIMIT_REQUEST_ID_BYTES_MAX + 1];
	char found[LIMIT_REQUEST_ID_BYTES_MAX + 1];

	front_open(&front, "a", false);
	client = front_client(&front, LONG_MS);
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
	client = front_client(&front, LONG_MS);
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
	client = front_client(&front, LONG_MS);
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
	client = front_client(&front, LONG_MS);
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
	client = front_client(&front, LONG_MS);
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
	client = front_client(&front, LONG_MS);
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
	client = front_client(&front, LONG_MS);
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
