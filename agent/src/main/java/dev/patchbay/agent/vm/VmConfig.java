package dev.patchbay.agent.vm;

import dev.patchbay.vm.console.ConsoleSettings;
import dev.patchbay.vm.machine.MachineUser;
import dev.patchbay.vm.qemu.Accelerator;
import dev.patchbay.vm.qemu.QemuMachine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How this node runs virtual machines.
 *
 * @param qemu the executable
 * @param launcher our program that brings QEMU to its namespace, session and user
 * @param accelerator what runs guests; empty for the best that works here
 * @param ports root ports of each machine, which is how many NICs it may have
 * @param patience how long a guest may take to let a NIC go before its data path is cut
 * @param user whom machines run as; empty for a user of its own for each
 * @param confined whether QEMU's seccomp filter is used where QEMU has it
 * @param memoryMib memory of a machine whose pod names none, MiB
 * @param images the table of image names
 * @param start how long QEMU may take until its monitor answers
 * @param console how much of a machine's console is kept
 */
public record VmConfig(
    Path qemu,
    Path launcher,
    Optional<Accelerator> accelerator,
    int ports,
    Duration patience,
    Optional<MachineUser> user,
    boolean confined,
    int memoryMib,
    Path images,
    Duration start,
    ConsoleSettings console) {
  private static final int LEAST_MEMORY = 16;
  private static final int MOST_MEMORY = 1 << 20;

  /** Throws IllegalArgumentException naming the key whose value cannot be. */
  public VmConfig {
    requireAbsolute("qemu", qemu);
    requireAbsolute("launcher", launcher);
    requireAbsolute("images", images);
    requireRange("ports", ports, 1, QemuMachine.MAX_PORTS);
    requireRange("patience", patience.toSeconds(), 1, 600);
    requireRange("memory", memoryMib, LEAST_MEMORY, MOST_MEMORY);
    requireRange("start", start.toSeconds(), 1, 600);
  }

  /** The user that a machine runs as. */
  public MachineUser userOf(String vm) {
    return user.orElseGet(() -> MachineUser.of(vm));
  }

  private static void requireAbsolute(String key, Path path) {
    if (!path.isAbsolute()) {
      throw new IllegalArgumentException(
          "vm." + key + " is \"" + path + "\"; write an absolute path, beginning with a slash");
    }
  }

  private static void requireRange(String key, long value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          "vm." + key + " is " + value + "; write " + min + " to " + max);
    }
  }

  /** What is written below {@code vm}: all keys optional. */
  public record Written(
      @Nullable Path qemu,
      @Nullable Path launcher,
      @Nullable String accelerator,
      @Nullable Integer ports,
      @Nullable Integer patience,
      @Nullable String user,
      @Nullable Boolean confined,
      @Nullable Integer memory,
      @Nullable Path images,
      @Nullable Integer start,
      @Nullable WrittenConsole console) {
    private static final Path QEMU = Path.of("/usr/bin/qemu-system-x86_64");
    private static final Path IMAGES = Path.of("/etc/patchbay/images.yaml");
    private static final String HOME = "/usr/lib/patchbay";
    private static final int PORTS = 8;
    private static final int PATIENCE = 20;
    private static final int MEMORY = 512;
    private static final int START = 30;

    /** Nothing is written. */
    public Written() {
      this(null, null, null, null, null, null, null, null, null, null, null);
    }

    /** The settings; throws IllegalArgumentException naming the key whose value cannot be. */
    public VmConfig orDefaults() {
      Path home = Path.of(System.getProperty("patchbay.home", HOME));
      return new VmConfig(
          or(qemu, QEMU),
          or(launcher, home.resolve("libexec/patchbay-launch")),
          accelerator(or(accelerator, "auto")),
          or(ports, PORTS),
          Duration.ofSeconds(or(patience, PATIENCE)),
          user(or(user, "own")),
          or(confined, true),
          or(memory, MEMORY),
          or(images, IMAGES),
          Duration.ofSeconds(or(start, START)),
          or(console, WrittenConsole.NOTHING).orDefaults());
    }

    private static Optional<Accelerator> accelerator(String text) {
      return switch (text) {
        case "auto" -> Optional.empty();
        case "kvm" -> Optional.of(Accelerator.KVM);
        case "tcg" -> Optional.of(Accelerator.TCG);
        default ->
            throw new IllegalArgumentException(
                "vm.accelerator is \"" + text + "\"; write auto, kvm or tcg");
      };
    }

    private static Optional<MachineUser> user(String text) {
      if (text.equals("own")) {
        return Optional.empty();
      }
      if (text.equals("root")) {
        return Optional.of(MachineUser.ROOT);
      }
      if (!text.matches("[1-9][0-9]{0,8}")) {
        throw new IllegalArgumentException(
            "vm.user is \""
                + text
                + "\"; write own, root or the number of a user, 1 to 999999999 (id -u NAME)");
      }
      return Optional.of(new MachineUser(Integer.parseInt(text)));
    }
  }

  /** What is written below {@code vm.console}: all keys optional. */
  public record WrittenConsole(
      @Nullable Integer historyBytes,
      @Nullable Integer replayLines,
      @Nullable Integer backlogBytes,
      @Nullable Integer logBytes,
      @Nullable Integer logFiles) {
    static final WrittenConsole NOTHING = new WrittenConsole(null, null, null, null, null);

    ConsoleSettings orDefaults() {
      ConsoleSettings unless = ConsoleSettings.DEFAULTS;
      return new ConsoleSettings(
          or(historyBytes, unless.historyBytes()),
          or(replayLines, unless.replayLines()),
          or(backlogBytes, unless.backlogBytes()),
          or(logBytes, unless.logBytes()),
          or(logFiles, unless.logFiles()));
    }
  }

  private static <T> T or(@Nullable T value, T fallback) {
    return value == null ? fallback : value;
  }
}
