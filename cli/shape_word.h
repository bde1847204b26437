/* Values that are words of ours, or stand for some, in their colours. */
#ifndef TOCSIN_CLI_SHAPE_WORD_H
#define TOCSIN_CLI_SHAPE_WORD_H

#include "cli/shape.h"

/* As shape_value, for one shape. */
typedef enum style shaper(const struct screen *screen, const cJSON *object,
    const char *key, char out[SHAPE_TEXT_MAX]);

/* The text as it is (shape.c). */
shaper shape_as_text;

shaper shape_as_severity;
shaper shape_as_status;
shaper shape_as_target;
shaper shape_as_source;
shaper shape_as_action;
shaper shape_as_tlp;
shaper shape_as_pap;
shaper shape_as_times;
shaper shape_as_marks;
shaper shape_as_verdict;
shaper shape_as_skew;

#endif
