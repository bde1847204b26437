target_sources(tocsin_cli PRIVATE
	alert.c
	args.c
	argv.c
	attach.c
	bulk.c
	children.c
	claim.c
	command.c
	complete.c
	complete_own.c
	complete_value.c
	completion.c
	done.c
	editor.c
	event.c
	extras.c
	example.c
	fault.c
	filter.c
	handover.c
	help.c
	home.c
	init.c
	key_command.c
	lines.c
	list.c
	local.c
	mapping.c
	mapping_measure.c
	mapping_show.c
	own.c
	paper.c
	paper_cell.c
	paper_chart.c
	paper_incident.c
	paper_story.c
	paper_text.c
	paper_week.c
	pidfile.c
	prepare.c
	program.c
	prompt.c
	push.c
	receipts.c
	remap.c
	remap_apply.c
	remap_read.c
	remote.c
	render.c
	report.c
	report_run.c
	review.c
	screen.c
	session.c
	shape.c
	shape_word.c
	show.c
	shown.c
	silence.c
	slurp.c
	source.c
	source_test.c
	state.c
	store_command.c
	story.c
	suggest.c
	table.c
	token.c
	up.c
	value.c
	watch.c
	when.c
	where.c)
add_executable(tocsin main.c)
target_link_libraries(tocsin PRIVATE tocsin_cli)
install(TARGETS tocsin)

# Writes the manual pages of the command line and of the configuration.
add_executable(tocsin-pages pages.c pages_config.c mdoc.c)
target_link_libraries(tocsin-pages PRIVATE tocsin_cli)
