package dev.patchbay.agent.streams;

import dev.patchbay.apiserver.stream.ProcessEnd;
import dev.patchbay.apiserver.stream.RemoteProcess;
import dev.patchbay.vm.console.Watcher;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/**
 * A machine's console as the API sees it: a process with a terminal that ends with the machine, or
 * when the watcher types Ctrl-].
 *
 * @param watcher at the console
 * @param isShown whether its output is wanted
 */
record ConsoleProcess(Watcher watcher, boolean isShown) implements RemoteProcess {
  @Override
  public OutputStream stdin() {
    return watcher.input();
  }

  @Override
  public InputStream stdout() {
    return isShown ? watcher.output() : InputStream.nullInputStream();
  }

  @Override
  public InputStream stderr() {
    return InputStream.nullInputStream();
  }

  /** A serial line knows no size. */
  @Override
  public void resize(int columns, int rows) {}

  @Override
  public ProcessEnd await() throws InterruptedException {
    if (!isShown) {
      discard();
    }
    watcher.await();
    return new ProcessEnd.Exited(0);
  }

  private void discard() {
    try {
      watcher.output().transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      throw new UncheckedIOException("a backlog in memory cannot be read", e);
    }
  }

  @Override
  public void close() {
    watcher.close();
  }
}
