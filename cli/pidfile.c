#include "cli/pidfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/home.h"

static enum err
path_of(const struct session *session, char *path, struct fault *fault)
{
	return session_path(session, "run", "up.pid", path, fault);
}

/* Who has the file locked; 0 for nobody. */
static pid_t
locked_by(int fd)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

	if (fcntl(fd, F_GETLK, &lock) != 0 || lock.l_type == F_UNLCK)
		return 0;
	return lock.l_pid;
}

enum err
pidfile_take(
    const struct session *session, int *fd, pid_t *holder, struct fault *fault)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	char path[SESSION_PATH_MAX];
	enum err err = home_folder(session, "run", fault);

	if (err == OK)
		err = path_of(session, path, fault);
	if (err != OK)
		return err;
	*fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (*fd < 0)
		return fault_set(fault, ERR_IO, "%s: cannot be opened: %s",
		    path, strerror(errno));
	if (fcntl(*fd, F_SETLK, &lock) != 0) {
		*holder = locked_by(*fd);
		(void)close(*fd);
		*fd = -1;
		return fault_set(fault, ERR_CONFLICT,
		    "%s is run already, by process %ld", session->home,
		    (long)*holder);
	}
	if (ftruncate(*fd, 0) != 0 ||
	    dprintf(*fd, "%ld\n", (long)getpid()) < 0) {
		(void)close(*fd);
		*fd = -1;
		return fault_set(fault, ERR_IO, "%s: cannot be written: %s",
		    path, strerror(errno));
	}
	return OK;
}

enum err
pidfile_holder(
    const struct session *session, pid_t *holder, struct fault *fault)
{
	char path[SESSION_PATH_MAX];
	enum err err = path_of(session, path, fault);
	int fd;

	if (err != OK)
		return err;
	fd = open(path, O_RDWR | O_CLOEXEC);
	*holder = fd >= 0 ? locked_by(fd) : 0;
	if (fd >= 0)
		(void)close(fd);
	else if (errno != ENOENT && errno != ENOTDIR)
		return fault_set(fault, ERR_IO, "%s: cannot be opened: %s",
		    path, strerror(errno));
	if (*holder == 0)
		return fault_here(fault, ERR_MISSING,
		    "nothing that `tocsin up` started runs in %s",
		    session->home);
	return OK;
}
