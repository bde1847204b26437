/* A leased job on its way to its worker, and back when nobody takes it. */
#ifndef TOCSIN_BROKER_HANDOUT_H
#define TOCSIN_BROKER_HANDOUT_H

#include "broker/command.h"
#include "broker/reader.h"

struct handout {
	struct task task;
	struct health health;
	void (*done)(struct broker *broker, struct handout *handout);
	uint64_t worker; /* its number among the workers */
	uint32_t principal;
	enum workflow workflow;
	uint64_t lease;
	unsigned char token[16];

	/* Set by the reader. */
	enum err err;
	char *body;
	struct attachment attachments[READING_ATTACHMENTS_MAX];
	size_t count;
};

/*
 * Has the job of the lease that the command got read; done runs on the loop
 * with it, and does not own it.  ERR_BUSY, ERR_MEMORY: done is not called.
 */
MUST_CHECK
enum err handout_read(struct broker *broker, const struct command *command,
    void (*done)(struct broker *broker, struct handout *handout));

/*
 * Fails the lease in the name of its worker, so that its items need not wait
 * for its deadline.  When even that cannot be done they do wait.
 */
void handout_give_up(struct broker *broker, uint32_t principal,
    enum workflow workflow, uint64_t lease, const unsigned char token[16],
    const char *why);

#endif
