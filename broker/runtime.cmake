# The broker's runtime, and the program.
target_sources(tocsin_broker PRIVATE
	batch.c
	bearer.c
	boot.c
	boot_scan.c
	broker.c
	clock_watch.c
	command.c
	deciding.c
	doorbell.c
	fair_queue.c
	folding.c
	front.c
	gathering.c
	handout.c
	health.c
	hints.c
	intake.c
	jobs.c
	journal_thread.c
	listener.c
	mailbox.c
	moment.c
	offline.c
	origin.c
	peers.c
	principals.c
	producers.c
	quota.c
	reader.c
	readiness.c
	reads.c
	refusal.c
	reply.c
	requests.c
	sequencer.c
	state_thread.c
	state_trouble.c
	sweep.c
	tcp_count.c
	unsent.c
	waiting.c
	watch.c
	worker.c
	writes.c
	zap.c)

add_executable(tocsind main.c)
target_link_libraries(tocsind PRIVATE tocsin_broker)
install(TARGETS tocsind)
