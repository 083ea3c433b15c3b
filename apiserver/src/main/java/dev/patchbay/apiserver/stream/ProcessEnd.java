package dev.patchbay.apiserver.stream;

/** How a {@link RemoteProcess} ended. */
public sealed interface ProcessEnd {
  /** It ran and returned that code. */
  record Exited(int code) implements ProcessEnd {}

  /** It never ran, or nobody knows how it ended. */
  record Failed(String message) implements ProcessEnd {}
}
