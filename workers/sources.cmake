target_sources(tocsin_workers PRIVATE
	classify.c
	delivery.c
	finding.c
	fingerprint.c
	format.c
	format_alertmanager.c
	format_native.c
	format_suricata.c
	format_wazuh.c
	hook.c
	job.c
	mail.c
	normal.c
	notify.c
	observables.c
	outcome.c
	path.c
	plain.c
	sandbox.c
	severity.c
	tld.c
	triage.c
	triage_job.c
	when.c
	worker.c)

add_executable(tocsin-worker main.c)
target_link_libraries(tocsin-worker PRIVATE tocsin_workers)
install(TARGETS tocsin-worker)
