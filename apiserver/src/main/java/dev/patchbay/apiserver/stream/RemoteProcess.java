package dev.patchbay.apiserver.stream;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * A process elsewhere with its streams. Streams block their caller, so that neither side buffers
 * more than a bound; each may be used by a thread of its own. A stream that was not asked for is at
 * its end.
 */
public interface RemoteProcess extends AutoCloseable {
  /** Its standard input; closing it is the end of file there and leaves the other streams open. */
  OutputStream stdin();

  /** Its standard output, or its terminal. */
  InputStream stdout();

  /** Its standard error. */
  InputStream stderr();

  /** Tells its terminal the window's size; without a terminal, nothing happens. */
  void resize(int columns, int rows) throws IOException;

  /**
   * Waits until it ended. The end comes behind all that it printed: somebody must read its outputs
   * meanwhile, or close them.
   */
  ProcessEnd await() throws InterruptedException;

  /** Lets go: every stream ends; an attached process runs on. */
  @Override
  void close();
}
