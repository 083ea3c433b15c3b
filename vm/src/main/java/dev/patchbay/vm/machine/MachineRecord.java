package dev.patchbay.vm.machine;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is kept of a machine between the lives of the agent.
 *
 * @param command QEMU and its arguments
 * @param ports how many root ports it has for NICs
 * @param pid QEMU's process; 0 before it was started
 * @param startTicks when that process began
 * @param boot the boot in which it was started
 * @param startedAt when that was, RFC 3339
 * @param starts how often the machine was started before
 * @param notes what whoever started it wants to know again, such as the image
 */
public record MachineRecord(
    List<String> command,
    int ports,
    long pid,
    long startTicks,
    String boot,
    String startedAt,
    int starts,
    Map<String, String> notes) {
  /** Copies the collections. */
  public MachineRecord {
    command = List.copyOf(command);
    notes = Map.copyOf(notes);
  }

  /** The same once its process is there. */
  MachineRecord of(ProcessIdentity process) {
    return new MachineRecord(
        command, ports, process.pid(), process.startTicks(), boot, startedAt, starts, notes);
  }

  /** Its process, if that is known and still runs. */
  Optional<ProcessIdentity> process() throws java.io.IOException {
    if (!boot.equals(ProcessIdentity.thisBoot())) {
      return Optional.empty();
    }
    // an agent that was killed between the start and the second writing knows the words only
    return pid == 0
        ? ProcessIdentity.running(command)
        : Optional.of(new ProcessIdentity(pid, startTicks, boot)).filter(ProcessIdentity::isAlive);
  }
}
