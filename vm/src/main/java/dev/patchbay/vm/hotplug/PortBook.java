package dev.patchbay.vm.hotplug;

import dev.patchbay.vm.qemu.QemuMachine;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Which root ports of a machine are taken, and by which device. QEMU keeps no such book: it accepts
 * a second device for a port, which the guest then never sees.
 *
 * @param ports how many there are
 * @param taken the number of a port to the device in it
 */
public record PortBook(int ports, Map<Integer, String> taken) {
  /** Copies the map; throws IllegalArgumentException when it names a port that is not there. */
  public PortBook {
    taken = Map.copyOf(taken);
    if (taken.keySet().stream().anyMatch(port -> port < 0 || port >= ports)) {
      throw new IllegalArgumentException(taken + " are not all ports of a machine with " + ports);
    }
  }

  /** The book of a machine that has just been switched on. */
  public static PortBook of(QemuMachine machine) {
    Map<Integer, String> taken =
        IntStream.range(0, machine.nics().size())
            .boxed()
            .collect(Collectors.toMap(port -> port, port -> machine.nics().get(port).id()));
    return new PortBook(machine.ports(), taken);
  }

  /** The lowest port without a device; none when all are taken. */
  public OptionalInt free() {
    return IntStream.range(0, ports).filter(port -> !taken.containsKey(port)).findFirst();
  }

  /** The port of a device. */
  public OptionalInt of(String device) {
    return taken.entrySet().stream()
        .filter(entry -> entry.getValue().equals(device))
        .mapToInt(Map.Entry::getKey)
        .findFirst();
  }

  /** The book with one more device in it. */
  PortBook with(int port, String device) {
    Map<Integer, String> more = new LinkedHashMap<>(taken);
    if (Optional.ofNullable(more.putIfAbsent(port, device)).isPresent()) {
      throw new IllegalStateException("port " + port + " is taken: " + taken);
    }
    return new PortBook(ports, more);
  }

  /** The book without a device. */
  PortBook without(String device) {
    Map<Integer, String> rest = new LinkedHashMap<>(taken);
    rest.values().remove(device);
    return new PortBook(ports, rest);
  }
}
