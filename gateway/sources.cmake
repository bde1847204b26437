target_sources(tocsin_gateway PRIVATE
	courier.c
	dropin.c
	dropin_pagerduty.c
	dropin_thehive.c
	exchange.c
	gather.c
	http.c
	inflate.c
	intake.c
	listen.c
	metrics.c
	proof.c
	reply.c
	route.c
	signature.c
	split.c)
add_executable(tocsin-gateway main.c)
target_link_libraries(tocsin-gateway PRIVATE tocsin_gateway)
install(TARGETS tocsin-gateway)
