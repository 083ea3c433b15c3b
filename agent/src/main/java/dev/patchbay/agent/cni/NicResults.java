package dev.patchbay.agent.cni;

import dev.patchbay.agent.journal.NicRecord;
import dev.patchbay.cni.json.Json;
import dev.patchbay.cni.result.Result;
import dev.patchbay.cni.result.ResultInterface;
import dev.patchbay.cni.result.ResultIp;
import dev.patchbay.cni.result.ResultRoute;
import dev.patchbay.cni.result.convert.Results;
import dev.patchbay.cni.version.CniVersion;
import dev.patchbay.core.nic.Addressing;
import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.nic.Netns;
import dev.patchbay.core.nic.Route;
import dev.patchbay.core.plan.Bindings;
import dev.patchbay.core.plan.ExecOp;
import dev.patchbay.core.plan.Link;
import dev.patchbay.core.plan.NicOutline;
import dev.patchbay.core.plan.NicResult;
import dev.patchbay.core.plan.PlannedNic;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * CNI results of NICs: of our own kinds from what their ops yielded, of third-party plugins from
 * what they answered.
 */
public final class NicResults {
  private static final MacAddress NO_MAC = new MacAddress("00:00:00:00:00:00");

  private NicResults() {}

  /** The result at the end of a chain; empty while nothing in it has answered. */
  public static Optional<Result> of(ExecOp.Prior prior, Bindings bound) {
    Optional<Result> made =
        prior
            .delegate()
            .flatMap(bound::result)
            .map(answer ->
                Results.read(
                    Json.object(answer.json(), "result of a plugin"),
                    CniVersion.V1_1_0,
                    "result of a plugin"))
            .or(() ->
                prior
                    .outline()
                    .filter(outline -> bound.link(outline.pod()).isPresent())
                    .map(outline -> of(outline, bound)));
    for (var ref : prior.tuned()) {
      Optional<Link> link = bound.link(ref);
      made = made.map(result -> link.map(changed -> tuned(result, changed)).orElse(result));
    }
    return made;
  }

  /** The result of a NIC of the journal. */
  public static Result of(NicRecord nic) {
    return of(nic.planned(), nic.bound());
  }

  /** The result of a whole NIC, with the default route that the pod's owner wanted through it. */
  static Result of(PlannedNic nic, Bindings bound) {
    Result made = of(nic.result(), bound).orElse(Result.EMPTY);
    List<ResultRoute> routes = new ArrayList<>(made.routes());
    for (InetAddress gateway : nic.attachment().defaultRoute()) {
      boolean v4 = gateway instanceof Inet4Address;
      routes.removeIf(route -> route.isDefault() && route.dst().isV4() == v4);
      routes.add(ResultRoute.of(Cidr.parse(v4 ? "0.0.0.0/0" : "::/0"), Optional.of(gateway)));
    }
    return made.withRoutes(routes);
  }

  private static Result of(NicOutline outline, Bindings bound) {
    NicResult nic = outline.in(bound);
    Link own = nic.pod().orElseThrow();
    // what is in a VPC's namespace is neither the host's nor the pod's
    List<Link> told =
        nic.links().stream()
            .filter(link -> link.netns().isHost() || link.netns().equals(own.netns()))
            .toList();
    List<ResultInterface> interfaces = told.stream().map(NicResults::link).toList();
    OptionalInt pod = OptionalInt.of(told.indexOf(own));
    Addressing addressing = nic.addressing();
    return new Result(
        interfaces,
        addressing.ips().stream().map(ip -> new ResultIp(pod, ip.address(), ip.gateway())).toList(),
        addressing.routes().stream().map(NicResults::route).toList(),
        addressing.dns());
  }

  private static ResultInterface link(Link link) {
    return new ResultInterface(
        link.name().value(),
        Optional.of(link.mac()).filter(mac -> !mac.equals(NO_MAC)).map(MacAddress::value),
        link.mtu() > 0 ? OptionalInt.of(link.mtu()) : OptionalInt.empty(),
        Optional.of(link.netns()).filter(netns -> !netns.isHost()).map(Netns::path),
        Optional.empty(),
        Optional.empty());
  }

  private static ResultRoute route(Route route) {
    return new ResultRoute(
        route.dst(),
        route.gw(),
        route.mtu(),
        route.advmss(),
        wide(route.priority()),
        wide(route.table()),
        route.scope());
  }

  private static OptionalLong wide(OptionalInt value) {
    return value.isPresent() ? OptionalLong.of(value.getAsInt()) : OptionalLong.empty();
  }

  private static Result tuned(Result result, Link changed) {
    return result.mapInterfaces(link ->
        link.sandbox().isPresent() && link.name().equals(changed.name().value())
            ? new ResultInterface(
                link.name(),
                Optional.of(changed.mac().value()),
                OptionalInt.of(changed.mtu()),
                link.sandbox(),
                link.socketPath(),
                link.pciId())
            : link);
  }

  /** What IPAM plugins answer, as a lease. */
  static Addressing addressing(Result result) {
    return new Addressing(
        result.ips().stream().map(ip -> new Addressing.Ip(ip.address(), ip.gateway())).toList(),
        result.routes().stream().map(NicResults::route).toList(),
        result.dns());
  }

  private static Route route(ResultRoute route) {
    return new Route(
        route.dst(),
        route.gw(),
        route.mtu(),
        route.advmss(),
        narrow(route.priority()),
        narrow(route.table()),
        route.scope());
  }

  private static OptionalInt narrow(OptionalLong value) {
    return value.isPresent()
        ? OptionalInt.of((int) Math.min(value.getAsLong(), Integer.MAX_VALUE))
        : OptionalInt.empty();
  }
}
