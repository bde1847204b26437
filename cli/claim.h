/* Memory for the command line: it is there, or the program ends. */
#ifndef TOCSIN_CLI_CLAIM_H
#define TOCSIN_CLI_CLAIM_H

/*
 * Returns what an allocation gave.  NULL ends the program with one sentence
 * and exit code 1: the client holds nothing that is worth going on for with
 * half an answer.
 */
void *claim(void *allocated);

#endif
