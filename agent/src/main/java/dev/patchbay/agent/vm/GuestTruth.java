package dev.patchbay.agent.vm;

import dev.patchbay.vm.dhcp.NicTalk.Fact;
import dev.patchbay.vm.machine.MachineListener;
import dev.patchbay.vm.machine.MachineNews;
import dev.patchbay.vm.truth.GuestView;
import dev.patchbay.vm.truth.WatchedGuest;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What guests have made of their NICs, from what QEMU, their frames and their agents tell. It is in
 * memory only: after a restart all is asked anew.
 */
public final class GuestTruth implements Responders.Audience, MachineListener, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(GuestTruth.class);

  private final WatchedGuest.Channels channels;
  private final Map<String, WatchedGuest> guests = new ConcurrentHashMap<>();
  private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();
  private volatile Consumer<GuestNic.Id> asker = _ -> {};

  /** Knows nothing yet. */
  public GuestTruth(WatchedGuest.Channels channels) {
    this.channels = channels;
  }

  /** Tells the id of each machine one of whose NICs has changed, a few times a second at most. */
  public void listen(Consumer<String> changed) {
    listeners.add(changed);
  }

  /** Who asks a guest whether it has the addresses that nobody has heard it speak with. */
  public void asks(Consumer<GuestNic.Id> one) {
    asker = one;
  }

  /** What the guest has made of a device; empty when the machine has none such that is served. */
  public Optional<GuestView> of(String vm, String device) {
    return guest(vm).flatMap(guest -> guest.view(device));
  }

  @Override
  public void serves(Collection<GuestNic> all) {
    Map<String, List<WatchedGuest.Given>> byMachine =
        all.stream()
            .collect(
                Collectors.groupingBy(
                    GuestNic::vm, Collectors.mapping(GuestTruth::given, Collectors.toList())));
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
        guests.computeIfAbsent(vm, id -> WatchedGuest.start(id, channels, new Ear(id))).has(nics));
  }

  private static WatchedGuest.Given given(GuestNic nic) {
    return new WatchedGuest.Given(nic.device(), nic.talk().guest(), nic.talk().lent());
  }

  private final class Ear implements WatchedGuest.Ear {
    private final String vm;

    Ear(String vm) {
      this.vm = vm;
    }

    @Override
    public void changed() {
      listeners.forEach(listener -> listener.accept(vm));
    }

    @Override
    public void silent(String device) {
      asker.accept(new GuestNic.Id(vm, device));
    }

    @Override
    public void trouble(String why) {
      LOG.info("Patchbay: machine {}: {}", vm, why);
    }
  }

  @Override
  public void heard(GuestNic nic, Fact fact) {
    guest(nic.vm()).ifPresent(guest -> guest.heard(nic.device(), fact));
  }

  @Override
  public void heard(String vm, MachineNews news) {
    guest(vm)
        .ifPresent(guest -> {
          switch (news) {
            case MachineNews.Told(var event) -> guest.happened(event);
            case MachineNews.Begins _, MachineNews.Found _, MachineNews.Over _ -> guest.forget();
          }
        });
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
