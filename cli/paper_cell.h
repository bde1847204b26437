/* Cells of reports' tables, and members of the data that they come from. */
#ifndef TOCSIN_CLI_PAPER_CELL_H
#define TOCSIN_CLI_PAPER_CELL_H

#include <cjson/cJSON.h>
#include <stdint.h>
#include <stdio.h>

/* The member; NULL when there is none. */
const cJSON *paper_at(const cJSON *object, const char *key);
/* Its time in ms; 0 when there is none. */
int64_t paper_time_at(const cJSON *object, const char *key);
/* Its text; "" when there is none. */
const char *paper_text_at(const cJSON *object, const char *key);

/* One of our own words, as people write it: "in progress". */
void paper_word(FILE *md, const char *word);

/* A cell with the column's end behind it. */
void paper_word_cell(FILE *md, const char *word);
void paper_cell(FILE *md, const char *text);
void paper_time_cell(FILE *md, int64_t ms);

#endif
