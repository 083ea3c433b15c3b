package dev.patchbay.agent.vm;

import dev.patchbay.vm.dhcp.NicTalk.Fact;
import dev.patchbay.vm.qmp.QmpClient;
import dev.patchbay.vm.qmp.QmpEvent;
import dev.patchbay.vm.truth.GuestView;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * What guests have made of their NICs, from what QEMU, their frames and their agents tell. It is in
 * memory only: after a restart all is asked anew.
 */
public final class GuestTruth implements Responders.Audience, AutoCloseable {
  private final Machines machines;
  private final Map<String, WatchedGuest> guests = new ConcurrentHashMap<>();
  private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();

  /** Where a machine can be asked. */
  public interface Machines {
    /**
     * Its monitor; empty when it is off.
     *
     * @throws IOException when it runs and does not answer
     */
    Optional<QmpClient> monitor(String vm) throws IOException;

    /** The channel to an agent in its guest; empty when it has none. */
    Optional<Path> agentChannel(String vm);
  }

  /** Knows nothing yet. */
  public GuestTruth(Machines machines) {
    this.machines = machines;
  }

  /** Tells the id of each machine one of whose NICs has changed, a few times a second at most. */
  public void listen(Consumer<String> changed) {
    listeners.add(changed);
  }

  /** What the guest has made of a device; empty when the machine has none such that is served. */
  public Optional<GuestView> of(String vm, String device) {
    return Optional.ofNullable(guests.get(vm)).flatMap(guest -> guest.view(device));
  }

  @Override
  public void serves(Collection<GuestNic> all) {
    Map<String, List<GuestNic>> byMachine =
        all.stream().collect(Collectors.groupingBy(GuestNic::vm));
    guests
        .entrySet()
        .removeIf(entry -> {
          boolean over = !byMachine.containsKey(entry.getKey());
          if (over) {
            entry.getValue().close();
          }
          return over;
        });
    byMachine.forEach((vm, nics) ->
        guests
            .computeIfAbsent(vm, id -> new WatchedGuest(id, machines, () -> changed(id)).start())
            .has(nics));
  }

  private void changed(String vm) {
    listeners.forEach(listener -> listener.accept(vm));
  }

  @Override
  public void heard(GuestNic nic, Fact fact) {
    guest(nic.vm()).ifPresent(guest -> guest.heard(nic.device(), fact));
  }

  /** QEMU told something of a machine; returns at once. */
  public void happened(String vm, QmpEvent event) {
    guest(vm).ifPresent(guest -> guest.happened(event));
  }

  /** A machine has been switched on, or found running: all is asked anew. */
  public void started(String vm) {
    guest(vm).ifPresent(WatchedGuest::forget);
  }

  /** There is no QEMU of the machine any more, so nothing is known of its guest. */
  public void ended(String vm) {
    guest(vm).ifPresent(WatchedGuest::forget);
  }

  private Optional<WatchedGuest> guest(String vm) {
    return Optional.ofNullable(guests.get(vm));
  }

  /** Asks nobody any more. */
  @Override
  public void close() {
    guests.values().forEach(WatchedGuest::close);
  }
}
