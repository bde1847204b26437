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
	normal.c
	observables.c
	outcome.c
	path.c
	severity.c
	tld.c
	triage.c
	when.c)
