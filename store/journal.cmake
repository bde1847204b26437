# The journal: entries, and the engine that keeps them in segment files.
target_sources(tocsin_store PRIVATE
	disk.c
	entry.c
	event.c
	journal.c
	record.c
	seal.c
	segment.c
	segment_append.c
	segment_create.c
	segment_cursor.c
	segment_files.c
	segment_group.c
	segment_hint.c
	segment_index.c
	segment_keys.c
	segment_open.c
	segment_prewrite.c
	segment_refresh.c
	segment_repair.c
	segment_roll.c
	segment_scan.c)
