package dev.patchbay.agent.vm;

import dev.patchbay.vm.console.Console;
import dev.patchbay.vm.console.ConsoleFiles;
import dev.patchbay.vm.console.ConsoleSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The consoles of this node's machines, by the machine's id, which is its pod's UID. */
public final class Consoles implements AutoCloseable {
  private final Path machines;
  private final ConsoleSettings settings;
  private final Clock clock;
  private final Map<String, Attended> attended = new ConcurrentHashMap<>();

  /**
   * A machine whose console is read.
   *
   * @param vm its id
   * @param pod namespace/name
   * @param console ends when the machine does
   */
  public record Attended(String vm, String pod, Console console) {}

  /**
   * No console yet.
   *
   * @param machines has a folder per machine, which is named by its id and holds the logs
   */
  public Consoles(Path machines, ConsoleSettings settings, Clock clock) {
    this.machines = machines;
    this.settings = settings;
    this.clock = clock;
  }

  /**
   * To be called before QEMU is started, so that no line is lost: its log begins anew.
   *
   * @param pod namespace/name, for people
   * @param socket where QEMU will serve the console
   */
  public void starts(String vm, String pod, Path socket) throws IOException {
    forget(vm);
    Console console = Console.begin(pod, socket, files(vm), settings, clock);
    attended.put(vm, new Attended(vm, pod, console));
  }

  /** A machine that ran on while no agent did: its log goes on. */
  public void resumes(String vm, String pod, Path socket) throws IOException {
    forget(vm);
    Console console = Console.resume(pod, socket, files(vm), settings, clock);
    attended.put(vm, new Attended(vm, pod, console));
  }

  /** Those that have ended have nothing to show. */
  private void forget(String vm) {
    close(vm);
    attended.values().removeIf(one -> !one.console().isOpen());
  }

  /** Reads it no more; to be called before the machine's folder goes, and when QEMU never began. */
  public void close(String vm) {
    Attended gone = attended.remove(vm);
    if (gone != null) {
      gone.console().close();
    }
  }

  /** The console of a machine that is on. */
  public Optional<Console> find(String vm) {
    return Optional.ofNullable(attended.get(vm)).map(Attended::console).filter(Console::isOpen);
  }

  /** Those of the machines that are on. */
  public List<Attended> open() {
    return attended.values().stream().filter(one -> one.console().isOpen()).toList();
  }

  /** Where a machine's console is logged, whether it is on or not. */
  public ConsoleFiles files(String vm) {
    return new ConsoleFiles(machines.resolve(vm));
  }

  /** Reads none any more; the machines run on. */
  @Override
  public void close() {
    List.copyOf(attended.keySet()).forEach(this::close);
  }
}
