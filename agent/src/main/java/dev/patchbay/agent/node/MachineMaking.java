package dev.patchbay.agent.node;

import dev.patchbay.agent.journal.NicRecord;
import dev.patchbay.agent.vm.ConsoleAttendance;
import dev.patchbay.agent.vm.Machines;
import dev.patchbay.core.nic.Netns;
import dev.patchbay.vm.cloudinit.CloudInit;
import dev.patchbay.vm.cloudinit.SeedDisk;
import dev.patchbay.vm.image.ImageRequest;
import dev.patchbay.vm.image.Images;
import dev.patchbay.vm.image.PreparedImage;
import dev.patchbay.vm.image.Progress;
import dev.patchbay.vm.machine.Machine;
import dev.patchbay.vm.machine.MachineFolder;
import dev.patchbay.vm.machine.MachineUser;
import dev.patchbay.vm.qemu.QemuMachine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Makes a machine of a pod: its folder and image, then its seed, its NICs, and QEMU.
 *
 * @param machines where it is to run
 * @param images what it boots
 */
record MachineMaking(Machines machines, Images images) {
  /** The note of a machine that says what it boots. */
  static final String IMAGE = "image";

  private static final Path MEMORY = Path.of("/proc/meminfo");
  private static final String AVAILABLE = "MemAvailable:";
  private static final int KIB = 1024;

  /** Brings its image and makes its disk, which may take minutes. */
  PreparedImage prepare(PodView pod, MachineSpec spec, Progress progress) throws IOException {
    MachineFolder folder = machines.folder(pod.uid());
    folder.create(machines.user(pod.uid()));
    return images.prepare(
        new ImageRequest(spec.image(), spec.policy(), folder.state(), spec.rootBytes()), progress);
  }

  /** Why the host has not enough memory for it, with what to do; empty when it has. */
  static Optional<String> shortage(MachineSpec spec) throws IOException {
    for (String line : Files.readAllLines(MEMORY)) {
      if (line.startsWith(AVAILABLE)) {
        long mib = Long.parseLong(line.replaceAll("[^0-9]", "")) / KIB;
        return mib >= spec.memoryMib()
            ? Optional.empty()
            : Optional.of(
                "the machine is to have %d MiB of memory and this host has %d MiB left; give it less"
                        .formatted(spec.memoryMib(), mib)
                    + " (resources.limits.memory), or end something else");
      }
    }
    return Optional.empty();
  }

  /** Starts it with the NICs that the journal has of it; throws IOException that says why not. */
  Machine start(
      PodView pod, MachineSpec spec, PreparedImage image, Netns netns, List<NicRecord> nics)
      throws IOException {
    MachineFolder folder = machines.folder(pod.uid());
    MachineUser user = machines.user(pod.uid());
    var seed =
        SeedDisk.write(
            folder.state().resolve("seed"),
            new CloudInit(
                pod.uid(),
                pod.spec().path("hostname").asString(pod.name().name()),
                spec.wishes(),
                MachineNics.told(nics)));
    List<QemuMachine.Disk> disks = new ArrayList<>();
    image.disks().forEach(disk -> disks.add(on(spec.bus(), disk)));
    disks.add(seed);
    hand(folder, user, seed.file());
    var machine =
        new QemuMachine(
            pod.uid(),
            machines.facts().accelerator(),
            spec.cpus(),
            spec.memoryMib(),
            image.kernel(),
            disks,
            MachineNics.plugged(nics),
            machines.config().ports(),
            folder.run(),
            spec.uuid().or(() -> uuid(pod.uid())),
            new QemuMachine.Guard(machines.facts().confines(), true));
    requireReadable(user, machine);
    return machines.start(
        pod.uid(),
        netns,
        machine,
        Map.of(ConsoleAttendance.POD, pod.toString(), IMAGE, spec.image()));
  }

  private static QemuMachine.Disk on(QemuMachine.Disk.Bus bus, QemuMachine.Disk disk) {
    return new QemuMachine.Disk(disk.file(), disk.format(), disk.readOnly(), bus);
  }

  private static Optional<UUID> uuid(String uid) {
    try {
      return Optional.of(UUID.fromString(uid));
    } catch (IllegalArgumentException _) {
      return Optional.empty(); // an API may name its objects otherwise
    }
  }

  /** Its disks and its seed become its user's, who is nobody else; the seed may have passwords. */
  private static void hand(MachineFolder folder, MachineUser user, Path seed) throws IOException {
    Files.setPosixFilePermissions(seed, PosixFilePermissions.fromString("rwx------"));
    user.own(seed);
    try (Stream<Path> files = Files.walk(seed)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        user.own(file);
      }
    }
    try (Stream<Path> files = Files.list(folder.state())) {
      for (Path file : files.filter(path -> path.toString().endsWith(".qcow2")).toList()) {
        user.own(file);
      }
    }
  }

  private static void requireReadable(MachineUser user, QemuMachine machine) throws IOException {
    List<Path> files = new ArrayList<>(List.of(machine.folder()));
    machine.disks().forEach(disk -> files.add(disk.file()));
    machine
        .kernel()
        .ifPresent(kernel -> {
          files.add(kernel.image());
          kernel.initrd().ifPresent(files::add);
        });
    for (Path file : files) {
      Optional<String> trouble = user.cannotRead(file);
      if (trouble.isPresent()) {
        throw new IOException(trouble.get());
      }
    }
  }
}
