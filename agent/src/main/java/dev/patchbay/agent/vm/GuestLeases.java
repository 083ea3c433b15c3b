package dev.patchbay.agent.vm;

import dev.patchbay.agent.journal.GuestEnd;
import dev.patchbay.agent.journal.NicRecord;
import dev.patchbay.cni.error.CniException;
import dev.patchbay.cni.result.Result;
import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.Dns;
import dev.patchbay.core.nic.NicState;
import dev.patchbay.core.nic.Route;
import dev.patchbay.core.plan.HandedOver;
import dev.patchbay.core.plan.HostObserver;
import dev.patchbay.core.plan.HostObserver.ObservedLink;
import dev.patchbay.vm.dhcp.NicLease;
import dev.patchbay.vm.dhcp.NicLease6;
import dev.patchbay.vm.dhcp.NicLease6.Router;
import dev.patchbay.vm.dhcp.NicTalk;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What guests are told of their NICs: the addresses that the NICs were attached with, and the
 * routes that the pod's namespace has through them, which is where some plugins leave what they do
 * not report. A default route goes to one NIC of each guest.
 *
 * @param host sees the namespaces
 * @param results what a NIC was attached with; CniException when it cannot be read
 */
record GuestLeases(HostObserver host, Function<NicRecord, Result> results) {
  private static final Logger LOG = LoggerFactory.getLogger(GuestLeases.class);
  private static final int ON_LINK = 253; // rtnetlink's scope of a route without next hop
  private static final Set<NicState> SERVED =
      EnumSet.of(
          NicState.ATTACHED,
          NicState.DRIVER_READY,
          NicState.UP,
          NicState.CONFIGURED,
          NicState.UNPLUGGING);

  /** A NIC with all that its lease is made of. */
  private record Source(
      NicRecord nic, GuestEnd end, HandedOver handed, Result result, List<Route> routes) {
    Source with(List<Route> other) {
      return new Source(nic, end, handed, result, other);
    }

    List<Cidr> addresses() {
      String name = nic.key().nic().value();
      return result.ips().stream()
          .filter(ip -> result.interfaceOf(ip).map(link -> link.name().equals(name)).orElse(true))
          .map(ip -> ip.address())
          .toList();
    }
  }

  /** The NICs of guests among these that have one to be served. */
  List<GuestNic> of(List<NicRecord> records) {
    Map<Object, List<Source>> machines = new LinkedHashMap<>();
    records.stream()
        .filter(nic -> SERVED.contains(nic.state()))
        .sorted(
            Comparator.comparing(NicRecord::isPlugged)
                .thenComparingInt(NicRecord::position)
                .thenComparing(NicRecord::since)
                .thenComparing(nic -> nic.key().nic()))
        .flatMap(nic -> source(nic).stream())
        .forEach(source ->
            machines
                .computeIfAbsent(source.nic().key().incarnation(), _ -> new ArrayList<>())
                .add(source));
    return machines.values().stream()
        .flatMap(nics -> withOneDefault(nics).stream())
        .map(GuestLeases::nic)
        .toList();
  }

  private Optional<Source> source(NicRecord nic) {
    Optional<GuestEnd> end = nic.guestEnd();
    Optional<HandedOver> handed = nic.handedOver();
    if (end.isEmpty() || handed.isEmpty()) {
      return Optional.empty();
    }
    Result result = result(nic);
    var bare = new Source(nic, end.get(), handed.get(), result, List.of());
    return Optional.of(
        bare.with(observed(nic).map(link -> routes(link, bare)).orElseGet(() -> told(result))));
  }

  private Result result(NicRecord nic) {
    try {
      return results.apply(nic);
    } catch (CniException e) {
      LOG.warn("Patchbay: {}: its result cannot be read: {}", nic.key().nic(), e.getMessage());
      return Result.EMPTY;
    }
  }

  private Optional<ObservedLink> observed(NicRecord nic) {
    try {
      return host.observe(nic.netns(), nic.key().nic());
    } catch (UncheckedIOException e) {
      LOG.warn("Patchbay: {} in {}: {}", nic.key().nic(), nic.netns(), e.getMessage());
      return Optional.empty();
    }
  }

  /** The routes of the main table, without those that go with an address. */
  private static List<Route> routes(ObservedLink link, Source nic) {
    List<Cidr> networks = nic.addresses().stream().map(Cidr::network).toList();
    return link.routes().stream()
        .filter(route -> route.table().isEmpty() || route.table().getAsInt() == 254)
        .filter(route -> route.gw().isPresent() || !networks.contains(route.dst()))
        .filter(route -> !route.dst().address().isLinkLocalAddress() || route.dst().isV4())
        .filter(route -> !route.dst().address().isMulticastAddress())
        .toList();
  }

  /** The routes that were reported; one without next hop takes its NIC's gateway. */
  private static List<Route> told(Result result) {
    return result.routes().stream()
        .filter(route -> route.table().isEmpty())
        .map(route -> {
          boolean direct = route.scope().orElse(0) == ON_LINK;
          Optional<InetAddress> gateway =
              direct ? Optional.empty() : route.gw().or(() -> result.gatewayFor(route.dst()));
          OptionalInt metric =
              route.priority().isPresent()
                  ? OptionalInt.of((int) Math.min(route.priority().getAsLong(), Integer.MAX_VALUE))
                  : OptionalInt.empty();
          return new Route(
              route.dst(),
              gateway,
              OptionalInt.empty(),
              OptionalInt.empty(),
              metric,
              OptionalInt.empty(),
              OptionalInt.empty());
        })
        .toList();
  }

  /** A client knows no metrics, so of each family only the best default route is told. */
  private static List<Source> withOneDefault(List<Source> nics) {
    List<Source> left = nics;
    for (boolean v4 : List.of(true, false)) {
      Optional<Source> best =
          left.stream()
              .filter(nic -> metric(nic, v4).isPresent())
              .min(Comparator.comparingLong(nic -> metric(nic, v4).orElseThrow()));
      left =
          left.stream()
              .map(nic ->
                  nic.nic().equals(best.map(Source::nic).orElse(nic.nic()))
                      ? nic
                      : nic.with(
                          nic.routes().stream()
                              .filter(route -> !route.isDefault() || route.dst().isV4() != v4)
                              .toList()))
              .toList();
    }
    return left;
  }

  private static Optional<Long> metric(Source nic, boolean v4) {
    return nic.routes().stream()
        .filter(route -> route.isDefault() && route.dst().isV4() == v4)
        .map(route -> Integer.toUnsignedLong(route.priority().orElse(0)))
        .min(Comparator.naturalOrder());
  }

  private static GuestNic nic(Source source) {
    NicRecord nic = source.nic();
    Optional<InetAddress> gateway = gateway6(source);
    NicTalk talk = new NicTalk(source.handed().mac(), lease(source), lease6(source, gateway));
    return new GuestNic(
        source.end().vm(),
        source.end().device(),
        nic.caller().pod().orElse(nic.key().incarnation()),
        nic.netns(),
        nic.key().nic(),
        source.end().tap(),
        talk,
        gateway
            .filter(address -> talk.lease6().isPresent() && !address.isLinkLocalAddress())
            .map(Inet6Address.class::cast));
  }

  private static Optional<NicLease> lease(Source source) {
    Dns dns = source.result().dns();
    return source.addresses().stream()
        .filter(Cidr::isV4)
        .findFirst()
        .map(address ->
            new NicLease(
                address,
                source.routes(),
                servers(dns)
                    .filter(Inet4Address.class::isInstance)
                    .map(Inet4Address.class::cast)
                    .toList(),
                dns.domain(),
                dns.search(),
                source.nic().caller().podName(),
                OptionalInt.of(source.handed().mtu())));
  }

  private static Optional<NicLease6> lease6(Source source, Optional<InetAddress> gateway) {
    List<Cidr> addresses =
        source.addresses().stream()
            .filter(address -> !address.isV4() && !address.address().isLinkLocalAddress())
            .toList();
    if (addresses.isEmpty()) {
      return Optional.empty();
    }
    Dns dns = source.result().dns();
    return Optional.of(
        new NicLease6(
            addresses,
            gateway.map(address -> router(source, address)),
            servers(dns)
                .filter(Inet6Address.class::isInstance)
                .map(Inet6Address.class::cast)
                .toList(),
            dns.search(),
            OptionalInt.of(source.handed().mtu())));
  }

  /** The next hop of the default route, or else of any other. */
  private static Optional<InetAddress> gateway6(Source source) {
    return source.routes().stream()
        .filter(route -> !route.dst().isV4() && route.gw().isPresent())
        .min(Comparator.comparing(route -> !route.isDefault()))
        .flatMap(Route::gw);
  }

  private static Router router(Source source, InetAddress gateway) {
    List<Route> through =
        source.routes().stream()
            .filter(route -> !route.dst().isV4() && route.gw().equals(Optional.of(gateway)))
            .toList();
    return new Router(
        Optional.of((Inet6Address) gateway).filter(InetAddress::isLinkLocalAddress),
        Optional.empty(),
        through.stream().anyMatch(Route::isDefault),
        through.stream().filter(route -> !route.isDefault()).map(Route::dst).toList());
  }

  private static Stream<InetAddress> servers(Dns dns) {
    return dns.nameservers().stream()
        .flatMap(text -> {
          try {
            return Stream.of(Cidr.ip(text));
          } catch (IllegalArgumentException _) {
            return Stream.empty(); // a plugin may report what it likes
          }
        });
  }
}
