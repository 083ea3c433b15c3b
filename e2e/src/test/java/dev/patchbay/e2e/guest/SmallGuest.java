package dev.patchbay.e2e.guest;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.patchbay.e2e.Await;
import dev.patchbay.e2e.Command;
import dev.patchbay.e2e.Lab;
import dev.patchbay.vm.qemu.Accelerator;
import dev.patchbay.vm.qemu.QemuCommand;
import dev.patchbay.vm.qemu.QemuMachine;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A guest of a kernel and busybox that tells on its console which NICs it has.
 *
 * @param machine as it was switched on
 * @param said all that came from its console
 */
record SmallGuest(QemuMachine machine, AtomicReference<String> said) {
  static final Duration LIMIT = Duration.ofSeconds(90);
  static final int PORTS = 2;

  /** The kernel and what it starts, written once for several guests. */
  record Kernel(Path image, Path initrd) {
    static Kernel write(Path folder) throws IOException {
      GuestKernel kernel = GuestKernel.in(GuestMachine.fetched("kernel"));
      Path initrd =
          GuestMachine.initrd(
              folder.resolve("small.gz"),
              kernel.inOrder(List.of("virtio_pci", "virtio_net")),
              GuestScripts.NICS.text());
      return new Kernel(kernel.image(), initrd);
    }
  }

  /**
   * Switches one on and waits until its kernel is up.
   *
   * @param arguments more for the kernel's command line
   */
  static SmallGuest start(Lab lab, Kernel kernel, String arguments, QemuMachine.Nic... nics)
      throws IOException {
    var machine =
        new QemuMachine(
            lab.name(),
            Accelerator.TCG,
            1,
            192,
            Optional.of(
                new QemuMachine.Kernel(
                    kernel.image(),
                    Optional.of(kernel.initrd()),
                    GuestMachine.CMDLINE + " " + arguments)),
            List.of(),
            List.of(nics),
            PORTS,
            lab.dir("machine"));
    Path log = lab.dir("machine").resolve("qemu.log");
    Process qemu = Command.of(QemuCommand.of(GuestMachine.QEMU, machine)).start(log);
    lab.onClose("the machine", () -> qemu.destroyForcibly().waitFor());
    Await.until(
        "QEMU listens",
        LIMIT,
        () -> {
          if (!qemu.isAlive()) {
            throw new AssertionError("QEMU ended: " + read(log));
          }
          return Files.exists(machine.console());
        });
    SmallGuest guest = new SmallGuest(machine, new AtomicReference<>(""));
    SocketChannel console = SocketChannel.open(UnixDomainSocketAddress.of(machine.console()));
    lab.onClose("the console", console::close);
    Thread.ofVirtual().start(() -> guest.listen(console));
    guest.awaitNics(nics);
    return guest;
  }

  /** Waits until the guest has exactly these NICs and its loopback. */
  void awaitNics(QemuMachine.Nic... nics) {
    StringBuilder wanted = new StringBuilder("nics: 00:00:00:00:00:00 ");
    List.of(nics).stream()
        .map(nic -> nic.mac().value())
        .sorted()
        .forEach(mac -> wanted.append(mac).append(' '));
    String last = Await.settled(LIMIT, this::lastLine, wanted.toString().strip()::equals);
    if (!last.equals(wanted.toString().strip())) {
      throw new AssertionError("the guest has not " + wanted + "; it said: " + said);
    }
  }

  private String lastLine() {
    return said.get()
        .lines()
        .map(String::strip)
        // the firmware ends without a line break
        .filter(line -> line.contains("nics: "))
        .map(line -> line.substring(line.indexOf("nics: ")))
        .reduce("", (_, last) -> last);
  }

  private void listen(SocketChannel console) {
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

  private static String read(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
