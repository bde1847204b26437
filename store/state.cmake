# The LMDB part of the store: tables, fold, queries.
target_sources(tocsin_store PRIVATE
	dump.c
	facts.c
	fold.c
	fold_alert.c
	fold_alert_part.c
	fold_catch_up.c
	fold_cluster.c
	fold_incident.c
	fold_job.c
	fold_observable.c
	fold_people.c
	fold_store.c
	lmdb.c
	meta.c
	query_alert.c
	query_cursor.c
	query_incident.c
	query_observable.c
	rows_alert.c
	rows_cluster.c
	rows_incident.c
	rows_job.c
	rows_memory.c
	rows_people.c
	rows_text.c
	state.c)
