#include "broker/tcp_count.h"

/* The kernel's header knows more of tcp_info than the C library's, and the two
 * cannot be had together: hence a file of its own. */
#include <linux/tcp.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

bool
tcp_received(int fd, uint64_t *bytes)
{
	struct tcp_info info;
	socklen_t size = sizeof(info);

	memset(&info, 0, sizeof(info));
	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) != 0)
		return false;
	*bytes = info.tcpi_bytes_received;
	return true;
}
