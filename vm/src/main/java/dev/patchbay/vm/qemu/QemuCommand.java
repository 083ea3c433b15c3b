package dev.patchbay.vm.qemu;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The command line of a machine. */
public final class QemuCommand {
  private QemuCommand() {}

  /** Program and arguments, in an order that QEMU accepts: a bus stands before what is on it. */
  public static List<String> of(Path qemu, QemuMachine machine) {
    List<String> all = new ArrayList<>();
    all.addAll(List.of(qemu.toString(), "-name", machine.name()));
    all.addAll(List.of("-M", "q35,accel=" + machine.accelerator().text(), "-cpu", "max"));
    all.addAll(List.of("-smp", String.valueOf(machine.cpus())));
    all.addAll(List.of("-m", String.valueOf(machine.memoryMib())));
    all.addAll(List.of("-nodefaults", "-no-user-config", "-display", "none"));
    all.addAll(List.of("-qmp", socket(machine.monitor())));
    all.addAll(List.of("-qmp", socket(machine.debugMonitor())));
    all.addAll(List.of("-serial", socket(machine.console())));
    machine.kernel().ifPresent(kernel -> boot(kernel, all));
    for (int i = 0; i < machine.disks().size(); i++) {
      disk(i, machine.disks().get(i), all);
    }
    for (int i = 0; i < machine.ports(); i++) {
      all.addAll(List.of("-device", port(i)));
    }
    for (int i = 0; i < machine.nics().size(); i++) {
      nic(machine.nics().get(i), QemuMachine.port(i), all);
    }
    return List.copyOf(all);
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

  private static void disk(int number, QemuMachine.Disk disk, List<String> all) {
    Map<String, Object> drive = new LinkedHashMap<>();
    drive.putAll(content(disk));
    drive.put("if", "none");
    drive.put("id", "disk" + number);
    drive.put("readonly", disk.readOnly() ? "on" : "off");
    all.addAll(List.of("-drive", options(drive)));
    all.addAll(List.of("-device", "virtio-blk-pci,drive=disk" + number));
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
