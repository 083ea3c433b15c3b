#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test.h"

static size_t number_at(struct content frame, size_t at, int width)
{
    CHECK(at + (size_t)width <= frame.length);
    size_t number = 0;
    for (int i = 0; i < width; i++)
        number = number << 8 | frame.bytes[at + (size_t)i];
    return number;
}

struct content request(void)
{
    return read_file(scratch("request"));
}

size_t request_count(struct content frame)
{
    CHECK(frame.length >= 12 && memcmp(frame.bytes, "PBRQ\0\1", 6) == 0);
    return number_at(frame, 6, 2);
}

static size_t start_of(struct content frame, size_t index)
{
    size_t at = 8;
    for (size_t i = 0; i < index; i++)
        at += 4 + number_at(frame, at, 4);
    return at;
}

struct content request_string(struct content frame, size_t index)
{
    CHECK(index < request_count(frame));
    size_t at = start_of(frame, index);
    size_t length = number_at(frame, at, 4);
    CHECK(at + 4 + length <= frame.length);
    return (struct content){.bytes = (unsigned char *)strndup((char *)frame.bytes + at + 4, length), .length = length};
}

struct content request_config(struct content frame)
{
    size_t at = start_of(frame, request_count(frame));
    size_t length = number_at(frame, at, 4);
    CHECK(at + 4 + length == frame.length); /* nothing follows */
    return (struct content){.bytes = frame.bytes + at + 4, .length = length};
}

struct content frame_of(int exit_code, const void *out, size_t out_length, const void *err, size_t err_length)
{
    struct content frame = {.bytes = malloc(16 + out_length + err_length), .length = 16 + out_length + err_length};
    CHECK(frame.bytes != NULL);
    unsigned char head[12] = {'P', 'B', 'R', 'S', 0, 1, (unsigned char)exit_code, 0};
    unsigned char *at = frame.bytes;
    for (int i = 0; i < 4; i++)
        head[8 + i] = (unsigned char)(out_length >> (24 - 8 * i));
    memcpy(at, head, sizeof head);
    memcpy(at + 12, out, out_length);
    for (int i = 0; i < 4; i++)
        at[12 + out_length + (size_t)i] = (unsigned char)(err_length >> (24 - 8 * i));
    memcpy(at + 16 + out_length, err, err_length);
    return frame;
}

static bool read_exactly(int fd, unsigned char *at, size_t length)
{
    while (length > 0) {
        ssize_t got = read(fd, at, length);
        if (got <= 0)
            return false;
        at += got;
        length -= (size_t)got;
    }
    return true;
}

/* Written apart from the shim's own framing: two independent readings of README.md have to agree. */
static void receive_request(int fd)
{
    static unsigned char frame[20 * 1024 * 1024];
    size_t length = 8;
    CHECK(read_exactly(fd, frame, length));
    size_t strings = (size_t)frame[6] << 8 | frame[7];
    for (size_t part = 0; part <= strings; part++) { /* the config is framed like one string more */
        CHECK(read_exactly(fd, frame + length, 4));
        size_t size = number_at((struct content){frame, length + 4}, length, 4);
        CHECK(length + 4 + size <= sizeof frame && read_exactly(fd, frame + length + 4, size));
        length += 4 + size;
    }
    write_file(scratch("request"), frame, length);
}

static void send_answer(int fd, const struct script *script)
{
    size_t piece = script->piece != 0 ? script->piece : script->length;
    for (size_t at = 0; at < script->length;) {
        size_t step = script->length - at < piece ? script->length - at : piece;
        ssize_t sent = send(fd, (const char *)script->answer + at, step, MSG_NOSIGNAL);
        CHECK(sent > 0);
        at += (size_t)sent;
    }
}

static void serve(int listener, int received, const struct script *script)
{
    unsigned char byte;
    struct pollfd end = {.events = POLLRDHUP};
    int fd = accept(listener, NULL, NULL);
    CHECK(fd >= 0);
    if (script->reads)
        receive_request(fd);
    CHECK(write(received, "r", 1) == 1);
    send_answer(fd, script);
    end.fd = fd;
    if (script->waits)
        CHECK(poll(&end, 1, -1) == 1 && (end.revents & POLLHUP));
    if (script->waits && script->reads)
        CHECK(read(fd, &byte, 1) == 0); /* the request was all the shim had to say */
    close(fd);
    if (script->is_knocked) {
        fd = accept(listener, NULL, NULL);
        CHECK(fd >= 0 && read(fd, &byte, 1) == 0);
    }
}

struct agent agent(const struct script *script)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strncpy(address.sun_path, scratch("agent.sock"), sizeof address.sun_path - 1);
    unlink(address.sun_path);
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK(bind(listener, (struct sockaddr *)&address, sizeof address) == 0 && listen(listener, 16) == 0);
    int received[2];
    CHECK(pipe(received) == 0);
    struct agent agent = {.pid = fork(), .received = received[0]};
    CHECK(agent.pid >= 0);
    if (agent.pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        serve(listener, received[1], script);
        exit(0);
    }
    close(listener);
    close(received[1]);
    return agent;
}

bool agent_done(const struct agent *agent)
{
    int status;
    CHECK(waitpid(agent->pid, &status, 0) == agent->pid);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}
