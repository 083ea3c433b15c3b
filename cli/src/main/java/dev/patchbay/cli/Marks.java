package dev.patchbay.cli;

/**
 * Marks before lines, never colour alone.
 *
 * @param unicode whether more than ASCII can be shown
 * @param color whether colours are wanted
 */
record Marks(boolean unicode, boolean color) {
  private static final String RESET = "\u001b[0m";

  String ok() {
    return painted("32", unicode ? "✓" : "[ok]");
  }

  String bad() {
    return painted("31", unicode ? "✗" : "[x]");
  }

  String warn() {
    return painted("33", unicode ? "!" : "[!]");
  }

  String dot() {
    return unicode ? "·" : "-";
  }

  String micros(long micros) {
    return micros < 10_000 ? micros + (unicode ? " µs" : " us") : micros / 1000 + " ms";
  }

  private String painted(String code, String text) {
    return color ? "\u001b[" + code + "m" + text + RESET : text;
  }
}
