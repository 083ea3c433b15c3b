package dev.patchbay.apiserver.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A node whose processes the test plays: it sees what was asked for and decides what happens. */
final class PlayedStreams implements PodStreams {
  final BlockingQueue<String> asked = new LinkedBlockingQueue<>();
  final BlockingQueue<PlayedProcess> started = new LinkedBlockingQueue<>();
  final Silence silence = new Silence();
  volatile String log = "";

  /** A log without a word, until it is closed. */
  static final class Silence extends InputStream {
    final CompletableFuture<Boolean> closed = new CompletableFuture<>();

    @Override
    public int read() {
      closed.completeOnTimeout(false, 25, TimeUnit.SECONDS).join();
      return -1;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
      return read();
    }

    @Override
    public void close() {
      closed.complete(true);
    }
  }

  @Override
  public RemoteProcess exec(ContainerRef container, List<String> command, StreamOptions options)
      throws StreamRefusal {
    asked.add("exec " + container + " " + command + " " + options);
    if (command.getFirst().equals("refused")) {
      throw StreamRefusal.unavailable("the runtime is away");
    }
    return start();
  }

  @Override
  public RemoteProcess attach(ContainerRef container, StreamOptions options) {
    asked.add("attach " + container + " " + options);
    return start();
  }

  @Override
  public InputStream logs(ContainerRef container, LogOptions options) throws StreamRefusal {
    asked.add("log " + container + " " + options);
    if (options.previous()) {
      throw StreamRefusal.badRequest("previous terminated container not found");
    }
    return options.follow() ? silence : new ByteArrayInputStream(log.getBytes(UTF_8));
  }

  private PlayedProcess start() {
    PlayedProcess process = new PlayedProcess();
    started.add(process);
    return process;
  }

  /** A process between two pairs of pipes. */
  static final class PlayedProcess implements RemoteProcess {
    final InputStream typed;
    final OutputStream prints;
    final OutputStream complains;
    final BlockingQueue<String> sizes = new LinkedBlockingQueue<>();
    final CompletableFuture<ProcessEnd> end = new CompletableFuture<>();
    final CompletableFuture<Boolean> closed = new CompletableFuture<>();
    private final OutputStream stdin;
    private final InputStream stdout;
    private final InputStream stderr;

    // The kernel's pipes: the JDK's streams of that name mind which thread wrote last.
    PlayedProcess() {
      try {
        Pipe in = Pipe.open();
        Pipe out = Pipe.open();
        Pipe err = Pipe.open();
        typed = Channels.newInputStream(in.source());
        stdin = Channels.newOutputStream(in.sink());
        prints = Channels.newOutputStream(out.sink());
        stdout = Channels.newInputStream(out.source());
        complains = Channels.newOutputStream(err.sink());
        stderr = Channels.newInputStream(err.source());
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }

    /** Ends: what it printed is complete. */
    void ends(ProcessEnd how) throws IOException {
      prints.close();
      complains.close();
      end.complete(how);
    }

    @Override
    public OutputStream stdin() {
      return stdin;
    }

    @Override
    public InputStream stdout() {
      return stdout;
    }

    @Override
    public InputStream stderr() {
      return stderr;
    }

    @Override
    public void resize(int columns, int rows) {
      sizes.add(columns + "x" + rows);
    }

    @Override
    public ProcessEnd await() {
      return end.join();
    }

    @Override
    public void close() {
      closed.complete(true);
      end.complete(new ProcessEnd.Failed("closed"));
      try {
        stdin.close();
        prints.close();
        complains.close();
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }
}
