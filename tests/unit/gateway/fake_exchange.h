/*
 * Requests without a network: a held exchange (held_exchange.h) of which a test
 * says what it holds, and a courier that keeps what it is asked.  They stand in
 * for http.c and courier.c in the whole program.
 */
#ifndef TOCSIN_TESTS_FAKE_EXCHANGE_H
#define TOCSIN_TESTS_FAKE_EXCHANGE_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

#include "gateway/gateway.h"

#define FAKE_TOKEN "toc_7_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNO-_"

enum { FAKE_PARTS_MAX = 8, FAKE_PART_BYTES = 512 };

struct fake {
	/* What was answered. */
	bool answered;
	unsigned status;
	const char *text; /* until the next fake_begin */
	/* What the broker was asked. */
	size_t asked; /* how often */
	enum client_front front;
	enum verb verb;
	char bearer[TOKEN_TEXT_MAX];
	cJSON *body;
	size_t parts_count; /* of which the first are kept */
	char parts[FAKE_PARTS_MAX][FAKE_PART_BYTES];
	/* What the courier says to that; OK at first. */
	enum err err;
};
extern struct fake fake;

/* A new request of the token; what was before it is forgotten. */
void fake_begin(const char *method, const char *path);
void fake_header(const char *name, const char *value); /* both borrowed */
void fake_no_token(void);

/* Lets it come in, with this body (' stands for "), and go to its handler. */
void fake_come(const char *body);
void fake_come_bytes(const char *body, size_t len);

/* The broker answers what it was asked; ' stands for ". */
void fake_broker(int status, const char *body);

/* What stands at the key of the answer; NULL where it is no text. */
const char *fake_said(const char *key);

#endif
