/* Reading and writing under one deadline. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "shim.h"

int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int wait_for(int fd, short events, int64_t deadline)
{
    for (;;) {
        int64_t left = deadline - now_ms();
        struct pollfd wanted = {.fd = fd, .events = events};
        int ready = poll(&wanted, 1, left > 0 ? (int)left : 0);
        if (ready > 0)
            return wanted.revents;
        if (ready < 0 && errno != EINTR)
            return -1;
        if (ready == 0)
            return 0;
    }
}

bool reserve(struct bytes *bytes, size_t total)
{
    if (total <= bytes->capacity)
        return true;
    unsigned char *larger = realloc(bytes->data, total);
    if (larger == NULL)
        return false;
    bytes->data = larger;
    bytes->capacity = total;
    return true;
}

enum reading read_all(int fd, struct bytes *into, size_t largest, int64_t deadline)
{
    for (;;) {
        /* Room for one byte more than allowed is what tells "exactly the limit" from "beyond it". */
        size_t wanted = into->capacity == 0 ? 16384 : into->capacity * 2;
        if (wanted > largest + 1)
            wanted = largest + 1;
        if (into->length == into->capacity && !reserve(into, wanted))
            return READ_FAILED;
        int ready = wait_for(fd, POLLIN, deadline);
        if (ready <= 0)
            return ready == 0 ? READ_TOO_LATE : READ_FAILED;
        ssize_t got = read(fd, into->data + into->length, into->capacity - into->length);
        if (got == 0)
            return READ_ALL;
        if (got > 0)
            into->length += (size_t)got;
        else if (errno != EINTR && errno != EAGAIN)
            return READ_FAILED;
        if (into->length > largest)
            return READ_TOO_LARGE;
    }
}

bool write_all(int fd, const void *data, size_t length)
{
    const unsigned char *at = data;
    while (length > 0) {
        ssize_t done = write(fd, at, length);
        if (done >= 0) {
            at += done;
            length -= (size_t)done;
        } else if (errno == EAGAIN) {
            /* A runtime may hand us a non-blocking pipe; the alarm of main() ends an endless wait. */
            wait_for(fd, POLLOUT, now_ms() + 1000);
        } else if (errno != EINTR) {
            return false;
        }
    }
    return true;
}
