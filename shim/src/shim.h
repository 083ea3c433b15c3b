/* What the parts of patchbay-shim share: limits, CNI error codes, and the one call that a process serves. */
#ifndef PATCHBAY_SHIM_H
#define PATCHBAY_SHIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text.h"

#ifndef PATCHBAY_VERSION
#error "PATCHBAY_VERSION comes from the Makefile"
#endif
#ifndef PATCHBAY_DEFAULT_SOCKET
#define PATCHBAY_DEFAULT_SOCKET "/run/patchbay/agent.sock"
#endif
#ifndef PATCHBAY_DEFAULT_SPOOL
#define PATCHBAY_DEFAULT_SPOOL "/var/lib/patchbay/spool"
#endif

/* CNI SPEC.md, section "Error": well-known codes. */
enum cni_code {
    CNI_INVALID_ENVIRONMENT = 4,
    CNI_IO_FAILURE = 5,
    CNI_INVALID_CONFIG = 7,
    CNI_TRY_AGAIN_LATER = 11,
    CNI_NOT_AVAILABLE = 50,
};

#define MIB ((size_t)1024 * 1024)
enum {
    TIMEOUT_DEFAULT = 110, /* seconds; the kubelet gives up on a sandbox after 120 */
    TIMEOUT_LARGEST = 600,
    SPOOL_LARGEST = 8192, /* requests */
};
#define STRINGS_LARGEST (1 * MIB) /* each string with its length prefix */
#define CONFIG_LARGEST (16 * MIB)
#define ANSWER_PART_LARGEST (64 * MIB)

struct bytes {
    unsigned char *data;
    size_t length;
    size_t capacity;
};

/* One run of the plugin. */
struct call {
    const char *command;
    const char *socket_path;
    const char *spool_path;
    int timeout;         /* seconds, for messages */
    int64_t deadline;    /* milliseconds of CLOCK_MONOTONIC */
    struct bytes config; /* standard input */
    struct bytes head;   /* the request frame up to the config's bytes */
};

struct answer {
    struct bytes frame;
    int exit_code;
    size_t out_length;
    size_t err_length;
    const unsigned char *out; /* both point into frame */
    const unsigned char *err;
};

enum outcome { ANSWERED, AGENT_AWAY, DEADLINE_PASSED };

/* stream.c */
int64_t now_ms(void);
/* Waits for poll events; answers revents, 0 when the deadline has passed, -1 with errno. */
int wait_for(int fd, short events, int64_t deadline);
/* Makes room for `total` bytes in all; false when memory is short. */
bool reserve(struct bytes *bytes, size_t total);
enum reading { READ_ALL, READ_TOO_LARGE, READ_TOO_LATE, READ_FAILED };
enum reading read_all(int fd, struct bytes *into, size_t largest, int64_t deadline);
bool write_all(int fd, const void *data, size_t length);

/* frame.c: wire protocol version 1, see README.md */
/* Builds call->head from the environment; false with the reason, which names the limit. */
bool frame_request(struct call *call, char *const *environment, struct text *why);
/* Sends the request and receives the answer; `why` is set when the agent is away. */
enum outcome exchange(const struct call *call, struct answer *answer, struct text *why);
/* Tells an agent that came up meanwhile to look into its spool: connects and hangs up, never waits. */
void knock(const char *socket_path);

/* spool.c */
/* Keeps the request frame on disk, file and folder synced; false with the reason. */
bool spool_request(const struct call *call, struct text *why);

/* error.c */
/* Prints a CNI error on standard output, in the config's cniVersion; returns the exit code. */
int fail(const struct call *call, enum cni_code code, const char *msg, const char *details);

#endif
