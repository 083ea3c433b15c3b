package dev.patchbay.e2e.differential;

import static dev.patchbay.e2e.differential.Act.Cni.ADD;
import static dev.patchbay.e2e.differential.Act.Cni.ADD_SECOND;
import static dev.patchbay.e2e.differential.Act.Cni.CHECK;
import static dev.patchbay.e2e.differential.Act.Cni.DEL;
import static dev.patchbay.e2e.differential.Act.Cni.DEL_SECOND;
import static dev.patchbay.e2e.differential.Ipams.RANGE4;
import static dev.patchbay.e2e.differential.Ipams.RANGE6;
import static dev.patchbay.e2e.differential.Ipams.V4;
import static dev.patchbay.e2e.differential.Ipams.fixed;
import static dev.patchbay.e2e.differential.Ipams.hostLocal;

import java.util.List;
import java.util.stream.Stream;

/** Addresses and routes by {@code host-local} and {@code static}, and the versions of results. */
final class IpamScenarios {
  private IpamScenarios() {}

  static List<Scenario> pools() {
    return List.of(
        on(
            "a range with start, end and gateway",
            hostLocal(
                "[{\"subnet\": \"10.90.0.0/24\", \"rangeStart\": \"10.90.0.50\","
                    + " \"rangeEnd\": \"10.90.0.60\", \"gateway\": \"10.90.0.254\"}]")),
        on(
            "an IPv6 range with start, end and gateway",
            hostLocal(
                "[{\"subnet\": \"fd00:90::/64\", \"rangeStart\": \"fd00:90::50\","
                    + " \"rangeEnd\": \"fd00:90::60\", \"gateway\": \"fd00:90::fe\"}]")),
        on(
            "a range as old configurations write it",
            "{\"type\": \"host-local\", \"dataDir\": \"$LEASES\", \"subnet\": \"10.90.0.0/24\","
                + " \"rangeStart\": \"10.90.0.9\", \"gateway\": \"10.90.0.3\"}"),
        on("an old range beside range sets", hostLocal(RANGE6, ", \"subnet\": \"10.90.0.0/24\"")),
        on(
                "a range set of two ranges, the first of one address",
                hostLocal(
                    "[{\"subnet\": \"10.90.0.0/24\", \"rangeStart\": \"10.90.0.7\","
                        + " \"rangeEnd\": \"10.90.0.7\"}, {\"subnet\": \"10.91.0.0/24\"}]"))
            .acts(ADD, ADD_SECOND, DEL, DEL_SECOND),
        on("two IPv4 range sets", hostLocal(RANGE4 + ", [{\"subnet\": \"10.91.0.0/24\"}]")),
        on("a subnet of four addresses", hostLocal("[{\"subnet\": \"10.90.0.0/30\"}]")),
        on(
            "a range whose gateway is its first address",
            hostLocal("[{\"subnet\": \"10.90.0.0/24\", \"rangeStart\": \"10.90.0.1\"}]")),
        Scenario.of(
            "ranges by runtimeConfig",
            "{\"type\": \"ptp\", \"capabilities\": {\"ipRanges\": true}, \"runtimeConfig\":"
                + " {\"ipRanges\": [[{\"subnet\": \"10.92.0.0/24\"}]]}, \"ipam\": "
                + hostLocal(RANGE6)
                + "}"),
        on("name resolution from a file", hostLocal(RANGE4, ", \"resolvConf\": \"/etc/hostname\"")),
        on("reservations go round", V4).acts(ADD, ADD_SECOND, DEL, ADD, DEL, DEL_SECOND),
        on("an address asked for by CNI_ARGS", V4).args("IP=10.90.0.77"),
        onWith(
            "an address asked for by args.cni",
            "\"args\": {\"cni\": {\"ips\": [\"10.90.0.78\"]}},",
            V4),
        onWith(
            "addresses of both families asked for by runtimeConfig",
            "\"capabilities\": {\"ips\": true},"
                + " \"runtimeConfig\": {\"ips\": [\"10.90.0.79/24\", \"fd00:90::79\"]},",
            Ipams.DUAL));
  }

  static List<Scenario> poolRefusals() {
    return List.of(
        on("an address asked for that no range holds", V4)
            .args("IP=10.99.0.1")
            .bothRefuse(7, "10.99.0.1"),
        on("an address asked for that is the gateway's", V4)
            .args("IP=10.90.0.1")
            .bothRefuse(7, "10.90.0.1", "gateway"),
        on("an address asked for twice", V4)
            .args("IP=10.90.0.77")
            .acts(ADD, ADD_SECOND, DEL)
            .bothRefuse(104, "10.90.0.77"),
        on(
                "an exhausted range",
                hostLocal(
                    "[{\"subnet\": \"10.90.0.0/24\", \"rangeStart\": \"10.90.0.7\","
                        + " \"rangeEnd\": \"10.90.0.7\"}]"))
            .acts(ADD, ADD_SECOND, DEL)
            .bothRefuse(100, "10.90.0.7"),
        on("an address asked for that is none", V4).args("IP=ten").bothRefuse(7, "ten"),
        on("no range", hostLocal("")).bothRefuse(7, "ranges"),
        on(
                "ranges that overlap",
                hostLocal("[{\"subnet\": \"10.90.0.0/24\"}], [{\"subnet\": \"10.90.0.0/25\"}]"))
            .bothRefuse(7, "10.90.0.1-10.90.0.254", "overlaps"),
        on(
                "a range set of two families",
                hostLocal("[{\"subnet\": \"10.90.0.0/24\"}, {\"subnet\": \"fd00:90::/64\"}]"))
            .bothRefuse(7, "10.90.0.1-10.90.0.254", "fd00:90::"),
        on("a subnet with host bits", hostLocal("[{\"subnet\": \"10.90.0.5/24\"}]"))
            .bothRefuse(7, "10.90.0.5/24", "10.90.0.0/24"),
        on("a subnet of two addresses", hostLocal("[{\"subnet\": \"10.90.0.0/31\"}]"))
            .bothRefuse(7, "10.90.0.0/31"),
        on(
                "a range that starts outside its subnet",
                hostLocal("[{\"subnet\": \"10.90.0.0/24\", \"rangeStart\": \"10.91.0.1\"}]"))
            .bothRefuse(7, "rangeStart", "10.91.0.1"),
        on(
                "a range that ends before it starts",
                hostLocal(
                    "[{\"subnet\": \"10.90.0.0/24\", \"rangeStart\": \"10.90.0.9\","
                        + " \"rangeEnd\": \"10.90.0.3\"}]"))
            .bothRefuse(7, "10.90.0.9", "10.90.0.3"),
        on("a subnet that is none", hostLocal("[{\"subnet\": \"ten\"}]"))
            .bothRefuse(7, "subnet", "ten"),
        on(
                "a route without destination",
                hostLocal(RANGE4, ", \"routes\": [{\"gw\": \"10.90.0.1\"}]"))
            .bothRefuse(7, "routes[0].dst"),
        on("a route to nowhere", hostLocal(RANGE4, ", \"routes\": [{\"dst\": \"ten\"}]"))
            .bothRefuse(7, "routes[0].dst", "ten"));
  }

  static List<Scenario> fixedAddresses() {
    String one = "{\"address\": \"10.90.0.8/24\", \"gateway\": \"10.90.0.1\"}";
    String six = "{\"address\": \"fd00:90::8/64\", \"gateway\": \"fd00:90::1\"}";
    return List.of(
        on("a static address", fixed(one, "")),
        on("a static IPv6 address", fixed(six, "")),
        on("static addresses of both families", fixed(one + ", " + six, "")),
        on("a static address without gateway", fixed("{\"address\": \"10.90.0.8/24\"}", "")),
        on(
            "a static address with a gateway, routes and name resolution",
            fixed(
                one,
                ", \"routes\": [{\"dst\": \"0.0.0.0/0\"}, {\"dst\": \"10.3.0.0/16\","
                    + " \"gw\": \"10.90.0.9\"}], \"dns\": {\"nameservers\": [\"10.1.1.1\"],"
                    + " \"domain\": \"a.example\", \"search\": [\"b.example\"]}")),
        on("a static address of the whole prefix", fixed("{\"address\": \"10.90.0.8/32\"}", ""))
            .referenceRefuses(CHECK, "it looks for a gateway that nobody asked for"),
        on("a static address by CNI_ARGS", fixed("", ""))
            .args("IP=10.90.0.30/24;GATEWAY=10.90.0.1"),
        on("static addresses by CNI_ARGS beside configured ones", fixed(one, ""))
            .args("IP=10.91.0.30/24,fd00:91::30/64;GATEWAY=10.91.0.1,fd00:91::1"),
        onWith(
            "a static address by args.cni",
            "\"args\": {\"cni\": {\"ips\": [\"10.90.0.31/24\"]}},",
            fixed(one, "")),
        onWith(
            "a static address by runtimeConfig",
            "\"capabilities\": {\"ips\": true}, \"runtimeConfig\":"
                + " {\"ips\": [\"10.90.0.32/24\", \"fd00:90::32/64\"]},",
            fixed(one, "")),
        on("a static address without prefix", fixed("{\"address\": \"10.90.0.8\"}", ""))
            .bothRefuse(7, "address", "10.90.0.8"),
        on("a static address that is none", fixed("{\"address\": \"ten/24\"}", ""))
            .bothRefuse(7, "address", "ten"));
  }

  static List<Scenario> routes() {
    return Stream.of(
            Stream.of(
                    "{\"dst\": \"10.3.0.0/16\"}",
                    "{\"dst\": \"10.3.0.0/16\", \"gw\": \"10.90.0.9\"}",
                    "{\"dst\": \"10.3.0.0/16\", \"priority\": 77}",
                    "{\"dst\": \"10.3.0.0/16\", \"scope\": 0}",
                    "{\"dst\": \"fd00:3::/48\"}",
                    "{\"dst\": \"fd00:3::/48\", \"gw\": \"fd00:90::9\", \"priority\": 77}",
                    "{\"dst\": \"0.0.0.0/0\"}, {\"dst\": \"::/0\", \"priority\": 5}",
                    "{\"dst\": \"10.3.0.0/16\"}, {\"dst\": \"10.3.0.0/16\", \"priority\": 9}")
                .map(IpamScenarios::route),
            Stream.of(
                    "{\"dst\": \"10.3.0.0/16\", \"table\": 100}",
                    "{\"dst\": \"fd00:3::/48\", \"table\": 100}")
                .map(route ->
                    route(route).referenceRefuses(CHECK, "it looks into the main table only")),
            Stream.of(
                measured("{\"dst\": \"10.3.0.0/16\", \"mtu\": 1300}", "mtu", 1300),
                measured("{\"dst\": \"10.3.0.0/16\", \"advmss\": 1200}", "advmss", 1200),
                route("{\"dst\": \"10.3.0.0/16\", \"scope\": 253}")
                    .bothRefuse(999, "10.3.0.0/16", "ENETUNREACH"),
                on(
                    "a route of scope link without a gateway",
                    fixed(
                        "{\"address\": \"10.90.0.8/24\"}",
                        ", \"routes\": [{\"dst\": \"10.3.0.0/16\", \"scope\": 253}]"))))
        .flatMap(routes -> routes)
        .toList();
  }

  private static Scenario route(String route) {
    return on("a route " + route.replace("\"", ""), Ipams.routed(route));
  }

  private static Scenario measured(String route, String metric, int value) {
    return route(route)
        .acts(ADD)
        .differs(
            "the reference reports the metric without setting it",
            "pod route .*10\\.3\\.0\\.0/16.*",
            "pod route {\"dev\":\"eth0\",\"dst\":\"10.3.0.0/16\",\"gateway\":\"10.90.0.1\","
                + "\"metrics\":[{\"%s\":%d}],\"protocol\":\"boot\",".formatted(metric, value)
                + "\"scope\":\"global\",\"table\":\"main\",\"type\":\"unicast\"}");
  }

  static List<Scenario> versions() {
    String route = "{\"dst\": \"10.3.0.0/16\", \"gw\": \"10.90.0.9\"}";
    String ipam = Ipams.routed(route);
    String ipam4 = Ipams.routed4(route);
    return Stream.of("0.3.1", "0.4.0", "1.0.0", "1.1.0")
        .flatMap(version ->
            Stream.of(
                    onWith(
                        "a bridge by CNI " + version,
                        "\"isGateway\": true, \"dns\": {\"nameservers\": [\"10.1.1.1\"]},",
                        ipam),
                    Scenario.of(
                        "a routed pair by CNI " + version,
                        "{\"type\": \"ptp\", \"ipam\": %s}".formatted(ipam4)),
                    Scenario.of(
                        "a tuned bridge by CNI " + version,
                        "{\"type\": \"bridge\", \"bridge\": \"br0\", \"ipam\": %s}".formatted(ipam),
                        "{\"type\": \"tuning\", \"mtu\": 1400}"))
                .map(scenario -> scenario.cni(version)))
        .toList();
  }

  private static Scenario on(String sentence, String ipam) {
    return onWith(sentence, "", ipam);
  }

  private static Scenario onWith(String sentence, String keys, String ipam) {
    return Scenario.of(
        sentence,
        "{\"type\": \"bridge\", \"bridge\": \"br0\", %s \"ipam\": %s}".formatted(keys, ipam));
  }
}
