# What reads alerts, for the worker and for the command line.
add_library(tocsin_formats STATIC
	classify.c
	delivery.c
	delivery_add.c
	finding.c
	fingerprint.c
	format.c
	format_native.c
	format_read.c
	format_read_place.c
	formats.c
	guess.c
	guess_around.c
	guess_name.c
	guess_value.c
	keep.c
	normal.c
	observables.c
	outcome.c
	path.c
	pattern.c
	plain.c
	record.c
	record_syslog.c
	record_xml.c
	severity.c
	stamp.c
	stamp_words.c
	text.c
	tld.c
	triage.c
	triage_class.c
	triage_job.c
	triage_observables.c
	yaml.c)
target_link_libraries(tocsin_formats PUBLIC tocsin_protocol PkgConfig::PCRE2
	PkgConfig::FYAML PRIVATE PkgConfig::EXPAT PUBLIC m)
target_link_libraries(tocsin_workers PUBLIC tocsin_formats)

# The mappings lie beside the programs, as they do once installed.
file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/share/tocsin)
file(CREATE_LINK ${CMAKE_SOURCE_DIR}/deploy/mappings
	${CMAKE_BINARY_DIR}/share/tocsin/mappings SYMBOLIC)
install(DIRECTORY ${CMAKE_SOURCE_DIR}/deploy/mappings
	DESTINATION share/tocsin FILES_MATCHING PATTERN "*.yaml")

target_sources(tocsin_workers PRIVATE
	callback.c
	hook.c
	job.c
	mail.c
	notify.c
	sandbox.c
	worker.c)

add_executable(tocsin-worker main.c)
target_link_libraries(tocsin-worker PRIVATE tocsin_workers)
install(TARGETS tocsin-worker)
