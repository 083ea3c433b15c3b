package dev.patchbay.vm.machine;

import dev.patchbay.vm.hotplug.GuestNics;
import dev.patchbay.vm.qemu.QemuMachine;
import dev.patchbay.vm.qmp.QmpAnswer;
import dev.patchbay.vm.qmp.QmpEvent;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * A QEMU that is there, ours by its monitor. It outlives us: closing this ends the connection only,
 * and the next life of the agent adopts it.
 */
public final class Machine implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Machine.class);
  private static final Duration COMMAND = Duration.ofSeconds(20);
  private static final Duration QUIT = Duration.ofSeconds(3);
  private static final int POLL_MILLIS = 10;
  private static final int RECONNECT_MILLIS = 1000;
  private static final int ENDING_MILLIS = 3000;

  private final MachineFolder folder;
  private final MachineRecord record;
  private final ProcessIdentity process;
  private final Optional<Process> child;
  private final MachineListener listener;
  private final CompletableFuture<MachineEnd> ended = new CompletableFuture<>();
  private volatile GuestNics nics;
  private volatile boolean stopping;
  private volatile boolean pressed;
  private volatile Optional<MachineEnd> halted = Optional.empty();
  private volatile boolean closed;

  private Machine(
      MachineFolder folder,
      MachineRecord record,
      ProcessIdentity process,
      Optional<Process> child,
      MachineListener listener,
      Duration patience)
      throws IOException {
    this.folder = folder;
    this.record = record;
    this.process = process;
    this.child = child;
    this.listener = listener;
    this.nics = connect(patience);
    Thread.ofVirtual().name("machine " + folder.vm()).start(this::watch);
  }

  /**
   * Starts one that is held until {@link #run}.
   *
   * @throws IOException with QEMU's own words when it does not come up; nothing is left then
   */
  public static Machine start(MachineFolder folder, MachineOrder order, MachineListener listener)
      throws IOException {
    listener.heard(folder.vm(), new MachineNews.Begins(folder, order.notes()));
    return new MachineStart(folder, order)
        .begin((record, child) ->
            new Machine(
                folder,
                record,
                MachineStart.identity(child),
                Optional.of(child),
                listener,
                order.patience()));
  }

  /**
   * Finds the one that was started before; empty when it does not run any more.
   *
   * @throws IOException when it runs and its monitor does not answer within the limit
   */
  public static Optional<Machine> adopt(
      MachineFolder folder, MachineListener listener, Duration patience) throws IOException {
    Optional<MachineRecord> record = folder.read();
    Optional<ProcessIdentity> process =
        record.isPresent() ? record.get().process() : Optional.empty();
    if (process.isEmpty()) {
      return Optional.empty();
    }
    var machine =
        new Machine(
            folder, record.orElseThrow(), process.get(), Optional.empty(), listener, patience);
    listener.heard(folder.vm(), new MachineNews.Found(folder, machine.record().notes()));
    return Optional.of(machine);
  }

  /**
   * How a machine ended that was started before and runs no more; empty when it never was started.
   */
  public static Optional<MachineEnd> endOf(MachineFolder folder, Instant now) throws IOException {
    Optional<MachineRecord> record = folder.read();
    if (record.isEmpty()) {
      return Optional.empty();
    }
    Optional<MachineEnd> seen = folder.readEnd();
    if (seen.isPresent()) {
      return seen;
    }
    boolean sameBoot = record.get().boot().equals(ProcessIdentity.thisBoot());
    return Optional.of(
        new MachineEnd(
            sameBoot ? MachineEnd.Cause.DIED : MachineEnd.Cause.HOST_REBOOT,
            MachineEnd.KILLED,
            sameBoot ? "QEMU ended while the agent was away" : "the host was started anew",
            now));
  }

  /** Its id. */
  public String vm() {
    return folder.vm();
  }

  /** Where its things are. */
  public MachineFolder folder() {
    return folder;
  }

  /** What it was started with. */
  public MachineRecord record() {
    return record;
  }

  /** QEMU's process. */
  public ProcessIdentity process() {
    return process;
  }

  /** Its NICs and its monitor. */
  public GuestNics nics() {
    return nics;
  }

  /** The serial console's socket, which one client at a time reads. */
  public Path console() {
    return folder.run().resolve(QemuMachine.CONSOLE);
  }

  /** The channel to an agent in the guest, one client at a time. */
  public Path agentChannel() {
    return folder.run().resolve(QemuMachine.AGENT_CHANNEL);
  }

  /** Completed when there is no QEMU any more. */
  public CompletableFuture<MachineEnd> ended() {
    return ended.copy();
  }

  /** How it is; throws IOException when QEMU runs and does not say. */
  public MachineState look() throws IOException {
    if (ended.isDone()) {
      return new MachineState.Ended(ended.join());
    }
    try {
      return state(COMMAND);
    } catch (IOException e) {
      // the monitor ends a moment before the process is gone
      if (awaitEnd(Duration.ofMillis(ENDING_MILLIS))) {
        return new MachineState.Ended(ended.join());
      }
      throw e;
    }
  }

  private MachineState state(Duration limit) throws IOException {
    String status = ask("query-status", limit).path("status").asString("");
    return switch (status) {
      case "prelaunch" -> new MachineState.Prepared();
      case "running", "suspended" -> new MachineState.Running();
      case "shutdown" ->
          pressed
              ? halted(MachineEnd.Cause.STOPPED, 0, "the guest has shut down as it was asked to")
              : halted(MachineEnd.Cause.GUEST_SHUTDOWN, 0, "the guest has shut down");
      case "guest-panicked" ->
          halted(MachineEnd.Cause.GUEST_PANIC, 1, "the guest's kernel panicked");
      case "internal-error" ->
          halted(MachineEnd.Cause.DIED, 1, "QEMU cannot go on: internal error");
      default -> new MachineState.Paused(status);
    };
  }

  private MachineState halted(MachineEnd.Cause cause, int exitCode, String message) {
    if (halted.isEmpty()) {
      halted = Optional.of(new MachineEnd(cause, exitCode, message, Instant.now()));
    }
    return new MachineState.Halted(halted.get());
  }

  /** Lets the guest run, also after a pause. */
  public void run() throws IOException {
    ask("cont");
  }

  /** Stops the guest where it is. */
  public void pause() throws IOException {
    ask("stop");
  }

  /** As the reset button. */
  public void reset() throws IOException {
    ask("system_reset");
  }

  /** As the power button: asks the guest to shut down, which it may ignore. */
  public void pressPowerButton() throws IOException {
    pressed = true;
    ask("system_powerdown");
  }

  /**
   * Ends QEMU whatever its guest does: by its monitor, and then by a signal. Does nothing where it
   * has ended.
   *
   * @throws IOException when the process is still there afterwards
   */
  public void end() throws IOException {
    try {
      // a guest that has ended by itself is told from one that is ended now
      var _ = ended.isDone() ? ended.join() : state(QUIT);
      stopping = true;
      var _ = nics.monitor().execute("quit", Map.of(), QUIT);
    } catch (IOException _) {
      stopping = true; // it has gone already, or hangs; the signal follows
    }
    if (!awaitEnd(QUIT)) {
      process.end();
      awaitEnd(QUIT);
    }
  }

  /** Leaves it alone, running. */
  @Override
  public void close() throws IOException {
    closed = true;
    nics.close();
  }

  private boolean awaitEnd(Duration limit) throws IOException {
    try {
      ended.get(limit.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException _) {
      return false;
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while " + vm() + " ends", e);
    }
  }

  private JsonNode ask(String command) throws IOException {
    return ask(command, COMMAND);
  }

  private JsonNode ask(String command, Duration limit) throws IOException {
    return switch (nics.monitor().execute(command, Map.of(), limit)) {
      case QmpAnswer.Returned(var value) -> value;
      case QmpAnswer.Refused(_, var why) -> throw new IOException(command + ": " + why);
    };
  }

  private GuestNics connect(Duration patience) throws IOException {
    long until = System.nanoTime() + patience.toNanos();
    while (true) {
      try {
        return GuestNics.connect(
            folder.run().resolve(QemuMachine.MONITOR), record.ports(), patience, this::happened);
      } catch (IOException e) {
        // a socket is there a moment before somebody listens to it
        if (System.nanoTime() > until || !process.isAlive()) {
          throw e;
        }
        rest(e);
      }
    }
  }

  private static void rest(IOException why) throws IOException {
    try {
      Thread.sleep(POLL_MILLIS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw why;
    }
  }

  private void happened(QmpEvent event) {
    listener.heard(vm(), new MachineNews.Told(event));
  }

  /** QEMU's end is heard at once, since the kernel closes its end of the monitor. */
  private void watch() {
    try {
      while (true) {
        IOException why = nics.monitor().ended().join();
        if (closed) {
          return;
        }
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ENDING_MILLIS);
        while (process.isAlive() && System.nanoTime() < until) {
          Thread.sleep(POLL_MILLIS);
        }
        if (!process.isAlive()) {
          over(why);
          return;
        }
        reconnect();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void reconnect() throws InterruptedException {
    while (process.isAlive() && !closed) {
      try {
        nics = connect(COMMAND);
        return;
      } catch (IOException _) {
        Thread.sleep(RECONNECT_MILLIS); // whoever asks meanwhile is told that it does not answer
      }
    }
  }

  private void over(IOException why) throws InterruptedException {
    int exit = MachineEnd.KILLED;
    if (child.isPresent() && child.get().waitFor(ENDING_MILLIS, TimeUnit.MILLISECONDS)) {
      exit = child.get().exitValue();
    }
    MachineEnd end = halted.isPresent() ? halted.get() : end(exit, why);
    try {
      folder.write(end);
    } catch (IOException e) {
      LOG.warn("Patchbay: how machine {} ended cannot be kept: {}", vm(), e.toString());
    }
    ended.complete(end);
    listener.heard(vm(), new MachineNews.Over(end));
  }

  private MachineEnd end(int exit, IOException why) {
    if (stopping) {
      return new MachineEnd(
          MachineEnd.Cause.STOPPED, MachineEnd.KILLED, "ended by the agent", Instant.now());
    }
    String said = MachineStart.lastWords(folder.log());
    return new MachineEnd(
        MachineEnd.Cause.DIED,
        exit == 0 ? MachineEnd.KILLED : exit,
        "QEMU ended" + (said.isEmpty() ? ": " + why.getMessage() : ": " + said),
        Instant.now());
  }
}
