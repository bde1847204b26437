/*
 * Memory for cJSON's trees, which are made and thrown away by the ten thousand
 * a second: what a thread gives back it keeps, within a bound, and takes again
 * without asking malloc.
 *
 * What cJSON hands out is memory of malloc's as ever: free() takes it, in any
 * thread, and so does cJSON_free; but for what lies in a pool (json.h).
 */
#ifndef TOCSIN_PROTOCOL_JSON_MEMORY_H
#define TOCSIN_PROTOCOL_JSON_MEMORY_H

/*
 * Has cJSON take its memory so from now on, in all threads.  Once, before the
 * first tree is made.  Programs built to find faults with memory leave it to
 * malloc, which such a build watches.
 */
void json_memory_use(void);

#endif
