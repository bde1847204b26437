/* What malloc does with memory that a program has no use for just now. */
#ifndef TOCSIN_PROTOCOL_HEAP_H
#define TOCSIN_PROTOCOL_HEAP_H

/*
 * For programs that make and throw away messages of up to some MiB all the
 * time: malloc keeps up to 8 MiB at the end of each heap and maps nothing below
 * 4 MiB by itself, where it would give pages back after each message and have
 * them zeroed again for the next.  Once, before there are threads.
 */
void heap_keep(void);

#endif
