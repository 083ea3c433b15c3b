package dev.patchbay.vm.cloudinit;

import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.IpText;
import dev.patchbay.core.nic.Route;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** cloud-init's network configuration, as a tree; NICs are found by MAC, never by name. */
final class NetworkConfig {
  private NetworkConfig() {}

  /** Empty when the image is to do what it does without. */
  static Optional<Map<String, Object>> of(NetworkStyle style, List<CloudInit.Nic> nics) {
    if (style.way() == NetworkStyle.Way.NONE || nics.isEmpty()) {
      return Optional.empty();
    }
    boolean dhcp = style.way() == NetworkStyle.Way.DHCP;
    return Optional.of(style.version() == 1 ? first(nics, dhcp) : second(nics, dhcp));
  }

  private static Map<String, Object> second(List<CloudInit.Nic> nics, boolean dhcp) {
    Map<String, Object> ethernets = new LinkedHashMap<>();
    for (CloudInit.Nic nic : nics) {
      Map<String, Object> all = new LinkedHashMap<>();
      all.put("match", Map.of("macaddress", nic.mac().value()));
      all.put("set-name", nic.name().value());
      nic.mtu().ifPresent(mtu -> all.put("mtu", mtu));
      all.put("dhcp4", dhcp && nic.has(true));
      all.put("dhcp6", dhcp && nic.has(false));
      if (!nic.primary()) {
        all.put("optional", true);
      }
      if (!dhcp) {
        all.put("addresses", nic.addresses().stream().map(Cidr::toString).toList());
        all.put("routes", nic.routes().stream().map(route -> route(nic, route)).toList());
        nameservers(nic).ifPresent(servers -> all.put("nameservers", servers));
      }
      ethernets.put(nic.name().value(), all);
    }
    return tree(2, "ethernets", ethernets);
  }

  private static Map<String, Object> route(CloudInit.Nic nic, Route route) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("to", route.dst().toString());
    route.gw().ifPresent(gateway -> all.put("via", IpText.of(gateway)));
    if (route.gw().isEmpty()) {
      all.put("scope", "link");
    }
    if (nic.isElsewhere(route)) {
      all.put("on-link", true);
    }
    route.priority().ifPresent(metric -> all.put("metric", metric));
    return all;
  }

  private static Optional<Map<String, Object>> nameservers(CloudInit.Nic nic) {
    if (nic.dns().isEmpty()) {
      return Optional.empty();
    }
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("addresses", nic.dns().nameservers());
    all.put("search", search(nic));
    return Optional.of(all);
  }

  private static List<String> search(CloudInit.Nic nic) {
    return Stream.concat(nic.dns().domain().stream(), nic.dns().search().stream())
        .distinct()
        .toList();
  }

  private static Map<String, Object> first(List<CloudInit.Nic> nics, boolean dhcp) {
    List<Map<String, Object>> config =
        nics.stream()
            .map(nic -> {
              Map<String, Object> all = new LinkedHashMap<>();
              all.put("type", "physical");
              all.put("name", nic.name().value());
              all.put("mac_address", nic.mac().value());
              nic.mtu().ifPresent(mtu -> all.put("mtu", mtu));
              // this version cannot say that a gateway is on the link, and DHCP can
              all.put("subnets", dhcp || nic.hasGatewayElsewhere() ? asking(nic) : fixed(nic));
              return all;
            })
            .toList();
    return tree(1, "config", config);
  }

  private static List<Map<String, Object>> asking(CloudInit.Nic nic) {
    return Stream.of("dhcp4", "dhcp6")
        .filter(type -> nic.has(type.equals("dhcp4")))
        .map(type -> Map.<String, Object>of("type", type))
        .toList();
  }

  private static List<Map<String, Object>> fixed(CloudInit.Nic nic) {
    boolean[] routed = new boolean[2];
    return nic.addresses().stream()
        .map(address -> {
          int family = address.isV4() ? 0 : 1;
          Map<String, Object> all = new LinkedHashMap<>();
          all.put("type", address.isV4() ? "static" : "static6");
          all.put("address", address.toString());
          if (!routed[family]) {
            routed[family] = true;
            routes(nic, address.isV4(), all);
          }
          if (!nic.dns().isEmpty()) {
            all.put("dns_nameservers", nic.dns().nameservers());
            all.put("dns_search", search(nic));
          }
          return all;
        })
        .toList();
  }

  private static void routes(CloudInit.Nic nic, boolean v4, Map<String, Object> subnet) {
    List<Route> all =
        nic.routes().stream()
            .filter(route -> route.dst().isV4() == v4 && route.gw().isPresent())
            .toList();
    all.stream()
        .filter(Route::isDefault)
        .findFirst()
        .ifPresent(route -> subnet.put("gateway", IpText.of(route.gw().orElseThrow())));
    List<TreeMap<String, Object>> others =
        all.stream()
            .filter(route -> !route.isDefault())
            .map(route ->
                new TreeMap<String, Object>(
                    Map.of(
                        "network",
                        route.dst().toString(),
                        "gateway",
                        IpText.of(route.gw().orElseThrow()))))
            .toList();
    if (!others.isEmpty()) {
      subnet.put("routes", others);
    }
  }

  private static Map<String, Object> tree(int version, String key, Object value) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("version", version);
    all.put(key, value);
    return all;
  }
}
