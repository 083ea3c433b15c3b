#include "text.h"

#include <stdbool.h>
#include <string.h>

static void add_bytes(struct text *text, const char *more, size_t length)
{
    size_t room = text->capacity - text->length - 1;
    if (length > room)
        length = room;
    memcpy(text->bytes + text->length, more, length);
    text->length += length;
    text->bytes[text->length] = '\0';
}

void text_add(struct text *text, const char *more)
{
    add_bytes(text, more, strlen(more));
}

void text_add_number(struct text *text, uint64_t number, int digits)
{
    char reversed[20]; /* 2^64 has 20 digits */
    int length = 0;
    do {
        reversed[length++] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    while (length < digits && length < (int)sizeof reversed)
        reversed[length++] = '0';
    while (length > 0)
        add_bytes(text, &reversed[--length], 1);
}

/* The length of the UTF-8 sequence that starts here, 0 when it is none (RFC 3629: no overlong forms, no surrogates). */
static size_t utf8_length(const unsigned char *at)
{
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t length = at[0] < 0x80 ? 1 : at[0] < 0xc0 ? 0 : at[0] < 0xe0 ? 2 : at[0] < 0xf0 ? 3 : at[0] < 0xf8 ? 4 : 0;
    if (length < 2)
        return length;
    uint32_t point = at[0] & (0xffu >> (length + 1));
    for (size_t i = 1; i < length; i++) {
        if ((at[i] & 0xc0) != 0x80) /* also stops at the final NUL */
            return 0;
        point = point << 6 | (at[i] & 0x3fu);
    }
    bool surrogate = point >= 0xd800 && point <= 0xdfff;
    return point < smallest[length] || point > 0x10ffff || surrogate ? 0 : length;
}

void text_add_json(struct text *text, const char *string)
{
    static const char hex[] = "0123456789abcdef";
    const unsigned char *at = (const unsigned char *)string;
    text_add(text, "\"");
    while (*at != '\0') {
        size_t length = utf8_length(at);
        if (length == 0) {
            text_add(text, "\\ufffd");
            length = 1;
        } else if (*at < 0x20 || *at == '"' || *at == '\\') {
            add_bytes(text, (char[]){'\\', 'u', '0', '0', hex[*at >> 4], hex[*at & 15]}, 6);
        } else {
            add_bytes(text, (const char *)at, length);
        }
        at += length;
    }
    text_add(text, "\"");
}
