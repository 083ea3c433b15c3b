package dev.patchbay.agent.vm;

import dev.patchbay.vm.machine.MachineFolder;
import dev.patchbay.vm.machine.MachineListener;
import dev.patchbay.vm.machine.MachineNews;
import dev.patchbay.vm.qemu.QemuMachine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that the console of every machine is read from its first line on.
 *
 * @param consoles of the node
 */
public record ConsoleAttendance(Consoles consoles) implements MachineListener {
  /** The note of a machine that says which pod it is, as namespace/name. */
  public static final String POD = "pod";

  private static final Logger LOG = LoggerFactory.getLogger(ConsoleAttendance.class);

  @Override
  public void heard(String vm, MachineNews news) {
    try {
      switch (news) {
        case MachineNews.Begins(var folder, var notes) ->
            consoles.starts(vm, pod(vm, notes), socket(folder));
        case MachineNews.Found(var folder, var notes) ->
            consoles.resumes(vm, pod(vm, notes), socket(folder));
        case MachineNews.Told _, MachineNews.Over _ -> {}
      }
    } catch (IOException e) {
      LOG.warn("Patchbay: machine {} has no console: {}", vm, e.toString());
    }
  }

  private static String pod(String vm, Map<String, String> notes) {
    return notes.getOrDefault(POD, vm);
  }

  private static Path socket(MachineFolder folder) {
    return folder.run().resolve(QemuMachine.CONSOLE);
  }
}
