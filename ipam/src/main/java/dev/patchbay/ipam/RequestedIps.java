package dev.patchbay.ipam;

import dev.patchbay.core.nic.Addressing;
import dev.patchbay.core.nic.Cidr;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The ways in which a CNI caller asks for addresses, as texts; {@code static} and {@code
 * host-local} read them differently, as the reference plugins do.
 *
 * @param argsIp {@code IP} of CNI_ARGS; empty for none
 * @param argsGateway {@code GATEWAY} of CNI_ARGS, read by static only; empty for none
 * @param cniIps {@code args.cni.ips}
 * @param runtimeIps {@code runtimeConfig.ips}, given by capability {@code ips}
 */
public record RequestedIps(
    String argsIp, String argsGateway, List<String> cniIps, List<String> runtimeIps) {
  /** Nothing is asked for. */
  public static final RequestedIps NONE = new RequestedIps("", "", List.of(), List.of());

  /** Copies the lists. */
  public RequestedIps {
    cniIps = List.copyOf(cniIps);
    runtimeIps = List.copyOf(runtimeIps);
  }

  /**
   * For host-local: all three ways together, each an address with or without a prefix length, which
   * says nothing; throws IllegalArgumentException naming the field, the text and the remedy.
   */
  public List<IpAddress> forHostLocal() {
    Set<IpAddress> addresses = new LinkedHashSet<>();
    if (!argsIp.isEmpty()) {
      addresses.add(address("CNI_ARGS IP", argsIp));
    }
    cniIps.forEach(text -> addresses.add(address("args.cni.ips", text)));
    runtimeIps.forEach(text -> addresses.add(address("runtimeConfig.ips", text)));
    return List.copyOf(addresses);
  }

  /**
   * For static: {@code runtimeConfig.ips} replaces all else, then {@code args.cni.ips}; otherwise
   * the configured addresses are followed by those of CNI_ARGS, which take the last {@code GATEWAY}
   * within their network. Throws IllegalArgumentException naming the field, the text and the
   * remedy.
   *
   * @param configured {@code ipam.addresses}
   */
  public List<Addressing.Ip> forStatic(List<Addressing.Ip> configured) {
    List<Addressing.Ip> ofArgs = fromArgs();
    List<Addressing.Ip> ofCni = plain("args.cni.ips", cniIps);
    List<Addressing.Ip> ofRuntime = plain("runtimeConfig.ips", runtimeIps);
    if (!ofRuntime.isEmpty()) {
      return ofRuntime;
    }
    if (!ofCni.isEmpty()) {
      return ofCni;
    }
    List<Addressing.Ip> all = new ArrayList<>(configured);
    all.addAll(ofArgs);
    return List.copyOf(all);
  }

  private List<Addressing.Ip> fromArgs() {
    List<IpAddress> gateways =
        items(argsGateway).stream().map(text -> bare("CNI_ARGS GATEWAY", text)).toList();
    return items(argsIp).stream()
        .map(text -> cidr("CNI_ARGS IP", text))
        .map(cidr ->
            new Addressing.Ip(
                cidr,
                gateways.stream()
                    .map(IpAddress::inet)
                    .filter(cidr::contains)
                    .reduce((_, later) -> later)))
        .toList();
  }

  private static List<String> items(String commaSeparated) {
    return commaSeparated.isEmpty()
        ? List.of()
        : List.of(commaSeparated.split(",", -1)).stream().map(String::strip).toList();
  }

  private static List<Addressing.Ip> plain(String field, List<String> texts) {
    return texts.stream()
        .map(text -> new Addressing.Ip(cidr(field, text), Optional.empty()))
        .toList();
  }

  private static IpAddress address(String field, String text) {
    return text.contains("/") ? IpAddress.of(cidr(field, text).address()) : bare(field, text);
  }

  private static IpAddress bare(String field, String text) {
    try {
      return IpAddress.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(field + ": " + e.getMessage(), e);
    }
  }

  private static Cidr cidr(String field, String text) {
    try {
      return IpAddress.parseCidr(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(field + ": " + e.getMessage(), e);
    }
  }
}
