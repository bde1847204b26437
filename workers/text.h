/* Payloads that are no JSON: text, taken apart as a format says. */
#ifndef TOCSIN_WORKERS_TEXT_H
#define TOCSIN_WORKERS_TEXT_H

#include <cjson/cJSON.h>
#include <stddef.h>

#include "workers/format.h"

/*
 * The array of the records that text (len bytes of UTF-8, terminated) holds:
 * one object each, the caller's to cJSON_Delete.  NULL when its first record is
 * none of the format, or when memory is short.  Later ones that are none are
 * counted in *others.
 */
cJSON *text_read(
    const struct format *format, const char *text, size_t len, size_t *others);

/*
 * A terminated copy of len bytes as UTF-8 without NUL, for free(): bytes that
 * are none become '?'.  NULL when memory is short.
 */
char *text_copy(const char *bytes, size_t len);

/*
 * Why text (UTF-8 without NUL) that begins as XML is no document; NULL when it
 * begins otherwise, or is one.  Static.
 */
const char *text_xml_fault(const char *text, size_t len);

#endif
