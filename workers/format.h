/*
 * The formats of alerts: how each is recognised, and where its fields lie.
 * One file format_NAME.c a format, nearly all of it tables.
 */
#ifndef TOCSIN_WORKERS_FORMAT_H
#define TOCSIN_WORKERS_FORMAT_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

struct severity_scale;

/* One alert of a delivery, borrowed from it. */
struct part {
	const cJSON *object; /* the alert */
	const cJSON *outer; /* what it lies in: the same where it lies bare */
	const char *raw; /* the bytes of outer */
	size_t raw_len;
};

enum format_base { FORMAT_PART, FORMAT_OUTER };

/* A place of a field; a table lists the places of one field in order. */
struct format_row {
	int field; /* enum normal_field */
	enum format_base base;
	const char *path; /* NULL ends the table */
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
	const char *path; /* within the part; NULL ends the table */
};

/*
 * What tells one cluster of a source's alerts from another: a field of the
 * normal form (or a second one where the first is missing), or a place.
 */
struct format_print {
	int field, otherwise; /* enum normal_field; NORMAL_NONE for neither */
	const char *path;
	bool end;
};

struct format {
	const char *name;
	/*
	 * Is object an alert of this format?  *why is static and says what is
	 * missing; where a name from the document belongs to it, *what is that
	 * name, otherwise NULL.
	 */
	bool (*is)(const cJSON *object, const char **why, const char **what);
	/* The member that the alert lies in where it does not lie bare. */
	const char *inner;
	/*
	 * The array of alerts of an envelope; an object that has none is an
	 * alert itself.  NULL when each object is one.
	 */
	const char *alerts;
	/* How many alerts the sender left out of the envelope. */
	const char *left_out;
	/*
	 * Is it a record of the same product that is no alert?  Between alerts
	 * such records are passed over.  NULL when there are none.
	 */
	bool (*is_other)(const cJSON *object);

	const struct format_row *rows;
	const struct format_mark *marks;
	const char *typed; /* observables as {type, value} or strings */
	const char *const *techniques; /* places, NULL ends */
	const char *const *groups; /* what the classification goes by */
	const struct severity_scale *scale;

	const struct format_print *prints;
	const char *prints_own; /* where the sender names the parts itself */
	const char *external; /* the id that lives on until "resolved" */
	const char *external_all; /* or else: all members of this object */
	bool
	    host_is_sensor; /* the host is the one that saw it, not the one hit */
};

/* Every format, in the order in which they are tried. */
#define FORMAT(name) extern const struct format format_##name;
#include "workers/formats.def"
#undef FORMAT

enum { FORMATS_MAX = 8 };

/* All of them, ended by NULL.  Static. */
const struct format *const *format_all(void);

/* The format by name, or NULL. */
const struct format *format_find(const char *name);

/* Their names, "wazuh, suricata, ...".  Static. */
const char *format_names(void);

#endif
