package dev.patchbay.vm.qemu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Finds out whether an accelerator really runs instructions. That the device node is there, and
 * even that QEMU starts, says too little: there are machines where the first instruction hangs for
 * ever. So a guest of four instructions is booted, which ends QEMU by an exit code of its own.
 *
 * @param qemu the executable
 * @param limit how long the guest may take; a process that hangs in the kernel is left behind
 * @param launcher program and arguments before QEMU, such as those that make it another user
 */
public record AcceleratorProbe(Path qemu, Duration limit, List<String> launcher) {
  private static final int PORT = 0xf4;
  private static final int TOLD = 0x31;

  /** How QEMU's isa-debug-exit turns what the guest wrote into an exit code. */
  private static final int EXIT = TOLD << 1 | 1;

  /** Copies the list. */
  public AcceleratorProbe {
    launcher = List.copyOf(launcher);
  }

  /** Tries it as the user that we are. */
  public AcceleratorProbe(Path qemu, Duration limit) {
    this(qemu, limit, List.of());
  }

  /**
   * What was found.
   *
   * @param best the fastest accelerator that works
   * @param why the reason, for people
   */
  public record Finding(Accelerator best, String why) {}

  /** KVM where it runs instructions, else TCG. */
  public Finding best() throws IOException {
    if (!Files.exists(Path.of("/dev/kvm"))) {
      return new Finding(Accelerator.TCG, "this machine has no /dev/kvm");
    }
    if (!Files.isReadable(Path.of("/dev/kvm")) || !Files.isWritable(Path.of("/dev/kvm"))) {
      return new Finding(Accelerator.TCG, "/dev/kvm may not be opened by this user");
    }
    return works(Accelerator.KVM)
        ? new Finding(Accelerator.KVM, "/dev/kvm runs a guest")
        : new Finding(
            Accelerator.TCG,
            "/dev/kvm is there but ran no guest within " + limit.toSeconds() + " s");
  }

  /** Whether a guest runs with it. */
  public boolean works(Accelerator accelerator) throws IOException {
    Path disk = Files.createTempFile("patchbay-probe", ".img");
    try {
      Files.write(disk, bootSector());
      Files.setPosixFilePermissions(disk, PosixFilePermissions.fromString("rw-rw-rw-"));
      Process process =
          new ProcessBuilder(argv(accelerator, disk))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      try {
        return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)
            && process.exitValue() == EXIT;
      } finally {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while probing " + accelerator.text(), e);
    } finally {
      Files.deleteIfExists(disk);
    }
  }

  private List<String> argv(Accelerator accelerator, Path disk) {
    List<String> all = new ArrayList<>(launcher);
    all.addAll(
        List.of(
            qemu.toString(),
            "-M",
            "pc,accel=" + accelerator.text(),
            "-m",
            "32",
            "-nodefaults",
            "-no-user-config",
            "-display",
            "none",
            "-device",
            "isa-debug-exit,iobase=" + PORT + ",iosize=1",
            "-drive",
            "file=" + disk + ",format=raw,if=ide"));
    return List.copyOf(all);
  }

  /** A boot sector of 512 bytes: mov al, TOLD; out PORT, al; hlt; jmp back. */
  private static byte[] bootSector() {
    byte[] sector = new byte[512];
    byte[] code = {(byte) 0xb0, TOLD, (byte) 0xe6, (byte) PORT, (byte) 0xf4, (byte) 0xeb, -3};
    System.arraycopy(code, 0, sector, 0, code.length);
    sector[510] = 0x55;
    sector[511] = (byte) 0xaa;
    return sector;
  }
}
