#include "workers/mail.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "protocol/ask.h"
#include "protocol/json.h"
#include "workers/normal.h"
#include "workers/plain.h"

enum {
	ADDRESS_BYTES_MAX = 254,
	SUBJECT_BYTES_MAX = 300,
	HEADLINE_BYTES = 640,
	TITLE_BYTES = LIMIT_TITLE_BYTES_MAX + 1,
	WORD_BYTES = 39, /* of text in one encoded word: 52 of base64 */
	LINE_BYTES = 57, /* of text in one line of base64: 76 */
	BODY_BYTES = 98304, /* of text, before base64 */
	DATE_BYTES = 64
};

/* A message that grows; what does not fit is a failure at the end. */
struct writer {
	char *bytes;
	size_t len, size;
	bool failed;
};

static void __attribute__((format(printf, 2, 3)))
put(struct writer *writer, const char *form, ...)
{
	size_t room = writer->size - writer->len;
	va_list args;
	int n;

	va_start(args, form);
	n = vsnprintf(writer->bytes + writer->len, room, form, args);
	va_end(args);
	if (n < 0 || (size_t)n >= room)
		writer->failed = true;
	else
		writer->len += (size_t)n;
}

int
mail_address_valid(const char *text)
{
	const char *at = strchr(text, '@');
	size_t len = strlen(text);

	if (at == NULL || at == text || at[1] == '\0' ||
	    strchr(at + 1, '@') != NULL || len > ADDRESS_BYTES_MAX)
		return 0;
	for (size_t i = 0; i < len; i++)
		if (text[i] <= ' ' || text[i] >= 0x7f ||
		    strchr("<>()[]\\,;:\"", text[i]) != NULL)
			return 0;
	return 1;
}

static void
put_base64(struct writer *writer, const char *bytes, size_t len)
{
	char out[sodium_base64_ENCODED_LEN(
	    LINE_BYTES, sodium_base64_VARIANT_ORIGINAL)];

	(void)sodium_bin2base64(out, sizeof(out), (const unsigned char *)bytes,
	    len, sodium_base64_VARIANT_ORIGINAL);
	put(writer, "%s", out);
}

/* RFC 2047: words of base64, each of whole characters, one a line. */
static void
put_subject(struct writer *writer, const char *subject)
{
	size_t left = strlen(subject), n;

	put(writer, "Subject:");
	for (; left > 0; subject += n, left -= n) {
		n = normal_fit(subject, left, WORD_BYTES);
		put(writer, " =?UTF-8?B?");
		put_base64(writer, subject, n);
		put(writer, "?=\r\n");
	}
}

static void
put_body(struct writer *writer, const char *text)
{
	size_t left = strlen(text), n;

	for (; left > 0; text += n, left -= n) {
		n = left < LINE_BYTES ? left : LINE_BYTES;
		put_base64(writer, text, n);
		put(writer, "\r\n");
	}
}

struct row {
	const char *label, *key;
	bool time;
};

/* What the mail tells of an incident, in this order. */
static const struct row rows[] = {
    {"Severity", "severity", false},
    {"Status", "status", false},
    {"Classification", "classification", false},
    {"TLP", "tlp", false},
    {"Assignee", "assignee", false},
    {"Source", "source", false},
    {"Alerts", "alerts", false},
    {"Occurred", "occurred", true},
    {"Opened", "opened", true},
};

/* And of what is overdue of it, before that. */
static const struct row overdue_rows[] = {
    {"Overdue", "title", false},
    {"Owner", "owner", false},
    {"Due", "due", true},
    {"Now", "status", false},
    {"What", "description", false},
};

static const struct row incident_row = {"Incident", "title", false};

static void
put_row(struct writer *writer, const cJSON *object, const struct row *row)
{
	const cJSON *value = cJSON_GetObjectItemCaseSensitive(object, row->key);
	char text[TITLE_BYTES], time[TIME_TEXT_MAX];
	int64_t number = json_number(object, row->key, -1);

	if (cJSON_IsString(value)) {
		(void)plain_copy(value->valuestring, false, text, sizeof(text));
		put(writer, "%-16s%s\n", row->label, text);
	} else if (number >= 0 && row->time) {
		put(writer, "%-16s%s\n", row->label, time_format(number, time));
	} else if (number >= 0) {
		put(writer, "%-16s%lld\n", row->label, (long long)number);
	}
}

/* The action or the task that is overdue, or NULL. */
static const cJSON *
overdue_of(const struct mail *mail)
{
	const cJSON *action =
	    cJSON_GetObjectItemCaseSensitive(mail->incident, "action");

	return action != NULL
		   ? action
		   : cJSON_GetObjectItemCaseSensitive(mail->incident, "task");
}

static void
put_overdue(struct writer *writer, const struct mail *mail)
{
	const cJSON *overdue = overdue_of(mail);
	size_t i;

	if (overdue == NULL)
		return;
	for (i = 0; i < sizeof(overdue_rows) / sizeof(overdue_rows[0]); i++) {
		const struct row *row = &overdue_rows[i];

		if (cJSON_IsNull(
			cJSON_GetObjectItemCaseSensitive(overdue, row->key)))
			put(writer, "%-16snobody\n", row->label);
		else
			put_row(writer, overdue, row);
	}
	put(writer, "\n");
}

/* "INC-12", or what stands for one. */
static const char *
id_of(const struct mail *mail)
{
	const char *id = json_text(mail->incident, "id");
	struct ref ref;

	return id != NULL && ref_parse(id, &ref) == OK ? id : "?";
}

/* The text of the mail, before it is encoded; yours to free. */
static char *
body_text(const struct mail *mail, const char *headline)
{
	const char *description = json_text(mail->incident, "description");
	struct writer body = {malloc(BODY_BYTES), 0, BODY_BYTES, false};
	char *text = malloc(BODY_BYTES / 2);

	if (body.bytes != NULL && text != NULL) {
		put(&body, "%s\n\n", headline);
		put_overdue(&body, mail);
		if (overdue_of(mail) != NULL)
			put_row(&body, mail->incident, &incident_row);
		for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
			put_row(&body, mail->incident, &rows[i]);
		(void)plain_copy(description == NULL ? "" : description, true,
		    text, BODY_BYTES / 2);
		put(&body, "\n%s\n", text);
	}
	free(text);
	if (body.bytes != NULL && text == NULL) {
		free(body.bytes);
		return NULL;
	}
	return body.bytes;
}

/*
 * The same for every try of one notification, so that who gets it twice sees
 * it once; when the incident opened tells one store's from another's.
 */
static void
put_message_id(struct writer *writer, const struct mail *mail, const char *id)
{
	const char *opened = json_text(mail->incident, "opened");

	put(writer, "Message-ID: <%s.%lld.", id, (long long)mail->notification);
	for (; opened != NULL && *opened != '\0'; opened++)
		if (*opened >= '0' && *opened <= '9')
			put(writer, "%c", *opened);
	put(writer, ".%s>\r\n", mail->from);
}

static void
put_headers(struct writer *writer, const struct mail *mail, const char *subject)
{
	const char *id = id_of(mail);
	time_t seconds = (time_t)(mail->now_ms / 1000);
	char date[DATE_BYTES] = "";
	struct tm tm;

	if (gmtime_r(&seconds, &tm) != NULL)
		(void)strftime(
		    date, sizeof(date), "%a, %d %b %Y %H:%M:%S +0000", &tm);
	put(writer, "Date: %s\r\n", date);
	put(writer, "From: <%s>\r\n", mail->from);
	put(writer, "To: <%s>\r\n", mail->to);
	put_subject(writer, subject);
	if (id[0] != '?')
		put_message_id(writer, mail, id);
	put(writer, "Auto-Submitted: auto-generated\r\n"
		    "MIME-Version: 1.0\r\n"
		    "Content-Type: text/plain; charset=UTF-8\r\n"
		    "Content-Transfer-Encoding: base64\r\n"
		    "\r\n");
}

/* "ACT-3 overdue: Block it (INC-12)", "task 2 overdue: Isolate it (INC-12)". */
static void
headline_overdue(const struct mail *mail, const cJSON *overdue, char *line)
{
	const char *id = json_text(overdue, "id");
	const char *title = json_text(overdue, "title");
	char task[32];
	struct ref ref;

	(void)snprintf(task, sizeof(task), "task %lld",
	    (long long)json_number(overdue, "task", 0));
	if (id == NULL || ref_parse(id, &ref) != OK)
		id = task;
	(void)snprintf(line, HEADLINE_BYTES, "%s %.16s: %s (%s)", id, mail->on,
	    title == NULL ? "(no title)" : title, id_of(mail));
}

/* "INC-12 opened high: Forced door", on one line. */
static void
headline(const struct mail *mail, char *out, size_t size)
{
	const char *severity = json_text(mail->incident, "severity");
	const char *title = json_text(mail->incident, "title");
	const cJSON *overdue = overdue_of(mail);
	char line[HEADLINE_BYTES];

	if (overdue != NULL)
		headline_overdue(mail, overdue, line);
	else
		(void)snprintf(line, sizeof(line), "%s %.16s %.16s: %s",
		    id_of(mail), mail->on, severity == NULL ? "" : severity,
		    title == NULL ? "(no title)" : title);
	normal_mend(line);
	(void)plain_copy(line, false, out, size);
}

enum err
mail_write(const struct mail *mail, char **out)
{
	struct writer writer = {NULL, 0, MAIL_MESSAGE_BYTES_MAX, false};
	char subject[HEADLINE_BYTES], *body;

	*out = NULL;
	if (!mail_address_valid(mail->from) || !mail_address_valid(mail->to))
		return ERR_INVALID;
	headline(mail, subject, sizeof(subject));
	writer.bytes = malloc(writer.size);
	body = body_text(mail, subject);
	if (writer.bytes == NULL || body == NULL) {
		free(writer.bytes);
		free(body);
		return ERR_MEMORY;
	}
	subject[normal_fit(subject, strlen(subject), SUBJECT_BYTES_MAX)] = '\0';
	put_headers(&writer, mail, subject);
	put_body(&writer, body);
	free(body);
	if (writer.failed) {
		free(writer.bytes);
		return ERR_MEMORY;
	}
	*out = writer.bytes;
	return OK;
}

struct reader {
	const char *bytes;
	size_t left;
};

static size_t
give(char *to, size_t size, size_t count, void *arg)
{
	struct reader *reader = arg;
	size_t n = size * count;

	if (n > reader->left)
		n = reader->left;
	memcpy(to, reader->bytes, n);
	reader->bytes += n;
	reader->left -= n;
	return n;
}

/* Is the server on this machine, so that nobody listens in between? */
static bool
is_here(const char *server)
{
	static const char *const here[] = {"127.", "[::1]", "localhost"};
	const char *host = strstr(server, "://") + 3;
	size_t len = strcspn(host, "/?#"), name, i;
	struct in_addr address;
	char text[INET_ADDRSTRLEN];

	if (memchr(host, '@', len) != NULL)
		return false;
	name = host[0] == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":/?#");
	for (i = 1; i < sizeof(here) / sizeof(here[0]); i++)
		if (name == strlen(here[i]) &&
		    strncasecmp(host, here[i], name) == 0)
			return true;
	if (name >= sizeof(text) || strncmp(host, here[0], 4) != 0)
		return false;
	memcpy(text, host, name);
	text[name] = '\0';
	return inet_pton(AF_INET, text, &address) == 1;
}

static CURLcode
transfer(CURL *curl, const struct mail *mail, const char *message, char *why)
{
	struct reader reader = {message, strlen(message)};
	struct curl_slist *to = curl_slist_append(NULL, mail->to);
	CURLcode code;

	if (to == NULL)
		return CURLE_OUT_OF_MEMORY;
	/* These fail for an option that the library lacks, or for memory. */
	(void)curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, why);
	(void)curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	(void)curl_easy_setopt(curl, CURLOPT_URL, mail->server);
	(void)curl_easy_setopt(curl, CURLOPT_USE_SSL,
	    (long)(is_here(mail->server) ? CURLUSESSL_TRY : CURLUSESSL_ALL));
	(void)curl_easy_setopt(curl, CURLOPT_MAIL_FROM, mail->from);
	(void)curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, to);
	(void)curl_easy_setopt(curl, CURLOPT_READFUNCTION, give);
	(void)curl_easy_setopt(curl, CURLOPT_READDATA, &reader);
	(void)curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
	(void)curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)mail->limit_ms);
	(void)curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	code = curl_easy_perform(curl);
	curl_slist_free_all(to);
	return code;
}

static bool
is_server(const char *server)
{
	return strncmp(server, "smtp://", 7) == 0 ||
	       strncmp(server, "smtps://", 8) == 0;
}

enum err
mail_send(const struct mail *mail, char *detail)
{
	char why[CURL_ERROR_SIZE] = "", plain[CURL_ERROR_SIZE];
	char *message;
	CURLcode code = CURLE_OUT_OF_MEMORY;
	CURL *curl;
	enum err err;

	err =
	    is_server(mail->server) ? mail_write(mail, &message) : ERR_INVALID;
	if (err != OK) {
		(void)snprintf(detail, MAIL_DETAIL_BYTES, "%s",
		    err == ERR_MEMORY
			? "out of memory"
			: "mail.server, mail.from or mail_to is malformed");
		return err;
	}
	curl = curl_easy_init();
	if (curl != NULL)
		code = transfer(curl, mail, message, why);
	curl_easy_cleanup(curl);
	free(message);
	(void)plain_copy(why[0] != '\0' ? why : curl_easy_strerror(code), false,
	    plain, sizeof(plain));
	if (code == CURLE_USE_SSL_FAILED)
		(void)snprintf(plain, sizeof(plain),
		    "the server does not encrypt (STARTTLS), and beyond this "
		    "machine nothing is sent in the clear");
	if (code == CURLE_OK)
		(void)snprintf(
		    detail, MAIL_DETAIL_BYTES, "taken by the server");
	else
		(void)snprintf(
		    detail, MAIL_DETAIL_BYTES, "not taken: %s", plain);
	return code == CURLE_OK ? OK : ERR_IO;
}
