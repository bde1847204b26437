/* What happened, of an incident's report: its timeline, and who took part. */
#ifndef TOCSIN_CLI_PAPER_STORY_H
#define TOCSIN_CLI_PAPER_STORY_H

#include "cli/paper.h"

/* The timeline as a chart, where there are charts, and as a table. */
void paper_story(struct paper *paper, const cJSON *data);

/* Who made how many of its entries, from when to when. */
void paper_people(FILE *md, const cJSON *data);

#endif
