package dev.patchbay.cni.result;

import dev.patchbay.core.nic.Dns;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Makes one result of several networks' results, for a caller that asked for one ADD. */
public final class ResultMerge {
  /**
   * Which network's default route stays, by its place among the merged ones. When that network has
   * none of the family, the first that has one counts.
   *
   * @param v4 for IPv4
   * @param v6 for IPv6
   */
  public record DefaultRoutes(int v4, int v6) {
    /** The first network's. */
    public static final DefaultRoutes FIRST = new DefaultRoutes(0, 0);
  }

  private ResultMerge() {}

  /** Merges with the first network's default routes. */
  public static Result merge(List<Result> networks) {
    return merge(networks, DefaultRoutes.FIRST);
  }

  /**
   * Merges in that order: interfaces and addresses one after another, routes and DNS without
   * repetition, the first domain, at most one default route per family. A route without next hop
   * gets the first gateway of its family in its own network, because the reader of a merged result
   * can no longer tell whose it was.
   */
  public static Result merge(List<Result> networks, DefaultRoutes chosen) {
    List<ResultInterface> interfaces = new ArrayList<>();
    Set<ResultIp> ips = new LinkedHashSet<>();
    for (Result network : networks) {
      int shift = interfaces.size();
      for (ResultIp ip : network.ips()) {
        // A place that is not there must not become somebody else's.
        ips.add(
            network.interfaceOf(ip).isPresent()
                ? ip.onInterface(OptionalInt.of(ip.interfaceIndex().getAsInt() + shift))
                : ip.onInterface(OptionalInt.empty()));
      }
      interfaces.addAll(network.interfaces());
    }
    return new Result(interfaces, List.copyOf(ips), routes(networks, chosen), dns(networks));
  }

  private static List<ResultRoute> routes(List<Result> networks, DefaultRoutes chosen) {
    int v4 = owner(networks, chosen.v4(), true);
    int v6 = owner(networks, chosen.v6(), false);
    Set<ResultRoute> routes = new LinkedHashSet<>();
    boolean seenV4 = false;
    boolean seenV6 = false;
    for (int place = 0; place < networks.size(); place++) {
      Result network = networks.get(place);
      for (ResultRoute route : network.routes()) {
        boolean isV4 = route.dst().isV4();
        if (route.isDefault()) {
          if (place != (isV4 ? v4 : v6) || (isV4 ? seenV4 : seenV6)) {
            continue;
          }
          seenV4 |= isV4;
          seenV6 |= !isV4;
        }
        routes.add(withHop(route, network));
      }
    }
    return List.copyOf(routes);
  }

  private static int owner(List<Result> networks, int chosen, boolean v4) {
    return IntStream.concat(IntStream.of(chosen), IntStream.range(0, networks.size()))
        .filter(place -> place >= 0 && place < networks.size())
        .filter(place ->
            networks.get(place).routes().stream()
                .anyMatch(route -> route.isDefault() && route.dst().isV4() == v4))
        .findFirst()
        .orElse(-1);
  }

  private static ResultRoute withHop(ResultRoute route, Result network) {
    return route.gw().isPresent() || route.isOnLink()
        ? route
        : route.via(network.gatewayFor(route.dst()));
  }

  private static Dns dns(List<Result> networks) {
    return new Dns(
        distinct(networks, Dns::nameservers),
        networks.stream().flatMap(network -> network.dns().domain().stream()).findFirst(),
        distinct(networks, Dns::search),
        distinct(networks, Dns::options));
  }

  private static List<String> distinct(List<Result> networks, Function<Dns, List<String>> part) {
    Stream<String> all = networks.stream().flatMap(network -> part.apply(network.dns()).stream());
    return all.distinct().toList();
  }
}
