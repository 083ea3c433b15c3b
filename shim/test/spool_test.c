/* DEL while the agent is away. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "test.h"

enum { SPOOL_LARGEST = 8192 };

/* Descriptors of the shim while it spools: nothing else is open. */
enum { FOLDER = 3, FILE_IN_FOLDER = 4, PARENT_OF_FOLDER = 4 };

/* The number of entries in the spool; the last one's name is kept. */
static int entries(char name[256])
{
    DIR *folder = opendir(scratch("spool"));
    if (folder == NULL)
        return 0;
    int count = 0;
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        count++;
        if (name != NULL)
            snprintf(name, 256, "%s", entry->d_name);
    }
    closedir(folder);
    return count;
}

static bool is_silent_success(const struct run *run)
{
    return run->exit_code == 0 && run->out.length == 0 && run->err.length == 0;
}

static struct content only_request(void)
{
    char name[256], path[512];
    CHECK(entries(name) == 1);
    snprintf(path, sizeof path, "spool/%s", name);
    return read_file(scratch(path));
}

static void del_is_kept_as_the_very_frame_the_agent_would_get(void)
{
    struct content answer = frame_of(0, "", 0, "", 0);
    struct agent served = agent(&(struct script){.reads = true, .answer = answer.bytes, .length = answer.length});
    struct run run = shim("DEL", "{\"name\":\"a\"}");
    CHECK(agent_done(&served) && is_silent_success(&run));
    CHECK(entries(NULL) == 0); /* a full answer wins: nothing to keep */

    run = shim("DEL", "{\"name\":\"a\"}");
    CHECK(is_silent_success(&run));
    struct content kept = only_request(), sent = request();
    CHECK(kept.length == sent.length && memcmp(kept.bytes, sent.bytes, kept.length) == 0);
}

static void spool_is_private_and_names_sort_by_time(void)
{
    umask(0);
    struct run run = shim("DEL", "{}");
    CHECK(is_silent_success(&run));
    struct stat status;
    CHECK(stat(scratch("spool"), &status) == 0 && (status.st_mode & 07777) == 0700);
    char name[256], path[512];
    int end = 0;
    CHECK(entries(name) == 1);
    CHECK(sscanf(name, "%*20[0-9]-%*9[0-9]-%*[0-9].req%n", &end) == 0 && end == (int)strlen(name));
    CHECK(name[20] == '-' && name[30] == '-' && strncmp(name, "0000000000", 10) == 0);
    snprintf(path, sizeof path, "spool/%s", name);
    CHECK(stat(scratch(path), &status) == 0 && (status.st_mode & 07777) == 0600);
    run = shim("DEL", "{}");
    CHECK(is_silent_success(&run) && entries(NULL) == 2);
}

static void del_whose_agent_dies_is_kept(void)
{
    struct content frame = frame_of(0, "", 0, "", 0);
    for (size_t length = 0; length < frame.length; length += 5) {
        struct script script = {.reads = true, .answer = frame.bytes, .length = length, .is_knocked = true};
        struct agent served = agent(&script);
        struct run run = shim("DEL", "{}");
        /* The knock is how an agent that came up meanwhile learns of the file. */
        CHECK(agent_done(&served) && is_silent_success(&run));
        CHECK(entries(NULL) == (int)(length / 5) + 1);
    }
}

static void largest_del_is_kept(void)
{
    size_t size = 16 * 1024 * 1024;
    unsigned char *config = malloc(size);
    CHECK(config != NULL);
    memset(config, 'c', size);
    struct run run = shim_with("DEL", config, size, NULL);
    CHECK(is_silent_success(&run));
    struct content received = request_config(only_request());
    CHECK(received.length == size && memcmp(received.bytes, config, size) == 0);
}

static void full_spool_refuses(void)
{
    CHECK(mkdir(scratch("spool"), 0700) == 0);
    char name[64];
    for (int i = 0; i < SPOOL_LARGEST - 1; i++) {
        snprintf(name, sizeof name, "spool/%d.req", i);
        write_file(scratch(name), "", 0);
    }
    write_file(scratch("spool/.left.tmp"), "", 0); /* no request */
    struct run run = shim("DEL", "{}");
    CHECK(is_silent_success(&run)); /* the last place */
    run = shim("DEL", "{}");
    CHECK(is_error(&run, 11, "the spool is full: 8192 requests"));
    CHECK(is_error(&run, 11, scratch("spool")));
}

static void refuses(const char *words)
{
    struct run run = shim("DEL", "{}");
    CHECK(is_error(&run, 11, words) && is_error(&run, 11, scratch("spool")));
    CHECK(is_error(&run, 11, "agent.sock: connect: No such file"));
}

static void folder_that_others_can_write_is_refused(void)
{
    const mode_t modes[] = {0770, 0702, 01777};
    CHECK(mkdir(scratch("spool"), 0700) == 0);
    for (size_t i = 0; i < COUNT(modes); i++) {
        CHECK(chmod(scratch("spool"), modes[i]) == 0);
        refuses("writable by group or others");
    }
    CHECK(entries(NULL) == 0);
    CHECK(chmod(scratch("spool"), 0755) == 0);
    struct run run = shim("DEL", "{}");
    CHECK(is_silent_success(&run));
}

static void folder_of_another_owner_is_refused(void)
{
    CHECK(mkdir(scratch("spool"), 0700) == 0);
    if (chown(scratch("spool"), 12345, 12345) != 0)
        skip("chown needs CAP_CHOWN");
    refuses("another owner");
}

static void what_is_no_folder_is_refused(void)
{
    write_file(scratch("spool"), "", 0);
    refuses("Not a directory");
    CHECK(unlink(scratch("spool")) == 0 && mkdir(scratch("elsewhere"), 0700) == 0);
    CHECK(symlink(scratch("elsewhere"), scratch("spool")) == 0);
    refuses("Not a directory");
}

static void path_that_cannot_be_made_is_refused(void)
{
    char setting[256];
    snprintf(setting, sizeof setting, "PATCHBAY_SPOOL=%s", scratch("missing/spool"));
    struct run run = shim_with("DEL", "{}", 2, (const char *[]){setting, NULL});
    CHECK(is_error(&run, 11, "No such file or directory") && is_error(&run, 11, "missing/spool"));
    run = shim_with("DEL", "{}", 2, (const char *[]){"PATCHBAY_SPOOL=spool", NULL});
    CHECK(is_error(&run, 11, "not an absolute path"));
}

static void full_disk_leaves_nothing_behind(void)
{
    own_mounts();
    CHECK(mkdir(scratch("spool"), 0700) == 0);
    CHECK(mount("patchbay-test", scratch("spool"), "tmpfs", 0, "size=64k,mode=0700") == 0);
    static char config[1024 * 1024];
    struct run run = shim_with("DEL", config, sizeof config, NULL);
    CHECK(is_error(&run, 11, "write: No space left on device"));
    CHECK(entries(NULL) == 0);
    run = shim("DEL", "{}");
    CHECK(is_silent_success(&run) && entries(NULL) == 1);
}

static void read_only_disk_is_refused(void)
{
    own_mounts();
    CHECK(mkdir(scratch("spool"), 0700) == 0);
    CHECK(mount("patchbay-test", scratch("spool"), "tmpfs", MS_RDONLY, "mode=0700") == 0);
    refuses("create: Read-only file system");
}

static void del_is_kept_only_when_the_disk_has_it(void)
{
    struct run run;
    CHECK(mkdir(scratch("spool"), 0700) == 0);
    run = shim("DEL", "{}");
    CHECK(is_silent_success(&run));
    forbid(SYS_fsync, FOLDER, ENOSPC);
    refuses("sync of the folder: No space left on device");
    forbid(SYS_fsync, FILE_IN_FOLDER, ENOSPC);
    refuses("\"details\":\"sync: No space left on device");
}

static void new_spool_is_kept_only_when_the_disk_has_it(void)
{
    forbid(SYS_fsync, PARENT_OF_FOLDER, ENOSPC);
    refuses("sync of the parent folder: No space left on device");
}

#define TEST(name) {#name, name}
const struct test spool_tests[] = {
    TEST(del_is_kept_as_the_very_frame_the_agent_would_get),
    TEST(spool_is_private_and_names_sort_by_time),
    TEST(del_whose_agent_dies_is_kept),
    TEST(largest_del_is_kept),
    TEST(full_spool_refuses),
    TEST(folder_that_others_can_write_is_refused),
    TEST(folder_of_another_owner_is_refused),
    TEST(what_is_no_folder_is_refused),
    TEST(path_that_cannot_be_made_is_refused),
    TEST(full_disk_leaves_nothing_behind),
    TEST(read_only_disk_is_refused),
    TEST(del_is_kept_only_when_the_disk_has_it),
    TEST(new_spool_is_kept_only_when_the_disk_has_it),
    {NULL, NULL},
};
