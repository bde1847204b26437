/* Columns that more than one screen has. */
#ifndef TOCSIN_CLI_SHOWN_H
#define TOCSIN_CLI_SHOWN_H

#include "cli/shape.h"

enum { SHOWN_TASKS = 7, SHOWN_FILES = 9 };

extern const struct shown shown_tasks[SHOWN_TASKS];
extern const struct shown shown_files[SHOWN_FILES];

#endif
