/*
 * patchbay-launch: what a JVM cannot do to a child before it runs. A delegate plugin of an agent in a container has to
 * see the host's files and must not be charged to the agent's memory limit; a virtual machine lives in a pod's network
 * namespace, in a session and a cgroup that outlive the agent, as a user that may do nothing else on this host.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
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

/* What of /dev a user of its own may open. */
enum device { DEVICE_TUN = 1, DEVICE_KVM = 2 };

struct request {
    const char *mount_ns; /* NULL: stay */
    const char *netns;    /* NULL: stay */
    const char *cgroup;   /* NULL: stay */
    const char *input;    /* NULL: as inherited */
    const char *output;   /* NULL: as inherited; standard output and error */
    const char *uid_text; /* NULL: as inherited, with all capabilities */
    const char *gid_text;
    uid_t uid;
    gid_t gid;
    bool session;
    unsigned devices;
    char **program; /* argv of the program */
};

struct option {
    const char *name;
    const char **value;
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
    return complain("usage", "",
                    "patchbay-launch [--mount-ns PATH] [--netns PATH] [--cgroup PATH] [--stdin PATH] [--output PATH] [--setsid] "
                    "[--uid N --gid N [--tun] [--kvm]] [--] /PROGRAM [ARGS...]",
                    EXIT_USAGE);
}

static bool parse_flag(const char *argument, struct request *request)
{
    if (strcmp(argument, "--setsid") == 0)
        request->session = true;
    else if (strcmp(argument, "--tun") == 0)
        request->devices |= DEVICE_TUN;
    else if (strcmp(argument, "--kvm") == 0)
        request->devices |= DEVICE_KVM;
    else
        return false;
    return true;
}

/* The largest number stands for "none" in the kernel's calls, and 0 would drop nothing. */
static bool parse_id(const char *text, uint32_t *id)
{
    uint64_t number = 0;
    for (const char *at = text; *at != '\0'; at++) {
        if (*at < '0' || *at > '9' || number > UINT32_MAX)
            return false;
        number = number * 10 + (uint64_t)(*at - '0');
    }
    *id = (uint32_t)number;
    return number > 0 && number < UINT32_MAX;
}

static int check_user(struct request *request)
{
    if (request->uid_text != NULL && !parse_id(request->uid_text, &request->uid))
        return usage("--uid", "needs a number from 1 to 4294967294");
    if (request->gid_text != NULL && !parse_id(request->gid_text, &request->gid))
        return usage("--gid", "needs a number from 1 to 4294967294");
    if ((request->uid_text == NULL) != (request->gid_text == NULL))
        return usage(request->uid_text == NULL ? "--uid" : "--gid", "is missing");
    if (request->devices != 0 && request->uid_text == NULL)
        return usage("--uid", "is missing; --tun and --kvm are for a user of its own");
    return 0;
}

static int parse_value(char **at, struct request *request)
{
    const struct option options[] = {
        {"--mount-ns", &request->mount_ns}, {"--netns", &request->netns},    {"--cgroup", &request->cgroup},
        {"--stdin", &request->input},       {"--output", &request->output}, {"--uid", &request->uid_text},
        {"--gid", &request->gid_text},
    };
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
        if (strcmp(at[0], options[i].name) != 0)
            continue;
        if (*options[i].value != NULL)
            return usage(at[0], "given twice");
        if (at[1] == NULL || at[1][0] == '\0')
            return usage(at[0], "needs a value");
        *options[i].value = at[1];
        return 0;
    }
    return usage(at[0], "no such option");
}

/* 0, or the exit code of a usage error. */
static int parse(char **argv, struct request *request)
{
    char **at = argv[0] == NULL ? argv : argv + 1;
    for (; *at != NULL && (*at)[0] == '-'; at++) {
        if (strcmp(*at, "--") == 0) {
            at++;
            break;
        }
        if (parse_flag(*at, request))
            continue;
        int refused = parse_value(at, request);
        if (refused != 0)
            return refused;
        at++;
    }
    if (*at == NULL)
        return usage("PROGRAM", "is missing");
    if ((*at)[0] != '/')
        return usage(*at, "is not an absolute path");
    request->program = at;
    return check_user(request);
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

static bool enter_ns(const char *path, int type)
{
    int ns = open(path, O_RDONLY | O_CLOEXEC);
    if (ns < 0)
        return false;
    bool entered = setns(ns, type) == 0;
    int error = errno;
    close(ns);
    errno = error;
    return entered;
}

static bool redirect(const char *path, int flags, int to, int also)
{
    /* No O_CLOEXEC: where standard input was closed, this may be its descriptor already. */
    int file = open(path, flags | O_NOCTTY, 0600);
    if (file < 0)
        return false;
    bool done = dup2(file, to) == to && dup2(file, also) == also;
    int error = errno;
    if (file != to && file != also)
        close(file);
    errno = error;
    return done;
}

static bool make_device(const char *path, unsigned minor_number, const struct request *request)
{
    /* misc devices, linux/miscdevice.h */
    return mknod(path, S_IFCHR | 0600, makedev(10, minor_number)) == 0 && chown(path, request->uid, request->gid) == 0;
}

/*
 * Device nodes that only this process and its children see and only their user may open: whatever the host's permissions
 * are, they need not be loosened. Mounts that the host makes or removes later are seen as before.
 */
static bool own_devices(const struct request *request)
{
    if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) != 0)
        return false;
    if (mkdir("/dev/net", 0755) != 0 && errno != EEXIST)
        return false;
    if (mount("patchbay", "/dev/net", "tmpfs", MS_NOSUID | MS_NOEXEC, "mode=0755,size=16k") != 0)
        return false;
    if ((request->devices & DEVICE_TUN) != 0 && !make_device("/dev/net/tun", 200, request))
        return false;
    return (request->devices & DEVICE_KVM) == 0 ||
           (make_device("/dev/net/kvm", 232, request) && mount("/dev/net/kvm", "/dev/kvm", NULL, MS_BIND, NULL) == 0);
}

/* capset(2), version 3: two parts of 32 capabilities each. */
static bool drop_capabilities(void)
{
    struct {
        uint32_t version;
        int pid;
    } header = {0x20080522, 0};
    struct {
        uint32_t effective, permitted, inheritable;
    } none[2] = {{0, 0, 0}, {0, 0, 0}};
    return syscall(SYS_capset, &header, none) == 0;
}

static bool become_user(const struct request *request)
{
    umask(0077);
    return setgroups(0, NULL) == 0 && setresgid(request->gid, request->gid, request->gid) == 0 &&
           setresuid(request->uid, request->uid, request->uid) == 0 && drop_capabilities() &&
           prctl(PR_SET_NO_NEW_PRIVS, 1L, 0L, 0L, 0L) == 0;
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

/* 0, or the exit code; what was said until then went to the standard error that we were given. */
static int prepare(const struct request *request)
{
    /* All paths are the agent's, so they come before the agent's files are out of sight, or not ours any more. */
    if (request->input != NULL && !redirect(request->input, O_RDONLY, STDIN_FILENO, STDIN_FILENO))
        return complain("cannot read ", request->input, strerror(errno), EXIT_NOT_READY);
    if (request->output != NULL &&
        !redirect(request->output, O_WRONLY | O_APPEND | O_CREAT, STDOUT_FILENO, STDERR_FILENO))
        return complain("cannot write ", request->output, strerror(errno), EXIT_NOT_READY);
    if (request->cgroup != NULL && !join_cgroup(request->cgroup))
        return complain("cannot join cgroup ", request->cgroup, strerror(errno), EXIT_NOT_READY);
    if (request->netns != NULL && !enter_ns(request->netns, CLONE_NEWNET))
        return complain("cannot enter network namespace ", request->netns, strerror(errno), EXIT_NOT_READY);
    if (request->mount_ns != NULL && !enter_ns(request->mount_ns, CLONE_NEWNS))
        return complain("cannot enter mount namespace ", request->mount_ns, strerror(errno), EXIT_NOT_READY);
    if (request->session && setsid() < 0)
        return complain("cannot begin ", "a session", strerror(errno), EXIT_NOT_READY);
    if (chdir("/") != 0)
        return complain("cannot change to ", "/", strerror(errno), EXIT_NOT_READY);
    if (request->devices != 0 && !own_devices(request))
        return complain("cannot make device nodes in ", "/dev/net", strerror(errno), EXIT_NOT_READY);
    if (request->uid_text != NULL && !become_user(request))
        return complain("cannot become user ", request->uid_text, strerror(errno), EXIT_NOT_READY);
    return 0;
}

int main(int argc, char **argv)
{
    (void)argc;
    struct request request = {0};
    int refused = parse(argv, &request);
    if (refused != 0)
        return refused;
    close_inherited();
    int failed = prepare(&request);
    if (failed != 0)
        return failed;
    execv(request.program[0], request.program);
    int error = errno;
    return complain("cannot run ", request.program[0], strerror(error), exit_code_of(error));
}
