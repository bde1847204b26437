/*
 * Alerts that are lines of text: each becomes an object, so that a mapping can
 * say where its fields lie.
 */
#ifndef TOCSIN_WORKERS_RECORD_H
#define TOCSIN_WORKERS_RECORD_H

#include <cjson/cJSON.h>
#include <stddef.h>

enum {
	RECORD_MEMBERS_MAX = 512, /* of one object; what follows is left out */
	RECORD_NAME_BYTES_MAX = 128,
	RECORD_XML_DEPTH_MAX = 32, /* elements, one inside the other */
	RECORD_XML_NODES_MAX = 65536 /* elements and attributes */
};

/*
 * All take len bytes of UTF-8 without NUL and return the caller's to
 * cJSON_Delete: NULL when it is none, or when memory is short.
 */

/*
 * ArcSight's Common Event Format, also behind a syslog header:
 * {"version", "vendor", "product", "device_version", "signature_id", "name",
 *  "severity", "ext": {...}, "syslog": {...}}.  In ext a custom field stands by
 * its label too: cs1Label=Policy cs1=x is "Policy": "x".
 */
cJSON *record_cef(const char *line, size_t len);

/*
 * QRadar's Log Event Extended Format, 1.0 and 2.0: {"version", "vendor",
 * "product", "device_version", "event_id", "ext": {...}, "syslog": {...}}
 */
cJSON *record_leef(const char *line, size_t len);

/*
 * RFC 5424 and RFC 3164: {"priority", "facility", "severity", "time", "host",
 * "app", "procid", "msgid", "data": {id: {name: value}}, "message"}
 */
cJSON *record_syslog(const char *line, size_t len);

/*
 * A document of XML: {"root": {"@attribute": "...", "child": [...]}}.  Children
 * are arrays, also where there is but one; an element of text alone is that
 * text, beside attributes it is "#text", without the blanks around it.  What
 * stands before a colon in names is left out.  A document type is passed over;
 * one that declares something is refused, and so is what is deeper or has more
 * nodes than the bounds above: *why says so then.  Static.
 */
cJSON *record_xml(const char *text, size_t len, const char **why);

/* Adds a member of len bytes; one that is there already stays. */
void record_add(cJSON *object, const char *name, const char *value, size_t len);

#endif
