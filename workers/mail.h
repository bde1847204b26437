/* Mails about incidents.  mail.c is the only file that knows libcurl. */
#ifndef TOCSIN_WORKERS_MAIL_H
#define TOCSIN_WORKERS_MAIL_H

#include <cjson/cJSON.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/err.h"

enum { MAIL_DETAIL_BYTES = 512, MAIL_MESSAGE_BYTES_MAX = 262144 };

struct mail {
	const char *server; /* smtp://host:port or smtps://host:port */
	const char *from, *to;
	const char *on; /* "opened", "assigned", "escalated", "overdue" */
	int64_t notification; /* the same each time that it is tried */
	/* As `show` answers it; what of it is overdue as "action" or "task". */
	const cJSON *incident;
	int64_t now_ms; /* for the Date */
	int limit_ms;
};

/*
 * Sends the mail and waits until the server took it.  Beyond this machine it
 * travels encrypted or not at all; to a server on it, where that offers it.
 * ERR_IO       it was not taken.
 * ERR_INVALID  an address or the server is malformed.
 * ERR_MEMORY
 * detail (MAIL_DETAIL_BYTES) says what came of it.
 */
MUST_CHECK
enum err mail_send(const struct mail *mail, char *detail);

/*
 * Writes the message to *out, for free(): headers in ASCII that nothing from
 * an incident can add to, a Message-ID that is the same with every try, and a plain text in base64 without control
 * characters and without marks that turn the writing's direction.
 * ERR_INVALID an address is malformed.  ERR_MEMORY.
 */
MUST_CHECK
enum err mail_write(const struct mail *mail, char **out);

/* Is text one address, without anything that a header or a command ends with? */
int mail_address_valid(const char *text);

#endif
