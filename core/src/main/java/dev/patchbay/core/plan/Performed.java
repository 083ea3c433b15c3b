package dev.patchbay.core.plan;

/** What became of one op. */
public sealed interface Performed {
  /**
   * It is so now.
   *
   * @param yielded what later ops may name
   */
  record Done(Bindings yielded) implements Performed {}

  /**
   * It could not be done, and the machine is as before this op, but for exec'd plugins, whose DEL
   * is still due.
   *
   * @param why the reason
   */
  record Failed(AttachFailure why) implements Performed {}

  /** What was awaited has not come in time. */
  record Late() implements Performed {}

  /** Done, with nothing yielded. */
  static Performed done() {
    return new Done(Bindings.NONE);
  }

  /** Done, yielding one thing. */
  static <T extends Yield> Performed yielding(Ref<T> ref, T value) {
    return new Done(Bindings.of(ref, value));
  }
}
