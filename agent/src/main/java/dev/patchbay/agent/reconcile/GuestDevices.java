package dev.patchbay.agent.reconcile;

import dev.patchbay.agent.journal.GuestEnd;
import dev.patchbay.agent.journal.Journal;
import dev.patchbay.agent.journal.NicRecord;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.plan.Attachment;
import dev.patchbay.core.plan.Guest;
import dev.patchbay.core.plan.Sandbox;
import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses what QEMU calls the NICs of a virtual machine. An id that the machine still has cannot be
 * used again, even though its NIC is long gone from the host.
 *
 * @param journal knows whose sandboxes are machines, and what their NICs are called
 * @param guests know what they still have
 */
record GuestDevices(Journal journal, Guests guests) {
  private static final Logger LOG = LoggerFactory.getLogger(GuestDevices.class);

  /**
   * The same with a device for each NIC that has none. A sandbox whose NICs are a machine's is that
   * machine's, whoever asks for one more.
   */
  Wanted named(Wanted wanted) {
    Sandbox sandbox = wanted.sandbox();
    List<NicRecord> there = journal.ofContainer(sandbox.containerId());
    Optional<Guest> guest = sandbox.guest().or(() -> known(there));
    return guest
        .map(machine ->
            new Wanted(
                sandbox.of(machine.with(chosen(machine, wanted.nics(), there))),
                wanted.caller(),
                wanted.nics(),
                wanted.primary()))
        .orElse(wanted);
  }

  private static Optional<Guest> known(List<NicRecord> there) {
    return there.stream()
        .flatMap(nic -> nic.guestEnd().stream())
        .findFirst()
        .map(end -> new Guest(end.vm(), Map.of(), end.owner(), end.patience()));
  }

  private Map<IfName, String> chosen(Guest guest, List<Attachment> nics, List<NicRecord> there) {
    Set<String> taken = new HashSet<>(held(guest.vm()));
    taken.addAll(guest.devices().values());
    Set<IfName> coming = new HashSet<>();
    nics.forEach(nic -> coming.add(nic.ifName()));
    // the record of a NIC that comes again is replaced
    there.stream()
        .filter(nic -> !coming.contains(nic.key().nic()))
        .flatMap(nic -> nic.guestEnd().stream())
        .map(GuestEnd::device)
        .forEach(taken::add);
    Map<IfName, String> chosen = new LinkedHashMap<>();
    for (IfName nic : coming) {
      if (guest.device(nic).isEmpty()) {
        String device = free(nic, taken);
        taken.add(device);
        chosen.put(nic, device);
      }
    }
    return chosen;
  }

  private Set<String> held(String vm) {
    try {
      return guests.devices(vm);
    } catch (IOException e) {
      // plugging will fail for the same reason, and say so to whoever waits for it
      LOG.warn("Patchbay: virtual machine {} cannot be asked for its devices", vm, e);
      return Set.of();
    }
  }

  /** The NIC's name, as far as QEMU takes it, and a number when it comes again. */
  private static String free(IfName nic, Set<String> taken) {
    String plain = nic.value().replaceAll("[^A-Za-z0-9._-]", "_");
    String base = Character.isLetter(plain.charAt(0)) ? plain : "nic" + plain;
    String device = base;
    for (int again = 2; taken.contains(device); again++) {
      device = base + "-" + again;
    }
    return device;
  }
}
