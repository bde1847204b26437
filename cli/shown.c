#include "cli/shown.h"

const struct shown shown_tasks[SHOWN_TASKS] = {
    {"incident", SHAPE_TEXT, {"INCIDENT", 0, 0, false}},
    {"task", SHAPE_NUMBER, {"TASK", 0, 0, true}},
    {"status", SHAPE_STATUS, {"STATUS", 0, 0, false}},
    {"due", SHAPE_DUE, {"DUE", 2, 0, true}},
    {"owner", SHAPE_TEXT, {"OWNER", 3, 8, false}},
    {"mandatory", SHAPE_FLAG, {"MUST", 4, 0, false}},
    {"title", SHAPE_TITLE, {"TITLE", 0, 28, false}},
};

const struct shown shown_files[SHOWN_FILES] = {
    {"incident", SHAPE_TEXT, {"INCIDENT", 0, 0, false}},
    {"file", SHAPE_NUMBER, {"FILE", 0, 0, true}},
    {"bytes", SHAPE_NUMBER, {"BYTES", 2, 0, true}},
    {"added", SHAPE_AGE, {"AGE", 4, 0, true}},
    {"added_by", SHAPE_TEXT, {"BY", 5, 8, false}},
    {"name", SHAPE_TITLE, {"NAME", 0, 16, false}},
    {"discarded", SHAPE_AGE, {"GONE", 1, 0, true}},
    {"read_by", SHAPE_NAMES, {"READ BY", 4, 8, false}},
    {"sha256", SHAPE_TEXT, {"SHA-256", 3, 16, false}},
};
