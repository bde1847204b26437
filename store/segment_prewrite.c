/*
 * The prewriter: a thread that fills the next segment with zeros, syncs it and
 * makes its key, so that a group costs one write into blocks that are there.
 *
 * It writes small steps, past the page cache where the file system takes that,
 * each pushed to the disk before the next where it does not, and between them
 * it rests a tick as long as it is ahead of the segment in use: unpaced it
 * costs the appending thread a third of its rate and stalls of 25 to 75 ms.
 * It is ahead when it is twice as far as the segment in use is full; when
 * it is not, it goes on without rests and in longer steps, for an appending
 * thread that has to wait for it stalls for longer.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <sodium.h>

#include "store/disk.h"
#include "store/segment_engine.h"

static const char next_name[] = "journal/next.tmp";

/* Waits to be woken, at most so long.  The lock is held. */
static void
rest(struct prewriter *prewriter, long ms)
{
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_nsec += ms % 1000 * 1000000;
	until.tv_sec += ms / 1000 + until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	pthread_cond_timedwait(&prewriter->wake, &prewriter->lock, &until);
}

/* How fast to go on. */
enum pace {
	PACE_STOP, /* the thread is to end */
	PACE_AHEAD, /* a step a tick, each on the disk before the next */
	PACE_BEHIND, /* no rests, a window of steps on their way */
	PACE_HURRY /* the appending thread waits: as fast as it goes */
};

/* Lets the appending thread go first. */
static enum pace
pace(struct prewriter *prewriter)
{
	uint64_t filled, ahead;
	enum pace pace = PACE_BEHIND;

	filled = atomic_load_explicit(&prewriter->filled, memory_order_relaxed);
	ahead = filled * 2;
	pthread_mutex_lock(&prewriter->lock);
	if (!prewriter->stop && !prewriter->hurry &&
	    prewriter->written >= ahead) {
		rest(prewriter, PREWRITE_TICK_MS);
		pace = PACE_AHEAD;
	}
	if (prewriter->hurry)
		pace = PACE_HURRY;
	if (prewriter->stop)
		pace = PACE_STOP;
	pthread_mutex_unlock(&prewriter->lock);
	return pace;
}

static uint64_t
wanted(struct prewriter *prewriter)
{
	uint64_t bytes;

	pthread_mutex_lock(&prewriter->lock);
	bytes = prewriter->wanted;
	pthread_mutex_unlock(&prewriter->lock);
	return bytes;
}

static void
note(struct prewriter *prewriter, uint64_t *field, uint64_t value)
{
	pthread_mutex_lock(&prewriter->lock);
	*field = value;
	pthread_mutex_unlock(&prewriter->lock);
}

/*
 * Past the page cache zeros are neither copied nor looked for by who writes
 * them to the disk; the cache is left to others.  The file is given away without.
 */
static void
set_direct(struct prewriter *prewriter, bool direct)
{
	int flags = fcntl(prewriter->fd, F_GETFL);

	if (flags >= 0)
		flags = direct ? flags | O_DIRECT : flags & ~O_DIRECT;
	prewriter->direct =
	    flags >= 0 && fcntl(prewriter->fd, F_SETFL, flags) == 0 && direct;
}

/* Takes the room on the disk at once, so that it is known to be there. */
static enum err
reserve(struct segments *segments, uint64_t bytes)
{
	struct prewriter *prewriter = &segments->prewriter;
	char path[SEGMENT_PATH_MAX];

	if (prewriter->fd < 0) {
		prewriter->fd =
		    disk.open(store_file(segments->path, next_name, path),
			O_RDWR | O_CREAT | O_TRUNC, 0640);
		if (prewriter->fd < 0)
			return disk_err(errno);
	}
	if (prewriter->reserved >= bytes)
		return OK;
	if (disk.reserve(prewriter->fd, (off_t)bytes) != 0 &&
	    errno != EOPNOTSUPP && errno != ENOSYS)
		return disk_err(errno);
	note(prewriter, &prewriter->reserved, bytes);
	return OK;
}

/* File systems without this are as well served by the sync at the end. */
static enum err
push(struct prewriter *prewriter, uint64_t at, size_t len, bool await)
{
	if (disk.push(prewriter->fd, (off_t)at, (off_t)len, await) != 0 &&
	    errno != ENOSYS && errno != EINVAL && errno != ESPIPE)
		return disk_err(errno);
	return OK;
}

/* What went through the page cache: on its way, but for a window of it. */
static enum err
push_step(struct prewriter *prewriter, uint64_t at, size_t len, enum pace speed)
{
	enum err err;

	if (speed == PACE_HURRY)
		return OK;
	err = push(prewriter, at, len, speed == PACE_AHEAD);
	if (err == OK && speed == PACE_BEHIND && at >= PREWRITE_WINDOW_BYTES)
		err = push(prewriter, at - PREWRITE_WINDOW_BYTES, len, true);
	return err;
}

/* Few long steps while behind: to ask the disk costs more than the bytes do. */
static size_t
step_bytes(const struct prewriter *prewriter, enum pace speed)
{
	if (speed == PACE_AHEAD)
		return PREWRITE_STEP_BYTES;
	return prewriter->direct ? PREWRITE_LONG_STEP_BYTES
				 : PREWRITE_CACHED_STEP_BYTES;
}

static enum err
write_step(struct prewriter *prewriter, uint64_t bytes, enum pace speed)
{
	static const _Alignas(
	    SEGMENT_BLOCK_BYTES) unsigned char zeros[PREWRITE_LONG_STEP_BYTES];
	uint64_t at = prewriter->written;
	size_t len = step_bytes(prewriter, speed);
	enum err err;

	if (len > bytes - at)
		len = (size_t)(bytes - at);
	err = disk_write(prewriter->fd, zeros, len, at);
	if (err != OK && errno == EINVAL && prewriter->direct) {
		/* The same again, and all that follows, through the cache. */
		set_direct(prewriter, false);
		return OK;
	}
	if (err == OK && !prewriter->direct)
		err = push_step(prewriter, at, len, speed);
	if (err == OK)
		note(prewriter, &prewriter->written, at + len);
	return err;
}

/* ERR_END when the thread is told to stop. */
static enum err
prepare_file(struct segments *segments, uint64_t bytes)
{
	struct prewriter *prewriter = &segments->prewriter;
	char path[SEGMENT_PATH_MAX];
	enum pace speed;
	enum err err;

	err = reserve(segments, bytes);
	if (err == OK)
		set_direct(prewriter, true);
	while (err == OK && prewriter->written < bytes) {
		speed = pace(prewriter);
		err = speed == PACE_STOP ? ERR_END
					 : write_step(prewriter, bytes, speed);
	}
	if (err != OK)
		return err;
	if (disk.fsync(prewriter->fd) != 0)
		return disk_err(errno);
	set_direct(prewriter, false);
	return disk_sync_folder(store_file(segments->path, "journal", path));
}

static enum err
retire(struct segments *segments)
{
	struct prewriter *prewriter = &segments->prewriter;
	enum err err;

	if (!prewriter->retire)
		return OK;
	err = keys_switch(segments->path);
	if (err == OK)
		prewriter->retire = false;
	return err;
}

static enum err
prepare(struct segments *segments, uint64_t bytes)
{
	struct prewriter *prewriter = &segments->prewriter;
	enum err err;

	err = retire(segments);
	if (err == OK)
		err = prepare_file(segments, bytes);
	if (err == OK && !prewriter->keyed) {
		err = keys_prepare(
		    segments->path, prewriter->key, prewriter->secret);
		prewriter->keyed = err == OK;
	}
	return err;
}

/* What is half prepared is no use to anybody, and the room may be. */
static void
give_up_file(struct segments *segments)
{
	struct prewriter *prewriter = &segments->prewriter;
	char path[SEGMENT_PATH_MAX];

	if (prewriter->fd < 0)
		return;
	(void)disk.unlink(store_file(segments->path, next_name, path));
	(void)close(prewriter->fd);
	prewriter->fd = -1;
	note(prewriter, &prewriter->reserved, 0);
	note(prewriter, &prewriter->written, 0);
}

static void
conclude(struct prewriter *prewriter, uint64_t bytes, enum err err)
{
	pthread_mutex_lock(&prewriter->lock);
	if (err == ERR_FULL)
		prewriter->state = PREWRITE_FULL;
	else if (err != OK)
		prewriter->state = PREWRITE_BROKEN;
	else if (prewriter->wanted <= bytes)
		prewriter->state = PREWRITE_READY;
	pthread_cond_broadcast(&prewriter->told);
	pthread_mutex_unlock(&prewriter->lock);
}

/* Waits for work; false when there will be none. */
static bool
await_work(struct prewriter *prewriter)
{
	bool work;

	pthread_mutex_lock(&prewriter->lock);
	while (!prewriter->stop && prewriter->state != PREWRITE_WORKING) {
		if (prewriter->state != PREWRITE_FULL) {
			pthread_cond_wait(&prewriter->wake, &prewriter->lock);
			continue;
		}
		rest(prewriter, FULL_RETRY_MS);
		prewriter->state = PREWRITE_WORKING;
	}
	work = !prewriter->stop;
	pthread_mutex_unlock(&prewriter->lock);
	return work;
}

static void *
run(void *argument)
{
	struct segments *segments = argument;
	struct prewriter *prewriter = &segments->prewriter;
	uint64_t bytes;
	enum err err;

	(void)pthread_setname_np(pthread_self(), "prewriter");
	while (await_work(prewriter)) {
		bytes = wanted(prewriter);
		err = prepare(segments, bytes);
		if (err == ERR_END)
			break;
		if (err == ERR_FULL)
			give_up_file(segments);
		conclude(prewriter, bytes, err);
	}
	return NULL;
}

enum err
prewrite_start(struct segments *segments)
{
	struct prewriter *prewriter = &segments->prewriter;
	pthread_condattr_t attributes;
	sigset_t all, before;
	int failed;

	pthread_mutex_init(&prewriter->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&prewriter->wake, &attributes);
	pthread_cond_init(&prewriter->told, &attributes);
	pthread_condattr_destroy(&attributes);
	prewriter->fd = -1;
	prewriter->state = PREWRITE_WORKING;
	prewriter->wanted = segments->segment_bytes;

	/* Signals are for the threads that wait for them. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	failed = pthread_create(&prewriter->thread, NULL, run, segments);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	prewriter->running = failed == 0;
	return failed == 0 ? OK : ERR_MEMORY;
}

void
prewrite_stop(struct segments *segments)
{
	struct prewriter *prewriter = &segments->prewriter;

	if (!prewriter->running)
		return;
	pthread_mutex_lock(&prewriter->lock);
	prewriter->stop = true;
	pthread_cond_signal(&prewriter->wake);
	pthread_mutex_unlock(&prewriter->lock);
	pthread_join(prewriter->thread, NULL);
	prewriter->running = false;

	/* A start that finds the old secret finishes this as well. */
	(void)retire(segments);
	give_up_file(segments);
	sodium_memzero(prewriter->secret, sizeof(prewriter->secret));
	pthread_cond_destroy(&prewriter->wake);
	pthread_cond_destroy(&prewriter->told);
	pthread_mutex_destroy(&prewriter->lock);
}

enum err
prewrite_await(struct segments *segments, uint64_t bytes)
{
	struct prewriter *prewriter = &segments->prewriter;
	enum prewrite_state state;

	pthread_mutex_lock(&prewriter->lock);
	if (prewriter->wanted < bytes)
		prewriter->wanted = bytes;
	if (prewriter->state == PREWRITE_FULL ||
	    (prewriter->state == PREWRITE_READY &&
		prewriter->written < prewriter->wanted))
		prewriter->state = PREWRITE_WORKING;
	prewriter->hurry = true;
	pthread_cond_signal(&prewriter->wake);
	while (prewriter->state == PREWRITE_WORKING)
		pthread_cond_wait(&prewriter->told, &prewriter->lock);
	prewriter->hurry = false;
	state = prewriter->state;
	if (state == PREWRITE_FULL)
		prewriter->wanted = segments->segment_bytes;
	pthread_mutex_unlock(&prewriter->lock);
	switch (state) {
	case PREWRITE_READY:
		return OK;
	case PREWRITE_FULL:
		return ERR_FULL;
	default:
		return ERR_IO;
	}
}

void
prewrite_taken(struct segments *segments)
{
	struct prewriter *prewriter = &segments->prewriter;

	atomic_store_explicit(&prewriter->filled, 0, memory_order_relaxed);
	pthread_mutex_lock(&prewriter->lock);
	prewriter->fd = -1;
	prewriter->reserved = prewriter->written = 0;
	prewriter->keyed = false;
	prewriter->retire = true;
	prewriter->wanted = segments->segment_bytes;
	prewriter->state = PREWRITE_WORKING;
	pthread_cond_signal(&prewriter->wake);
	pthread_mutex_unlock(&prewriter->lock);
}
