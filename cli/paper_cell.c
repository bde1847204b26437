#include "cli/paper_cell.h"

#include "cli/paper.h"
#include "protocol/ask.h"
#include "protocol/json.h"

const cJSON *
paper_at(const cJSON *object, const char *key)
{
	return cJSON_GetObjectItemCaseSensitive(object, key);
}

int64_t
paper_time_at(const cJSON *object, const char *key)
{
	const char *text = json_text(object, key);
	int64_t ms = 0;

	return text != NULL && time_parse(text, &ms) == OK ? ms : 0;
}

const char *
paper_text_at(const cJSON *object, const char *key)
{
	const char *text = json_text(object, key);

	return text != NULL ? text : "";
}

/* One of our own words, as people write it: "in progress". */
void
paper_word(FILE *md, const char *word)
{
	for (; *word != '\0'; word++)
		(void)fputc(*word == '_' ? ' ' : *word, md);
}

void
paper_word_cell(FILE *md, const char *word)
{
	(void)fputs(" ", md);
	paper_word(md, word);
	(void)fputs(" |", md);
}

void
paper_cell(FILE *md, const char *text)
{
	(void)fputs(" ", md);
	paper_text(md, text);
	(void)fputs(" |", md);
}

void
paper_time_cell(FILE *md, int64_t ms)
{
	char time[PAPER_TIME_MAX];

	(void)fprintf(md, " %s |", paper_time(ms, time));
}
