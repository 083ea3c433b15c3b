package dev.patchbay.e2e.guest;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.patchbay.e2e.Await;
import dev.patchbay.e2e.Command;
import dev.patchbay.e2e.Lab;
import dev.patchbay.vm.qemu.QemuCommand;
import dev.patchbay.vm.qemu.QemuMachine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A machine whose QEMU runs as nobody and in its sandbox, with its console in a file.
 *
 * @param machine as it was switched on
 * @param qemu its process
 */
record ConfinedGuest(QemuMachine machine, Process qemu) {
  private static final String NOBODY = "65534";

  /** Switches it on; what is in its folder becomes nobody's, and nobody else's. */
  static ConfinedGuest start(Lab lab, QemuMachine machine) {
    Path folder = machine.folder();
    Command.of("chown", "-R", NOBODY + ":" + NOBODY, folder.toString()).output();
    Command.of("chmod", "-R", "go-rwx", folder.toString()).output();
    List<String> argv = new ArrayList<>(List.of("setpriv", "--reuid", NOBODY, "--regid", NOBODY));
    argv.add("--clear-groups");
    argv.addAll(QemuCommand.of(GuestMachine.QEMU, machine));
    argv.addAll(List.of("-sandbox", "on,elevateprivileges=deny,spawn=deny,resourcecontrol=deny"));
    argv.set(argv.indexOf("-serial") + 1, "file:" + folder.resolve("console.log"));
    Process qemu = Command.of(argv).start(folder.resolve("qemu.log"));
    lab.onClose("the machine", () -> qemu.destroyForcibly().waitFor());
    return new ConfinedGuest(machine, qemu);
  }

  /** Waits until its console says that. */
  String await(String text, Duration limit) {
    String said = Await.settled(limit, this::said, all -> all.contains(text) || !qemu.isAlive());
    if (!said.contains(text)) {
      throw new AssertionError(
          "the guest does not say \"" + text + "\" but " + said + read("qemu.log"));
    }
    return said;
  }

  private String said() {
    return read("console.log");
  }

  private String read(String file) {
    try {
      Path log = machine.folder().resolve(file);
      return Files.exists(log) ? new String(Files.readAllBytes(log), UTF_8) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
