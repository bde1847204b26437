/*
 * The formats of alerts, as their mappings say: how each is recognised, and
 * where its fields lie.  docs/MAPPINGS.md describes the files that they come
 * from; format_read.c makes one of these of each.
 */
#ifndef TOCSIN_WORKERS_FORMAT_H
#define TOCSIN_WORKERS_FORMAT_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

#include "protocol/err.h"
#include "workers/path.h"
#include "workers/severity.h"

struct pattern;

/* One alert of a delivery, borrowed from it. */
struct part {
	const cJSON *object; /* the alert */
	const cJSON *outer; /* what it lies in: the same where it lies bare */
	const char *raw; /* the bytes of a document; NULL: there are none */
	size_t raw_len;
	char at[PATH_TEXT_BYTES]; /* where outer lies in the document */
	char within[PATH_TEXT_BYTES]; /* where object lies in outer */
};

/* A word of the payload, and the text that stands for it. */
struct format_word {
	const char *from, *to;
};

/* A place where something may lie; the first that holds something is taken. */
struct place {
	const char *path; /* NULL: `text` is the value */
	bool outer; /* looked for in the envelope */
	const char *text;
	struct pattern *match; /* what of it is taken; NULL: all */
	const struct format_word *table; /* what stands for it; NULL: itself */
	size_t table_count;
};

/* A place of a field; a format lists the places of one field in order. */
struct format_row {
	int field; /* enum normal_field */
	struct place place;
};

/* What lies at a place, for those that look for observables. */
enum mark {
	MARK_text, /* anything: it is scanned */
	MARK_ip,
	MARK_host, /* a name or an address, with or without a port */
	MARK_user,
	MARK_domain,
	MARK_url,
	MARK_hash, /* told apart by its length */
	MARK_email,
	MARK_cve
};

struct format_mark {
	enum mark mark;
	const char *path; /* within the part */
};

/*
 * What tells one cluster of a source's alerts from another: a field of the
 * normal form (or a second one where the first is missing), or a place.
 */
struct format_print {
	int field, otherwise; /* enum normal_field; NORMAL_NONE for neither */
	const char *path;
};

enum condition_kind {
	CONDITION_there, /* something lies at path */
	CONDITION_is, /* the text or number there is one of values */
	CONDITION_matches, /* the text there matches */
	CONDITION_array,
	CONDITION_object,
	CONDITION_string,
	CONDITION_number,
	CONDITION_all, /* of children */
	CONDITION_any,
	CONDITION_none
};

struct condition {
	enum condition_kind kind;
	const char *path;
	const char *const *values;
	size_t values_count;
	struct pattern *pattern;
	const struct condition *children;
	size_t children_count;
};

/* How a payload that is no JSON is taken apart. */
enum format_text {
	TEXT_none, /* it is JSON */
	TEXT_cef,
	TEXT_leef,
	TEXT_syslog,
	TEXT_zeek,
	TEXT_xml,
	TEXT_pattern
};

struct paths {
	const char *const *paths;
	size_t count;
};

struct format {
	const char *name;
	const char *about; /* the product, for people */
	const char *file; /* that it was read from */
	long order; /* the lowest is tried first */
	int names; /* enum path_names */
	bool guesses; /* no places: names of members are gone by (guess.h) */
	bool guesses_missing; /* what no place finds, where names are sure */
	bool known_inside; /* what lies in its envelope is not guessed */

	struct condition recognise; /* a CONDITION_all */
	/* Refuses what the conditions cannot say; NULL for none. */
	bool (*strict)(
	    const cJSON *object, const char **why, const char **what);
	/* Is it a record of the same product that is no alert?  Between alerts
	 * such records are passed over. */
	struct condition others; /* a CONDITION_all; without children: none */

	enum format_text text;
	struct pattern *pattern; /* of TEXT_pattern */
	const char *records; /* what a record of several lines begins with */

	/* Where another format may lie inside: tried before the fields. */
	struct paths envelope;
	/* Texts that hold JSON, which is put in their place. */
	struct paths embedded;
	/* Where the alerts lie in the object; none: it is one itself. */
	struct paths alerts;
	const char *left_out; /* how many alerts the sender left out */

	const struct format_row *rows;
	size_t rows_count;
	const struct format_mark *marks;
	size_t marks_count;
	bool marks_given; /* otherwise the fields are what is looked at */
	const char *typed; /* observables as {type, value} or strings */
	struct paths techniques;
	struct paths groups; /* what the classification goes by */
	struct severity_scale scale;

	const struct format_print *prints;
	size_t prints_count;
	const char *prints_own; /* where the sender names the parts itself */
	const struct place *external; /* the id that lives until "resolved" */
	size_t external_count;
	const char *external_all; /* or else: all members of this object */
	/* What status means that it is over, and that somebody has seen it. */
	struct format_words {
		const char *const *words;
		size_t count;
	} resolved, acknowledged;
	bool host_is_sensor; /* it is the one that saw it, not the one hit */
};

/*
 * Is object an alert of the format?  Otherwise why (size bytes; 0 when nobody
 * asks) is half a sentence in UTF-8 that says what is missing.
 */
bool format_is(
    const struct format *format, const cJSON *object, char *why, size_t size);

/* Is it a record that the format passes over? */
bool format_passes_over(const struct format *format, const cJSON *object);

/* Does the status mean that it is over; that somebody has seen it? */
bool format_resolves(
    const struct format *format, const char *status, size_t len);
bool format_acknowledges(
    const struct format *format, const char *status, size_t len);

#endif
