/* The token in a request: wherever the products that push can put one. */
#ifndef TOCSIN_GATEWAY_PROOF_H
#define TOCSIN_GATEWAY_PROOF_H

#include <stdbool.h>

#include "protocol/token.h"

struct exchange;

/*
 * The token in a header of the form Authorization, X-Api-Key or X-Auth-Token, or
 * in the query's `token`.  False when there is none of the right form.
 */
bool proof_of(const struct exchange *exchange, char token[TOKEN_TEXT_MAX]);

/* The token in the value of an Authorization header: Bearer, Basic (the
 * password, or the name where that is none), Token, Splunk, GenieKey. */
bool proof_authorization(const char *value, char token[TOKEN_TEXT_MAX]);

/* Is text a token?  Then it is copied. */
bool proof_token(const char *text, char token[TOKEN_TEXT_MAX]);

#endif
