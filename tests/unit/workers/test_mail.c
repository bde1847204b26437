#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "workers/mail.h"

static cJSON *incident;

static struct mail
mail_about(const char *json)
{
	cJSON_Delete(incident);
	incident = cJSON_Parse(json);
	cr_assert_not_null(incident, "%s", json);
	return (struct mail){.server = "smtp://127.0.0.1:1",
	    .from = "tocsin@localhost",
	    .to = "soc@site.example",
	    .on = "opened",
	    .notification = 3,
	    .incident = incident,
	    .now_ms = 1768188125123,
	    .limit_ms = 5000};
}

/* The lines of base64 behind the empty line. */
static char *
decode_body(const char *message)
{
	const char *body = strstr(message, "\r\n\r\n") + 4;
	unsigned char *out = calloc(1, strlen(body) + 1);
	size_t len = 0;

	cr_assert_eq(sodium_base642bin(out, strlen(body), body, strlen(body),
			 "\r\n", &len, NULL, sodium_base64_VARIANT_ORIGINAL),
	    0);
	return (char *)out;
}

static char *
decode_subject(const char *message)
{
	static const char open[] = "=?UTF-8?B?";
	const char *p = strstr(message, "Subject:");
	const char *end = strstr(p, "\r\nMessage-ID");
	char *out = calloc(1, 1024);
	size_t used = 0, len;

	while ((p = strstr(p, open)) != NULL && p < end) {
		const char *close;

		p += strlen(open);
		close = strstr(p, "?=");
		cr_assert_leq(close + 2 - p + (long)strlen(open), 75);
		cr_assert_eq(sodium_base642bin((unsigned char *)out + used,
				 1024 - used, p, (size_t)(close - p), NULL,
				 &len, NULL, sodium_base64_VARIANT_ORIGINAL),
		    0);
		used += len;
	}
	return out;
}

Test(mail_write, tells_of_the_incident)
{
	struct mail mail = mail_about(
	    "{\"id\":\"INC-12\",\"title\":\"Forced door\",\"severity\":"
	    "\"high\",\"status\":\"new\",\"tlp\":\"amber\",\"assignee\":null,"
	    "\"alerts\":3,\"occurred\":1768188125000,\"opened\":"
	    "\"2026-01-12T03:22:06Z\",\"description\":\"line 1\\nline 2\"}");
	char *message, *body, *subject;

	cr_assert_eq(mail_write(&mail, &message), OK);
	cr_assert_eq(strncmp(message,
			 "Date: Mon, 12 Jan 2026 03:22:05 +0000\r\n"
			 "From: <tocsin@localhost>\r\n"
			 "To: <soc@site.example>\r\n"
			 "Subject: =?UTF-8?B?",
			 100),
	    0, "%s", message);
	cr_assert_not_null(
	    strstr(message, "\r\nMessage-ID: <INC-12.3.20260112032206."
			    "tocsin@localhost>\r\n"));
	subject = decode_subject(message);
	cr_assert_str_eq(subject, "INC-12 opened high: Forced door");
	body = decode_body(message);
	cr_assert_str_eq(body, "INC-12 opened high: Forced door\n\n"
			       "Severity        high\n"
			       "Status          new\n"
			       "TLP             amber\n"
			       "Alerts          3\n"
			       "Occurred        2026-01-12T03:22:05.000Z\n"
			       "Opened          2026-01-12T03:22:06Z\n"
			       "\nline 1\nline 2\n");
	free(body);
	free(subject);
	free(message);
}

/* The mail of something that is overdue: its subject, its body. */
static void
expect_overdue(const char *what, const char *subject, const char *body)
{
	char json[1024], *message, *told;
	struct mail mail;

	(void)snprintf(json, sizeof(json),
	    "{\"id\":\"INC-12\",\"title\":\"Forced door\",\"severity\":"
	    "\"high\",%s}",
	    what);
	mail = mail_about(json);
	mail.on = "overdue";
	cr_assert_eq(mail_write(&mail, &message), OK);
	told = decode_subject(message);
	cr_assert_str_eq(told, subject);
	free(told);
	told = decode_body(message);
	cr_assert_eq(strncmp(told, body, strlen(body)), 0, "%s", told);
	free(told);
	free(message);
}

Test(mail_write, tells_of_what_is_overdue_before_its_incident)
{
	expect_overdue("\"action\":{\"id\":\"ACT-3\",\"title\":\"Block "
		       "look-alikes\",\"owner\":\"mona\",\"due\":"
		       "\"2026-01-12T03:22:06Z\",\"status\":\"approved\"}",
	    "ACT-3 overdue: Block look-alikes (INC-12)",
	    "ACT-3 overdue: Block look-alikes (INC-12)\n\n"
	    "Overdue         Block look-alikes\n"
	    "Owner           mona\n"
	    "Due             2026-01-12T03:22:06Z\n"
	    "Now             approved\n\n"
	    "Incident        Forced door\n"
	    "Severity        high\n");
	expect_overdue("\"task\":{\"task\":2,\"title\":\"Isolate fs-2\","
		       "\"owner\":null,\"due\":\"2026-01-12T03:22:06Z\","
		       "\"status\":\"waiting\"}",
	    "task 2 overdue: Isolate fs-2 (INC-12)",
	    "task 2 overdue: Isolate fs-2 (INC-12)\n\n"
	    "Overdue         Isolate fs-2\n"
	    "Owner           nobody\n"
	    "Due             2026-01-12T03:22:06Z\n"
	    "Now             waiting\n\n"
	    "Incident        Forced door\n");
}

/* Every line of the headers is one of ours, whatever the incident holds. */
static void
expect_own_headers(const char *message)
{
	static const char *const ours[] = {"Date: ", "From: ", "To: ",
	    "Subject: ", " =?", "Message-ID: <INC-", "Auto-Submitted: ",
	    "MIME-Version: ", "Content-Type: text/plain; charset=UTF-8\r",
	    "Content-Transfer-Encoding: base64\r"};
	const char *end = strstr(message, "\r\n\r\n"), *p, *next;

	for (p = message; p < end; p = next + 2) {
		size_t i, n = sizeof(ours) / sizeof(ours[0]);

		next = strstr(p, "\r\n");
		cr_assert_leq(next - p, 998);
		for (i = 0; i < n; i++)
			if (strncmp(p, ours[i], strlen(ours[i])) == 0)
				break;
		cr_assert_lt(i, n, "%.*s", (int)(next - p), p);
	}
	for (p = message; *p != '\0'; p++)
		cr_assert(
		    *p == '\r' || *p == '\n' ||
		    ((unsigned char)*p >= ' ' && (unsigned char)*p < 0x7f));
}

Test(mail_write, lets_nothing_into_the_headers)
{
	static const char *const titles[] = {"x\\r\\nBcc: m@evil.example",
	    "x\\nBcc: m@evil.example", "x\\r\\n\\r\\nbody",
	    "?= \\r\\n=?UTF-8?B?", "\\u2028Bcc: x", "\\u0085Bcc: x",
	    "\\u001b[31m"};
	char json[512];

	for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++) {
		struct mail mail;
		char *message, *body, *subject;

		(void)snprintf(json, sizeof(json),
		    "{\"id\":\"INC-1\\r\\nX: y\",\"title\":\"%s\","
		    "\"severity\":\"high\\r\\nX: y\",\"status\":\"a\\nb\"}",
		    titles[i]);
		mail = mail_about(json);
		cr_assert_eq(mail_write(&mail, &message), OK);
		expect_own_headers(message);
		subject = decode_subject(message);
		cr_assert_eq(strcspn(subject, "\r\n\x1b"), strlen(subject));
		body = decode_body(message);
		cr_assert_eq(strcspn(body, "\r\x1b"), strlen(body));
		cr_assert_not_null(strstr(body, "Status          a b\n"));
		free(body);
		free(subject);
		free(message);
	}
}

Test(mail_write, keeps_characters_whole_and_the_mail_bounded)
{
	char *json = malloc(400000), *p = json;
	struct mail mail;
	char *message, *body, *subject;

	p += sprintf(p, "{\"id\":\"INC-1\",\"title\":\"");
	for (int i = 0; i < 170; i++)
		p += sprintf(p, "\xe2\x82\xac");
	p += sprintf(p, "\",\"description\":\"");
	for (int i = 0; i < 100000; i++)
		p += sprintf(p, "\xe2\x82\xac");
	(void)sprintf(p, "\"}");
	mail = mail_about(json);
	cr_assert_eq(mail_write(&mail, &message), OK);
	cr_assert_lt(strlen(message), MAIL_MESSAGE_BYTES_MAX);
	subject = decode_subject(message);
	cr_assert_null(strchr(subject, '?'));
	body = decode_body(message);
	cr_assert_null(strchr(body, '?'));
	free(body);
	free(subject);
	free(message);
	free(json);
}

Test(mail_write, refuses_addresses_that_are_none)
{
	static const char *const bad[] = {"", "a", "a@", "@b", "a@b@c", "a b@c",
	    "a@b\r\nRCPT TO:<x@y>", "<a@b>", "a@b,c@d", "a;b@c", "\"a\"@b",
	    "\xc3\xa9@b"};
	struct mail mail = mail_about("{}");
	char *message, text[300];

	cr_assert_eq(mail_write(&mail, &message), OK);
	free(message);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		mail.to = bad[i];
		cr_assert_eq(
		    mail_write(&mail, &message), ERR_INVALID, "%s", bad[i]);
		cr_assert_null(message);
		mail.to = "a@b";
		mail.from = bad[i];
		cr_assert_eq(
		    mail_write(&mail, &message), ERR_INVALID, "%s", bad[i]);
		mail.from = "a@b";
	}
	memset(text, 'a', sizeof(text));
	text[1] = '@';
	text[254] = '\0';
	cr_assert(mail_address_valid(text));
	text[254] = 'a';
	text[255] = '\0';
	cr_assert_not(mail_address_valid(text));
}

/* A mail server for one mail: what it was told. */
struct server {
	int fd, port;
	const char *host; /* by what name it is called; NULL: its address */
	const char *hello, *starttls; /* NULL: "250 ok" */
	const char *verdict; /* on the message */
	char heard[65536];
};

static void *
serve(void *arg)
{
	struct server *server = arg;
	int fd = accept(server->fd, NULL, NULL);
	FILE *peer = fdopen(fd, "r+");
	char line[4096];
	bool data = false;

	(void)dprintf(fd, "220 test\r\n");
	while (fgets(line, sizeof(line), peer) != NULL) {
		strcat(server->heard, line);
		if (data && strcmp(line, ".\r\n") == 0) {
			(void)dprintf(fd, "%s\r\n", server->verdict);
			data = false;
		} else if (data) {
			continue;
		} else if (strncmp(line, "DATA", 4) == 0) {
			(void)dprintf(fd, "354 go on\r\n");
			data = true;
		} else if (strncmp(line, "EHLO", 4) == 0 && server->hello) {
			(void)dprintf(fd, "%s\r\n", server->hello);
		} else if (strncmp(line, "STARTTLS", 8) == 0) {
			(void)dprintf(fd, "%s\r\n", server->starttls);
		} else if (strncmp(line, "QUIT", 4) == 0) {
			(void)dprintf(fd, "221 bye\r\n");
			break;
		} else {
			(void)dprintf(fd, "250 ok\r\n");
		}
	}
	(void)fclose(peer);
	return NULL;
}

static enum err
send_to(struct server *server, const char *json, char *detail)
{
	struct sockaddr_in at = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(at);
	struct mail mail = mail_about(json);
	pthread_t thread;
	char url[64];
	enum err err;

	server->fd = socket(AF_INET, SOCK_STREAM, 0);
	cr_assert_eq(bind(server->fd, (struct sockaddr *)&at, len), 0);
	cr_assert_eq(listen(server->fd, 1), 0);
	cr_assert_eq(getsockname(server->fd, (struct sockaddr *)&at, &len), 0);
	(void)snprintf(url, sizeof(url), "smtp://%s:%d",
	    server->host == NULL ? "127.0.0.1" : server->host,
	    ntohs(at.sin_port));
	mail.server = url;
	cr_assert_eq(pthread_create(&thread, NULL, serve, server), 0);
	err = mail_send(&mail, detail);
	cr_assert_eq(pthread_join(thread, NULL), 0);
	(void)close(server->fd);
	return err;
}

Test(mail_send, hands_the_mail_to_the_server, .timeout = 60)
{
	static struct server server = {.verdict = "250 queued"};
	char detail[MAIL_DETAIL_BYTES];

	cr_assert_eq(
	    send_to(&server, "{\"id\":\"INC-1\",\"title\":\"t\"}", detail), OK,
	    "%s", detail);
	cr_assert_str_eq(detail, "taken by the server");
	cr_assert_not_null(strstr(server.heard, "FROM:<tocsin@localhost>"));
	cr_assert_not_null(strstr(server.heard, "TO:<soc@site.example>"));
	cr_assert_not_null(strstr(server.heard, "\r\nSubject: "));
}

Test(mail_send, says_that_the_server_refused, .timeout = 60)
{
	static struct server server = {.verdict = "554 no thanks"};
	char detail[MAIL_DETAIL_BYTES];

	cr_assert_eq(send_to(&server, "{\"id\":\"INC-1\"}", detail), ERR_IO);
	cr_assert_eq(strncmp(detail, "not taken: ", 11), 0, "%s", detail);
}

/* Names below localhost are resolved to this machine, but are not its name. */
Test(mail_send, goes_beyond_this_machine_encrypted_or_not_at_all, .timeout = 60)
{
	static struct server plain = {
	    .host = "mail.localhost", .verdict = "250 queued"};
	static struct server refuses = {.host = "mail.localhost",
	    .hello = "250-test\r\n250 STARTTLS",
	    .starttls = "454 not now",
	    .verdict = "250 queued"};
	static struct server here = {.hello = "250-test\r\n250 STARTTLS",
	    .starttls = "454 not now",
	    .verdict = "250 queued"};
	char detail[MAIL_DETAIL_BYTES];

	cr_assert_eq(send_to(&plain, "{\"id\":\"INC-1\"}", detail), ERR_IO);
	cr_assert_not_null(strstr(detail, "does not encrypt"), "%s", detail);
	cr_assert_null(strstr(plain.heard, "DATA"));
	cr_assert_eq(send_to(&refuses, "{\"id\":\"INC-1\"}", detail), ERR_IO);
	cr_assert_not_null(strstr(detail, "does not encrypt"), "%s", detail);
	cr_assert_null(strstr(refuses.heard, "DATA"));
	cr_assert_eq(
	    send_to(&here, "{\"id\":\"INC-1\"}", detail), OK, "%s", detail);
	cr_assert_not_null(strstr(here.heard, "STARTTLS"));
}

Test(mail_send, says_that_nobody_answers, .timeout = 60)
{
	struct mail mail = mail_about("{}");
	char detail[MAIL_DETAIL_BYTES];

	cr_assert_eq(mail_send(&mail, detail), ERR_IO);
	cr_assert_eq(strncmp(detail, "not taken: ", 11), 0, "%s", detail);
}

Test(mail_send, speaks_to_mail_servers_alone)
{
	static const char *const bad[] = {"", "file:///etc/passwd",
	    "http://x.example/", "127.0.0.1:25", "gopher://x"};
	struct mail mail = mail_about("{}");
	char detail[MAIL_DETAIL_BYTES];

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		mail.server = bad[i];
		cr_assert_eq(
		    mail_send(&mail, detail), ERR_INVALID, "%s", bad[i]);
	}
}
