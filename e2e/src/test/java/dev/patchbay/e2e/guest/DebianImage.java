package dev.patchbay.e2e.guest;

import dev.patchbay.e2e.Command;
import dev.patchbay.e2e.Lab;
import dev.patchbay.e2e.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A disk with this machine's Debian: systemd, cloud-init and the guest agent as their packages have
 * them. It is made once, from the package sources of this machine, and kept in {@code e2e/target}.
 *
 * @param disk its root file system, raw and without partitions
 * @param kernel Debian's for virtual machines
 * @param initrd with the drivers that the kernel lacks
 */
record DebianImage(Path disk, Path kernel, Path initrd) {
  static final String APPEND = "console=ttyS0 panic=-1 no_timer_check quiet";

  private static final Duration MAKING = Duration.ofMinutes(6);
  private static final String SIZE = "800M";
  private static final String PACKAGES =
      "systemd-sysv,udev,dbus,iproute2,iputils-ping,kmod,cloud-init,qemu-guest-agent,usr-is-merged";
  private static final List<String> MODULES =
      List.of(
          "virtio_pci",
          "virtio_blk",
          "virtio_net",
          "virtio_console",
          "virtio_rng",
          "vfat",
          "nls_ascii",
          "nls_cp437");

  /** What differs from the packages' own: which of cloud-init's modules run, and networkd does. */
  private static final Map<String, String> FILES =
      Map.of(
          "etc/cloud/cloud.cfg.d/99_lab.cfg",
          """
          datasource_list: [NoCloud]
          cloud_init_modules: [write-files, set_hostname, users-groups, ssh]
          cloud_config_modules: [runcmd]
          cloud_final_modules: [scripts-user]
          """,
          "etc/systemd/system/serial-getty@ttyS0.service.d/lab.conf",
          """
          [Service]
          ExecStart=
          ExecStart=-/sbin/agetty --autologin root --noclear %I linux
          """,
          "etc/machine-id",
          "");

  /** The one that was made before, or makes it. */
  static DebianImage made() throws IOException {
    Path kept = Files.createDirectories(Lab.root().resolve("e2e/target/debian"));
    Path disk = kept.resolve("root.img");
    if (!Files.exists(disk)) {
      make(kept, disk);
    }
    GuestKernel kernel = GuestKernel.in(GuestMachine.fetched("kernel"));
    Path initrd =
        GuestMachine.initrd(
            kept.resolve("initrd.gz"), kernel.inOrder(MODULES), GuestScripts.TO_DISK.text());
    return new DebianImage(disk, kernel.image(), initrd);
  }

  private static void make(Path kept, Path disk) throws IOException {
    Lab.require(
        Files.exists(Path.of("/usr/bin/mmdebstrap")), "mmdebstrap is missing: lab-tools packages");
    Path root = kept.resolve("root");
    Command.of("rm", "-rf", root.toString()).output();
    Ran ran =
        Command.of(
                "mmdebstrap",
                "--variant=essential",
                "--mode=root",
                "--include=" + PACKAGES,
                "--aptopt=Apt::Install-Recommends \"false\"",
                "--dpkgopt=path-exclude=/usr/share/doc/*",
                "--dpkgopt=path-exclude=/usr/share/man/*",
                "--dpkgopt=path-exclude=/usr/share/locale/*",
                suite(),
                root.toString(),
                archive())
            .within(MAKING)
            .run();
    Lab.require(ran.exit() == 0, "no Debian could be made: " + ran.stderr());
    for (Map.Entry<String, String> file : FILES.entrySet()) {
      Path path = root.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.writeString(path, file.getValue());
    }
    Command.of("systemctl", "--root=" + root, "enable", "systemd-networkd").output();
    Path fresh = kept.resolve("root.img.new");
    Files.deleteIfExists(fresh);
    Command.of(
            "mke2fs",
            "-q",
            "-t",
            "ext4",
            "-E",
            "root_owner=0:0",
            "-d",
            root.toString(),
            fresh.toString(),
            SIZE)
        .output();
    Files.move(fresh, disk, StandardCopyOption.ATOMIC_MOVE);
    Command.of("rm", "-rf", root.toString()).output();
  }

  private static String suite() throws IOException {
    return Files.readAllLines(Path.of("/etc/os-release")).stream()
        .filter(line -> line.startsWith("VERSION_CODENAME="))
        .map(line -> line.substring(line.indexOf('=') + 1))
        .findFirst()
        .orElseThrow(() -> new IOException("/etc/os-release names no suite"));
  }

  /** The archive that this machine takes Debian's packages from. */
  private static String archive() {
    return Command.of(
            "apt-get",
            "indextargets",
            "--format",
            "$(REPO_URI) $(CODENAME)",
            "Identifier: Packages",
            "Origin: Debian")
        .run()
        .orFail()
        .lines()
        .stream()
        .filter(line -> !line.endsWith("-security"))
        .map(line -> line.split(" ", -1)[0])
        .findFirst()
        .orElseThrow(() -> new AssertionError("no Debian archive; run apt-get update"));
  }
}
