#include "broker/mailbox.h"

#include <pthread.h>
#include <stdlib.h>

struct mailbox {
	uv_async_t async;
	pthread_mutex_t mutex;
	struct post *first, **end;
	struct progress progress;
	void (*heard)(struct broker *broker);
	struct broker *broker;
};

static void
on_async(uv_async_t *async)
{
	struct mailbox *mailbox = async->data;

	mailbox->heard(mailbox->broker);
}

enum err
mailbox_new(uv_loop_t *loop, void (*heard)(struct broker *broker),
    struct broker *broker, struct mailbox **mailbox)
{
	struct mailbox *made = calloc(1, sizeof(*made));

	*mailbox = NULL;
	if (made == NULL)
		return ERR_MEMORY;
	if (pthread_mutex_init(&made->mutex, NULL) != 0 ||
	    uv_async_init(loop, &made->async, on_async) != 0) {
		free(made);
		return ERR_MEMORY;
	}
	made->async.data = made;
	made->end = &made->first;
	made->heard = heard;
	made->broker = broker;
	*mailbox = made;
	return OK;
}

void
mailbox_close(struct mailbox *mailbox)
{
	uv_close((uv_handle_t *)&mailbox->async, NULL);
}

void
mailbox_free(struct mailbox **mailbox)
{
	if (*mailbox == NULL)
		return;
	(void)pthread_mutex_destroy(&(*mailbox)->mutex);
	free(*mailbox);
	*mailbox = NULL;
}

void
mailbox_wake(struct mailbox *mailbox)
{
	(void)uv_async_send(&mailbox->async);
}

void
mailbox_put(struct mailbox *mailbox, struct post *post)
{
	post->next = NULL;
	(void)pthread_mutex_lock(&mailbox->mutex);
	*mailbox->end = post;
	mailbox->end = &post->next;
	(void)pthread_mutex_unlock(&mailbox->mutex);
	mailbox_wake(mailbox);
}

void
mailbox_publish(struct mailbox *mailbox, const struct progress *progress)
{
	(void)pthread_mutex_lock(&mailbox->mutex);
	mailbox->progress = *progress;
	(void)pthread_mutex_unlock(&mailbox->mutex);
	mailbox_wake(mailbox);
}

struct post *
mailbox_take(struct mailbox *mailbox, struct progress *progress)
{
	struct post *first;

	(void)pthread_mutex_lock(&mailbox->mutex);
	first = mailbox->first;
	mailbox->first = NULL;
	mailbox->end = &mailbox->first;
	*progress = mailbox->progress;
	(void)pthread_mutex_unlock(&mailbox->mutex);
	return first;
}
