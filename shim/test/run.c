#include <errno.h>
#include <fcntl.h>
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

const char *scratch(const char *name)
{
    char *path = NULL;
    CHECK(asprintf(&path, "%s/%s", getenv("SCRATCH"), name) > 0);
    return path;
}

struct content read_file(const char *path)
{
    struct stat status;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    CHECK(fd >= 0 && fstat(fd, &status) == 0);
    struct content content = {.bytes = calloc(1, (size_t)status.st_size + 1)};
    CHECK(content.bytes != NULL);
    for (ssize_t got; (got = read(fd, content.bytes + content.length, (size_t)status.st_size - content.length)) > 0;)
        content.length += (size_t)got;
    CHECK(content.length == (size_t)status.st_size);
    close(fd);
    return content;
}

void write_file(const char *path, const void *bytes, size_t length)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    CHECK(fd >= 0);
    for (size_t at = 0; at < length;) {
        ssize_t done = write(fd, (const char *)bytes + at, length - at);
        CHECK(done > 0);
        at += (size_t)done;
    }
    close(fd);
}

pid_t spawn(const char *const argv[], const char *const environment[], int in, int out, int err)
{
    const int wanted[] = {in, out, err};
    fflush(stdout);
    pid_t pid = fork();
    CHECK(pid >= 0);
    if (pid > 0)
        return pid;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (int fd = 0; fd < 3; fd++) {
        if (wanted[fd] < 0)
            close(fd);
        else if (dup2(wanted[fd], fd) < 0)
            _exit(99);
    }
    execve(argv[0], (char *const *)argv, (char *const *)environment);
    _exit(99);
}

struct run start(const char *const argv[], const char *const environment[], int in)
{
    int out = open(scratch("out"), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    int err = open(scratch("err"), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    CHECK(out >= 0 && err >= 0);
    struct run run = {.pid = spawn(argv, environment, in, out, err)};
    close(out);
    close(err);
    return run;
}

void finish(struct run *run)
{
    int status;
    CHECK(waitpid(run->pid, &status, 0) == run->pid);
    run->exit_code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    run->out = read_file(scratch("out"));
    run->err = read_file(scratch("err"));
}

static bool overridden(const char *entry, const char *const own[])
{
    size_t name = (size_t)(strchr(entry, '=') - entry) + 1;
    for (; own != NULL && *own != NULL; own++) {
        if (strncmp(*own, entry, name) == 0)
            return true;
    }
    return false;
}

const char *const *shim_environment(const char *command, const char *const own[])
{
    char *defaults[4] = {NULL, NULL, NULL, "CNI_CONTAINERID=c1"};
    CHECK(asprintf(&defaults[0], "CNI_COMMAND=%s", command) > 0);
    CHECK(asprintf(&defaults[1], "PATCHBAY_SOCKET=%s", scratch("agent.sock")) > 0);
    CHECK(asprintf(&defaults[2], "PATCHBAY_SPOOL=%s", scratch("spool")) > 0);
    size_t count = 0, length = 0;
    while (own != NULL && own[count] != NULL)
        count++;
    const char **environment = calloc(count + COUNT(defaults) + 1, sizeof *environment);
    CHECK(environment != NULL);
    for (; length < count; length++)
        environment[length] = own[length];
    for (size_t i = 0; i < COUNT(defaults); i++) {
        if (!overridden(defaults[i], own))
            environment[length++] = defaults[i];
    }
    return environment;
}

struct run shim_with(const char *command, const void *config, size_t length, const char *const own[])
{
    write_file(scratch("in"), config, length);
    int in = open(scratch("in"), O_RDONLY | O_CLOEXEC);
    struct run run = start((const char *[]){shim_path, NULL}, shim_environment(command, own), in);
    close(in);
    finish(&run);
    return run;
}

struct run shim(const char *command, const char *config)
{
    return shim_with(command, config, strlen(config), NULL);
}

bool is_error(const struct run *run, int code, const char *words)
{
    char wanted[32];
    snprintf(wanted, sizeof wanted, "\",\"code\":%d,\"msg\":\"", code);
    const char *out = (const char *)run->out.bytes;
    bool is = run->exit_code == 1 && run->err.length == 0 && strlen(out) == run->out.length &&
              strncmp(out, "{\"cniVersion\":\"", 15) == 0 && strstr(out, wanted) != NULL &&
              strstr(out, "\",\"details\":\"") != NULL && strcmp(out + run->out.length - 3, "\"}\n") == 0 &&
              strchr(out, '\n') == out + run->out.length - 1 && strstr(out, words) != NULL;
    if (!is)
        fprintf(stderr, "  exit code %d, stdout %.400s stderr %.200s\n", run->exit_code, out, (char *)run->err.bytes);
    return is;
}

void own_mounts(void)
{
    if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
        skip("a mount namespace needs CAP_SYS_ADMIN");
}

/* linux/filter.h and linux/seccomp.h, which musl does not bring */
struct instruction {
    uint16_t code;
    uint8_t if_equal, if_not;
    uint32_t operand;
};

enum { LOAD = 0x20, JUMP_IF_EQUAL = 0x15, RETURN = 0x06, CALL_NUMBER = 0, FIRST_ARGUMENT = 16 };

void forbid(long call, int first_argument, int error)
{
    struct instruction program[] = {
        {LOAD, 0, 0, CALL_NUMBER},
        {JUMP_IF_EQUAL, 0, 3, (uint32_t)call},
        {LOAD, 0, 0, first_argument == ANY_ARGUMENT ? CALL_NUMBER : FIRST_ARGUMENT},
        {JUMP_IF_EQUAL, 0, 1, first_argument == ANY_ARGUMENT ? (uint32_t)call : (uint32_t)first_argument},
        {RETURN, 0, 0, 0x00050000 | (uint32_t)error}, /* SECCOMP_RET_ERRNO */
        {RETURN, 0, 0, 0x7fff0000},                   /* SECCOMP_RET_ALLOW */
    };
    struct {
        unsigned short length;
        struct instruction *program;
    } filter = {COUNT(program), program};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_SECCOMP, 2 /* filter */, &filter) != 0)
        skip("no seccomp filter can be set");
}
