/*
 * Values of an answer as text: what tables, header blocks and timelines are
 * made of.
 */
#ifndef TOCSIN_CLI_SHAPE_H
#define TOCSIN_CLI_SHAPE_H

#include <cjson/cJSON.h>
#include <stddef.h>

#include "cli/screen.h"
#include "cli/table.h"

enum shape {
	SHAPE_TEXT,
	SHAPE_PERSON, /* a name, "nobody" for null */
	SHAPE_NUMBER,
	SHAPE_TIME, /* in full */
	SHAPE_AGE, /* how long ago */
	SHAPE_DUE, /* how long until then; "-15m" for what is overdue */
	SHAPE_LEFT, /* the same, nothing for what is over */
	SHAPE_TIMES, /* ttd: what it is the time of */
	SHAPE_NAMES, /* a list, with commas */
	SHAPE_COMMANDS, /* a list of verbs, as they are typed */
	SHAPE_COUNT, /* how many elements a list has, or a number */
	SHAPE_FLAG, /* "yes" */
	SHAPE_SOME, /* a number, nothing for 0 */
	SHAPE_SEVERITY, /* in its colour */
	SHAPE_STATUS, /* of an incident or an alert, in its colour */
	SHAPE_MARKS, /* the object's flags: ! major, * unread */
	SHAPE_TITLE, /* text, or "(erased)" for an object that was */
	SHAPE_VERDICT, /* of something closed; nothing before that */
	SHAPE_SPAN, /* milliseconds as an age */
	SHAPE_TARGET, /* how a target stands, in its colour */
	SHAPE_SOURCE, /* how a source stands, in its colour */
	SHAPE_SKEW, /* signed milliseconds, in a colour where too many */
	SHAPE_ACTION, /* how a corrective action stands, in its colour */
	SHAPE_TLP, /* TLP:AMBER+STRICT */
	SHAPE_PAP
};

enum { SHAPE_TEXT_MAX = 2048 };

/* One value of an object: where it is, how it looks, where it stands. */
struct shown {
	const char *key; /* NULL for shapes of the whole object */
	enum shape shape;
	struct column column; /* its title is the label of a header block */
};

/*
 * Writes the value of object to out as text, "" when it is not there; as it
 * came, not yet safe for a terminal.  Returns the style that it stands in.
 */
enum style shape_value(const struct screen *screen, const cJSON *object,
    const char *key, enum shape shape, char out[SHAPE_TEXT_MAX]);

/* RFC 3339 text or milliseconds at key, as milliseconds; 0 when not there. */
int64_t shape_time(const cJSON *object, const char *key);

/* The text at key; "" when there is none.  Borrowed. */
const char *shape_text(const cJSON *object, const char *key);

/* Draws an array of objects as a table.  Returns the number of rows. */
size_t shape_table(const struct screen *screen, const cJSON *array,
    const struct shown *shown, size_t count);

/*
 * Draws an object as "label  value" lines, two beside each other where the
 * screen is wide enough.  What is not there is left out.
 */
void shape_facts(const struct screen *screen, const cJSON *object,
    const struct shown *shown, size_t count);

#endif
