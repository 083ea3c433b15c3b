/* The delegate launcher; it runs this very program, which prints what it finds. */
#include <errno.h>
#include <fcntl.h>
#include <mntent.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test.h"

extern char **environ;

static void print_link(const char *name, const char *path)
{
    char target[256] = "";
    if (readlink(path, target, sizeof target - 1) < 0)
        strcpy(target, "?");
    printf("%s %s\n", name, target);
}

static void print_user(void)
{
    FILE *status = fopen("/proc/self/status", "re");
    const char *const fields[] = {"Uid:", "Gid:", "Groups:", "CapInh:", "CapPrm:", "CapEff:", "CapAmb:", "NoNewPrivs:"};
    for (char line[512]; status != NULL && fgets(line, sizeof line, status) != NULL;) {
        for (size_t i = 0; i < COUNT(fields); i++) {
            if (strncmp(line, fields[i], strlen(fields[i])) == 0)
                printf("user %s", line);
        }
    }
    printf("user root again %s\n", setresuid(0, 0, 0) == 0 ? "yes" : "no");
    for (const char *const *device = (const char *const[]){"/dev/net/tun", "/dev/kvm", NULL}; *device != NULL; device++) {
        int file = open(*device, O_RDWR | O_CLOEXEC);
        printf("open %s %s\n", *device, file >= 0 ? "yes" : strerror(errno));
        if (file >= 0)
            close(file);
    }
}

int probe(char **argv)
{
    for (char **at = argv; *at != NULL; at++)
        printf("arg [%s]\n", *at);
    for (char **at = environ; *at != NULL; at++)
        printf("env [%s]\n", *at);
    for (int fd = 3; fd < 1024; fd++) {
        if (fcntl(fd, F_GETFD) >= 0)
            printf("fd %d\n", fd);
    }
    char folder[256];
    printf("cwd %s\n", getcwd(folder, sizeof folder));
    print_link("mnt", "/proc/self/ns/mnt");
    print_link("net", "/proc/self/ns/net");
    print_link("stdin", "/proc/self/fd/0");
    printf("session %s\n", getsid(0) == getpid() ? "own" : "inherited");
    print_user();
    FILE *cgroups = fopen("/proc/self/cgroup", "re");
    for (char line[512]; cgroups != NULL && fgets(line, sizeof line, cgroups) != NULL;)
        printf("cgroup %s", line);
    return 23;
}

static struct run launch(const char *const arguments[], const char *const environment[])
{
    const char *argv[24] = {launch_path};
    for (size_t i = 0; arguments[i] != NULL; i++)
        argv[i + 1] = arguments[i];
    struct run run = start(argv, environment, -1);
    finish(&run);
    return run;
}

#define LAUNCH(...) launch((const char *[]){__VA_ARGS__, NULL}, (const char *[]){NULL})

/* One line on standard error that contains the words, nothing on standard output. */
static bool complains(const struct run *run, int code, const char *words)
{
    const char *err = (const char *)run->err.bytes;
    bool is = run->exit_code == code && run->out.length == 0 && strstr(err, words) != NULL &&
              strchr(err, '\n') == err + run->err.length - 1;
    if (!is)
        fprintf(stderr, "  exit code %d, stderr %s\n", run->exit_code, err);
    return is;
}

static bool prints(const struct run *run, const char *line)
{
    return strstr((const char *)run->out.bytes, line) != NULL;
}

static void program_gets_arguments_and_environment_untouched(void)
{
    const char *const environment[] = {"CNI_ARGS=a=\xff;b", "CNI_COMMAND=ADD", "PATH=", NULL};
    struct run run = launch((const char *[]){"--", self_path, "--probe", "", "--mount-ns", "a b", NULL}, environment);
    char first[512];
    snprintf(first, sizeof first,
             "arg [%s]\narg [--probe]\narg []\narg [--mount-ns]\narg [a b]\n"
             "env [CNI_ARGS=a=\xff;b]\nenv [CNI_COMMAND=ADD]\nenv [PATH=]\ncwd /\n", self_path);
    CHECK(run.exit_code == 23 && run.err.length == 0);
    CHECK(strncmp((char *)run.out.bytes, first, strlen(first)) == 0); /* "cwd" comes next: no descriptor was left open */
}

static void inherited_descriptors_are_closed(void)
{
    CHECK(dup2(STDERR_FILENO, 3) == 3 && dup2(STDERR_FILENO, 77) == 77 && dup2(STDERR_FILENO, 1000) == 1000);
    struct run direct = start((const char *[]){self_path, "--probe", NULL}, (const char *[]){NULL}, -1);
    finish(&direct);
    CHECK(prints(&direct, "fd 3\n") && prints(&direct, "fd 77\n") && prints(&direct, "fd 1000\n"));
    struct run run = LAUNCH(self_path, "--probe");
    CHECK(run.exit_code == 23 && !prints(&run, "fd "));
}

static void inherited_descriptors_are_closed_where_close_range_is_forbidden(void)
{
    /* As a seccomp profile from before Linux 5.9 does; the number is the same on every architecture. */
    forbid(436, ANY_ARGUMENT, EPERM);
    CHECK(syscall(436, 3U, ~0U, 0U) == -1 && errno == EPERM);
    inherited_descriptors_are_closed();
    own_mounts();
    CHECK(mount("patchbay-test", "/proc", "tmpfs", 0, NULL) == 0); /* nor can they be listed */
    struct run run = LAUNCH(self_path, "--probe");
    CHECK(run.exit_code == 23 && !prints(&run, "fd "));
}

static void usage_errors_are_named(void)
{
    const char *const cases[][8] = {
        {"PROGRAM: is missing", NULL},
        {"PROGRAM: is missing", "--", NULL},
        {"bin/true: is not an absolute path", "bin/true", NULL},
        {"--root: no such option", "--root", "/", "/bin/true", NULL},
        {"--mount-ns: needs a value", "--mount-ns", NULL},
        {"--cgroup: needs a value", "--cgroup", "", "/bin/true", NULL},
        {"--cgroup: given twice", "--cgroup", "/a", "--cgroup", "/b", NULL},
        {"--gid: is missing", "--uid", "7", "/bin/true", NULL},
        {"--uid: is missing", "--gid", "7", "/bin/true", NULL},
        {"--uid: is missing; --tun", "--tun", "/bin/true", NULL},
        {"--uid: needs a number from 1", "--uid", "0", "--gid", "1", "/bin/true", NULL},
        {"--uid: needs a number from 1", "--uid", "4294967295", "--gid", "1", "/bin/true", NULL},
        {"--uid: needs a number from 1", "--uid", "99999999999999999999", "--gid", "1", "/bin/true", NULL},
        {"--gid: needs a number from 1", "--uid", "1", "--gid", "-1", "/bin/true", NULL},
        {"--gid: needs a number from 1", "--uid", "1", "--gid", "nobody", "/bin/true", NULL},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct run run = launch(cases[i] + 1, (const char *[]){NULL});
        CHECK(run.exit_code == 64 && run.out.length == 0);
        CHECK(strstr((char *)run.err.bytes, cases[i][0]) != NULL && strstr((char *)run.err.bytes, "usage: ") != NULL);
    }
}

static void program_that_cannot_run_is_told_by_exit_code(void)
{
    struct run run = LAUNCH(scratch("missing"));
    CHECK(complains(&run, 127, "missing: No such file or directory"));
    write_file(scratch("plain"), "#!/bin/sh\n", 10);
    run = LAUNCH(scratch("plain"));
    CHECK(complains(&run, 126, "plain: Permission denied"));
    CHECK(chmod(scratch("plain"), 0755) == 0);
    write_file(scratch("plain"), "\x7f" "ELF", 4);
    run = LAUNCH(scratch("plain"));
    CHECK(complains(&run, 126, "plain: Exec format error"));
    run = LAUNCH(scratch("plain/below"));
    CHECK(complains(&run, 127, "plain/below: Not a directory"));
}

static void program_that_is_being_replaced_may_be_retried(void)
{
    struct content program = read_file(self_path);
    write_file(scratch("busy"), program.bytes, program.length);
    CHECK(chmod(scratch("busy"), 0755) == 0);
    int writer = open(scratch("busy"), O_WRONLY | O_APPEND | O_CLOEXEC);
    CHECK(writer >= 0);
    struct run run = LAUNCH(scratch("busy"), "--probe");
    CHECK(complains(&run, 75, "busy: Text file busy"));
    close(writer);
    run = LAUNCH(scratch("busy"), "--probe");
    CHECK(run.exit_code == 23);
}

/* A process in a mount namespace of its own, in which the test's folder is hidden by an empty tmpfs. */
static pid_t elsewhere(void)
{
    int ready[2];
    CHECK(pipe2(ready, O_CLOEXEC) == 0);
    pid_t pid = fork();
    CHECK(pid >= 0);
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        own_mounts();
        CHECK(mount("patchbay-test", getenv("SCRATCH"), "tmpfs", 0, NULL) == 0);
        CHECK(write(ready[1], "r", 1) == 1);
        pause();
    }
    close(ready[1]);
    char byte;
    if (read(ready[0], &byte, 1) != 1) {
        int status;
        waitpid(pid, &status, 0);
        exit(WEXITSTATUS(status)); /* skipped, with the reason printed above */
    }
    return pid;
}

/* A process in a network namespace of its own. */
static pid_t elsewhere_on_the_net(void)
{
    int ready[2];
    CHECK(pipe2(ready, O_CLOEXEC) == 0);
    pid_t pid = fork();
    CHECK(pid >= 0);
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        char made = unshare(CLONE_NEWNET) == 0 ? 'r' : 'x';
        CHECK(write(ready[1], &made, 1) == 1);
        pause();
    }
    close(ready[1]);
    char made;
    CHECK(read(ready[0], &made, 1) == 1);
    if (made != 'r')
        skip("no network namespace can be made");
    return pid;
}

static void program_runs_in_the_mount_namespace_but_the_cgroup_is_ours(void)
{
    pid_t holder = elsewhere();
    char ns[64], link[64], line[80];
    snprintf(ns, sizeof ns, "/proc/%d/ns/mnt", (int)holder);
    link[readlink(ns, link, sizeof link - 1)] = '\0';
    snprintf(line, sizeof line, "mnt %s\n", link);
    /* A plain file shows what is written, and that it is written before the namespace hides it. */
    CHECK(mkdir(scratch("cgroup"), 0755) == 0);
    write_file(scratch("cgroup/cgroup.procs"), "", 0);
    struct run run = LAUNCH("--mount-ns", ns, "--cgroup", scratch("cgroup"), "--", self_path, "--probe");
    CHECK(run.exit_code == 23 && run.err.length == 0);
    CHECK(prints(&run, line) && prints(&run, "cwd /\n") && !prints(&run, "fd "));
    CHECK(strcmp((char *)read_file(scratch("cgroup/cgroup.procs")).bytes, "0") == 0);
    write_file(scratch("only-here"), "", 0);
    run = LAUNCH("--mount-ns", ns, scratch("only-here"));
    CHECK(complains(&run, 127, "No such file or directory"));
    kill(holder, SIGKILL);
    waitpid(holder, NULL, 0);
}

static void what_cannot_be_entered_is_named(void)
{
    struct run run = LAUNCH("--mount-ns", scratch("no-ns"), "/bin/true");
    CHECK(complains(&run, 125, "no-ns: No such file or directory"));
    run = LAUNCH("--mount-ns", "/proc/self/ns/net", "/bin/true");
    CHECK(run.exit_code == 125); /* a namespace of another type; EPERM without privileges */
    run = LAUNCH("--cgroup", scratch("no-cgroup"), "/bin/true");
    CHECK(complains(&run, 125, "no-cgroup: No such file or directory"));
}

static const char *cgroup2_mount(void)
{
    FILE *mounts = setmntent("/proc/self/mounts", "re");
    for (struct mntent *entry; mounts != NULL && (entry = getmntent(mounts)) != NULL;) {
        if (strcmp(entry->mnt_type, "cgroup2") == 0)
            return strdup(entry->mnt_dir);
    }
    skip("no cgroup v2 is mounted");
}

static void program_leaves_our_cgroup(void)
{
    char path[512], line[64];
    snprintf(path, sizeof path, "%s/patchbay-test-%d", cgroup2_mount(), (int)getpid());
    snprintf(line, sizeof line, "/patchbay-test-%d\n", (int)getpid());
    if (mkdir(path, 0755) != 0)
        skip("no cgroup can be made");
    struct run run = LAUNCH("--cgroup", path, self_path, "--probe");
    CHECK(rmdir(path) == 0);
    CHECK(run.exit_code == 23 && run.err.length == 0 && prints(&run, line));
}

static void program_becomes_a_user_without_any_right(void)
{
    if (geteuid() != 0)
        skip("only root can become another user");
    struct run run = LAUNCH("--uid", "1900000007", "--gid", "1900000008", "--setsid", "/bin/sh", "-c", "exit 3");
    CHECK(run.exit_code == 3); /* a program of the system, as the test's folder may be closed to others */
    struct content program = read_file(self_path);
    char path[] = "/tmp/patchbay-launch-test-XXXXXX";
    int file = mkstemp(path);
    CHECK(file >= 0 && write(file, program.bytes, program.length) == (ssize_t)program.length && fchmod(file, 0755) == 0);
    close(file);
    run = LAUNCH("--uid", "1900000007", "--gid", "1900000008", "--setsid", path, "--probe");
    unlink(path);
    CHECK(run.exit_code == 23 && run.err.length == 0);
    CHECK(prints(&run, "user Uid:\t1900000007\t1900000007\t1900000007\t1900000007\n"));
    CHECK(prints(&run, "user Gid:\t1900000008\t1900000008\t1900000008\t1900000008\n"));
    CHECK(prints(&run, "user Groups:\t \n") || prints(&run, "user Groups:\t\n"));
    CHECK(prints(&run, "user CapInh:\t0000000000000000\n") && prints(&run, "user CapPrm:\t0000000000000000\n"));
    CHECK(prints(&run, "user CapEff:\t0000000000000000\n") && prints(&run, "user CapAmb:\t0000000000000000\n"));
    CHECK(prints(&run, "user NoNewPrivs:\t1\n") && prints(&run, "user root again no\n"));
    CHECK(prints(&run, "session own\n"));
}

static void user_gets_devices_of_its_own_and_the_host_keeps_its(void)
{
    if (geteuid() != 0)
        skip("only root can make device nodes");
    struct stat before, after;
    bool tun = stat("/dev/net/tun", &before) == 0;
    if (!tun)
        skip("this machine has no /dev/net/tun");
    struct run run = LAUNCH("--uid", "1900000007", "--gid", "1900000007", "--tun", "/bin/sh", "-c",
                            "exec 3<>/dev/net/tun && stat -c 'node %a %u' /dev/net/tun");
    if (run.exit_code == 125 && strstr((char *)run.err.bytes, "Operation not permitted") != NULL)
        skip("no mount namespace can be made");
    CHECK(run.exit_code == 0 && prints(&run, "node 600 1900000007\n"));
    CHECK(stat("/dev/net/tun", &after) == 0 && after.st_ino == before.st_ino && after.st_mode == before.st_mode);
}

static void session_and_streams_are_its_own(void)
{
    write_file(scratch("in"), "said\n", 5);
    write_file(scratch("log"), "before\n", 7);
    struct run run = LAUNCH("--setsid", "--stdin", scratch("in"), "--output", scratch("log"), "/bin/sh", "-c",
                            "cat; echo lost >&2; exit 4");
    CHECK(run.exit_code == 4 && run.out.length == 0 && run.err.length == 0);
    CHECK(strcmp((char *)read_file(scratch("log")).bytes, "before\nsaid\nlost\n") == 0);
    run = LAUNCH(self_path, "--probe");
    CHECK(prints(&run, "session inherited\n"));
    run = LAUNCH("--setsid", self_path, "--probe");
    CHECK(prints(&run, "session own\n"));
    run = LAUNCH("--stdin", scratch("none"), "/bin/true");
    CHECK(complains(&run, 125, "none: No such file or directory"));
    run = LAUNCH("--output", scratch("none/log"), "/bin/true");
    CHECK(complains(&run, 125, "none/log: No such file or directory"));
}

static void program_runs_in_the_network_namespace(void)
{
    pid_t holder = elsewhere_on_the_net();
    char ns[64], link[64], line[80];
    snprintf(ns, sizeof ns, "/proc/%d/ns/net", (int)holder);
    link[readlink(ns, link, sizeof link - 1)] = '\0';
    snprintf(line, sizeof line, "net %s\n", link);
    struct run run = LAUNCH("--netns", ns, self_path, "--probe");
    CHECK(run.exit_code == 23 && prints(&run, line));
    run = LAUNCH(self_path, "--probe");
    CHECK(!prints(&run, line));
    run = LAUNCH("--netns", "/proc/self/ns/mnt", "/bin/true");
    CHECK(run.exit_code == 125);
    kill(holder, SIGKILL);
    waitpid(holder, NULL, 0);
}

#define TEST(name) {#name, name}
const struct test launch_tests[] = {
    TEST(program_gets_arguments_and_environment_untouched),
    TEST(inherited_descriptors_are_closed),
    TEST(inherited_descriptors_are_closed_where_close_range_is_forbidden),
    TEST(usage_errors_are_named),
    TEST(program_that_cannot_run_is_told_by_exit_code),
    TEST(program_that_is_being_replaced_may_be_retried),
    TEST(program_runs_in_the_mount_namespace_but_the_cgroup_is_ours),
    TEST(what_cannot_be_entered_is_named),
    TEST(program_leaves_our_cgroup),
    TEST(program_becomes_a_user_without_any_right),
    TEST(user_gets_devices_of_its_own_and_the_host_keeps_its),
    TEST(session_and_streams_are_its_own),
    TEST(program_runs_in_the_network_namespace),
    {NULL, NULL},
};
