/* Text in a buffer of fixed size: too long is cut, never overrun. Replaces printf, which would triple a static binary. */
#ifndef PATCHBAY_TEXT_H
#define PATCHBAY_TEXT_H

#include <stddef.h>
#include <stdint.h>

struct text {
    char *bytes; /* always ends in a NUL */
    size_t length;
    size_t capacity;
};

/* An empty text over an array of this scope. */
#define TEXT_OVER(array) ((struct text){.bytes = (array), .length = ((array)[0] = '\0', 0), .capacity = sizeof(array)})

void text_add(struct text *text, const char *more);
/* Decimal, with leading zeros up to `digits`. */
void text_add_number(struct text *text, uint64_t number, int digits);
/* A JSON string with its quotes; bytes that are not UTF-8 become U+FFFD. */
void text_add_json(struct text *text, const char *string);

#endif
