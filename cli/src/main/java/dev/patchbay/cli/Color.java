package dev.patchbay.cli;

/** When to use colours. */
enum Color {
  /** On a terminal, unless NO_COLOR is set. */
  AUTO,
  /** Always. */
  ALWAYS,
  /** Never. */
  NEVER;

  boolean on(Surroundings where) {
    return switch (this) {
      case ALWAYS -> true;
      case NEVER -> false;
      case AUTO -> where.isTerminal() && where.variable("NO_COLOR").isEmpty();
    };
  }
}
