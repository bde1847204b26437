/* The rows of config.def: finding one, and setting its value. */
#ifndef TOCSIN_PROTOCOL_SETTING_H
#define TOCSIN_PROTOCOL_SETTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/config.h"

enum setting_type {
	SETTING_IS_TEXT,
	SETTING_IS_PATH,
	SETTING_IS_SOCKET,
	SETTING_IS_TCP,
	SETTING_IS_SMTP,
	SETTING_IS_COUNT,
	SETTING_IS_DURATION,
	SETTING_IS_SEVERITY,
	SETTING_IS_TLP,
	SETTING_IS_OCCASIONS,
	SETTING_IS_COMMAND
};

/* The structure that a setting is a member of. */
enum setting_owner {
	OWNER_config,
	OWNER_hook,
	OWNER_level,
	OWNER_source,
	OWNER_signature,
	OWNER_callback
};

struct setting {
	const char *path;
	const char *otherwise; /* the default; "" for none */
	const char *help;
	int64_t min, max;
	size_t offset; /* in its owner */
	size_t size;
	enum setting_type type;
	enum setting_owner owner;
};

/* Every row, in order; *count is their number.  Static. */
const struct setting *setting_all(size_t *count);

enum setting_place {
	SETTING_UNKNOWN,
	SETTING_FOLDER, /* other paths begin with it and a dot */
	SETTING_LIST,
	SETTING_VALUE
};

/* What the path stands for; *setting is the row of a SETTING_VALUE. */
enum setting_place setting_find(
    const char *path, const struct setting **setting);

/*
 * Sets the value in its owner (a struct config or one of its rows, as the
 * setting says) from text (len bytes).  ERR_INVALID with why (size bytes),
 * a sentence without the setting's name; the value is untouched then.
 */
MUST_CHECK
enum err setting_set(const struct setting *setting, const char *text,
    size_t len, const char *home, void *owner, char *why, size_t size);

/*
 * Gives every member of the owner, which is of this kind, its default.  A local
 * socket whose path would be too long gets none.
 * ERR_INVALID  another path is too long, with why (size bytes) as above.
 */
MUST_CHECK
enum err setting_defaults(const char *home, enum setting_owner kind,
    void *owner, char *why, size_t size);

#endif
