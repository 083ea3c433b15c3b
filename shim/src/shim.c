/*
 * patchbay-shim: the executable that a container runtime runs as the CNI plugin. It frames its environment and
 * standard input for the agent and hands the agent's answer back; everything else is the agent's business.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

#include "shim.h"

enum { MESSAGE = 1024, ALARM_GRACE = 5, VERSION_PATIENCE_MS = 5000 };

static const char NEXT_COMMANDS[] = "; next: systemctl status patchbay, patchbay version";

/* A runtime that started us without a standard descriptor must not find our socket in its place. */
static void hold_standard_descriptors(void)
{
    int fd;
    do
        fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd >= 0)
        close(fd);
}

/*
 * Every wait of ours has the deadline. The alarm is for what has none: a disk that does not sync, a runtime that does
 * not read our output. It kills, which closes the socket and tells the runtime to try again.
 */
static void arm_last_resort(int seconds)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGALRM);
    signal(SIGALRM, SIG_DFL);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    alarm((unsigned)(seconds + ALARM_GRACE));
}

static int print_about(void)
{
    static const char about[] =
        "patchbay-shim " PATCHBAY_VERSION ": a CNI plugin for a container runtime to run; it passes the call on to\n"
        "the patchbay agent. It serves CNI 0.1.0 to 1.1.0 and expects CNI_COMMAND; see: patchbay cni --help\n";
    return write_all(STDERR_FILENO, about, sizeof about - 1) ? 0 : 1;
}

/* Answered here, because runtimes probe plugins before any agent runs. */
static int answer_version(void)
{
    static const char versions[] = "{\"cniVersion\":\"1.1.0\",\"supportedVersions\":[\"0.1.0\",\"0.2.0\",\"0.3.0\","
                                   "\"0.3.1\",\"0.4.0\",\"1.0.0\",\"1.1.0\"]}\n";
    /* Only read so that the runtime's write does not fail; whatever it says, the answer is the same. */
    struct bytes ignored = {0};
    (void)read_all(STDIN_FILENO, &ignored, CONFIG_LARGEST, now_ms() + VERSION_PATIENCE_MS);
    return write_all(STDOUT_FILENO, versions, sizeof versions - 1) ? 0 : 1;
}

static const char *setting(const char *name, const char *otherwise)
{
    const char *value = getenv(name);
    return value != NULL && value[0] != '\0' ? value : otherwise;
}

/* Seconds in 1..600, or 0 when this is not such a number. */
static int parse_timeout(const char *text)
{
    int seconds = 0;
    for (const char *at = text; *at != '\0'; at++) {
        if (*at < '0' || *at > '9' || seconds > TIMEOUT_LARGEST)
            return 0;
        seconds = seconds * 10 + (*at - '0');
    }
    return seconds <= TIMEOUT_LARGEST ? seconds : 0;
}

static int refuse_setting(const struct call *call, const char *name, const char *value, const char *remedy)
{
    char bytes[MESSAGE];
    struct text msg = TEXT_OVER(bytes);
    text_add(&msg, name);
    text_add(&msg, " is not usable: ");
    text_add(&msg, value);
    return fail(call, CNI_INVALID_ENVIRONMENT, msg.bytes, remedy);
}

static int refuse_config(const struct call *call, enum reading reading, int error)
{
    char bytes[MESSAGE];
    struct text msg = TEXT_OVER(bytes);
    if (reading == READ_TOO_LARGE)
        return fail(call, CNI_INVALID_CONFIG, "the network configuration is larger than 16 MiB",
                    "standard input is read up to that size; check what the runtime adds to the configuration");
    if (reading == READ_FAILED)
        return fail(call, CNI_IO_FAILURE, "cannot read the network configuration from standard input", strerror(error));
    text_add(&msg, "standard input was not closed within ");
    text_add_number(&msg, (uint64_t)call->timeout, 1);
    text_add(&msg, " s");
    return fail(call, CNI_TRY_AGAIN_LATER, msg.bytes, "the runtime has to close it after the network configuration");
}

static int fail_late(const struct call *call)
{
    char bytes[MESSAGE];
    struct text msg = TEXT_OVER(bytes);
    text_add(&msg, "the patchbay agent at ");
    text_add(&msg, call->socket_path);
    text_add(&msg, " did not answer within ");
    text_add_number(&msg, (uint64_t)call->timeout, 1);
    text_add(&msg, " s: ");
    text_add(&msg, call->command);
    return fail(call, CNI_TRY_AGAIN_LATER, msg.bytes,
                "the agent was told to cancel the call; PATCHBAY_TIMEOUT sets the limit; next: patchbay check");
}

static int fail_away(const struct call *call, const char *why)
{
    char msg_bytes[MESSAGE], details_bytes[MESSAGE];
    struct text msg = TEXT_OVER(msg_bytes);
    struct text details = TEXT_OVER(details_bytes);
    text_add(&msg, "the patchbay agent is not reachable at ");
    text_add(&msg, call->socket_path);
    text_add(&details, why);
    text_add(&details, NEXT_COMMANDS);
    bool status = strcmp(call->command, "STATUS") == 0;
    return fail(call, status ? CNI_NOT_AVAILABLE : CNI_TRY_AGAIN_LATER, msg.bytes, details.bytes);
}

static int keep_del(const struct call *call, const char *why_away)
{
    char why_bytes[MESSAGE / 2], msg_bytes[MESSAGE], details_bytes[MESSAGE];
    struct text why = TEXT_OVER(why_bytes);
    if (spool_request(call, &why)) {
        /* The agent may have started, and drained its spool, between our first connect and our file. */
        knock(call->socket_path);
        return 0;
    }
    struct text msg = TEXT_OVER(msg_bytes);
    struct text details = TEXT_OVER(details_bytes);
    text_add(&msg, "the patchbay agent is not reachable and its DEL spool cannot be written: ");
    text_add(&msg, call->spool_path);
    text_add(&details, why.bytes);
    text_add(&details, "; agent at ");
    text_add(&details, call->socket_path);
    text_add(&details, ": ");
    text_add(&details, why_away);
    text_add(&details, NEXT_COMMANDS);
    return fail(call, CNI_TRY_AGAIN_LATER, msg.bytes, details.bytes);
}

static int serve(struct call *call, char *const *environment)
{
    char bytes[MESSAGE / 2];
    struct text why = TEXT_OVER(bytes);
    if (!frame_request(call, environment, &why))
        return fail(call, CNI_INVALID_ENVIRONMENT, why.bytes, "the runtime's environment is passed on to every plugin");
    struct answer answer = {0};
    switch (exchange(call, &answer, &why)) {
    case DEADLINE_PASSED:
        return fail_late(call);
    case AGENT_AWAY:
        return strcmp(call->command, "DEL") == 0 ? keep_del(call, why.bytes) : fail_away(call, why.bytes);
    case ANSWERED:
        break;
    }
    bool told = write_all(STDERR_FILENO, answer.err, answer.err_length);
    told = write_all(STDOUT_FILENO, answer.out, answer.out_length) && told;
    return told ? answer.exit_code : 1;
}

extern char **environ;

int main(void)
{
    int64_t start = now_ms();
    signal(SIGPIPE, SIG_IGN);
    hold_standard_descriptors();
    const char *command = setting("CNI_COMMAND", NULL);
    if (command == NULL)
        return print_about();
    if (strcmp(command, "VERSION") == 0)
        return answer_version();

    const char *timeout = setting("PATCHBAY_TIMEOUT", "110");
    struct call call = {.command = command, .timeout = parse_timeout(timeout)};
    call.socket_path = setting("PATCHBAY_SOCKET", PATCHBAY_DEFAULT_SOCKET);
    call.spool_path = setting("PATCHBAY_SPOOL", PATCHBAY_DEFAULT_SPOOL);
    bool timeout_usable = call.timeout != 0;
    if (!timeout_usable)
        call.timeout = TIMEOUT_DEFAULT;
    call.deadline = start + (int64_t)call.timeout * 1000;
    arm_last_resort(call.timeout);

    /* First of all, since any error needs the caller's cniVersion. */
    enum reading reading = read_all(STDIN_FILENO, &call.config, CONFIG_LARGEST, call.deadline);
    if (reading != READ_ALL)
        return refuse_config(&call, reading, errno);
    if (!timeout_usable)
        return refuse_setting(&call, "PATCHBAY_TIMEOUT", timeout, "it takes whole seconds from 1 to 600");
    bool fits = strlen(call.socket_path) < sizeof((struct sockaddr_un *)0)->sun_path;
    if (call.socket_path[0] != '/' || !fits)
        return refuse_setting(&call, "PATCHBAY_SOCKET", call.socket_path,
                              "it takes an absolute path of at most 107 bytes");
    return serve(&call, environ);
}
