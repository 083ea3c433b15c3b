package dev.patchbay.e2e.guest;

import dev.patchbay.e2e.Command;
import dev.patchbay.e2e.Lab;
import dev.patchbay.e2e.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A QEMU machine that boots Debian's kernel from a disk, emulated ({@code tcg}): it needs no KVM,
 * and one that is there may be unusable.
 *
 * @param folder where its disk is and its console and results are written
 */
record GuestMachine(Path folder) {
  static final Path QEMU = Path.of("/usr/bin/qemu-system-x86_64");

  /**
   * The guest's network devices, by their PCI address; the wire between them leads nowhere else.
   */
  static final List<String> NICS = List.of("0000:00:10.0", "0000:00:11.0");

  private static final List<String> APPLETS =
      List.of(
          "sh", "mount", "insmod", "cat", "echo", "poweroff", "switch_root", "sleep", "sort", "tr");

  /** A host with much to do is late with the guest's timer, which the kernel takes for broken. */
  static final String CMDLINE = "console=ttyS0 quiet panic=-1 no_timer_check";

  private static final List<String> FOR_THE_DISK = List.of("virtio_pci", "virtio_blk");
  private static final List<String> FOR_THE_TESTS =
      List.of(
          "virtio_net",
          "virtio_console",
          "bridge",
          "br_netfilter",
          "8021q",
          "veth",
          "dummy",
          "macvlan",
          "vxlan",
          "tun",
          "nf_tables",
          "nft_chain_nat",
          "nft_masq",
          "nft_ct");

  /** Writes what it starts from. */
  Path initrd(GuestKernel kernel) throws IOException {
    List<String> wanted = new ArrayList<>(FOR_THE_DISK);
    wanted.addAll(FOR_THE_TESTS);
    return initrd(folder.resolve("initrd.gz"), kernel.inOrder(wanted), GuestScripts.INIT.text());
  }

  /**
   * Writes an initial root file system of busybox and modules.
   *
   * @param modules in the order in which they are to be loaded
   * @param init its first program
   */
  static Path initrd(Path file, Collection<Path> modules, String init) throws IOException {
    var initrd =
        new Initrd()
            .folders("bin", "proc", "sys", "dev", "root", "modules")
            .file("bin/busybox", Path.of("/usr/bin/busybox"))
            .file("init", init);
    for (String applet : APPLETS) {
      initrd.link("bin/" + applet, "busybox");
    }
    List<String> order = new ArrayList<>();
    for (Path module : modules) {
      order.add(module.getFileName().toString());
      initrd.file("modules/" + module.getFileName(), module);
    }
    initrd.file("modules/order", String.join("\n", order)).write(file);
    return file;
  }

  /** What {@code e2e/lab-tools} prints the path of; skips, saying why, where that cannot be had. */
  static Path fetched(String what) {
    Lab.require(Files.isExecutable(QEMU), QEMU + " is missing: e2e/lab-tools packages");
    Ran ran =
        Command.of(Lab.root().resolve("e2e/lab-tools").toString(), what)
            .within(Duration.ofMinutes(3))
            .run();
    Lab.require(ran.exit() == 0, ran.stderr());
    return Path.of(ran.stdout().strip());
  }

  /**
   * Runs until the guest switches itself off; an AssertionError with its console if it does not.
   */
  void run(GuestKernel kernel, Path initrd, Path disk, Duration limit) throws IOException {
    Process qemu = Command.of(argv(kernel, initrd, disk)).start(folder.resolve("qemu.log"));
    try {
      if (!qemu.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError("the guest did not end within " + limit + ":\n" + consoleText());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the guest ran", e);
    } finally {
      qemu.destroyForcibly();
    }
    if (qemu.exitValue() != 0) {
      throw new AssertionError("QEMU failed: " + Files.readString(folder.resolve("qemu.log")));
    }
  }

  private List<String> argv(GuestKernel kernel, Path initrd, Path disk) {
    List<String> argv = new ArrayList<>(List.of(QEMU.toString(), "-name", "patchbay-guest"));
    argv.addAll(List.of("-M", "q35,accel=tcg", "-cpu", "max", "-smp", "2", "-m", "1280"));
    argv.addAll(List.of("-nodefaults", "-no-user-config", "-display", "none"));
    argv.addAll(List.of("-kernel", kernel.image().toString(), "-initrd", initrd.toString()));
    argv.addAll(List.of("-append", CMDLINE));
    argv.addAll(List.of("-serial", "file:" + console()));
    argv.addAll(List.of("-device", "virtio-blk-pci,drive=disk", "-drive"));
    argv.add("file=" + disk + ",if=none,id=disk,format=raw,cache=unsafe");
    argv.addAll(List.of("-device", "virtio-serial-pci"));
    argv.addAll(List.of("-chardev", "file,id=results,path=" + results()));
    argv.addAll(List.of("-device", "virtserialport,chardev=results"));
    for (String nic : NICS) {
      String slot = nic.substring("0000:00:".length());
      String id = "wire" + slot.charAt(1);
      argv.addAll(List.of("-netdev", "hubport,hubid=0,id=" + id, "-device"));
      argv.add("virtio-net-pci,romfile=,netdev=%s,addr=%s".formatted(id, slot));
    }
    return argv;
  }

  /** What the guest's kernel and its tests printed. */
  String consoleText() throws IOException {
    return Files.exists(console()) ? Files.readString(console()) : "no console";
  }

  /** What the tests reported, the {@link GuestResult#END ends} of the boots among it. */
  List<GuestResult> reported() throws IOException {
    return Files.readAllLines(results()).stream().map(GuestResult::of).toList();
  }

  private Path console() {
    return folder.resolve("console.log");
  }

  private Path results() {
    return folder.resolve("results.log");
  }
}
