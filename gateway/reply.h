/* Answers to requests. */
#ifndef TOCSIN_GATEWAY_REPLY_H
#define TOCSIN_GATEWAY_REPLY_H

#include "gateway/gateway.h"

/* Answers with the object, which is taken over. */
void reply_json(struct request *request, unsigned status, cJSON *body);

/* Answers with text of the type (static). */
void reply_text(struct request *request, unsigned status, const char *type,
    const char *text);

/* {"error":...,"message":...} with err's status and word. */
void reply_refuse(struct request *request, enum err err, const char *message);
/* The same with a status that no error of ours has. */
void reply_refuse_as(struct request *request, unsigned status, const char *word,
    const char *message);

/* What the broker answered, as it is, with the headers that belong to it. */
void reply_answer(struct request *request, const struct answer *answer);

/* The broker did not answer: err is what courier.h says. */
void reply_unanswered(struct request *request, enum err err);

#endif
