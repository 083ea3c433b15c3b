package dev.patchbay.e2e.guest;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.patchbay.e2e.Await;
import dev.patchbay.e2e.Command;
import dev.patchbay.e2e.Lab;
import dev.patchbay.vm.qemu.QemuCommand;
import dev.patchbay.vm.qemu.QemuMachine;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** A guest with a shell on its console, in a network namespace as a pod's machine is. */
final class ShellGuest {
  static final Duration LIMIT = Duration.ofSeconds(90);

  private final AtomicReference<String> said = new AtomicReference<>("");
  private final AtomicInteger asked = new AtomicInteger();
  private final Process qemu;
  private final SocketChannel console;

  private ShellGuest(Process qemu, SocketChannel console) {
    this.qemu = qemu;
    this.console = console;
  }

  /** Switches it on and waits for its shell. */
  static ShellGuest start(Lab lab, String netns, QemuMachine machine) throws IOException {
    Path log = machine.folder().resolve("qemu.log");
    List<String> argv = new ArrayList<>(List.of("ip", "netns", "exec", netns));
    argv.addAll(QemuCommand.of(GuestMachine.QEMU, machine));
    Process qemu = Command.of(argv).start(log);
    lab.onClose("the machine", () -> qemu.destroyForcibly().waitFor());
    Await.until(
        "QEMU listens; see " + log,
        LIMIT,
        () -> Files.exists(machine.console()) || !qemu.isAlive());
    if (!qemu.isAlive()) {
      throw new AssertionError("QEMU ended: " + Files.readString(log));
    }
    SocketChannel console = SocketChannel.open(UnixDomainSocketAddress.of(machine.console()));
    lab.onClose("the console", console::close);
    ShellGuest guest = new ShellGuest(qemu, console);
    Thread.ofVirtual().start(guest::listen);
    guest.awaitShell();
    return guest;
  }

  /** Waits for the shell of a machine that boots. */
  void awaitShell() {
    int from = said.get().length();
    Await.until(
        "the guest's shell; it said: " + said,
        LIMIT,
        () -> said.get().indexOf("is up", Math.max(0, from - 1)) >= 0);
  }

  /** Types a line and returns what came of it. */
  String type(String line) throws IOException {
    int number = asked.incrementAndGet();
    int from = said.get().length();
    // split, so that the echo of what is typed is not taken for the end
    String typed = line + "; echo E''ND" + number + ".\n";
    ByteBuffer bytes = ByteBuffer.wrap(typed.getBytes(UTF_8));
    while (bytes.hasRemaining()) {
      console.write(bytes);
    }
    String end = "END" + number + ".";
    Await.until(
        "\"" + line + "\" ends; the guest said: " + said.get().substring(from),
        LIMIT,
        () -> said.get().indexOf(end, from) >= 0);
    String all = said.get().substring(from);
    return all.substring(0, all.indexOf(end));
  }

  /** The guest's name of the NIC with an address; waits for it. */
  String nic(String mac) throws IOException {
    String look =
        "for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do "
            + "n=$(grep -l "
            + mac
            + " /sys/class/net/*/address) && break; sleep 0.5; done; "
            + "basename $(dirname $n) | sed s/^/NAME=/";
    String answer = type(look);
    int at = answer.lastIndexOf("NAME=eth");
    if (at < 0) {
      throw new AssertionError("the guest has no NIC " + mac + ": " + answer);
    }
    return answer.substring(at + "NAME=".length()).lines().findFirst().orElseThrow().strip();
  }

  void kill() throws IOException {
    try {
      qemu.destroyForcibly().waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private void listen() {
    ByteBuffer bytes = ByteBuffer.allocate(4096);
    try {
      while (console.read(bytes) >= 0) {
        said.accumulateAndGet(UTF_8.decode(bytes.flip()).toString(), String::concat);
        bytes.clear();
      }
    } catch (IOException e) {
      said.accumulateAndGet("(the console ended: " + e + ")", String::concat);
    }
  }
}
