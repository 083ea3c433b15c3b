package dev.patchbay.e2e.guest;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.patchbay.e2e.Command;
import dev.patchbay.e2e.Lab;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Images of a machine of a kernel and busybox that does as cirros does, under the names that the
 * seeds use, with the table that says so.
 *
 * @param table the file
 */
public record SmallImages(Path table) {
  /** Brings up eth0 alone, as the image of seed 000 does. */
  public static final String CIRROS = "cirros";

  /** Brings up all its NICs, hot-plugged ones included. */
  public static final String ALL_NICS = "cirros-all-nics";

  /** As {@link #ALL_NICS}, without ACPI: it never lets a NIC go. */
  public static final String STUBBORN = "cirros-without-acpi";

  /** A disk that boots nothing. */
  public static final String BROKEN = "no-system";

  private static final List<String> MODULES =
      List.of(
          "virtio_pci",
          "virtio_net",
          "virtio_blk",
          "virtio_rng",
          "virtio_console",
          "button",
          "evdev",
          "vfat",
          "nls_ascii",
          "nls_cp437");

  /** Busybox's knows no -i, and its shell takes its own before any on the path. */
  private static final String NETSTAT =
      """
      netstat() {
        if [ "$1" = -i ]; then cat /proc/net/dev; else busybox netstat "$@"; fi
      }
      """;

  private static final List<String> OURS = List.of("busybox", "init");

  /** Writes the images into the lab's folder. */
  public static SmallImages write(Lab lab) {
    try {
      Path folder = lab.dir("images");
      GuestKernel kernel = GuestKernel.in(GuestMachine.fetched("kernel"));
      Path initrd = initrd(folder.resolve("small.gz"), kernel);
      String all = GuestMachine.CMDLINE + " nics=all";
      Path disk = new GrubDisk(folder).write(kernel.image(), initrd, all);
      Path empty = Files.write(folder.resolve("empty.raw"), new byte[1 << 20]);
      String direct =
          """
          - name: %s
            kernel: {file: "%s"}
            initrd: {file: "%s"}
            append: "%s"
          """;
      StringBuilder text = new StringBuilder("images:\n");
      text.append(direct.formatted(CIRROS, kernel.image(), initrd, GuestMachine.CMDLINE));
      text.append(direct.formatted(ALL_NICS, kernel.image(), initrd, all));
      text.append(direct.formatted(STUBBORN, kernel.image(), initrd, all + " acpi=off"));
      text.append(
          """
          - {name: download.cirros-cloud.net/*/cirros-*-x86_64-disk.img, file: "%s", format: qcow2}
          - {name: %s, file: "%s", format: raw}
          """
              .formatted(disk, BROKEN, empty));
      return new SmallImages(lab.write(folder.resolve("images.yaml"), text.toString()));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the images", e);
    }
  }

  private static Path initrd(Path file, GuestKernel kernel) throws IOException {
    var initrd =
        new Initrd()
            .folders("bin", "sbin", "proc", "sys", "dev", "etc", "etc/acpi", "etc/acpi/PWRF")
            .folders("modules")
            .file("bin/busybox", Path.of("/usr/bin/busybox"))
            .file("init", GuestScripts.SMALL.text())
            .file("sbin/cirros-dhcpc", GuestScripts.CIRROS_DHCPC.text())
            .file("sbin/lease", GuestScripts.LEASE.text())
            .file("sbin/every-nic", GuestScripts.EVERY_NIC.text())
            .file("etc/shrc", NETSTAT)
            .file("bin/sudo", "#!/bin/sh\nexec \"$@\"\n")
            .file("etc/acpi/PWRF/00000080", "#!/bin/sh\nexec poweroff -f\n");
    for (String applet : Command.of("busybox", "--list").run().orFail().lines()) {
      if (!OURS.contains(applet)) {
        initrd.link("bin/" + applet, "busybox");
      }
    }
    List<String> order = new ArrayList<>();
    for (Path module : kernel.inOrder(MODULES)) {
      order.add(module.getFileName().toString());
      initrd.file("modules/" + module.getFileName(), module);
    }
    initrd.file("modules/order", String.join("\n", order)).write(file);
    return file;
  }

  /** The table with more entries at its end. */
  public void add(String entries) {
    try {
      Files.writeString(table, Files.readString(table) + entries, UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
