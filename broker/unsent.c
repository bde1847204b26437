#include "broker/unsent.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* Smaller frames are copied into libzmq's own messages. */
enum { SMALL_BYTES = 512 };

struct unsent {
	atomic_size_t bytes;
};

struct unsent_account {
	struct unsent *all;
	atomic_size_t bytes;
	atomic_uint holders; /* the connection, and each frame that is out */
};

struct frame {
	atomic_bool lent; /* what is written before may be read on any thread */
	struct unsent_account *account;
	size_t len;
	unsigned char bytes[];
};

enum err
unsent_new(struct unsent **unsent)
{
	*unsent = calloc(1, sizeof(**unsent));
	return *unsent != NULL ? OK : ERR_MEMORY;
}

void
unsent_free(struct unsent **unsent)
{
	free(*unsent);
	*unsent = NULL;
}

struct unsent_account *
unsent_open(struct unsent *unsent)
{
	struct unsent_account *account = calloc(1, sizeof(*account));

	if (account == NULL)
		return NULL;
	account->all = unsent;
	atomic_init(&account->holders, 1);
	return account;
}

static void
let_go(struct unsent_account *account)
{
	if (atomic_fetch_sub(&account->holders, 1) == 1)
		free(account);
}

void
unsent_close(struct unsent_account **account)
{
	if (*account != NULL)
		let_go(*account);
	*account = NULL;
}

bool
unsent_fits(const struct unsent_account *account, size_t bytes)
{
	size_t own = atomic_load(&account->bytes);
	size_t all = atomic_load(&account->all->bytes);

	return own == 0 || (all < LIMIT_UNSENT_BYTES_MAX &&
			       own + bytes <= LIMIT_UNSENT_BYTES_MAX - all);
}

static void
frame_free(void *bytes, void *hint)
{
	struct frame *frame = hint;
	struct unsent_account *account;

	(void)bytes;
	/* libzmq hands over between its threads in its own way, which neither a
	 * reader nor a checker sees: this pair is ours. */
	(void)atomic_load_explicit(&frame->lent, memory_order_acquire);
	account = frame->account;
	(void)atomic_fetch_sub(&account->all->bytes, frame->len);
	(void)atomic_fetch_sub(&account->bytes, frame->len);
	free(frame);
	let_go(account);
}

enum err
unsent_add(struct unsent_account *account, struct wire_message *message,
    const void *bytes, size_t len)
{
	struct frame *frame;

	if (account == NULL || len < SMALL_BYTES)
		return wire_add(message, bytes, len);
	if (len > LIMIT_FRAME_BYTES_MAX)
		return ERR_TOO_LARGE;
	frame = malloc(sizeof(*frame) + len);
	if (frame == NULL)
		return ERR_MEMORY;
	frame->account = account;
	frame->len = len;
	memcpy(frame->bytes, bytes, len);
	(void)atomic_fetch_add(&account->holders, 1);
	(void)atomic_fetch_add(&account->bytes, len);
	(void)atomic_fetch_add(&account->all->bytes, len);
	atomic_init(&frame->lent, false);
	atomic_store_explicit(&frame->lent, true, memory_order_release);
	/* Given back by frame_free from here on, whatever happens. */
	return wire_add_lent(message, frame->bytes, len, frame_free, frame);
}
