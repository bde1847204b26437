#include "workers/sandbox.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif

#ifdef SANITIZED
enum err
sandbox_enter(bool network, char *why, size_t size)
{
	(void)network;
	(void)why;
	(void)size;
	return OK;
}

bool
sandbox_built(void)
{
	return false;
}
#else
#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

/* Memory, descriptors that are open, time, signals, the end. */
static const int always[] = {
    SCMP_SYS(access), /* is the broker's socket there? */
    SCMP_SYS(brk),
    SCMP_SYS(clock_getres),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(close),
    SCMP_SYS(connect),
    SCMP_SYS(epoll_create1),
    SCMP_SYS(epoll_ctl),
    SCMP_SYS(epoll_pwait),
    SCMP_SYS(epoll_wait),
    SCMP_SYS(eventfd2),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    SCMP_SYS(faccessat),
    SCMP_SYS(faccessat2),
    SCMP_SYS(fcntl),
    SCMP_SYS(fstat),
    SCMP_SYS(futex),
    SCMP_SYS(getpeername),
    SCMP_SYS(getpid),
    SCMP_SYS(getrandom),
    SCMP_SYS(getsockname),
    SCMP_SYS(getsockopt),
    SCMP_SYS(gettid),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(lseek),
    SCMP_SYS(madvise),
    SCMP_SYS(mlock),
    SCMP_SYS(mremap),
    SCMP_SYS(munlock),
    SCMP_SYS(munmap),
    SCMP_SYS(nanosleep),
    SCMP_SYS(newfstatat),
    SCMP_SYS(poll),
    SCMP_SYS(ppoll),
    SCMP_SYS(read),
    SCMP_SYS(readv),
    SCMP_SYS(recvfrom),
    SCMP_SYS(recvmsg),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(rseq),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn),
    /* A thread of ZeroMQ's may be about to begin with these four. */
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(sched_getparam),
    SCMP_SYS(sched_getscheduler),
    SCMP_SYS(sched_setscheduler),
    SCMP_SYS(sched_yield),
    SCMP_SYS(sendmsg),
    SCMP_SYS(sendto),
    SCMP_SYS(set_robust_list),
    SCMP_SYS(setsockopt),
    SCMP_SYS(shutdown),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(time),
    SCMP_SYS(write),
    SCMP_SYS(writev),
};

/* For names and addresses of a broker elsewhere. */
static const int with_network[] = {
    SCMP_SYS(bind), /* netlink: which families of addresses are there? */
    SCMP_SYS(getuid),
    SCMP_SYS(ioctl),
    SCMP_SYS(recvmmsg),
    SCMP_SYS(sendmmsg),
    SCMP_SYS(stat),
    SCMP_SYS(uname),
};

static const int deadly[] = {
    SCMP_SYS(clone),
    SCMP_SYS(clone3),
    SCMP_SYS(execve),
    SCMP_SYS(execveat),
    SCMP_SYS(fork),
    SCMP_SYS(process_vm_readv),
    SCMP_SYS(process_vm_writev),
    SCMP_SYS(ptrace),
    SCMP_SYS(vfork),
};

/* libseccomp's codes are negative errno; the first one stays. */
static void
add(int *failed, int code)
{
	if (*failed == 0)
		*failed = code;
}

static void
add_all(int *failed, scmp_filter_ctx filter, uint32_t action, const int *calls,
    size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		add(failed, seccomp_rule_add(filter, action, calls[i], 0));
}

/*
 * Memory that is not executable; a thread's name; sockets of one family;
 * abort()'s signal.
 */
static void
add_conditions(int *failed, scmp_filter_ctx filter)
{
	const struct scmp_arg_cmp not_executable =
	    SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);

	add(failed, seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
			not_executable));
	add(failed, seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect),
			1, not_executable));
	add(failed, seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socket),
			1, SCMP_A0(SCMP_CMP_EQ, AF_UNIX, 0)));
	add(failed, seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill),
			1, SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid(), 0)));
}

static void
add_network(int *failed, scmp_filter_ctx filter)
{
	static const int families[] = {AF_INET, AF_INET6, AF_NETLINK};
	static const scmp_datum_t writing =
	    O_ACCMODE | O_CREAT | O_TRUNC | (O_TMPFILE & ~O_DIRECTORY);
	size_t i;

	add_all(
	    failed, filter, SCMP_ACT_ALLOW, with_network, COUNT(with_network));
	for (i = 0; i < COUNT(families); i++)
		add(failed,
		    seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socket),
			1, SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)families[i], 0)));
	add(failed, seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(openat),
			1, SCMP_A2(SCMP_CMP_MASKED_EQ, writing, O_RDONLY)));
}

enum err
sandbox_enter(bool network, char *why, size_t size)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	int failed = filter == NULL ? -ENOMEM : 0;

	if (failed == 0) {
		/* All threads: ZeroMQ's have started already. */
		add(&failed,
		    seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1));
		add_all(&failed, filter, SCMP_ACT_ALLOW, always, COUNT(always));
		add_all(&failed, filter, SCMP_ACT_KILL_PROCESS, deadly,
		    COUNT(deadly));
		add_conditions(&failed, filter);
		if (network)
			add_network(&failed, filter);
		if (failed == 0)
			failed = seccomp_load(filter);
	}
	seccomp_release(filter);
	if (failed == 0)
		return OK;
	(void)snprintf(
	    why, size, "no filter of system calls: %s", strerror(-failed));
	return ERR_IO;
}

bool
sandbox_built(void)
{
	return true;
}
#endif
