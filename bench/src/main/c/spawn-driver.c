/*
 * Runs CNI plugins as a runtime does, one after another, and tells how long they took: from before the first
 * posix_spawn() to after the last waitpid(), in nanoseconds. Small, so that starting a process costs no more than it
 * has to; the same program runs both sides of the comparison.
 *
 * Request:  "job <calls>\n", then per call "call <program> <variables> <bytes of input>\n", one "NAME=value\n" per
 *           variable, and the input.
 * Answer:   "done <nanoseconds>\n", then per call "call <exit code> <bytes of output>\n" and the output.
 * The whole request is read before the clock starts. Standard error of the plugins goes to /dev/null.
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MAX_CALLS = 64, MAX_VARIABLES = 64, MAX_INPUT = 60000, MAX_OUTPUT = 1 << 20 }; /* input fits a pipe at once */

struct call {
    char program[4096];
    char *environment[MAX_VARIABLES + 1];
    char *input;
    size_t input_length;
    char *output;
    size_t output_length;
    int exit_code;
};

static struct call calls[MAX_CALLS];

_Noreturn static void die(const char *what)
{
    fprintf(stderr, "spawn-driver: %s: %s\n", what, strerror(errno));
    exit(1);
}

static int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static char *line(void)
{
    char *text = NULL;
    size_t room = 0;
    ssize_t length = getline(&text, &room, stdin);
    if (length <= 0)
        die("the request ended early");
    text[length - 1] = '\0';
    return text;
}

static void read_call(struct call *call)
{
    size_t variables;
    char *head = line();
    if (sscanf(head, "call %4095s %zu %zu", call->program, &variables, &call->input_length) != 3 ||
        variables > MAX_VARIABLES || call->input_length > MAX_INPUT)
        die("not a call");
    free(head);
    for (size_t i = 0; i < variables; i++)
        call->environment[i] = line();
    call->environment[variables] = NULL;
    call->input = malloc(call->input_length + 1);
    call->output = malloc(MAX_OUTPUT);
    call->output_length = 0;
    if (call->input == NULL || call->output == NULL || fread(call->input, 1, call->input_length, stdin) != call->input_length)
        die("no input");
}

static void run(struct call *call)
{
    int in[2], out[2], status;
    pid_t pid;
    posix_spawn_file_actions_t actions;
    char *argv[] = {call->program, NULL};
    if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0)
        die("pipe");
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    errno = posix_spawn(&pid, call->program, &actions, NULL, argv, call->environment);
    if (errno != 0)
        die(call->program);
    close(in[0]);
    close(out[1]);
    if (write(in[1], call->input, call->input_length) != (ssize_t)call->input_length && errno != EPIPE)
        die("write");
    close(in[1]);
    for (;;) {
        ssize_t got = read(out[0], call->output + call->output_length, MAX_OUTPUT - call->output_length);
        if (got <= 0)
            break;
        call->output_length += (size_t)got;
    }
    if (waitpid(pid, &status, 0) != pid)
        die("waitpid");
    call->exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    close(out[0]);
    posix_spawn_file_actions_destroy(&actions);
}

static void answer(int64_t took, size_t count)
{
    printf("done %lld\n", (long long)took);
    for (size_t i = 0; i < count; i++) {
        struct call *call = &calls[i];
        printf("call %d %zu\n", call->exit_code, call->output_length);
        fwrite(call->output, 1, call->output_length, stdout);
        for (char **variable = call->environment; *variable != NULL; variable++)
            free(*variable);
        free(call->input);
        free(call->output);
    }
    if (fflush(stdout) != 0)
        die("answer");
}

int main(void)
{
    char head[64];
    while (fgets(head, sizeof head, stdin) != NULL) {
        size_t count;
        if (sscanf(head, "job %zu", &count) != 1 || count > MAX_CALLS)
            die("not a job");
        for (size_t i = 0; i < count; i++)
            read_call(&calls[i]);
        int64_t start = now_ns();
        for (size_t i = 0; i < count; i++)
            run(&calls[i]);
        answer(now_ns() - start, count);
    }
    return 0;
}
