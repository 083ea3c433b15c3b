/* Calls that the agent answers, and the two that need none. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "test.h"

static bool says(struct content content, const char *text)
{
    return content.length == strlen(text) && memcmp(content.bytes, text, content.length) == 0;
}

static struct script answering(struct content frame)
{
    return (struct script){.reads = true, .answer = frame.bytes, .length = frame.length};
}

static void version_is_answered_without_an_agent(void)
{
    const char *const configs[] = {"", "{\"cniVersion\":\"1.0.0\"}", "\xff{[garbage"};
    const char *const broken[] = {"PATCHBAY_TIMEOUT=never", "PATCHBAY_SOCKET=nowhere", NULL};
    for (size_t i = 0; i < COUNT(configs); i++) {
        struct run run = shim_with("VERSION", configs[i], strlen(configs[i]), broken);
        CHECK(run.exit_code == 0 && run.err.length == 0);
        CHECK(says(run.out, "{\"cniVersion\":\"1.1.0\",\"supportedVersions\":[\"0.1.0\",\"0.2.0\",\"0.3.0\",\"0.3.1\","
                            "\"0.4.0\",\"1.0.0\",\"1.1.0\"]}\n"));
    }
}

static void without_a_command_it_tells_what_it_is(void)
{
    const char *const environments[][2] = {{"HOME=/", NULL}, {"CNI_COMMAND=", NULL}};
    for (size_t i = 0; i < COUNT(environments); i++) {
        struct run run = start((const char *[]){shim_path, NULL}, environments[i], -1);
        finish(&run);
        CHECK(run.exit_code == 0 && run.out.length == 0);
        CHECK(strstr((char *)run.err.bytes, "CNI plugin") != NULL);
    }
}

static void answer_is_handed_back_as_it_is(void)
{
    const int codes[] = {0, 1, 42, 255};
    const char out[] = "{\"ips\":[]}\0\xff", err[] = "a log line\n";
    for (size_t i = 0; i < COUNT(codes); i++) {
        struct script script = answering(frame_of(codes[i], out, sizeof out, err, sizeof err - 1));
        struct agent served = agent(&script);
        struct run run = shim("ADD", "{}");
        CHECK(agent_done(&served));
        CHECK(run.exit_code == codes[i]);
        CHECK(run.out.length == sizeof out && memcmp(run.out.bytes, out, sizeof out) == 0);
        CHECK(says(run.err, err));
    }
}

static void answer_may_come_in_single_bytes(void)
{
    struct script script = answering(frame_of(3, "out", 3, "err", 3));
    script.piece = 1;
    struct agent served = agent(&script);
    struct run run = shim("CHECK", "{}");
    CHECK(agent_done(&served) && run.exit_code == 3);
    CHECK(says(run.out, "out") && says(run.err, "err"));
}

static void request_carries_runtime_environment_and_config(void)
{
    const char *const own[] = {"CNI_ARGS=A=1;B=\xff\x01", "PATH=/opt/cni/bin", "EMPTY=", "no equals sign", NULL};
    struct script script = answering(frame_of(0, "", 0, "", 0));
    struct agent served = agent(&script);
    struct run run = shim_with("ADD", "{\0}", 3, own);
    CHECK(agent_done(&served) && run.exit_code == 0);

    struct content frame = request();
    const char *const *sent = shim_environment("ADD", own);
    size_t count = 0;
    while (sent[count] != NULL)
        count++;
    CHECK(request_count(frame) == count + 2);
    CHECK(strncmp((char *)request_string(frame, 0).bytes, "PATCHBAY_SHIM=", 14) == 0);
    CHECK(request_string(frame, 0).length > 14);
    char runtime[PATH_MAX + 32];
    snprintf(runtime, sizeof runtime, "PATCHBAY_RUNTIME=%s", self_path);
    CHECK(says(request_string(frame, 1), runtime));
    for (size_t i = 0; i < count; i++)
        CHECK(says(request_string(frame, i + 2), sent[i]));
    CHECK(request_config(frame).length == 3 && memcmp(request_config(frame).bytes, "{\0}", 3) == 0);
}

static void largest_config_and_a_large_answer_pass(void)
{
    size_t size = 16 * 1024 * 1024;
    unsigned char *config = malloc(size), *out = malloc(size + 5);
    CHECK(config != NULL && out != NULL);
    for (size_t i = 0; i < size; i++)
        config[i] = out[i] = (unsigned char)(i * 2654435761u >> 24);
    memcpy(out + size, "tail!", 5);
    struct script script = answering(frame_of(0, out, size + 5, "", 0));
    struct agent served = agent(&script);
    struct run run = shim_with("ADD", config, size, NULL);
    CHECK(agent_done(&served) && run.exit_code == 0);
    struct content received = request_config(request());
    CHECK(received.length == size && memcmp(received.bytes, config, size) == 0);
    CHECK(run.out.length == size + 5 && memcmp(run.out.bytes, out, size + 5) == 0);
}

static void refusal_before_the_request_was_read_wins(void)
{
    static unsigned char config[4 * 1024 * 1024];
    struct content frame = frame_of(1, "busy", 4, "", 0);
    struct script script = {.answer = frame.bytes, .length = frame.length};
    for (int waits = 0; waits < 2; waits++) { /* hangs up with the request unread; stays, and reads nothing */
        script.waits = waits;
        struct agent served = agent(&script);
        struct run run = shim_with("ADD", config, sizeof config, NULL);
        CHECK(agent_done(&served) && run.exit_code == 1 && says(run.out, "busy"));
    }
}

static void refusal_is_read_after_a_broken_pipe(void)
{
    struct content frame = frame_of(1, "busy", 4, "", 0);
    struct agent served = agent(&(struct script){.answer = frame.bytes, .length = frame.length});
    forbid(SYS_sendmsg, ANY_ARGUMENT, EPIPE); /* the agent was quicker than our request */
    struct run run = shim("ADD", "{}");
    CHECK(agent_done(&served) && run.exit_code == 1 && says(run.out, "busy"));
}

static void unknown_command_is_left_to_the_agent(void)
{
    struct script script = answering(frame_of(1, "what?", 5, "", 0));
    struct agent served = agent(&script);
    struct run run = shim("FROBNICATE", "{}");
    CHECK(agent_done(&served) && says(run.out, "what?"));
}

static void missing_standard_descriptors_do_not_mix_with_the_socket(void)
{
    struct script script = answering(frame_of(7, "out", 3, "err", 3));
    struct agent served = agent(&script);
    pid_t pid = spawn((const char *[]){shim_path, NULL}, shim_environment("ADD", NULL), -1, -1, -1);
    struct run run = {.pid = pid};
    write_file(scratch("out"), "", 0);
    write_file(scratch("err"), "", 0);
    finish(&run);
    CHECK(agent_done(&served) && run.exit_code == 7);
    CHECK(request_config(request()).length == 0);
}

static void slow_config_through_a_pipe_is_read_to_its_end(void)
{
    struct script script = answering(frame_of(0, "", 0, "", 0));
    struct agent served = agent(&script);
    int in[2];
    CHECK(pipe2(in, O_CLOEXEC) == 0);
    struct run run = start((const char *[]){shim_path, NULL}, shim_environment("ADD", NULL), in[0]);
    static const char part[] = "{\"name\":\"a\"}";
    for (size_t i = 0; i < sizeof part - 1; i++) {
        CHECK(write(in[1], part + i, 1) == 1);
        usleep(1000); /* so that some reads find a single byte; the outcome is the same if none does */
    }
    close(in[1]);
    finish(&run);
    CHECK(agent_done(&served) && run.exit_code == 0 && says(request_config(request()), part));
}

#define TEST(name) {#name, name}
const struct test call_tests[] = {
    TEST(version_is_answered_without_an_agent),
    TEST(without_a_command_it_tells_what_it_is),
    TEST(answer_is_handed_back_as_it_is),
    TEST(answer_may_come_in_single_bytes),
    TEST(request_carries_runtime_environment_and_config),
    TEST(largest_config_and_a_large_answer_pass),
    TEST(refusal_before_the_request_was_read_wins),
    TEST(refusal_is_read_after_a_broken_pipe),
    TEST(unknown_command_is_left_to_the_agent),
    TEST(missing_standard_descriptors_do_not_mix_with_the_socket),
    TEST(slow_config_through_a_pipe_is_read_to_its_end),
    {NULL, NULL},
};
