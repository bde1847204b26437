/* The segment files of a store, in order. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/verify/layout.h"

enum { DIGITS = 16, PATH_BYTES = 4096 };

/* What the folder holds. */
struct folder {
	uint64_t count, first, last;
	uint64_t strays;
};

void
verify_fault(struct verify_fault *fault, const char *file, uint64_t offset,
    uint64_t seq, const char *format, ...)
{
	va_list arguments;

	if (fault->found)
		return;
	fault->found = true;
	snprintf(fault->file, sizeof(fault->file), "%s", file);
	fault->offset = offset;
	fault->seq = seq;
	va_start(arguments, format);
	vsnprintf(fault->what, sizeof(fault->what), format, arguments);
	va_end(arguments);
}

static void
name_of(uint64_t number, char name[VERIFY_NAME_BYTES])
{
	snprintf(name, VERIFY_NAME_BYTES, "journal/%0*" PRIu64 ".seg", DIGITS,
	    number);
}

static uint64_t
number_of(const char *name)
{
	size_t i;

	for (i = 0; i < DIGITS; i++)
		if (!isdigit((unsigned char)name[i]))
			return 0;
	return strcmp(name + DIGITS, ".seg") == 0 ? strtoull(name, NULL, 10)
						  : 0;
}

static void
count_file(struct folder *folder, const char *name)
{
	uint64_t number = number_of(name);

	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 ||
	    strcmp(name, "next.tmp") == 0 || strcmp(name, "end") == 0)
		return;
	if (number == 0) {
		folder->strays++;
		return;
	}
	folder->count++;
	if (folder->first == 0 || number < folder->first)
		folder->first = number;
	if (number > folder->last)
		folder->last = number;
}

static bool
list(const char *store, struct folder *folder)
{
	char path[PATH_BYTES];
	struct dirent *found;
	DIR *open_folder;

	*folder = (struct folder){0};
	snprintf(path, sizeof(path), "%s/journal", store);
	open_folder = opendir(path);
	if (open_folder == NULL)
		return false;
	errno = 0;
	while ((found = readdir(open_folder)) != NULL)
		count_file(folder, found->d_name);
	(void)closedir(open_folder);
	return errno == 0;
}

/* Maps the file; NULL with what is wrong.  An empty one is not mapped. */
static const unsigned char *
map(const char *path, size_t *len, const char **what)
{
	const unsigned char *bytes = NULL;
	struct stat status;
	void *mapped;
	int fd;

	*what = "the file cannot be read";
	*len = 0;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		if (errno == ENOENT)
			*what = "the file is missing";
		return NULL;
	}
	if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode)) {
		if (status.st_size < BLOCK)
			*what = "the file is shorter than its header";
		else if (status.st_size > SEGMENT_MAX)
			*what = "the file is larger than any segment";
		else
			*len = (size_t)status.st_size;
	}
	if (*len > 0) {
		mapped = mmap(NULL, *len, PROT_READ, MAP_SHARED, fd, 0);
		if (mapped != MAP_FAILED)
			bytes = mapped;
	}
	(void)close(fd);
	return bytes;
}

static bool
verify_file(struct verify_chain *chain, const char *store, uint64_t number,
    bool last, struct verify_report *report)
{
	char path[PATH_BYTES + VERIFY_NAME_BYTES], name[VERIFY_NAME_BYTES];
	const unsigned char *bytes;
	const char *what;
	bool go_on;
	size_t len;

	name_of(number, name);
	snprintf(path, sizeof(path), "%s/%s", store, name);
	bytes = map(path, &len, &what);
	if (bytes == NULL) {
		verify_fault(
		    &report->fault, name, 0, chain->seq + 1, "%s", what);
		return false;
	}
	go_on = verify_segment(chain, name, bytes, len, last, report);
	(void)munmap((void *)bytes, len);
	return go_on;
}

bool
verify_store(const char *store, const unsigned char *root,
    struct verify_receipt *receipts, size_t count, struct verify_report *report,
    char *why, size_t size)
{
	struct verify_evidence evidence = {0};
	struct verify_chain chain;
	struct folder folder;
	uint64_t number;

	*report = (struct verify_report){0};
	if (strlen(store) + VERIFY_NAME_BYTES >= PATH_BYTES ||
	    !list(store, &folder)) {
		snprintf(why, size, "cannot read the folder %s/journal: %s",
		    store, strerror(errno != 0 ? errno : ENAMETOOLONG));
		return false;
	}
	report->strays = folder.strays;
	if (folder.count == 0) {
		snprintf(why, size, "there is no segment in %s/journal", store);
		return false;
	}
	verify_begin(&chain, root, receipts, count);
	chain.evidence = &evidence;
	for (number = 1; number <= folder.last; number++)
		if (!verify_file(
			&chain, store, number, number == folder.last, report))
			break;
	if (!report->fault.found)
		verify_evidence_check(&evidence, store, report);
	verify_evidence_free(&evidence);
	verify_end(&chain, report);
	return true;
}
