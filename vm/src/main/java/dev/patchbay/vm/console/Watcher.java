package dev.patchbay.vm.console;

import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.Objects;

/**
 * Somebody at a console. Its output is what the guest says from now on, behind the last lines; what
 * it types goes to the guest while nobody else has the writer's seat.
 */
public final class Watcher implements AutoCloseable {
  /** Ctrl-]: ends the watching instead of going to the guest. */
  public static final byte DETACH = 0x1d;

  private final Console console;
  private final Backlog backlog;
  private final boolean types;
  private final String who;
  private volatile boolean gone;
  private volatile boolean refused;

  Watcher(Console console, int backlog, boolean types, String who) {
    this.console = console;
    this.backlog = new Backlog(backlog);
    this.types = types;
    this.who = who;
  }

  /** The guest's output with our notices in it; at its end when the machine, or this, has ended. */
  public InputStream output() {
    return backlog;
  }

  /** To the guest; blocks while the guest takes nothing. */
  public OutputStream input() {
    return new Typing();
  }

  /** Waits for the end of the output; somebody has to read it, or close it, meanwhile. */
  public void await() throws InterruptedException {
    backlog.awaitRead();
  }

  /** Leaves: the output ends at once, the writer's seat is free. */
  @Override
  public void close() {
    gone = true;
    console.left(this);
    backlog.close();
  }

  Backlog backlog() {
    return backlog;
  }

  boolean isGone() {
    return gone;
  }

  boolean types() {
    return types;
  }

  /** Whether it was told that another one writes. */
  boolean isRefused() {
    return refused;
  }

  void refused(boolean now) {
    refused = now;
  }

  /** As others are told who writes. */
  String who() {
    return who;
  }

  private void detach() {
    gone = true;
    console.left(this);
    backlog.put(new byte[] {'\r', '\n'}, 0, 2);
    backlog.end();
  }

  /** What is typed. Its end is no end of the watching. */
  private final class Typing extends OutputStream {
    @Override
    public void write(int one) throws InterruptedIOException {
      write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws InterruptedIOException {
      Objects.checkFromIndexSize(offset, length, bytes.length);
      int key = offset;
      while (key < offset + length && bytes[key] != DETACH) {
        key++;
      }
      try {
        if (types && key > offset) {
          console.typed(Watcher.this, bytes, offset, key - offset);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw (InterruptedIOException) new InterruptedIOException("interrupted").initCause(e);
      }
      if (key < offset + length) {
        detach();
      }
    }

    @Override
    public void close() {
      console.stands(Watcher.this);
    }
  }
}
