/*
 * Segment files: where the file engine keeps the journal.
 *
 *   STORE/journal/0000000000000001.seg, ...2.seg, ...   numbered without gaps
 *
 * A segment has a fixed size, a multiple of 4096, and is filled with zeros
 * before it is used (a growing file costs twice the fdatasync).  It is written
 * in whole blocks of 4096 bytes, front to back, never twice, except for the
 * repair of its torn end at a restart.  Integers are big-endian.  A group that
 * does not fit into a segment of the usual size gets a segment of its own that
 * is as large as it must be: the size stands in the header.
 *
 * Block 0, the segment's header:
 *        0    8  magic "TOCSINJ1"
 *        8    4  format, 1
 *       12    4  block size, 4096
 *       16    8  number of the segment, from 1
 *       24    8  sequence number of its first entry
 *       32    8  size of the file in bytes
 *       40    8  time it was begun, milliseconds since 1970
 *       48   16  store id, random
 *       64   32  chain hash before its first entry
 *       96   32  Ed25519 public key that seals this segment
 *      128   64  signature of "tocsin segment 1" and bytes 0..127 by the key of
 *                the segment before; for segment 1 by the store's root key
 *      192   32  BLAKE2b-256 of bytes 0..191
 *      224       zeros
 *
 * Groups follow, each beginning at a block and padded to whole blocks:
 *        0    4  magic "TOCG"
 *        4    4  length in bytes, this header included, padding not
 *        8    8  sequence number of its first entry (of the next one when it
 *                holds none)
 *       16    4  number of records
 *       20    4  zero
 *       24   32  chain hash before its first entry
 *       56    8  first 8 bytes of BLAKE2b-256 of bytes 0..55, keyed with the
 *                segment's public key: who sends a payload does not know it,
 *                so none can hold what a restart would take for a group
 *       64       records: entries (entry.h) and seals, each a multiple of 8
 *
 * A seal:
 *        0    4  magic "TOCS"
 *        4    4  length, 136
 *        8    2  format, 1
 *       10    2  flags: bit 0 the segment ends here, bit 1 closed in good order
 *       12    4  zero
 *       16    8  sequence number that it seals
 *       24    8  time, milliseconds since 1970
 *       32   32  chain hash at that number
 *       64    8  number of the segment
 *       72   64  signature of "tocsin seal 1", store id and bytes 8..71 by the
 *                segment's key
 *
 * A seal may seal a number of its own group or of an earlier one, never a
 * later one, and none before the last entry of the segment before.  A segment
 * that has a successor ends with a seal with bit 0 over its last entry.  The
 * block after the last group is zero.
 *
 * Bit 1 lets the next start take the end for what it is without looking at
 * the blocks behind it, so nothing may lie there unseen: the first group after
 * such a seal is one block long and synced before any other is begun.  It may
 * hold no records.
 *
 * STORE/journal/end is a hint, written after a clean end: a line of the
 * segment's number, the offset of its last group of entries and the offset of
 * the group that holds the closing seal, in decimal.  It may be stale, wrong
 * or missing; then the end is mended as after a crash.  STORE/journal/next.tmp is a segment that is being prepared.
 *
 * Keys: STORE/keys/root.public (hex) is the public key that a verifier needs;
 * its secret signs segment 1 and is never written to disk.  The secret of the
 * segment in use is STORE/keys/seal.secret (mode 0600).  A new segment's
 * secret is written to seal.secret.next, then the header that names it is
 * synced, then it replaces seal.secret: the old secret is overwritten, synced
 * and gone.  At a restart the one whose public key the last header names is in
 * use.
 */
#ifndef TOCSIN_STORE_SEGMENT_H
#define TOCSIN_STORE_SEGMENT_H

enum {
	SEGMENT_BLOCK_BYTES = 4096,
	SEGMENT_FORMAT = 1,
	SEGMENT_BLOCKS_MIN = 3, /* header, a group, the last seal */
	SEGMENT_BYTES_MAX = 1073741824, /* of one file */
	GROUP_HEADER_BYTES = 64,
	SEAL_BYTES = 136,
	SEAL_ENDS_SEGMENT = 1,
	SEAL_CLOSED = 2
};

#endif
