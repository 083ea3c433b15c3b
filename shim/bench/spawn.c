/*
 * What the shim itself costs: runs it N times against an agent that answers at once, and prints percentiles of the time
 * from posix_spawn() to the reaped exit, with the same for a program that does nothing (this one) as the floor.
 */
#include <fcntl.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { RUNS = 2000, WARM_UP = 100 };

static const char CONFIG[] = "{\"cniVersion\":\"1.0.0\",\"name\":\"bench\",\"type\":\"patchbay\"}";

_Noreturn static void die(const char *what)
{
    perror(what);
    exit(1);
}

/* Answers when a read came to its end in the config: exact for this benchmark's small requests. */
static void serve(int listener)
{
    static const char answer[] = "PBRS\0\1\0\0\0\0\0\2{}\0\0\0\0";
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (;;) {
        char request[65536];
        size_t length = 0;
        int fd = accept(listener, NULL, NULL);
        if (fd < 0)
            die("accept");
        do {
            ssize_t got = read(fd, request + length, sizeof request - length);
            if (got <= 0)
                break;
            length += (size_t)got;
        } while (length < sizeof CONFIG || memcmp(request + length - (sizeof CONFIG - 1), CONFIG, sizeof CONFIG - 1) != 0);
        if (send(fd, answer, sizeof answer - 1, MSG_NOSIGNAL) < 0)
            perror("send");
        close(fd);
    }
}

static int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static int64_t run_once(char *const argv[], char *const environment[])
{
    int in[2], out[2], status;
    char answer[64];
    pid_t pid;
    posix_spawn_file_actions_t actions;
    if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0)
        die("pipe");
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in[0], 0);
    posix_spawn_file_actions_adddup2(&actions, out[1], 1);
    int64_t start = now_ns();
    if (posix_spawn(&pid, argv[0], &actions, NULL, argv, environment) != 0)
        die(argv[0]);
    close(in[0]);
    close(out[1]);
    if (write(in[1], CONFIG, sizeof CONFIG - 1) < 0)
        die("write");
    close(in[1]);
    while (read(out[0], answer, sizeof answer) > 0)
        continue;
    waitpid(pid, &status, 0);
    int64_t took = now_ns() - start;
    close(out[0]);
    posix_spawn_file_actions_destroy(&actions);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        fprintf(stderr, "%s did not succeed: %.*s\n", argv[0], (int)sizeof answer, answer);
        exit(1);
    }
    return took;
}

static int compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void print(const char *name, int64_t *times)
{
    qsort(times, RUNS, sizeof *times, compare);
    printf("%-8s p50 %.3f ms  p90 %.3f ms  p99 %.3f ms  n=%d\n", name, (double)times[RUNS / 2] / 1e6,
           (double)times[RUNS * 9 / 10] / 1e6, (double)times[RUNS * 99 / 100] / 1e6, RUNS);
}

int main(int argc, char **argv)
{
    static int64_t shim[RUNS], floor[RUNS];
    if (argc == 1) { /* run as the floor: takes its input, does nothing */
        char bytes[256];
        while (read(STDIN_FILENO, bytes, sizeof bytes) > 0)
            continue;
        return 0;
    }
    char folder[] = "/tmp/patchbay-bench.XXXXXX", setting[128];
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (mkdtemp(folder) == NULL)
        die(folder);
    snprintf(address.sun_path, sizeof address.sun_path, "%s/agent.sock", folder);
    snprintf(setting, sizeof setting, "PATCHBAY_SOCKET=%s", address.sun_path);
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 64) != 0)
        die(address.sun_path);
    pid_t agent = fork();
    if (agent == 0)
        serve(listener);
    char *const environment[] = {"CNI_COMMAND=ADD", "CNI_CONTAINERID=bench", "CNI_IFNAME=eth0",
                                 "CNI_NETNS=/run/netns/bench", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", setting, NULL};
    char *const shim_argv[] = {argv[1], NULL}, *const floor_argv[] = {argv[0], NULL};
    for (int i = -WARM_UP; i < RUNS; i++) { /* in turns, so that both see the same machine */
        int64_t one = run_once(shim_argv, environment), other = run_once(floor_argv, environment);
        if (i >= 0)
            shim[i] = one, floor[i] = other;
    }
    kill(agent, SIGKILL);
    waitpid(agent, NULL, 0);
    unlink(address.sun_path);
    rmdir(folder);
    print("shim", shim);
    print("nothing", floor);
    return 0;
}
