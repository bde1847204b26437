/* The body of an answer that refuses. */
#ifndef TOCSIN_BROKER_REFUSAL_H
#define TOCSIN_BROKER_REFUSAL_H

#include <cjson/cJSON.h>

#include "protocol/ask.h"
#include "protocol/err.h"

/*
 * {"error":word,"message":text,"field"?:name,"current"?:object}, for free();
 * NULL when out of memory.  fault and current may be NULL; current is
 * borrowed.  The message is err's meaning when fault has none.
 */
char *refusal_text(
    enum err err, const struct ask_fault *fault, const cJSON *current);

#endif
