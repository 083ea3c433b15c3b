package dev.patchbay.vm.qemu;

import dev.patchbay.core.nic.MacAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * A machine as it is switched on: a q35 with root ports for NICs, some of them spare, since a NIC
 * can be plugged into a running machine only where such a port was there from the start.
 *
 * @param name for people, in process lists and logs
 * @param accelerator what runs it
 * @param cpus 1 to 255
 * @param memoryMib memory in MiB, at least 16
 * @param kernel booted instead of what is on the first disk
 * @param disks in the order in which the guest sees them
 * @param nics plugged from the start, each into a port of its own
 * @param ports root ports for NICs, 1 to {@value #MAX_PORTS}, not fewer than NICs
 * @param folder of the machine's sockets
 * @param uuid told to the guest by its firmware tables; QEMU's zeros where empty
 * @param guard what QEMU may do, and when it begins and ends
 */
public record QemuMachine(
    String name,
    Accelerator accelerator,
    int cpus,
    int memoryMib,
    Optional<Kernel> kernel,
    List<Disk> disks,
    List<Nic> nics,
    int ports,
    Path folder,
    Optional<UUID> uuid,
    Guard guard) {
  /** The root bus has 32 slots; some belong to the chipset, disks and channels. */
  public static final int MAX_PORTS = 24;

  /** The name of the monitor's socket in the machine's folder. */
  public static final String MONITOR = "qmp.sock";

  /** The name of the console's socket there. */
  public static final String CONSOLE = "console.sock";

  /** The name of the socket there that an agent in the guest talks to. */
  public static final String AGENT_CHANNEL = "agent.sock";

  private static final int MAX_CPUS = 255;
  private static final int LEAST_MEMORY = 16;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
  private static final Pattern ID = Pattern.compile("[A-Za-z][A-Za-z0-9._-]{0,62}");

  /** Throws IllegalArgumentException, naming field, value and remedy, when it cannot be built. */
  public QemuMachine {
    disks = List.copyOf(disks);
    nics = List.copyOf(nics);
    require(NAME.matcher(name).matches(), "name", name, "use letters, digits, dot and dash");
    require(cpus >= 1 && cpus <= MAX_CPUS, "cpus", cpus, "take 1 to " + MAX_CPUS);
    require(memoryMib >= LEAST_MEMORY, "memory", memoryMib + " MiB", "take 16 MiB or more");
    require(ports >= 1 && ports <= MAX_PORTS, "ports", ports, "take 1 to " + MAX_PORTS);
    require(nics.size() <= ports, "nics", nics.size(), "a machine of " + ports + " ports has none");
    require(
        kernel.isPresent() || !disks.isEmpty(), "disks", "none", "give a disk or a kernel to boot");
  }

  /** A machine of no uuid that runs at once, ends with its guest and is not confined. */
  public QemuMachine(
      String name,
      Accelerator accelerator,
      int cpus,
      int memoryMib,
      Optional<Kernel> kernel,
      List<Disk> disks,
      List<Nic> nics,
      int ports,
      Path folder) {
    this(
        name,
        accelerator,
        cpus,
        memoryMib,
        kernel,
        disks,
        nics,
        ports,
        folder,
        Optional.empty(),
        Guard.NONE);
  }

  /**
   * How much a machine is kept in hand.
   *
   * @param confined by QEMU's seccomp filter: no new programs, privileges or schedulings
   * @param held it waits until it is told to run, and is there, stopped, after its guest has shut
   *     down or panicked, so that whoever was away can still ask why
   */
  public record Guard(boolean confined, boolean held) {
    /** Neither. */
    public static final Guard NONE = new Guard(false, false);
  }

  /**
   * A kernel that QEMU puts into memory itself.
   *
   * @param image such as a bzImage
   * @param initrd its initial root file system
   * @param arguments its command line
   */
  public record Kernel(Path image, Optional<Path> initrd, String arguments) {}

  /**
   * A disk.
   *
   * @param file on the host
   * @param format as QEMU calls it, such as {@code qcow2}; it is never guessed, because a guest
   *     could write a header that names other files of the host
   * @param readOnly whether the guest must not write
   * @param bus how the guest sees it
   */
  public record Disk(Path file, Format format, boolean readOnly, Bus bus) {
    /** A virtio disk. */
    public Disk(Path file, Format format, boolean readOnly) {
      this(file, format, readOnly, Bus.VIRTIO);
    }

    /** What a disk is plugged into. */
    public enum Bus {
      /** Each disk a PCI device of its own: {@code vda}, {@code vdb} … */
      VIRTIO,
      /** One virtio SCSI controller for all: {@code sda}, {@code sdb} … */
      SCSI
    }

    /** What is in the file. */
    public enum Format {
      /** The disk's bytes. */
      RAW,
      /** QEMU's own, which grows with what is written and may have another below it. */
      QCOW2,
      /**
       * A folder of this host, of a few small files: the guest sees a FAT file system labelled
       * {@code cidata}, as cloud-init looks for. Always read-only.
       */
      SEED_FOLDER
    }
  }

  /**
   * A NIC of the guest.
   *
   * @param id QEMU's device id, unique in the life of the machine
   * @param backend where its frames go
   * @param mac the guest's address
   * @param mtu told to the guest's driver; the driver's own where empty
   */
  public record Nic(String id, Backend backend, MacAddress mac, OptionalInt mtu) {
    /** Throws IllegalArgumentException when QEMU would misread the id. */
    public Nic {
      require(ID.matcher(id).matches(), "id", id, "start with a letter");
      require(mac.isUnicast(), "mac", mac, "take a unicast address");
    }

    /** QEMU's netdev id. */
    public String netdev() {
      return QemuMachine.netdev(id);
    }
  }

  /** QEMU's netdev id of a NIC's device. */
  public static String netdev(String device) {
    return "net-" + device;
  }

  /** The monitor that the agent uses. */
  public Path monitor() {
    return folder.resolve(MONITOR);
  }

  /** A second monitor, for people. */
  public Path debugMonitor() {
    return folder.resolve("qmp-debug.sock");
  }

  /** The channel to an agent inside the guest, as qemu-guest-agent listens to. */
  public Path agentChannel() {
    return folder.resolve(AGENT_CHANNEL);
  }

  /** The serial console. */
  public Path console() {
    return folder.resolve(CONSOLE);
  }

  /** The name of the root port of that number, from 0. */
  public static String port(int number) {
    return "rp" + number;
  }

  private static void require(boolean met, String field, Object value, String remedy) {
    if (!met) {
      throw new IllegalArgumentException(
          field + " \"" + value + "\" of a machine cannot be: " + remedy);
    }
  }
}
