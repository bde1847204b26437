#include "protocol/setting.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "protocol/duration.h"

enum { DIGITS_MAX = 12, WORDS_SHOWN_MAX = 128 };

/* What a value is read with and where it goes. */
struct target {
	const struct setting *setting;
	const char *text; /* len bytes, terminated, without NUL inside */
	size_t len;
	const char *home;
	void *place;
	char *why;
	size_t size;
};

typedef enum err setter(const struct target *t);

#define OF(structure, member)                                                  \
	offsetof(struct structure, member),                                    \
	    sizeof(((struct structure *)NULL)->member)
#define PLACE_TEXT(s, name)      OF(s, name)
#define PLACE_PATH(s, name)      OF(s, name)
#define PLACE_SOCKET(s, name)    OF(s, name)
#define PLACE_TCP(s, name)       OF(s, name)
#define PLACE_SMTP(s, name)      OF(s, name)
#define PLACE_COMMAND(s, name)   OF(s, name)
#define PLACE_COUNT(s, name)     OF(s, name)
#define PLACE_SEVERITY(s, name)  OF(s, name)
#define PLACE_TLP(s, name)       OF(s, name)
#define PLACE_DURATION(s, name)  OF(s, name##_ms)
#define PLACE_OCCASIONS(s, name) OF(s, name)

static const struct setting rows[] = {
#define SETTING(name, path, type, min, max, otherwise, help)                   \
	{path, otherwise, help, min, max, PLACE_##type(config, name),          \
	    SETTING_IS_##type, OWNER_config},
#define MEMBER(owner, name, path, type, min, max, otherwise, help)             \
	{path, otherwise, help, min, max, PLACE_##type(config_##owner, name),  \
	    SETTING_IS_##type, OWNER_##owner},
#define LIST(name, path, max, help)
#include "protocol/config.def"
#undef SETTING
#undef MEMBER
#undef LIST
};

static const char *const lists[] = {
#define SETTING(name, path, type, min, max, otherwise, help)
#define MEMBER(owner, name, path, type, min, max, otherwise, help)
#define LIST(name, path, max, help) path,
#include "protocol/config.def"
#undef SETTING
#undef MEMBER
#undef LIST
};

/* The lists' places in struct config are as many as their rows allow. */
#define SETTING(name, path, type, min, max, otherwise, help)
#define MEMBER(owner, name, path, type, min, max, otherwise, help)
#define LIST(name, path, max, help)                                            \
	static_assert(sizeof(((struct config *)NULL)->name) /                  \
			      sizeof(((struct config *)NULL)->name[0]) ==      \
			  (max),                                               \
	    path);
#include "protocol/config.def"
#undef SETTING
#undef MEMBER
#undef LIST

enum {
	ROWS = sizeof(rows) / sizeof(rows[0]),
	LISTS = sizeof(lists) / sizeof(lists[0])
};

static_assert(
    sizeof(enum severity) == sizeof(int) && sizeof(enum tlp) == sizeof(int),
    "a word's place takes an int");

__attribute__((format(printf, 2, 3))) static enum err
refuse(const struct target *t, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void)vsnprintf(t->why, t->size, format, args);
	va_end(args);
	return ERR_INVALID;
}

static enum err
set_text(const struct target *t)
{
	if (t->len < (size_t)t->setting->min)
		return refuse(t, "must not be empty");
	if (t->len > (size_t)t->setting->max)
		return refuse(
		    t, "more than %lld bytes", (long long)t->setting->max);
	assert(t->len < t->setting->size);
	memcpy(t->place, t->text, t->len + 1);
	return OK;
}

static enum err
set_path(const struct target *t)
{
	if (t->len == 0 || t->text[0] == '/')
		return set_text(t);
	if (strlen(t->home) + 1 + t->len > (size_t)t->setting->max)
		return refuse(t,
		    "more than %lld bytes with the home folder before it",
		    (long long)t->setting->max);
	(void)snprintf(t->place, t->setting->size, "%s/%s", t->home, t->text);
	return OK;
}

static enum err
set_command(const struct target *t)
{
	if (t->text[0] != '/')
		return refuse(t, "expected an absolute path");
	return set_text(t);
}

/* Is text of the form prefix, something, ':', a port? */
static bool
is_address(const char *text, const char *prefix)
{
	size_t len = strlen(prefix);
	const char *colon = strrchr(text, ':');
	size_t digits;

	if (strncmp(text, prefix, len) != 0 || colon <= text + len)
		return false;
	digits = strspn(colon + 1, "0123456789");
	return colon[1 + digits] == '\0' && digits >= 1 && digits <= 5;
}

static enum err
set_tcp(const struct target *t)
{
	if (t->len > 0 && !is_address(t->text, "tcp://"))
		return refuse(t, "expected tcp://address:port");
	return set_text(t);
}

static enum err
set_smtp(const struct target *t)
{
	if (t->len > 0 && !is_address(t->text, "smtp://") &&
	    !is_address(t->text, "smtps://"))
		return refuse(
		    t, "expected smtp://host:port or smtps://host:port");
	return set_text(t);
}

/* Reads digits at *text, at most DIGITS_MAX of them, and moves behind them. */
static bool
read_digits(const char **text, int64_t *number)
{
	size_t digits = strspn(*text, "0123456789");

	if (digits == 0 || digits > DIGITS_MAX)
		return false;
	for (*number = 0; digits > 0; digits--, (*text)++)
		*number = *number * 10 + (**text - '0');
	return true;
}

static enum err
set_count(const struct target *t)
{
	const char *text = t->text;
	int64_t number;

	if (!read_digits(&text, &number) || *text != '\0' ||
	    number < t->setting->min || number > t->setting->max)
		return refuse(t, "expected a whole number from %lld to %lld",
		    (long long)t->setting->min, (long long)t->setting->max);
	memcpy(t->place, &number, sizeof(number));
	return OK;
}

static enum err
set_duration(const struct target *t)
{
	int64_t ms;

	if (duration_parse(t->text, t->setting->max, &ms) != OK)
		return refuse(t, "expected a duration such as " DURATION_FORMS);
	if (ms < t->setting->min || ms > t->setting->max)
		return refuse(t, "expected a duration from %lldms to %lldms",
		    (long long)t->setting->min, (long long)t->setting->max);
	memcpy(t->place, &ms, sizeof(ms));
	return OK;
}

static enum err
set_word(const struct target *t, enum words list, const char *what)
{
	char known[WORDS_SHOWN_MAX];
	int value = words_value(list, t->text);

	if (value < 0) {
		words_all(list, known, sizeof(known));
		return refuse(t, "expected %s (%s)", what, known);
	}
	memcpy(t->place, &value, sizeof(value));
	return OK;
}

static enum err
set_severity(const struct target *t)
{
	return set_word(t, WORDS_SEVERITY, "a severity");
}

static enum err
set_tlp(const struct target *t)
{
	return set_word(t, WORDS_TLP, "a TLP word");
}

/* The occasion at *text, -1 for none; moves *text behind it. */
static int
take_occasion(const char **text)
{
	char word[WORDS_SHOWN_MAX];
	size_t len = strcspn(*text, ",");

	if (len >= sizeof(word))
		return -1;
	memcpy(word, *text, len);
	word[len] = '\0';
	*text += len;
	return words_value(WORDS_OCCASION, word);
}

static enum err
set_occasions(const struct target *t)
{
	bool on[OCCASION_COUNT] = {false};
	char known[WORDS_SHOWN_MAX];
	const char *text = t->text;
	int occasion = take_occasion(&text);

	while (occasion >= 0 && !on[occasion]) {
		on[occasion] = true;
		if (*text == '\0') {
			memcpy(t->place, on, sizeof(on));
			return OK;
		}
		text += 1 + strspn(text + 1, " ");
		occasion = take_occasion(&text);
	}
	words_all(WORDS_OCCASION, known, sizeof(known));
	return refuse(t, "expected one or more of %s, each once", known);
}

static setter *const setters[] = {
    [SETTING_IS_TEXT] = set_text,
    [SETTING_IS_PATH] = set_path,
    [SETTING_IS_SOCKET] = set_path,
    [SETTING_IS_TCP] = set_tcp,
    [SETTING_IS_SMTP] = set_smtp,
    [SETTING_IS_COUNT] = set_count,
    [SETTING_IS_DURATION] = set_duration,
    [SETTING_IS_SEVERITY] = set_severity,
    [SETTING_IS_TLP] = set_tlp,
    [SETTING_IS_OCCASIONS] = set_occasions,
    [SETTING_IS_COMMAND] = set_command,
};

const struct setting *
setting_all(size_t *count)
{
	*count = ROWS;
	return rows;
}

enum setting_place
setting_find(const char *path, const struct setting **setting)
{
	size_t len = strlen(path);
	size_t i;

	for (i = 0; i < ROWS; i++)
		if (strcmp(rows[i].path, path) == 0) {
			*setting = &rows[i];
			return SETTING_VALUE;
		}
	for (i = 0; i < LISTS; i++)
		if (strcmp(lists[i], path) == 0)
			return SETTING_LIST;
	for (i = 0; i < ROWS; i++)
		if (strncmp(rows[i].path, path, len) == 0 &&
		    rows[i].path[len] == '.')
			return SETTING_FOLDER;
	return SETTING_UNKNOWN;
}

enum err
setting_set(const struct setting *setting, const char *text, size_t len,
    const char *home, void *owner, char *why, size_t size)
{
	char copy[sizeof(((struct config *)NULL)->store_path) + 1];
	struct target t = {.setting = setting,
	    .text = copy,
	    .len = len,
	    .home = home,
	    .place = (char *)owner + setting->offset,
	    .why = why,
	    .size = size};

	if (len >= sizeof(copy))
		return refuse(&t, "more than %zu bytes", sizeof(copy) - 1);
	if (memchr(text, '\0', len) != NULL)
		return refuse(&t, "a NUL character is not accepted");
	memcpy(copy, text, len);
	copy[len] = '\0';
	return setters[setting->type](&t);
}

enum err
setting_defaults(const char *home, enum setting_owner kind, void *owner,
    char *why, size_t size)
{
	size_t i;

	for (i = 0; i < ROWS; i++) {
		const char *otherwise = rows[i].otherwise;
		enum err err;

		if (rows[i].owner != kind || otherwise[0] == '\0')
			continue;
		err = setting_set(&rows[i], otherwise, strlen(otherwise), home,
		    owner, why, size);
		if (err != OK && rows[i].type != SETTING_IS_SOCKET)
			return err;
	}
	return OK;
}
