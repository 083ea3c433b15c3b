package dev.patchbay.vm.truth;

import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.nic.NicState;
import dev.patchbay.vm.dhcp.NicTalk.Fact;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * All that is known of one NIC in its guest; from it follows where the NIC stands.
 *
 * @param device what QEMU knows; empty until it was asked
 * @param taken addresses that the guest was lent and has acknowledged
 * @param spoken addresses that it speaks with, at most {@value #MOST}
 * @param agent what the agent in the guest tells; empty where there is none
 */
public record GuestEvidence(
    Optional<DeviceView> device,
    Set<InetAddress> taken,
    Set<InetAddress> spoken,
    Optional<AgentView> agent) {
  /** Nothing is known. */
  public static final GuestEvidence NONE =
      new GuestEvidence(Optional.empty(), Set.of(), Set.of(), Optional.empty());

  /** A guest that speaks with every address there is costs no more than this. */
  static final int MOST = 16;

  /** Copies the sets, keeping their order. */
  public GuestEvidence {
    taken = Collections.unmodifiableSet(new LinkedHashSet<>(taken));
    spoken = Collections.unmodifiableSet(new LinkedHashSet<>(spoken));
  }

  /**
   * The same after QEMU was asked. A guest whose driver goes, or tells that the NIC is down, loses
   * what it had on it. Linux does not tell: its NIC counts as it was until the driver is bound
   * anew.
   */
  public GuestEvidence with(DeviceView now) {
    boolean fell = device.filter(before -> before.up() && !now.up()).isPresent() || !now.driver();
    return fell
        ? new GuestEvidence(Optional.of(now), Set.of(), Set.of(), Optional.empty())
        : new GuestEvidence(Optional.of(now), taken, spoken, agent);
  }

  /** The same after a frame. */
  public GuestEvidence with(Fact fact) {
    return switch (fact) {
      case Fact.Took(var address) -> new GuestEvidence(device, and(taken, address), spoken, agent);
      case Fact.Speaks(var address, _) ->
          address.isLinkLocalAddress()
              ? this
              : new GuestEvidence(device, taken, and(spoken, address), agent);
    };
  }

  /** The same after the agent in the guest was asked; empty when it does not answer any more. */
  public GuestEvidence with(Optional<AgentView> now) {
    return new GuestEvidence(device, taken, spoken, now);
  }

  private static Set<InetAddress> and(Set<InetAddress> some, InetAddress one) {
    Set<InetAddress> all = new LinkedHashSet<>(some);
    all.remove(one);
    all.add(one);
    if (all.size() > MOST) {
      all.remove(all.iterator().next()); // what was said longest ago
    }
    return all;
  }

  /**
   * Where the NIC stands.
   *
   * @param given the address that the NIC was given
   * @param lent the IP addresses that it was given; none for a NIC of layer 2
   */
  public GuestView view(MacAddress given, List<InetAddress> lent) {
    List<InetAddress> addresses = addresses();
    List<InetAddress> missing =
        lent.stream().filter(address -> !addresses.contains(address)).toList();
    boolean configured = lent.isEmpty() ? !addresses.isEmpty() : missing.size() < lent.size();
    boolean heard = !taken.isEmpty() || !spoken.isEmpty() || !addresses.isEmpty();
    NicState state =
        configured
            ? NicState.CONFIGURED
            : heard || device.filter(DeviceView::up).isPresent()
                ? NicState.UP
                : device.filter(DeviceView::driver).isPresent()
                    ? NicState.DRIVER_READY
                    : NicState.ATTACHED;
    Optional<MacAddress> mac = agent.map(AgentView::mac).or(() -> device.flatMap(DeviceView::mac));
    List<String> why = new ArrayList<>();
    reason(state, lent, missing).ifPresent(why::add);
    mac.filter(one -> !one.equals(given) && state != NicState.ATTACHED)
        .ifPresent(one -> why.add("it uses the address " + one + " instead of " + given));
    boolean promiscuous = device.filter(DeviceView::promiscuous).isPresent();
    if (promiscuous) {
      why.add("it listens to everything");
    }
    return new GuestView(state, mac, promiscuous, addresses, String.join("; ", why));
  }

  /** What an agent lists is all there is; without one, what was heard. */
  private List<InetAddress> addresses() {
    Set<InetAddress> heard = new LinkedHashSet<>(taken);
    heard.addAll(spoken);
    return agent.map(AgentView::addresses).orElseGet(() -> List.copyOf(heard));
  }

  private static Optional<String> reason(
      NicState state, List<InetAddress> lent, List<InetAddress> missing) {
    return switch (state) {
      case ATTACHED -> Optional.of("no driver in the guest has taken it");
      case DRIVER_READY -> Optional.of("the guest has not set it up");
      case UP ->
          Optional.of(
              lent.isEmpty()
                  ? "the guest has no address on it that is known"
                  : "the guest has not taken " + text(lent));
      case CONFIGURED ->
          missing.isEmpty()
              ? Optional.empty()
              : Optional.of("the guest has not taken " + text(missing));
      case PENDING, PLUGGING, UNPLUGGING, DETACH_PENDING, DETACHED, FAILED -> Optional.empty();
    };
  }

  private static String text(List<InetAddress> addresses) {
    return String.join(", ", addresses.stream().map(GuestView::text).toList());
  }
}
