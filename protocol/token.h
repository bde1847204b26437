/*
 * Tokens: what a client that cannot hold a key pair proves itself with.
 *
 *   toc_12_4v...   the number of its principal, then a secret of 256 random
 *                  bits in base64url: 43 characters
 *
 * The broker is told a hash of the secret and keeps that alone.
 */
#ifndef TOCSIN_PROTOCOL_TOKEN_H
#define TOCSIN_PROTOCOL_TOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	TOKEN_SECRET_CHARS = 43,
	TOKEN_HASH_BYTES = 32,
	TOKEN_TEXT_MAX = 80 /* with its end */
};

/* A new secret and its hash. */
void token_make(
    char secret[TOKEN_SECRET_CHARS + 1], unsigned char hash[TOKEN_HASH_BYTES]);

/* BLAKE2b-256 of the secret's characters. */
void token_hash(const char *secret, unsigned char hash[TOKEN_HASH_BYTES]);

/* Writes the token as it is given out.  Returns out. */
const char *token_format(
    uint64_t number, const char *secret, char out[TOKEN_TEXT_MAX]);

/*
 * Reads a token of len bytes.  False when it is none: then number and secret
 * are untouched.
 */
bool token_parse(const char *bytes, size_t len, uint64_t *number,
    char secret[TOKEN_SECRET_CHARS + 1]);

#endif
