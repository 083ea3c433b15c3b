/* A test is a function in a process of its own: what it mounts, starts or leaves open ends with it. */
#ifndef PATCHBAY_TEST_H
#define PATCHBAY_TEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define CHECK(condition) ((condition) ? (void)0 : failed(__FILE__, __LINE__, #condition))
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct content {
    unsigned char *bytes; /* a NUL follows */
    size_t length;
};

struct test {
    const char *name;
    void (*body)(void);
};
extern const struct test call_tests[], failure_tests[], spool_tests[], launch_tests[]; /* end with a NULL name */

/* main.c */
extern const char *shim_path, *launch_path, *self_path;
_Noreturn void failed(const char *file, int line, const char *condition);
_Noreturn void skip(const char *why);

/* run.c: files of the test's own folder, and the programs under test */
struct run {
    pid_t pid;
    int exit_code; /* 128 + n when signal n ended it */
    struct content out, err;
};
const char *scratch(const char *name);
struct content read_file(const char *path);
void write_file(const char *path, const void *bytes, size_t length);
pid_t spawn(const char *const argv[], const char *const environment[], int in, int out, int err);
/* Starts a program with `in` as standard input (-1: nothing); finish() waits for it and reads its output. */
struct run start(const char *const argv[], const char *const environment[], int in);
void finish(struct run *run);
/* The environment of a shim in this test's folder; `own` (ends with NULL, or is NULL) takes precedence. */
const char *const *shim_environment(const char *command, const char *const own[]);
struct run shim_with(const char *command, const void *config, size_t length, const char *const own[]);
struct run shim(const char *command, const char *config);
/* Whether this is exactly one CNI error of that code whose text contains `words`, and nothing else. */
bool is_error(const struct run *run, int code, const char *words);
/* Enters a mount namespace of its own, or skips the test. */
void own_mounts(void);
/* From here on the test and its programs get this error from a system call (with this first argument). */
enum { ANY_ARGUMENT = -1 };
void forbid(long call, int first_argument, int error);

/* agent.c: an agent that serves one connection by a script */
struct script {
    bool reads;         /* the whole request, kept for request() */
    const void *answer; /* sent as it is */
    size_t length;
    size_t piece;       /* bytes per write, 0: all at once */
    bool waits;         /* for the shim to hang up, without reading */
    bool is_knocked;    /* expects a second connection that says nothing */
};
struct agent {
    pid_t pid;
    int received; /* readable once the request has been read */
};
struct agent agent(const struct script *script);
/* Waits for the script's end; false when the shim did not do its part. */
bool agent_done(const struct agent *agent);
struct content frame_of(int exit_code, const void *out, size_t out_length, const void *err, size_t err_length);
struct content request(void);
struct content request_config(struct content frame);
size_t request_count(struct content frame);
struct content request_string(struct content frame, size_t index);

/* launch_test.c: what the test program prints about itself when the launcher runs it */
int probe(char **argv);

#endif
