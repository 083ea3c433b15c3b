package dev.patchbay.linux.apply;

import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.IpText;
import dev.patchbay.core.plan.AttachFailure;
import dev.patchbay.core.plan.AwaitOp;
import dev.patchbay.core.plan.Performed;
import dev.patchbay.linux.netlink.Request;
import dev.patchbay.linux.procfs.SysctlKey;
import dev.patchbay.linux.procfs.Sysctls;
import dev.patchbay.linux.rtnetlink.Address;
import dev.patchbay.linux.rtnetlink.Addresses;
import dev.patchbay.linux.rtnetlink.KernelLink;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** Looks again and again until something is so; each look costs some 20 µs. */
record Waiting(Namespaces namespaces) {
  private static final Duration PAUSE = Duration.ofMillis(10);
  private static final int RT_SCOPE_LINK = 253; // linux/rtnetlink.h

  Performed await(AwaitOp op) throws IOException {
    return switch (op.until()) {
      case AwaitOp.Condition.Carrier(var netns, var link) ->
          until(op, () -> carrier(namespaces.of(netns), link));
      case AwaitOp.Condition.DadDone(var netns, var link) -> {
        detect(namespaces.of(netns), link);
        yield until(op, () -> dad(namespaces.of(netns), link));
      }
      case AwaitOp.Condition.DhcpLease _ ->
          missing("ipam", "dhcp", "this agent has no DHCP client yet");
      case AwaitOp.Condition.DeviceDeleted(var vm, _) ->
          missing("vm", vm, "this agent has no VM runtime yet");
    };
  }

  private static Performed missing(String field, String value, String message) {
    return new Performed.Failed(
        new AttachFailure.InvalidField(field, value, message, "ask for it without"));
  }

  @FunctionalInterface
  private interface Look {
    /** Empty as long as nothing is decided. */
    Optional<Performed> now() throws IOException;
  }

  private static Performed until(AwaitOp op, Look look) throws IOException {
    long deadline = System.nanoTime() + op.atMost().toNanos();
    while (true) {
      Optional<Performed> decided = look.now();
      if (decided.isPresent()) {
        return decided.get();
      }
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        return new Performed.Late();
      }
      if (Thread.currentThread().isInterrupted()) {
        return new Performed.Failed(new AttachFailure.Cancelled("interruption"));
      }
      LockSupport.parkNanos(Math.min(left, PAUSE.toNanos()));
    }
  }

  private static Optional<Performed> carrier(OpenNetns netns, IfName link) throws IOException {
    boolean there = netns.require(link, "wait for carrier of").hasCarrier();
    return there ? Optional.of(Performed.done()) : Optional.empty();
  }

  private static Optional<Performed> dad(OpenNetns netns, IfName name) throws IOException {
    KernelLink link = netns.require(name, "wait for the addresses of");
    List<Address> addresses = netns.socket().addresses(link.index());
    Optional<Address> duplicate = addresses.stream().filter(Address::hasFailedDad).findFirst();
    if (duplicate.isPresent()) {
      String address = IpText.of(duplicate.get().cidr().address());
      return Optional.of(
          new Performed.Failed(
              new AttachFailure.AddressTaken(address, "another station on the network")));
    }
    return addresses.stream().anyMatch(Address::isTentative)
        ? Optional.empty()
        : Optional.of(Performed.done());
  }

  /**
   * Addresses at the end of a cable were given without detection, so that pods need not wait for
   * it; whoever does wait gets it now. Routes stay when an address comes back in the same send.
   */
  private static void detect(OpenNetns netns, IfName name) throws IOException {
    KernelLink link = netns.require(name, "wait for the addresses of");
    List<Address> undetected =
        netns.socket().addresses(link.index()).stream()
            .filter(Address::isWithoutDad)
            .filter(address -> address.scope() != RT_SCOPE_LINK)
            .toList();
    if (undetected.isEmpty()) {
      return;
    }
    Map<SysctlKey, String> on = new LinkedHashMap<>();
    on.put(AddressOps.ipv6(name, "enhanced_dad"), "1");
    on.put(AddressOps.ipv6(name, "accept_dad"), "1");
    Sysctls.ensure(netns.handle(), on);
    List<Request> again = new ArrayList<>();
    for (Address address : undetected) {
      again.add(Addresses.delete(address));
      again.add(Addresses.add(Address.on(link.index(), address.cidr())));
    }
    netns.socket().run(again.toArray(Request[]::new));
  }
}
