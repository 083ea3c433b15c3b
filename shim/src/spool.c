/* DEL while the agent is away: the runtime may forget the container only once the request is on disk. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "shim.h"

static bool refuse(struct text *why, const char *what, int error)
{
    text_add(why, what);
    if (error != 0) {
        text_add(why, ": ");
        text_add(why, strerror(error));
    }
    return false;
}

/* A spool that others can write to would let them have any DEL run by the agent. */
static bool is_ours(int folder, struct text *why)
{
    struct stat status;
    if (fstat(folder, &status) != 0)
        return refuse(why, "stat", errno);
    if (status.st_uid != geteuid())
        return refuse(why, "the folder has another owner (chown it to the runtime's user)", 0);
    if (status.st_mode & (S_IWGRP | S_IWOTH))
        return refuse(why, "the folder is writable by group or others (chmod go-w it)", 0);
    return true;
}

static int open_at(int parent, const char *path)
{
    return openat(parent, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

static bool sync_parent(int folder)
{
    int parent = open_at(folder, "..");
    if (parent < 0)
        return false;
    bool synced = fsync(parent) == 0;
    close(parent);
    return synced;
}

static int open_spool(const char *path, struct text *why)
{
    if (path[0] != '/') {
        refuse(why, "PATCHBAY_SPOOL is not an absolute path", 0);
        return -1;
    }
    int folder = open_at(AT_FDCWD, path);
    bool made = folder < 0 && errno == ENOENT && mkdir(path, 0700) == 0;
    if (made)
        folder = open_at(AT_FDCWD, path);
    if (folder < 0) {
        refuse(why, "open", errno);
        return -1;
    }
    bool usable = is_ours(folder, why);
    if (usable && made && !sync_parent(folder))
        usable = refuse(why, "sync of the parent folder", errno);
    if (usable)
        return folder;
    close(folder);
    return -1;
}

static bool has_suffix(const char *name, const char *suffix)
{
    size_t length = strlen(name);
    size_t wanted = strlen(suffix);
    return length > wanted && strcmp(name + length - wanted, suffix) == 0;
}

static bool has_room(int folder, struct text *why)
{
    int again = open_at(folder, ".");
    DIR *entries = again < 0 ? NULL : fdopendir(again);
    if (entries == NULL)
        return refuse(why, "list", errno);
    int waiting = 0;
    errno = 0;
    for (struct dirent *entry; (entry = readdir(entries)) != NULL;)
        waiting += has_suffix(entry->d_name, ".req");
    int error = errno;
    closedir(entries);
    if (error != 0)
        return refuse(why, "list", error);
    if (waiting < SPOOL_LARGEST)
        return true;
    text_add(why, "the spool is full: ");
    text_add_number(why, (uint64_t)waiting, 1);
    return refuse(why, " requests wait for the agent", 0);
}

/* Sorts by time, so that the agent drains in the order of the runtime's calls. */
static void name_request(struct text *name)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    text_add_number(name, (uint64_t)now.tv_sec, 20);
    text_add(name, "-");
    text_add_number(name, (uint64_t)now.tv_nsec, 9);
    text_add(name, "-");
    text_add_number(name, (uint64_t)getpid(), 1);
}

static bool write_request(int folder, const char *name, const struct call *call, struct text *why)
{
    int file = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (file < 0)
        return refuse(why, "create", errno);
    bool written = write_all(file, call->head.data, call->head.length) &&
                   write_all(file, call->config.data, call->config.length);
    if (!written)
        refuse(why, "write", errno);
    else if (fsync(file) != 0)
        written = refuse(why, "sync", errno);
    if (close(file) != 0 && written)
        written = refuse(why, "close", errno);
    return written;
}

static bool store(int folder, const struct call *call, struct text *why)
{
    char name_bytes[64], hidden_bytes[80], final_bytes[80];
    struct text name = TEXT_OVER(name_bytes);
    struct text hidden = TEXT_OVER(hidden_bytes);
    struct text final = TEXT_OVER(final_bytes);
    name_request(&name);
    text_add(&hidden, ".");
    text_add(&hidden, name.bytes);
    text_add(&hidden, ".tmp");
    text_add(&final, name.bytes);
    text_add(&final, ".req");

    bool stored = write_request(folder, hidden.bytes, call, why);
    if (stored && renameat(folder, hidden.bytes, folder, final.bytes) != 0)
        stored = refuse(why, "rename", errno);
    if (!stored) {
        unlinkat(folder, hidden.bytes, 0);
        return false;
    }
    /* Where this fails the request may stay: the runtime repeats its DEL, and a DEL may run any number of times. */
    return fsync(folder) == 0 || refuse(why, "sync of the folder", errno);
}

bool spool_request(const struct call *call, struct text *why)
{
    int folder = open_spool(call->spool_path, why);
    if (folder < 0)
        return false;
    bool stored = has_room(folder, why) && store(folder, call, why);
    close(folder);
    return stored;
}
