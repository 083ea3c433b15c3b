package dev.patchbay.apiserver.rest;

import java.util.ArrayList;
import java.util.List;

/** The words of a label selector, and where a reader of them stands. */
final class SelectorWords {
  private static final String SPECIAL = "=!(),<>";

  private final List<String> words = new ArrayList<>();
  private int next;

  SelectorWords(String text) {
    int index = 0;
    while (index < text.length()) {
      char first = text.charAt(index);
      if (Character.isWhitespace(first)) {
        index++;
        continue;
      }
      int end = index + 1;
      if (SPECIAL.indexOf(first) < 0) {
        while (end < text.length() && isInWord(text.charAt(end))) {
          end++;
        }
      } else if ("=!".indexOf(first) >= 0 && end < text.length() && text.charAt(end) == '=') {
        end++;
      }
      words.add(text.substring(index, end));
      index = end;
    }
  }

  private static boolean isInWord(char letter) {
    return SPECIAL.indexOf(letter) < 0 && !Character.isWhitespace(letter);
  }

  /** The next word; empty at the end. */
  String peek() {
    return next < words.size() ? words.get(next) : "";
  }

  /** Takes the next word; empty at the end. */
  String take() {
    String word = peek();
    next++;
    return word;
  }

  /** Whether a word is neither an operator nor the end. */
  static boolean isName(String word) {
    return !word.isEmpty() && SPECIAL.indexOf(word.charAt(0)) < 0;
  }
}
