/* What the runtime is told when there is no answer. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "test.h"

static const char *const ONE_SECOND[] = {"PATCHBAY_TIMEOUT=1", NULL};

static bool spool_exists(void)
{
    return access(scratch("spool"), F_OK) == 0;
}

static void absent_agent_is_named_for_each_command(void)
{
    const char *const commands[] = {"ADD", "CHECK", "GC", "SOMETHING"};
    for (size_t i = 0; i < COUNT(commands); i++) {
        struct run run = shim(commands[i], "{}");
        CHECK(is_error(&run, 11, scratch("agent.sock")));
        CHECK(is_error(&run, 11, "connect: No such file or directory"));
        CHECK(is_error(&run, 11, "systemctl status patchbay"));
    }
    struct run run = shim("STATUS", "{}");
    CHECK(is_error(&run, 50, "not reachable"));
    CHECK(!spool_exists());
}

static void socket_that_nobody_listens_on_is_an_absent_agent(void)
{
    struct agent gone = agent(&(struct script){0});
    kill(gone.pid, SIGKILL);
    agent_done(&gone);
    struct run run = shim("ADD", "{}");
    CHECK(is_error(&run, 11, "connect: Connection refused"));
}

static void error_has_the_top_level_version_of_the_config(void)
{
    const char *const cases[][2] = {
        {"{\"cniVersion\":\"0.3.1\"}", "0.3.1"},
        {"{ \"name\": \"a\\\"b\\\\\", \"cniVersion\" :\n\t\"1.1.0\" }", "1.1.0"},
        {"{\"prevResult\":{\"cniVersion\":\"0.4.0\"},\"cniVersion\":\"0.3.0\"}", "0.3.0"},
        {"{\"delegates\":[{\"cniVersion\":\"0.4.0\"}]}", "1.0.0"},
        {"{\"x\":\"cniVersion\",\"cniVersion\":\"0.4.0\"}", "0.4.0"},
        {"{\"cniVersion\":\"1.0.0\\\"}\"}", "1.0.0"},
        {"{\"cniVersion\":\"11111111111111111\"}", "1.0.0"},
        {"{\"cniVersion\":\".9\"}", "1.0.0"},
        {"{\"cniVersion\":\"\"}", "1.0.0"},
        {"{\"cniVersion\":9}", "1.0.0"},
        {"{\"cniVersion\":\"0.4.0", "1.0.0"},
        {"{\"cniVersion\"", "1.0.0"},
        {"{\"cniVersion\\", "1.0.0"},
        {"", "1.0.0"},
        {"\"\\", "1.0.0"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char wanted[64];
        snprintf(wanted, sizeof wanted, "{\"cniVersion\":\"%s\",", cases[i][1]);
        struct run run = shim("ADD", cases[i][0]);
        CHECK(is_error(&run, 11, wanted));
    }
}

static void error_text_is_json_whatever_the_path_holds(void)
{
    const char *const own[] = {"PATCHBAY_SOCKET=/q\" b\\ n\n \x01 ok\xc3\xa4 \xe2\x82\xac \xf0\x9f\x94\x8c bad\xff \xc0\x80"
                               " \xed\xa0\x80 \xe2\x82", NULL};
    struct run run = shim_with("ADD", "{}", 2, own);
    CHECK(is_error(&run, 11,
                   "at /q\\u0022 b\\u005c n\\u000a \\u0001 ok\xc3\xa4 \xe2\x82\xac \xf0\x9f\x94\x8c bad\\ufffd "
                   "\\ufffd\\ufffd \\ufffd\\ufffd\\ufffd \\ufffd\\ufffd\""));
}

static void config_beyond_the_limit_is_refused(void)
{
    size_t size = 16 * 1024 * 1024 + 1;
    char *config = malloc(size);
    CHECK(config != NULL);
    memset(config, ' ', size);
    memcpy(config, "{\"cniVersion\":\"0.4.0\"", 21);
    const char *const commands[] = {"ADD", "DEL"};
    for (size_t i = 0; i < COUNT(commands); i++) {
        struct run run = shim_with(commands[i], config, size, NULL);
        CHECK(is_error(&run, 7, "larger than 16 MiB") && is_error(&run, 7, "{\"cniVersion\":\"0.4.0\""));
    }
    CHECK(!spool_exists());
}

static void environment_beyond_the_limit_is_refused(void)
{
    enum { VARIABLES = 12, SIZE = 100000 };
    const char *own[VARIABLES + 1] = {NULL};
    for (int i = 0; i < VARIABLES; i++) {
        char *variable = malloc(SIZE + 1);
        CHECK(variable != NULL);
        memset(variable, 'x', SIZE);
        variable[SIZE] = '\0';
        memcpy(variable, (char[]){'V', (char)('A' + i), '='}, 3);
        own[i] = variable;
    }
    struct run run = shim_with("ADD", "{}", 2, own);
    CHECK(is_error(&run, 4, "1 MiB"));
}

static void unusable_settings_are_named(void)
{
    const char *const timeouts[] = {"0", "601", "-1", "+5", "1.5", "5s", " 5", "99999999999999999999"};
    for (size_t i = 0; i < COUNT(timeouts); i++) {
        char setting[64], wanted[96];
        snprintf(setting, sizeof setting, "PATCHBAY_TIMEOUT=%s", timeouts[i]);
        snprintf(wanted, sizeof wanted, "PATCHBAY_TIMEOUT is not usable: %s\"", timeouts[i]);
        struct run run = shim_with("DEL", "{}", 2, (const char *[]){setting, NULL});
        CHECK(is_error(&run, 4, wanted) && is_error(&run, 4, "1 to 600"));
    }
    char path[160] = "PATCHBAY_SOCKET=/";
    memset(path + strlen(path), 's', 107); /* one byte too many */
    struct run run = shim_with("ADD", "{}", 2, (const char *[]){path, NULL});
    CHECK(is_error(&run, 4, "at most 107 bytes"));
    run = shim_with("ADD", "{}", 2, (const char *[]){"PATCHBAY_SOCKET=agent.sock", NULL});
    CHECK(is_error(&run, 4, "PATCHBAY_SOCKET is not usable: agent.sock"));
}

static void answer_cut_at_any_byte_is_no_answer(void)
{
    struct content frame = frame_of(0, "{}", 2, "log", 3);
    for (size_t length = 0; length < frame.length; length++) {
        char wanted[64];
        snprintf(wanted, sizeof wanted, "hung up after %zu bytes", length);
        struct agent served = agent(&(struct script){.reads = true, .answer = frame.bytes, .length = length});
        struct run run = shim("ADD", "{}");
        CHECK(agent_done(&served) && is_error(&run, 11, wanted));
    }
}

static void answer_of_another_protocol_is_refused(void)
{
    static const struct {
        const char *bytes;
        const char *words;
    } cases[] = {
        {"HTTP/1.1 400 Bad Request\r\n\r\n", "protocol version 1"},
        {"PBRS\0\2\0\0\0\0\0\0\0\0\0\0", "protocol version 1"},
        {"PBRS\0\1\0\0\4\0\0\1\0\0\0\0", "larger than 64 MiB"},
        {"PBRS\0\1\0\0\0\0\0\0\4\0\0\1", "larger than 64 MiB"},
        {"PBRS\0\1\0\0\xff\xff\xff\xff\xff\xff\xff\xff", "larger than 64 MiB"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct agent served = agent(&(struct script){.reads = true, .answer = cases[i].bytes, .length = 16});
        struct run run = shim("STATUS", "{}");
        CHECK(agent_done(&served) && is_error(&run, 50, cases[i].words));
    }
}

static void deadline_cancels_the_call_at_the_agent(void)
{
    const char *const commands[] = {"ADD", "DEL"};
    for (size_t i = 0; i < COUNT(commands); i++) {
        /* The agent's script ends only when it has seen us hang up. */
        struct agent served = agent(&(struct script){.reads = true, .waits = true});
        struct run run = shim_with(commands[i], "{}", 2, ONE_SECOND);
        CHECK(agent_done(&served) && is_error(&run, 11, "did not answer within 1 s"));
    }
    CHECK(!spool_exists()); /* the agent is there: a DEL that it was given is its own to finish or refuse */
}

static void deadline_holds_while_the_answer_trickles(void)
{
    struct content frame = frame_of(0, "{}", 2, "", 0);
    struct agent served = agent(&(struct script){.reads = true, .answer = frame.bytes, .length = 13, .waits = true});
    struct run run = shim_with("ADD", "{}", 2, ONE_SECOND);
    CHECK(agent_done(&served) && is_error(&run, 11, "did not answer within 1 s"));
}

static void deadline_holds_for_an_agent_that_does_not_accept_or_read(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strncpy(address.sun_path, scratch("agent.sock"), sizeof address.sun_path - 1);
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK(bind(listener, (struct sockaddr *)&address, sizeof address) == 0 && listen(listener, 0) == 0);
    static unsigned char config[8 * 1024 * 1024]; /* more than a socket buffer: the send waits */
    struct run run = shim_with("ADD", config, sizeof config, ONE_SECOND);
    CHECK(is_error(&run, 11, "did not answer within 1 s"));

    int first;
    do /* until the backlog is full: now connect() waits */
        first = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    while (connect(first, (struct sockaddr *)&address, sizeof address) == 0);
    run = shim_with("ADD", "{}", 2, ONE_SECOND);
    CHECK(is_error(&run, 11, "did not answer within 1 s"));
}

static void deadline_holds_for_standard_input(void)
{
    int in[2];
    CHECK(pipe2(in, O_CLOEXEC) == 0 && write(in[1], "{", 1) == 1);
    struct run run = start((const char *[]){shim_path, NULL}, shim_environment("ADD", ONE_SECOND), in[0]);
    finish(&run);
    CHECK(is_error(&run, 11, "standard input was not closed within 1 s"));
}

static void killing_the_shim_hangs_up(void)
{
    struct agent served = agent(&(struct script){.reads = true, .waits = true});
    struct run run = start((const char *[]){shim_path, NULL}, shim_environment("ADD", NULL), -1);
    char byte;
    CHECK(read(served.received, &byte, 1) == 1); /* the agent is at work now */
    kill(run.pid, SIGKILL);
    finish(&run);
    CHECK(run.exit_code == 128 + SIGKILL && agent_done(&served));
}

static void runtime_that_does_not_read_gets_a_failure(void)
{
    struct content frame = frame_of(0, "{}", 2, "", 0);
    struct agent served = agent(&(struct script){.reads = true, .answer = frame.bytes, .length = frame.length});
    int out[2];
    CHECK(pipe2(out, O_CLOEXEC) == 0);
    close(out[0]);
    write_file(scratch("out"), "", 0);
    write_file(scratch("err"), "", 0);
    struct run run = {.pid = spawn((const char *[]){shim_path, NULL}, shim_environment("ADD", NULL), -1, out[1], -1)};
    finish(&run);
    CHECK(agent_done(&served) && run.exit_code == 1); /* not 128 + SIGPIPE */
}

#define TEST(name) {#name, name}
const struct test failure_tests[] = {
    TEST(absent_agent_is_named_for_each_command),
    TEST(socket_that_nobody_listens_on_is_an_absent_agent),
    TEST(error_has_the_top_level_version_of_the_config),
    TEST(error_text_is_json_whatever_the_path_holds),
    TEST(config_beyond_the_limit_is_refused),
    TEST(environment_beyond_the_limit_is_refused),
    TEST(unusable_settings_are_named),
    TEST(answer_cut_at_any_byte_is_no_answer),
    TEST(answer_of_another_protocol_is_refused),
    TEST(deadline_cancels_the_call_at_the_agent),
    TEST(deadline_holds_while_the_answer_trickles),
    TEST(deadline_holds_for_an_agent_that_does_not_accept_or_read),
    TEST(deadline_holds_for_standard_input),
    TEST(killing_the_shim_hangs_up),
    TEST(runtime_that_does_not_read_gets_a_failure),
    {NULL, NULL},
};
