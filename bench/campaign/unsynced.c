/* Stands before the C library of one process, and for what lies below a folder (UNSYNCED_ROOT):

   - writes every change of the disk, with its bytes, to a journal (UNSYNCED_JOURNAL), in the order
     in which they were done; replay.py makes of it the disks that a cut of power may leave;
   - lets changes fail as a full or failing disk does, when the process asks for it
     (unsynced_fail).

   A sync is noted and not done: no power is cut here. What is changed through a mapping is not
   seen; SQLite does so with its -shm alone, which no cut has to spare. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define LONGEST 8192

static char root[LONGEST];
static int journal = -1;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static long changes, failures, fail_from = -1, fail_until = -1;
static int fail_with, fail_removals, fail_only_new;
static char fail_below[LONGEST];

__attribute__((constructor)) static void begin(void) {
    const char *folder = getenv("UNSYNCED_ROOT"), *path = getenv("UNSYNCED_JOURNAL");
    if (folder) snprintf(root, sizeof root, "%s/", folder);
    if (path) journal = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

/* ---- what a process asks of it ---- */

/* Of the changes below `where`, those from the number `from` (0: the next one) up to `until` fail
   with `error`: removals only where `removals` says so, for a full disk still forgets, and nothing
   but new names where `only_new` does, as where a disk has no inodes left. */
void unsynced_fail(const char *where, long from, long until, int error, int removals,
                   int only_new) {
    pthread_mutex_lock(&lock);
    snprintf(fail_below, sizeof fail_below, "%s", where);
    changes = failures = 0, fail_from = from, fail_until = until, fail_with = error;
    fail_removals = removals, fail_only_new = only_new;
    pthread_mutex_unlock(&lock);
}

/* How many have failed since. */
long unsynced_failures(void) { return failures; }

/* ---- paths ---- */

static int below(const char *path) {
    size_t many = strlen(root);
    return many && !strncmp(path, root, many);
}

static int place(int folder, const char *path, char *whole) {
    char link[64];
    ssize_t many;
    if (*path == '/') return snprintf(whole, LONGEST, "%s", path), below(whole);
    if (folder == AT_FDCWD) snprintf(link, sizeof link, "/proc/self/cwd");
    else snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
    if ((many = readlink(link, whole, LONGEST - 1)) < 0) return 0;
    snprintf(whole + many, LONGEST - many, "/%s", path);
    return below(whole);
}

static int opened(int handle, char *whole) {
    char link[64];
    ssize_t many;
    if (!*root) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", handle);
    if ((many = readlink(link, whole, LONGEST - 2)) < 0) return 0;
    memcpy(whole + many, "/", 2); /* the folder itself counts too */
    return below(whole);
}

static uint64_t inode(int handle, int *folder) {
    struct stat seen;
    if (fstat(handle, &seen)) return 0;
    if (folder) *folder = S_ISDIR(seen.st_mode);
    return seen.st_ino;
}

static uint64_t inode_at(const char *path) {
    struct stat seen;
    return lstat(path, &seen) ? 0 : seen.st_ino;
}

/* ---- the journal ---- */

struct head {
    uint8_t kind;
    uint64_t number, at;
    uint32_t first, second;
} __attribute__((packed));

static void note(char kind, uint64_t number, uint64_t at, const void *one, size_t many,
                 const void *two, size_t more) {
    struct head head = {kind, number, at, many, more};
    struct iovec parts[] = {
        {&head, sizeof head}, {(void *)one, many}, {(void *)two, more}};
    int kept = errno;
    if (journal >= 0 && writev(journal, parts, 3) != (ssize_t)(sizeof head + many + more)) abort();
    errno = kept;
}

static void note_path(char kind, uint64_t number, const char *path) {
    note(kind, number, 0, path, strlen(path), "", 0);
}

enum change { OTHER, NEW_NAME, REMOVAL };

/* Under the lock: does this change fail? */
static int fails(const char *path, enum change change) {
    if (change == REMOVAL && !fail_removals) return 0;
    if (change != NEW_NAME && fail_only_new) return 0;
    if (strncmp(path, fail_below, strlen(fail_below))) return 0;
    long now = changes++;
    if (now < fail_from || now >= fail_until) return 0;
    failures++;
    errno = fail_with;
    return 1;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define CHANGE(path, change)                  \
    pthread_mutex_lock(&lock);                \
    if (fails(path, change)) {                \
        pthread_mutex_unlock(&lock);          \
        return -1;                            \
    }
#define DONE                                  \
    pthread_mutex_unlock(&lock)

/* ---- files ---- */

static int open_in(int folder, const char *path, int flags, mode_t mode) {
    char whole[LONGEST];
    if (!place(folder, path, whole) || (flags & O_TMPFILE) == O_TMPFILE ||
        !(flags & (O_CREAT | O_TRUNC)))
        return REAL(openat)(folder, path, flags, mode);
    int fresh = !inode_at(whole);
    if (fresh || flags & O_TRUNC) {
        CHANGE(whole, fresh ? NEW_NAME : OTHER);
    } else pthread_mutex_lock(&lock);
    int handle = REAL(openat)(folder, path, flags, mode);
    if (handle >= 0 && fresh) note_path('C', inode(handle, NULL), whole);
    else if (handle >= 0 && flags & O_TRUNC) note('T', inode(handle, NULL), 0, "", 0, "", 0);
    DONE;
    return handle;
}

#define MODE(flags)                                        \
    mode_t mode = 0;                                       \
    if (flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE) { \
        va_list more;                                      \
        va_start(more, flags);                             \
        mode = va_arg(more, mode_t);                       \
        va_end(more);                                      \
    }

int open(const char *path, int flags, ...) { MODE(flags) return open_in(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) {
    MODE(flags) return open_in(AT_FDCWD, path, flags | O_LARGEFILE, mode);
}
int openat(int folder, const char *path, int flags, ...) {
    MODE(flags) return open_in(folder, path, flags, mode);
}
int openat64(int folder, const char *path, int flags, ...) {
    MODE(flags) return open_in(folder, path, flags | O_LARGEFILE, mode);
}
int creat(const char *path, mode_t mode) {
    return open_in(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}
int creat64(const char *path, mode_t mode) { return creat(path, mode); }

static ssize_t write_at(int handle, const void *bytes, size_t many, off_t at) {
    char whole[LONGEST];
    if (!opened(handle, whole)) return at < 0 ? REAL(write)(handle, bytes, many)
                                       : REAL(pwrite)(handle, bytes, many, at);
    pthread_mutex_lock(&lock);
    if (fails(whole, OTHER)) {
        /* The disk takes what it has room for, and refuses the next write. */
        if (fail_with != ENOSPC || changes - 1 != fail_from || many < 2) return DONE, -1;
        many /= 2;
    }
    ssize_t done = at < 0 ? REAL(write)(handle, bytes, many)
                          : REAL(pwrite)(handle, bytes, many, at);
    if (done > 0) {
        if (at < 0) at = lseek(handle, 0, SEEK_CUR) - done;
        note('W', inode(handle, NULL), at, bytes, done, "", 0);
    }
    DONE;
    return done;
}

ssize_t write(int handle, const void *bytes, size_t many) {
    return write_at(handle, bytes, many, -1);
}
ssize_t pwrite(int handle, const void *bytes, size_t many, off_t at) {
    return write_at(handle, bytes, many, at);
}
ssize_t pwrite64(int handle, const void *bytes, size_t many, off64_t at) {
    return write_at(handle, bytes, many, at);
}

int ftruncate(int handle, off_t size) {
    char whole[LONGEST];
    if (!opened(handle, whole)) return REAL(ftruncate)(handle, size);
    CHANGE(whole, OTHER);
    int failed = REAL(ftruncate)(handle, size);
    if (!failed) note('T', inode(handle, NULL), size, "", 0, "", 0);
    DONE;
    return failed;
}
int ftruncate64(int handle, off64_t size) { return ftruncate(handle, size); }

static int sync_of(int handle) {
    int folder = 0;
    char whole[LONGEST];
    if (!opened(handle, whole)) return 0;
    CHANGE(whole, OTHER);
    uint64_t number = inode(handle, &folder);
    note(folder ? 'F' : 'S', number, 0, "", 0, "", 0);
    DONE;
    return 0;
}
int fsync(int handle) { return sync_of(handle); }
int fdatasync(int handle) { return sync_of(handle); }

/* ---- names ---- */

static int renamed(int from, const char *old, int to, const char *fresh) {
    char one[LONGEST], two[LONGEST];
    int in = place(from, old, one), out = place(to, fresh, two);
    if (!in && !out) return REAL(renameat)(from, old, to, fresh);
    CHANGE(out ? two : one, OTHER);
    uint64_t number = inode_at(one);
    int failed = REAL(renameat)(from, old, to, fresh);
    if (!failed) note('R', number, 0, one, strlen(one), two, strlen(two));
    DONE;
    return failed;
}
int rename(const char *old, const char *fresh) { return renamed(AT_FDCWD, old, AT_FDCWD, fresh); }
int renameat(int from, const char *old, int to, const char *fresh) {
    return renamed(from, old, to, fresh);
}

static int unlinked(int folder, const char *path, int flags) {
    char whole[LONGEST];
    if (!place(folder, path, whole)) return REAL(unlinkat)(folder, path, flags);
    CHANGE(whole, REMOVAL);
    uint64_t number = inode_at(whole);
    int failed = REAL(unlinkat)(folder, path, flags);
    if (!failed) note_path(flags & AT_REMOVEDIR ? 'X' : 'U', number, whole);
    DONE;
    return failed;
}
int unlink(const char *path) { return unlinked(AT_FDCWD, path, 0); }
int unlinkat(int folder, const char *path, int flags) { return unlinked(folder, path, flags); }
int rmdir(const char *path) { return unlinked(AT_FDCWD, path, AT_REMOVEDIR); }

static int made(int folder, const char *path, mode_t mode) {
    char whole[LONGEST];
    if (!place(folder, path, whole)) return REAL(mkdirat)(folder, path, mode);
    CHANGE(whole, NEW_NAME);
    int failed = REAL(mkdirat)(folder, path, mode);
    if (!failed) note_path('D', inode_at(whole), whole);
    DONE;
    return failed;
}
int mkdir(const char *path, mode_t mode) { return made(AT_FDCWD, path, mode); }
int mkdirat(int folder, const char *path, mode_t mode) { return made(folder, path, mode); }
