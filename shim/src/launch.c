/*
 * patchbay-launch: runs a delegate plugin for an agent that lives in a container. The plugin has to see the host's
 * files and must not be charged to the agent's memory limit; a JVM can neither setns() nor fork, hence this program.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "text.h"

#ifndef SYS_close_range
#define SYS_close_range 436 /* the same number on every architecture */
#endif

enum exit_code {
    EXIT_USAGE = 64,      /* sysexits.h */
    EXIT_TEXT_BUSY = 75,  /* sysexits.h EX_TEMPFAIL: someone is replacing the plugin, try again */
    EXIT_NOT_READY = 125, /* as env(1): this program itself failed */
    EXIT_NOT_EXECUTABLE = 126,
    EXIT_NOT_FOUND = 127,
};

struct request {
    const char *mount_ns; /* NULL: stay */
    const char *cgroup;   /* NULL: stay */
    char **program;       /* argv of the plugin */
};

static int complain(const char *what, const char *path, const char *reason, int code)
{
    char bytes[1024];
    struct text line = TEXT_OVER(bytes);
    text_add(&line, "patchbay-launch: ");
    text_add(&line, what);
    text_add(&line, path);
    text_add(&line, ": ");
    text_add(&line, reason);
    text_add(&line, "\n");
    /* Nothing is left to do where even this cannot be written: the exit code still tells. */
    ssize_t ignored = write(STDERR_FILENO, line.bytes, line.length);
    (void)ignored;
    return code;
}

static int usage(const char *argument, const char *reason)
{
    complain("", argument, reason, EXIT_USAGE);
    return complain("usage", "", "patchbay-launch [--mount-ns PATH] [--cgroup PATH] [--] /PROGRAM [ARGS...]", EXIT_USAGE);
}

/* 0, or the exit code of a usage error. */
static int parse(char **argv, struct request *request)
{
    char **at = argv[0] == NULL ? argv : argv + 1;
    for (; *at != NULL && (*at)[0] == '-'; at += 2) {
        if (strcmp(*at, "--") == 0) {
            at++;
            break;
        }
        const char **value = strcmp(*at, "--mount-ns") == 0 ? &request->mount_ns
                             : strcmp(*at, "--cgroup") == 0 ? &request->cgroup
                                                            : NULL;
        if (value == NULL)
            return usage(*at, "no such option");
        if (*value != NULL)
            return usage(*at, "given twice");
        if (at[1] == NULL || at[1][0] == '\0')
            return usage(*at, "needs a path");
        *value = at[1];
    }
    if (*at == NULL)
        return usage("PROGRAM", "is missing");
    if ((*at)[0] != '/')
        return usage(*at, "is not an absolute path");
    request->program = at;
    return 0;
}

/* Kernels before 5.9 have no close_range(), and old seccomp profiles forbid it. */
static void close_one_by_one(void)
{
    DIR *entries = opendir("/proc/self/fd");
    if (entries != NULL) {
        for (struct dirent *entry; (entry = readdir(entries)) != NULL;) {
            int fd = atoi(entry->d_name); /* 0 for "." and ".." */
            if (fd > STDERR_FILENO && fd != dirfd(entries))
                close(fd);
        }
        closedir(entries);
        return;
    }
    struct rlimit limit = {0};
    getrlimit(RLIMIT_NOFILE, &limit);
    for (int fd = STDERR_FILENO + 1; (rlim_t)fd < limit.rlim_cur && fd < 65536; fd++)
        close(fd);
}

static void close_inherited(void)
{
    if (syscall(SYS_close_range, STDERR_FILENO + 1U, ~0U, 0U) != 0)
        close_one_by_one();
}

static bool join_cgroup(const char *cgroup)
{
    int folder = open(cgroup, O_PATH | O_DIRECTORY | O_CLOEXEC);
    int file = folder < 0 ? -1 : openat(folder, "cgroup.procs", O_WRONLY | O_CLOEXEC);
    /* 0 is the writer itself, whatever its number is in the cgroup's pid namespace. */
    bool joined = file >= 0 && write(file, "0", 1) == 1;
    int error = errno;
    if (file >= 0)
        close(file);
    if (folder >= 0)
        close(folder);
    errno = error;
    return joined;
}

static bool enter_mount_ns(const char *path)
{
    int ns = open(path, O_RDONLY | O_CLOEXEC);
    if (ns < 0)
        return false;
    bool entered = setns(ns, CLONE_NEWNS) == 0;
    int error = errno;
    close(ns);
    errno = error;
    return entered;
}

static int exit_code_of(int exec_error)
{
    switch (exec_error) {
    case ETXTBSY:
        return EXIT_TEXT_BUSY;
    case ENOENT:
    case ENOTDIR:
        return EXIT_NOT_FOUND;
    default:
        return EXIT_NOT_EXECUTABLE;
    }
}

int main(int argc, char **argv)
{
    (void)argc;
    struct request request = {0};
    int refused = parse(argv, &request);
    if (refused != 0)
        return refused;
    close_inherited();
    /* The cgroup's path is the agent's, so it comes before the agent's files are out of sight. */
    if (request.cgroup != NULL && !join_cgroup(request.cgroup))
        return complain("cannot join cgroup ", request.cgroup, strerror(errno), EXIT_NOT_READY);
    if (request.mount_ns != NULL && !enter_mount_ns(request.mount_ns))
        return complain("cannot enter mount namespace ", request.mount_ns, strerror(errno), EXIT_NOT_READY);
    if (chdir("/") != 0)
        return complain("cannot change to ", "/", strerror(errno), EXIT_NOT_READY);
    execv(request.program[0], request.program);
    int error = errno;
    return complain("cannot run ", request.program[0], strerror(error), exit_code_of(error));
}
