package dev.patchbay.vm.console;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The serial console of a machine that runs, or is about to. It is the only reader of QEMU's
 * socket, which serves one client and drops what the guest says to nobody; it gives what it reads
 * to its log and to all watchers and waits for none of them. It ends with QEMU.
 */
public final class Console implements AutoCloseable {
  /** More at once are refused. */
  public static final int MOST_WATCHERS = 64;

  private static final Logger LOG = LoggerFactory.getLogger(Console.class);
  private static final int BLOCK = 8 << 10;
  private static final Duration UNFINISHED = Duration.ofMillis(200);
  // QEMU listens some 50 ms after its start, and the first line may follow at once
  private static final Duration RETRY = Duration.ofMillis(5);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration SLOW_RETRY = Duration.ofMillis(250);

  private final String name;
  private final Path socket;
  private final ConsoleSettings settings;
  private final Clock clock;
  private final ConsoleLog log;
  private final Keystrokes keystrokes = new Keystrokes();
  private final ReentrantLock lock = new ReentrantLock();
  private final History history;
  private final List<Watcher> watchers = new ArrayList<>();
  private final Thread reader;
  private @Nullable Watcher writer;
  private boolean ended;
  private volatile boolean logs = true;

  private Console(
      String name, Path socket, ConsoleFiles files, ConsoleSettings settings, Clock clock) {
    this.name = name;
    this.socket = socket;
    this.settings = settings;
    this.clock = clock;
    this.log = new ConsoleLog(files, settings, clock);
    this.history = new History(new ByteRing(settings.historyBytes()));
    this.reader = Thread.ofVirtual().name("console " + name).unstarted(this::run);
  }

  /**
   * The console of a machine that starts now: its log begins anew, what was there becomes the
   * previous one. Waits for QEMU in the background, for as long as this is not closed.
   *
   * @param name of the machine, for people
   * @param socket QEMU's
   */
  public static Console begin(
      String name, Path socket, ConsoleFiles files, ConsoleSettings settings, Clock clock)
      throws IOException {
    files.begin();
    Console console = new Console(name, socket, files, settings, clock);
    console.start();
    return console;
  }

  /** The console of a machine that ran while no agent did: its log goes on and tells the gap. */
  public static Console resume(
      String name, Path socket, ConsoleFiles files, ConsoleSettings settings, Clock clock)
      throws IOException {
    Console console = new Console(name, socket, files, settings, clock);
    byte[] before = ConsoleLog.last(files.current(), settings.historyBytes());
    console.history.bytes().append(before, 0, before.length);
    Optional<Instant> last = ConsoleLog.lastTime(files.current());
    if (last.isPresent()) {
      console.note(
          "the agent was away; what the machine said between %s and %s is not here"
              .formatted(seconds(last.get()), seconds(clock.instant())));
    }
    console.start();
    return console;
  }

  private static Instant seconds(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS);
  }

  private void start() {
    reader.start();
    Thread.ofVirtual().name("console log " + name).start(this::writeUnfinished);
  }

  /**
   * A watcher from now on; it gets the last lines first.
   *
   * @param types whether it wants to type too
   * @param who it is, as another is told who may not type meanwhile
   * @throws IOException when there are too many, or the machine has ended
   */
  public Watcher watch(boolean types, String who) throws IOException {
    Watcher watcher =
        new Watcher(
            this, settings.backlogBytes(), types, who + " since " + seconds(clock.instant()));
    lock.lock();
    try {
      if (ended) {
        throw new IOException("machine " + name + " is off");
      }
      if (watchers.size() == MOST_WATCHERS) {
        throw new IOException(
            "the console of %s has %d watchers, the most it takes".formatted(name, MOST_WATCHERS));
      }
      watchers.add(watcher);
      if (types && sits(watcher)) {
        watcher.backlog().say("the console of " + name + "; Ctrl-] leaves it");
      }
      // behind the notice, so that a prompt is what is seen last
      byte[] last = history.lastLines(settings.replayLines());
      watcher.backlog().put(last, 0, last.length);
      return watcher;
    } finally {
      lock.unlock();
    }
  }

  /** Gives the writer's seat to a watcher, or tells him who has it; the lock is held. */
  private boolean sits(Watcher watcher) {
    if (writer == null) {
      writer = watcher;
      watcher.refused(false);
    } else if (!writer.equals(watcher)) {
      if (!watcher.isRefused()) {
        watcher
            .backlog()
            .say(
                "the console of %s is read-only: %s writes; Ctrl-] leaves it"
                    .formatted(name, writer.who()));
        watcher.refused(true);
      }
      return false;
    }
    return true;
  }

  void typed(Watcher watcher, byte[] bytes, int offset, int length) throws InterruptedException {
    boolean may;
    lock.lock();
    try {
      may = !ended && !watcher.isGone() && sits(watcher);
    } finally {
      lock.unlock();
    }
    if (may) {
      keystrokes.put(bytes, offset, length, watcher::isGone);
    } else {
      // what a terminal does with a key that does nothing
      watcher.backlog().put(new byte[] {7}, 0, 1);
    }
  }

  /** He types no more. */
  void stands(Watcher watcher) {
    lock.lock();
    try {
      if (watcher.equals(writer)) {
        writer = null;
        watchers.stream()
            .filter(Watcher::isRefused)
            .forEach(other -> {
              other.refused(false);
              other.backlog().say("nobody writes now: type to be the one");
            });
      }
    } finally {
      lock.unlock();
    }
    keystrokes.wake();
  }

  /** He is gone. */
  void left(Watcher watcher) {
    lock.lock();
    try {
      watchers.remove(watcher);
    } finally {
      lock.unlock();
    }
    stands(watcher);
  }

  /** How many watch. */
  public int watchers() {
    lock.lock();
    try {
      return watchers.size();
    } finally {
      lock.unlock();
    }
  }

  /** Whether QEMU may still say something. */
  public boolean isOpen() {
    lock.lock();
    try {
      return !ended;
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    try {
      boolean known = false;
      for (Optional<SocketChannel> qemu = connect(known); qemu.isPresent(); qemu = connect(known)) {
        known = true;
        listen(qemu.get());
      }
    } catch (InterruptedException _) {
      LOG.debug("the console of {} is closed", name);
    } finally {
      end();
    }
  }

  /**
   * Waits for QEMU; empty when it was there and listens no more.
   *
   * @param known whether it was there
   */
  private Optional<SocketChannel> connect(boolean known) throws InterruptedException {
    for (long tries = 0; ; tries++) {
      try {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
          channel.connect(UnixDomainSocketAddress.of(socket));
          return Optional.of(channel);
        } catch (IOException e) {
          channel.close();
          throw e;
        }
      } catch (IOException e) {
        if (Thread.interrupted()) {
          throw new InterruptedException("closed while connecting");
        }
        if (known) {
          return Optional.empty();
        }
        if (tries == PATIENCE.dividedBy(RETRY)) {
          LOG.warn("Patchbay: the console of {} does not answer: {}", name, e.toString());
        }
      }
      Thread.sleep(tries < PATIENCE.dividedBy(RETRY) ? RETRY : SLOW_RETRY);
    }
  }

  private void listen(SocketChannel qemu) throws InterruptedException {
    Thread typist = Thread.ofVirtual().name("console input " + name).start(() -> type(qemu));
    try (qemu) {
      ByteBuffer block = ByteBuffer.allocate(BLOCK);
      while (qemu.read(block) >= 0) {
        heard(block.array(), block.position());
        block.clear();
      }
    } catch (ClosedChannelException _) {
      throw new InterruptedException("closed");
    } catch (IOException e) {
      LOG.info("Patchbay: the console of {} broke: {}", name, e.toString());
    } finally {
      typist.interrupt();
    }
  }

  private void type(SocketChannel qemu) {
    byte[] block = new byte[BLOCK];
    try {
      for (int count = keystrokes.take(block); count >= 0; count = keystrokes.take(block)) {
        ByteBuffer bytes = ByteBuffer.wrap(block, 0, count);
        while (bytes.hasRemaining()) {
          qemu.write(bytes);
        }
      }
    } catch (InterruptedException | IOException e) {
      LOG.debug("nobody types to {} any more: {}", name, e.toString());
    }
  }

  private void heard(byte[] bytes, int count) {
    lock.lock();
    try {
      history.bytes().append(bytes, 0, count);
      watchers.forEach(watcher -> watcher.backlog().put(bytes, 0, count));
    } finally {
      lock.unlock();
    }
    write(() -> log.append(bytes, count));
  }

  private void note(String text) {
    byte[] line = Backlog.line(text);
    lock.lock();
    try {
      history.bytes().append(line, 0, line.length);
    } finally {
      lock.unlock();
    }
    write(() -> log.note(text));
  }

  private void writeUnfinished() {
    try {
      while (log.awaitUnfinished()) {
        Thread.sleep(UNFINISHED);
        write(log::flush);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private interface Logging {
    void run() throws IOException;
  }

  private void write(Logging step) {
    try {
      step.run();
      logs = true;
    } catch (IOException e) {
      if (logs) {
        LOG.warn("Patchbay: the console of {} cannot be logged: {}", name, e.toString());
      }
      logs = false;
    }
  }

  private void end() {
    keystrokes.close();
    lock.lock();
    try {
      ended = true;
      watchers.forEach(watcher -> {
        watcher.backlog().say("machine " + name + " is off");
        watcher.backlog().end();
      });
    } finally {
      lock.unlock();
    }
    write(log::close);
  }

  /** Lets go of QEMU, which runs on; all watchers come to their end, and the log is written. */
  @Override
  public void close() {
    reader.interrupt();
    try {
      reader.join(PATIENCE);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
