/* client_ask: one answer for each question, asked again where that helps. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "fake_front.h"
#include "protocol/json.h"

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
	client = front_client(&front, LONG_MS);
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
	client = front_client(&front, LONG_MS);
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

/* An answer, a refusal, and what is no answer, into the same place. */
Test(client_only_reads, gives_bodies_that_are_read_as_ever)
{
	struct front front;
	struct client *client;
	struct answer answer;

	front_open(&front, "arag", false);
	client = front_client(&front, LONG_MS);
	client_only_reads(client);
	answer_init(&answer);
	for (int i = 0; i < 3; i++) {
		cr_assert_eq(
		    client_ask(client, VERB_whoami, NULL, NULL, 0, &answer),
		    OK);
		cr_assert_eq(answer.body, answer.doc.root);
		cr_assert_eq(answer.seq, i == 1 ? 7 : 42);
		if (i == 1)
			cr_assert_str_eq(
			    json_text(answer.body, "error"), "conflict");
	}
	cr_assert_eq(
	    client_ask(client, VERB_whoami, NULL, NULL, 0, &answer), ERR_IO);
	cr_assert_null(answer.body);
	cr_assert_null(answer.doc.root);
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
	client = front_client(&front, LONG_MS);
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
	client = front_client(&front, 700);
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
	client = front_client(&front, 3000);
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
	client = front_client(&front, LONG_MS);
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
	client = front_client(&front, 1500);
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
	client = front_client(&front, 60000);
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
	client = front_client(&front, LONG_MS);
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
	client = front_client(&front, LONG_MS);
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
	client = front_client(&front, LONG_MS);
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
