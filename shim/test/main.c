#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <ftw.h>

#include "test.h"

enum { PASSED = 0, FAILED = 1, SKIPPED = 77, PATIENCE = 60 };

const char *shim_path, *launch_path, *self_path;

void failed(const char *file, int line, const char *condition)
{
    fprintf(stderr, "  %s:%d: %s\n", file, line, condition);
    exit(FAILED);
}

void skip(const char *why)
{
    printf("  skipped: %s\n", why);
    fflush(stdout);
    exit(SKIPPED);
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *level)
{
    (void)status, (void)type, (void)level;
    return remove(path);
}

static int run_test(const struct test *test)
{
    const char *parent = getenv("TMPDIR");
    char folder[128];
    snprintf(folder, sizeof folder, "%s/patchbay-shim.XXXXXX", parent != NULL ? parent : "/tmp");
    if (mkdtemp(folder) == NULL) {
        perror(folder);
        exit(FAILED);
    }
    printf("%s\n", test->name);
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        /* A hang is a failure: the alarm ends the test, and its children end with it. */
        alarm(PATIENCE);
        setenv("SCRATCH", folder, 1);
        test->body();
        exit(PASSED);
    }
    int status;
    waitpid(pid, &status, 0);
    nftw(folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
    if (WIFSIGNALED(status))
        fprintf(stderr, "  ended by signal %d\n", WTERMSIG(status));
    return WIFEXITED(status) ? WEXITSTATUS(status) : FAILED;
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "--probe") == 0)
        return probe(argv);
    if (argc < 3) {
        fprintf(stderr, "usage: shim-tests PATCHBAY-SHIM PATCHBAY-LAUNCH [TEST]\n");
        return 2;
    }
    shim_path = realpath(argv[1], NULL);
    launch_path = realpath(argv[2], NULL);
    self_path = realpath("/proc/self/exe", NULL);
    if (shim_path == NULL || launch_path == NULL || self_path == NULL) {
        perror("shim-tests: programs under test");
        return 2;
    }
    umask(022);
    const struct test *const all[] = {call_tests, failure_tests, spool_tests, launch_tests};
    int passed = 0, broken = 0, skipped = 0;
    for (size_t i = 0; i < COUNT(all); i++) {
        for (const struct test *test = all[i]; test->name != NULL; test++) {
            if (argc > 3 && strstr(test->name, argv[3]) == NULL)
                continue;
            int result = run_test(test);
            passed += result == PASSED;
            skipped += result == SKIPPED;
            broken += result != PASSED && result != SKIPPED;
            if (result != PASSED && result != SKIPPED)
                fprintf(stderr, "  FAILED: %s\n", test->name);
        }
    }
    printf("%d passed, %d skipped, %d failed\n", passed, skipped, broken);
    return broken == 0 && passed > 0 ? 0 : 1;
}
