package dev.patchbay.agent.socket;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * What goes on over a connection behind its answer: bytes both ways, without frames. It ends when
 * its output does, or when the caller takes no more of it.
 */
public interface Conversation extends AutoCloseable {
  /** Takes what the caller says; may block, which holds the caller back. */
  OutputStream input();

  /** What the caller is told. */
  InputStream output();

  /** The caller says no more: he is gone, or only listens from now on. */
  void hungUp() throws IOException;

  /** Lets go of everything, from any thread; its output ends. */
  @Override
  void close();
}
