/* Wire protocol version 1 over the agent's unix stream socket; README.md has the table. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include "shim.h"

enum { PROTOCOL = 1, ANSWER_HEAD = 12 };

/* ---- request ---- */

static void put(struct bytes *frame, const void *data, size_t length)
{
    memcpy(frame->data + frame->length, data, length);
    frame->length += length;
}

static void put_number(struct bytes *frame, size_t number, int width)
{
    for (int shift = (width - 1) * 8; shift >= 0; shift -= 8)
        frame->data[frame->length++] = (unsigned char)(number >> shift);
}

static void put_string(struct bytes *frame, const char *string)
{
    size_t length = strlen(string);
    put_number(frame, length, 4);
    put(frame, string, length);
}

/* The executable of whoever ran us: part of a container's key. Stays empty where /proc does not tell. */
static void name_runtime(struct text *runtime)
{
    char link_bytes[40];
    struct text link = TEXT_OVER(link_bytes);
    text_add(&link, "/proc/");
    text_add_number(&link, (uint64_t)getppid(), 1);
    text_add(&link, "/exe");
    text_add(runtime, "PATCHBAY_RUNTIME=");
    ssize_t length = readlink(link.bytes, runtime->bytes + runtime->length, runtime->capacity - runtime->length - 1);
    if (length > 0)
        runtime->length += (size_t)length;
    runtime->bytes[runtime->length] = '\0';
}

bool frame_request(struct call *call, char *const *environment, struct text *why)
{
    char runtime_bytes[4096 + 32];
    struct text runtime = TEXT_OVER(runtime_bytes);
    name_runtime(&runtime);
    const char *const own[] = {"PATCHBAY_SHIM=" PATCHBAY_VERSION, runtime.bytes};

    size_t count = 2;
    size_t strings = strlen(own[0]) + strlen(own[1]) + 2 * 4;
    for (char *const *entry = environment; *entry != NULL; entry++, count++)
        strings += strlen(*entry) + 4;
    if (strings > STRINGS_LARGEST || count > UINT16_MAX) {
        text_add(why, "the environment has ");
        text_add_number(why, count - 2, 1);
        text_add(why, " variables in ");
        text_add_number(why, strings, 1);
        text_add(why, " bytes; 65533 and 1 MiB are the limits");
        return false;
    }
    if (!reserve(&call->head, 8 + strings + 4)) {
        text_add(why, "no memory for the request");
        return false;
    }
    put(&call->head, "PBRQ", 4);
    put_number(&call->head, PROTOCOL, 2);
    put_number(&call->head, count, 2);
    put_string(&call->head, own[0]);
    put_string(&call->head, own[1]);
    for (char *const *entry = environment; *entry != NULL; entry++)
        put_string(&call->head, *entry);
    put_number(&call->head, call->config.length, 4);
    return true;
}

/* ---- the exchange ---- */

static enum outcome away(struct text *why, const char *what, const char *reason)
{
    text_add(why, what);
    text_add(why, reason);
    return AGENT_AWAY;
}

static struct sockaddr_un address_of(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    memcpy(address.sun_path, path, strlen(path)); /* main() refuses a path that does not fit */
    return address;
}

static enum outcome connect_to(int fd, const struct call *call, struct text *why)
{
    struct sockaddr_un address = address_of(call->socket_path);
    /* poll() cannot wait for room in a unix socket's backlog; connect() does, for as long as the send timeout says. */
    int64_t left = call->deadline - now_ms();
    if (left <= 0)
        return DEADLINE_PASSED;
    struct timeval timeout = {.tv_sec = (time_t)(left / 1000), .tv_usec = (suseconds_t)(left % 1000 * 1000)};
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout);
    while (connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
        if (errno == EAGAIN || now_ms() >= call->deadline)
            return DEADLINE_PASSED;
        if (errno != EINTR)
            return away(why, "connect: ", strerror(errno));
    }
    return ANSWERED;
}

static void advance(struct iovec *parts, int count, size_t sent)
{
    for (int i = 0; i < count; i++) {
        size_t step = sent < parts[i].iov_len ? sent : parts[i].iov_len;
        parts[i].iov_base = (unsigned char *)parts[i].iov_base + step;
        parts[i].iov_len -= step;
        sent -= step;
    }
}

/* The write side stays open afterwards: its end is how the agent learns that the runtime has killed us. */
static enum outcome send_request(int fd, const struct call *call, struct text *why)
{
    struct iovec parts[] = {
        {.iov_base = call->head.data, .iov_len = call->head.length},
        {.iov_base = call->config.data, .iov_len = call->config.length},
    };
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
    while (parts[0].iov_len + parts[1].iov_len > 0) {
        ssize_t sent = sendmsg(fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent >= 0) {
            advance(parts, 2, (size_t)sent);
        } else if (errno == EAGAIN) {
            int ready = wait_for(fd, POLLIN | POLLOUT, call->deadline);
            if (ready == 0)
                return DEADLINE_PASSED;
            if (ready < 0 || (ready & POLLIN))
                return ANSWERED; /* the agent refuses before it has read all */
        } else if (errno == EPIPE || errno == ECONNRESET) {
            return ANSWERED; /* its refusal may still be waiting; receive() tells */
        } else if (errno != EINTR) {
            return away(why, "send: ", strerror(errno));
        }
    }
    return ANSWERED;
}

static enum outcome hung_up(struct text *why, size_t received)
{
    text_add(why, "it hung up after ");
    text_add_number(why, received, 1);
    return away(why, " bytes of an answer", "");
}

/* Reads until the frame has `total` bytes. */
static enum outcome receive(int fd, struct bytes *frame, size_t total, int64_t deadline, struct text *why)
{
    while (frame->length < total) {
        if (!reserve(frame, total < 16384 ? 16384 : total))
            return away(why, "no memory for its answer", "");
        int ready = wait_for(fd, POLLIN, deadline);
        if (ready == 0)
            return DEADLINE_PASSED;
        ssize_t got = recv(fd, frame->data + frame->length, frame->capacity - frame->length, MSG_DONTWAIT);
        if (got == 0 || (got < 0 && errno == ECONNRESET))
            return hung_up(why, frame->length);
        if (got > 0)
            frame->length += (size_t)got;
        else if (errno != EINTR && errno != EAGAIN)
            return away(why, "receive: ", strerror(errno));
    }
    return ANSWERED;
}

static size_t number_at(const struct bytes *frame, size_t at, int width)
{
    size_t number = 0;
    for (int i = 0; i < width; i++)
        number = number << 8 | frame->data[at + (size_t)i];
    return number;
}

static enum outcome receive_answer(int fd, const struct call *call, struct answer *answer, struct text *why)
{
    struct bytes *frame = &answer->frame;
    enum outcome outcome = receive(fd, frame, ANSWER_HEAD, call->deadline, why);
    if (outcome != ANSWERED)
        return outcome;
    if (memcmp(frame->data, "PBRS", 4) != 0 || number_at(frame, 4, 2) != PROTOCOL)
        return away(why, "it does not speak protocol version 1 of shim " PATCHBAY_VERSION, "");
    answer->exit_code = frame->data[6];
    answer->out_length = number_at(frame, 8, 4);
    if (answer->out_length > ANSWER_PART_LARGEST)
        return away(why, "its answer is larger than 64 MiB", "");

    size_t middle = ANSWER_HEAD + answer->out_length;
    outcome = receive(fd, frame, middle + 4, call->deadline, why);
    if (outcome != ANSWERED)
        return outcome;
    answer->err_length = number_at(frame, middle, 4);
    if (answer->err_length > ANSWER_PART_LARGEST)
        return away(why, "its answer is larger than 64 MiB", "");
    outcome = receive(fd, frame, middle + 4 + answer->err_length, call->deadline, why);
    answer->out = frame->data + ANSWER_HEAD;
    answer->err = frame->data + middle + 4;
    return outcome;
}

enum outcome exchange(const struct call *call, struct answer *answer, struct text *why)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return away(why, "socket: ", strerror(errno));
    enum outcome outcome = connect_to(fd, call, why);
    if (outcome == ANSWERED)
        outcome = send_request(fd, call, why);
    if (outcome == ANSWERED)
        outcome = receive_answer(fd, call, answer, why);
    close(fd);
    return outcome;
}

void knock(const char *socket_path)
{
    struct sockaddr_un address = address_of(socket_path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return;
    (void)connect(fd, (struct sockaddr *)&address, sizeof address);
    close(fd);
}
