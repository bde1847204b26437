/* What tocsin-verify says of a report. */
#ifndef TOCSIN_STORE_VERIFY_REPORT_H
#define TOCSIN_STORE_VERIFY_REPORT_H

#include "store/verify/verify.h"

enum verify_exit {
	VERIFY_CONTENT = 0,
	VERIFY_FAULT = 1,
	VERIFY_USAGE = 2,
	VERIFY_OPEN_END = 3
};

/* What the program exits with after this report. */
enum verify_exit verify_outcome(const struct verify_report *report);

/* Prints the report to standard output, for people or as one JSON object. */
void verify_print(const struct verify_report *report, const char *store);
void verify_print_json(const struct verify_report *report);

#endif
