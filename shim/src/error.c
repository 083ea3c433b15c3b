/* CNI errors of the shim itself. There is no JSON parser here: one bounded scan finds the caller's cniVersion. */
#include <string.h>
#include <unistd.h>

#include "shim.h"

enum { SCAN_LARGEST = 1024 * 1024, VERSION_LARGEST = 16 };

static bool is_space(unsigned char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* The index of the quote that closes the string begun before `at`, or `end`. */
static size_t string_end(const unsigned char *json, size_t at, size_t end)
{
    while (at < end && json[at] != '"')
        at += json[at] == '\\' ? 2 : 1;
    return at < end ? at : end;
}

/* Reads `: "1.2.3"`; anything but digits and dots is not copied into an answer. */
static bool read_version(const unsigned char *json, size_t at, size_t end, char version[VERSION_LARGEST + 1])
{
    while (at < end && is_space(json[at]))
        at++;
    if (at >= end || json[at++] != ':')
        return false;
    while (at < end && is_space(json[at]))
        at++;
    if (at >= end || json[at++] != '"')
        return false;
    size_t close = string_end(json, at, end);
    size_t length = close - at;
    if (close == end || length == 0 || length > VERSION_LARGEST || json[at] == '.')
        return false;
    memcpy(version, json + at, length);
    version[length] = '\0';
    return strspn(version, "0123456789.") == length;
}

/* The top-level one: prevResult and delegates carry versions of their own. */
static bool find_version(const struct bytes *config, char version[VERSION_LARGEST + 1])
{
    static const char key[] = "cniVersion";
    const unsigned char *json = config->data;
    size_t end = config->length < SCAN_LARGEST ? config->length : SCAN_LARGEST;
    int depth = 0;
    for (size_t i = 0; i < end; i++) {
        if (json[i] == '{' || json[i] == '[') {
            depth++;
        } else if (json[i] == '}' || json[i] == ']') {
            depth--;
        } else if (json[i] == '"') {
            size_t start = i + 1;
            i = string_end(json, start, end);
            bool ours = depth == 1 && i - start == sizeof key - 1 && memcmp(json + start, key, sizeof key - 1) == 0;
            if (ours && read_version(json, i + 1, end, version))
                return true;
        }
    }
    return false;
}

int fail(const struct call *call, enum cni_code code, const char *msg, const char *details)
{
    char version[VERSION_LARGEST + 1];
    if (!find_version(&call->config, version))
        strcpy(version, "1.0.0");
    char bytes[16384]; /* msg and details have at most 1 KiB each, six times that when every byte is escaped */
    struct text json = TEXT_OVER(bytes);
    text_add(&json, "{\"cniVersion\":");
    text_add_json(&json, version);
    text_add(&json, ",\"code\":");
    text_add_number(&json, (uint64_t)code, 1);
    text_add(&json, ",\"msg\":");
    text_add_json(&json, msg);
    text_add(&json, ",\"details\":");
    text_add_json(&json, details);
    text_add(&json, "}\n");
    write_all(STDOUT_FILENO, json.bytes, json.length);
    return 1;
}
