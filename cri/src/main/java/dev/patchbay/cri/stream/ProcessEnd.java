package dev.patchbay.cri.stream;

/** How a {@link RemoteProcess} ended. */
public sealed interface ProcessEnd {
  /** It ran and returned that code; of an attached process, only that it ended (0). */
  record Exited(int code) implements ProcessEnd {}

  /** The runtime could not run it or lost it, in the runtime's words. */
  record Failed(String message) implements ProcessEnd {}

  /** The connection ended before the runtime told: it was closed here, or the runtime died. */
  record Lost(String why) implements ProcessEnd {}
}
