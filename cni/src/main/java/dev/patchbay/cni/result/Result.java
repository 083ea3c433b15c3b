package dev.patchbay.cni.result;

import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.Dns;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What an ADD made, in the form of CNI 1.1.0, which holds what any older version can say. Absent
 * and zero differ. Read and written by {@code result.convert}.
 *
 * @param interfaces what was made or used, in the container or on the host
 * @param ips the addresses
 * @param routes the routes in the container
 * @param dns the resolver's settings
 */
public record Result(
    List<ResultInterface> interfaces, List<ResultIp> ips, List<ResultRoute> routes, Dns dns) {
  /** Nothing at all, as a plugin answers that made nothing. */
  public static final Result EMPTY = new Result(List.of(), List.of(), List.of(), Dns.NONE);

  /** Copies the lists. */
  public Result {
    interfaces = List.copyOf(interfaces);
    ips = List.copyOf(ips);
    routes = List.copyOf(routes);
  }

  /** The interface that an address is on; empty when it does not say, or names none of ours. */
  public Optional<ResultInterface> interfaceOf(ResultIp ip) {
    int index = ip.interfaceIndex().orElse(-1);
    return index >= 0 && index < interfaces.size()
        ? Optional.of(interfaces.get(index))
        : Optional.empty();
  }

  /** The first gateway of the family of that destination. */
  public Optional<InetAddress> gatewayFor(Cidr destination) {
    return ips.stream()
        .filter(ip -> ip.address().isV4() == destination.isV4())
        .flatMap(ip -> ip.gateway().stream())
        .findFirst();
  }

  /** The same with every interface changed. */
  public Result mapInterfaces(UnaryOperator<ResultInterface> change) {
    return new Result(interfaces.stream().map(change).toList(), ips, routes, dns);
  }

  /** The same with that name for the sandbox of every interface that is in one. */
  public Result withSandbox(String sandbox) {
    return mapInterfaces(
        link -> link.sandbox().isPresent() ? link.withSandbox(Optional.of(sandbox)) : link);
  }

  /** The same without addresses and routes: what a plugin passes on that has no IPAM. */
  public Result onlyInterfaces() {
    return new Result(interfaces, List.of(), List.of(), Dns.NONE);
  }

  /** The same with these routes. */
  public Result withRoutes(List<ResultRoute> replacement) {
    return new Result(interfaces, ips, replacement, dns);
  }
}
