/*
 * libfyaml's parser as all of our YAML is read: it prints nothing, collects what
 * is wrong, and leaves doubled names to the caller, who finds them in linear
 * time.
 */
#ifndef TOCSIN_PROTOCOL_YAML_PARSER_H
#define TOCSIN_PROTOCOL_YAML_PARSER_H

#include <libfyaml.h>
#include <stddef.h>

#include "protocol/err.h"

struct yaml_parser {
	struct fy_parser *parser;
	struct fy_diag *diag;
};

/* The text is borrowed until yaml_parser_close.  ERR_MEMORY: close it, too. */
MUST_CHECK
enum err yaml_parser_open(
    struct yaml_parser *yaml, const char *text, size_t len);
void yaml_parser_close(struct yaml_parser *yaml);

#endif
