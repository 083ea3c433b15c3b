package dev.patchbay.vm.qemu;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/** The command line of a machine. */
public final class QemuCommand {
  private QemuCommand() {}

  /** What the seccomp filter forbids, all that it knows; libvirt asks for the same. */
  static final String SANDBOX =
      "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny";

  /** Program and arguments, in an order that QEMU accepts: a bus stands before what is on it. */
  public static List<String> of(Path qemu, QemuMachine machine) {
    List<String> all = new ArrayList<>();
    all.addAll(List.of(qemu.toString(), "-name", machine.name()));
    // without graphics the firmware speaks on the serial console, so that people see why it fails
    all.addAll(List.of("-M", "q35,accel=" + machine.accelerator().text() + ",graphics=off"));
    all.addAll(List.of("-cpu", "max", "-smp", String.valueOf(machine.cpus())));
    all.addAll(List.of("-m", String.valueOf(machine.memoryMib())));
    all.addAll(List.of("-nodefaults", "-no-user-config", "-display", "none"));
    machine.uuid().ifPresent(uuid -> identity(uuid, all));
    guard(machine.guard(), all);
    all.addAll(List.of("-qmp", socket(machine.monitor())));
    all.addAll(List.of("-qmp", socket(machine.debugMonitor())));
    all.addAll(List.of("-serial", socket(machine.console())));
    machine.kernel().ifPresent(kernel -> boot(kernel, all));
    devices(machine, all);
    disks(machine, all);
    for (int i = 0; i < machine.ports(); i++) {
      all.addAll(List.of("-device", port(i)));
    }
    for (int i = 0; i < machine.nics().size(); i++) {
      nic(machine.nics().get(i), QemuMachine.port(i), all);
    }
    return List.copyOf(all);
  }

  private static void identity(UUID uuid, List<String> all) {
    all.addAll(List.of("-uuid", uuid.toString()));
    all.addAll(List.of("-smbios", "type=1,manufacturer=Patchbay,product=Virtual Machine"));
  }

  private static void guard(QemuMachine.Guard guard, List<String> all) {
    if (guard.confined()) {
      all.addAll(List.of("-sandbox", SANDBOX));
    }
    if (guard.held()) {
      all.addAll(List.of("-S", "-action", "shutdown=pause,panic=pause"));
    }
  }

  /** What every machine has: entropy, a way to tell of a panic, a channel to an agent in it. */
  private static void devices(QemuMachine machine, List<String> all) {
    all.addAll(List.of("-object", "rng-random,id=entropy,filename=/dev/urandom"));
    all.addAll(List.of("-device", "virtio-rng-pci,rng=entropy", "-device", "pvpanic"));
    all.addAll(List.of("-device", "virtio-serial-pci"));
    all.addAll(
        List.of(
            "-chardev",
            "socket,id=agent,path=" + escaped(machine.agentChannel()) + ",server=on,wait=off"));
    all.addAll(List.of("-device", "virtserialport,chardev=agent,name=org.qemu.guest_agent.0"));
  }

  /** The arguments of QMP's device_add for a NIC in a port; the command line takes the same. */
  public static Map<String, Object> device(QemuMachine.Nic nic, String port) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("driver", "virtio-net-pci");
    all.put("id", nic.id());
    all.put("netdev", nic.netdev());
    all.put("mac", nic.mac().value());
    all.put("bus", port);
    // no boot from the network, so no ROM, which need not be installed either
    all.put("romfile", "");
    nic.mtu().ifPresent(mtu -> all.put("host_mtu", mtu));
    return all;
  }

  private static void boot(QemuMachine.Kernel kernel, List<String> all) {
    all.addAll(List.of("-kernel", kernel.image().toString()));
    kernel.initrd().ifPresent(initrd -> all.addAll(List.of("-initrd", initrd.toString())));
    all.addAll(List.of("-append", kernel.arguments()));
  }

  private static void disks(QemuMachine machine, List<String> all) {
    if (machine.disks().stream().anyMatch(disk -> disk.bus() == QemuMachine.Disk.Bus.SCSI)) {
      all.addAll(List.of("-device", "virtio-scsi-pci,id=scsi"));
    }
    for (int i = 0; i < machine.disks().size(); i++) {
      disk(i, machine.disks().get(i), machine.kernel().isEmpty(), all);
    }
  }

  private static void disk(int number, QemuMachine.Disk disk, boolean boots, List<String> all) {
    Map<String, Object> drive = new LinkedHashMap<>();
    drive.putAll(content(disk));
    drive.put("if", "none");
    drive.put("id", "disk" + number);
    drive.put("readonly", disk.readOnly() ? "on" : "off");
    all.addAll(List.of("-drive", options(drive)));
    String device =
        switch (disk.bus()) {
          case VIRTIO -> "virtio-blk-pci,";
          case SCSI -> "scsi-hd,bus=scsi.0,";
        };
    // the order of the list is the order in which the firmware tries them; a kernel given to QEMU
    // has the first place for itself
    boolean tried = boots && disk.format() != QemuMachine.Disk.Format.SEED_FOLDER;
    String order = tried ? ",bootindex=" + number : "";
    all.addAll(List.of("-device", device + "drive=disk" + number + order));
  }

  private static Map<String, Object> content(QemuMachine.Disk disk) {
    Map<String, Object> content = new LinkedHashMap<>();
    switch (disk.format()) {
      case RAW, QCOW2 -> {
        content.put("file", disk.file());
        content.put("format", disk.format().name().toLowerCase(Locale.ROOT));
      }
      case SEED_FOLDER -> {
        content.put("file.driver", "vvfat");
        content.put("file.dir", disk.file());
        content.put("file.label", "cidata");
        content.put("file.rw", "off");
        content.put("format", "raw");
      }
    }
    return content;
  }

  private static String port(int number) {
    Map<String, Object> port = new LinkedHashMap<>();
    port.put("driver", "pcie-root-port");
    port.put("id", QemuMachine.port(number));
    port.put("bus", "pcie.0");
    port.put("chassis", number + 1);
    port.put("slot", number + 1);
    return options(port);
  }

  private static void nic(QemuMachine.Nic nic, String port, List<String> all) {
    all.addAll(List.of("-netdev", options(nic.backend().arguments(nic.netdev()))));
    all.addAll(List.of("-device", options(device(nic, port))));
  }

  private static String socket(Path path) {
    return "unix:" + escaped(path) + ",server=on,wait=off";
  }

  /** QEMU's option text, in which a comma in a value is written twice. */
  private static String options(Map<String, Object> options) {
    return options.entrySet().stream()
        .map(option -> option.getKey() + "=" + escaped(option.getValue()))
        .collect(Collectors.joining(","));
  }

  private static String escaped(Object value) {
    return value.toString().replace(",", ",,");
  }
}
