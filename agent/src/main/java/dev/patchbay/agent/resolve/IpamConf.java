package dev.patchbay.agent.resolve;

import dev.patchbay.cni.error.CniError;
import dev.patchbay.cni.error.CniException;
import dev.patchbay.cni.json.Fields;
import dev.patchbay.core.nic.AddressRange;
import dev.patchbay.core.nic.Addressing;
import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.Dns;
import dev.patchbay.core.nic.Route;
import dev.patchbay.core.plan.Attachment;
import dev.patchbay.core.plan.LeaseOp;
import dev.patchbay.ipam.HostLocalStore;
import dev.patchbay.ipam.IpAddress;
import dev.patchbay.ipam.RangeSets;
import dev.patchbay.ipam.RequestedIps;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The configuration of IPAM: {@code static} and {@code host-local} are ours, every other plugin is
 * run.
 */
final class IpamConf {
  private IpamConf() {}

  /**
   * Reads the key {@code ipam} of a link's configuration.
   *
   * @param conf the link's whole configuration
   * @param network the network's name
   * @param requested addresses asked for, by all the ways there are
   * @param confText the same configuration as text, for a third-party plugin
   * @param ours whether our own IPAM may serve it
   */
  static Attachment.Ipam read(
      Fields conf,
      String network,
      RequestedIps requested,
      Supplier<String> confText,
      boolean ours) {
    Optional<Fields> ipam = conf.object("ipam").filter(fields -> !fields.node().isEmpty());
    if (ipam.isEmpty()) {
      return new Attachment.Ipam.None();
    }
    String type = ipam.get().required("type");
    return switch (ours ? type : "") {
      case "host-local" -> hostLocal(ipam.get(), conf, network, requested);
      case "static" -> fixed(ipam.get(), requested);
      default -> {
        ipam.get()
            .parsed(
                "type",
                text -> {
                  dev.patchbay.cni.conf.PluginConf.checkType(text);
                  return text;
                });
        yield new Attachment.Ipam.Exec(type, confText.get());
      }
    };
  }

  private static Attachment.Ipam hostLocal(
      Fields ipam, Fields conf, String network, RequestedIps requested) {
    List<List<AddressRange>> sets = new ArrayList<>(sets(ipam, "ranges"));
    if (ipam.mentions("subnet")) {
      sets.addFirst(List.of(range(ipam)));
    }
    conf.object("runtimeConfig").ifPresent(runtime -> sets.addAll(0, sets(runtime, "ipRanges")));
    Path dataDir =
        ipam.parsed("dataDir", IpamConf::absolute).orElse(HostLocalStore.DEFAULT_DATA_DIR);
    List<InetAddress> wanted;
    try {
      RangeSets.of(sets);
      wanted = requested.forHostLocal().stream().map(IpAddress::inet).toList();
    } catch (IllegalArgumentException e) {
      throw new CniException(
          CniError.of(CniError.INVALID_NETWORK_CONFIG, ipam.origin() + ": ipam: " + e.getMessage()),
          e);
    }
    Dns dns = ipam.filled("resolvConf").map(ResolvConf::read).orElse(Dns.NONE);
    return new Attachment.Ipam.HostLocal(
        new LeaseOp.Pool(network, dataDir.toString(), sets, routes(ipam), dns, ipam.flag("sticky")),
        wanted);
  }

  private static Path absolute(String text) {
    Path path = Path.of(text).normalize();
    if (!path.isAbsolute()) {
      throw new IllegalArgumentException("\"" + text + "\" is not an absolute path");
    }
    return path;
  }

  private static List<List<AddressRange>> sets(Fields holder, String key) {
    List<List<AddressRange>> sets = new ArrayList<>();
    holder
        .any(key)
        .ifPresent(list -> {
          if (!list.isArray()) {
            throw holder.bad(key, "is " + Fields.shown(list) + "; write a list of lists of ranges");
          }
          for (int i = 0; i < list.size(); i++) {
            sets.add(ranges(holder, key + "[" + i + "]", list.get(i)));
          }
        });
    return sets;
  }

  private static List<AddressRange> ranges(
      Fields holder, String key, tools.jackson.databind.JsonNode set) {
    var wrapped = dev.patchbay.cni.json.Json.newObject();
    wrapped.set(key, set);
    return Fields.of(wrapped, holder.origin() + ": ipam", CniError.INVALID_NETWORK_CONFIG)
        .objects(key)
        .stream()
        .map(IpamConf::range)
        .toList();
  }

  private static AddressRange range(Fields range) {
    range.required("subnet");
    return new AddressRange(
        range.parsed("subnet", Cidr::parse).orElseThrow(),
        range.parsed("rangeStart", Cidr::ip),
        range.parsed("rangeEnd", Cidr::ip),
        range.parsed("gateway", Cidr::ip));
  }

  private static Attachment.Ipam fixed(Fields ipam, RequestedIps requested) {
    List<Addressing.Ip> configured = new ArrayList<>();
    for (Fields address : ipam.objects("addresses")) {
      address.required("address");
      configured.add(
          new Addressing.Ip(
              address.parsed("address", Cidr::parse).orElseThrow(),
              address.parsed("gateway", Cidr::ip)));
    }
    try {
      List<Addressing.Ip> ips = requested.forStatic(configured);
      return new Attachment.Ipam.Static(new Addressing(ips, routes(ipam), dns(ipam)));
    } catch (IllegalArgumentException e) {
      throw new CniException(
          CniError.of(CniError.INVALID_NETWORK_CONFIG, ipam.origin() + ": ipam: " + e.getMessage()),
          e);
    }
  }

  private static List<Route> routes(Fields ipam) {
    List<Route> routes = new ArrayList<>();
    for (Fields route : ipam.objects("routes")) {
      route.required("dst");
      routes.add(
          new Route(
              route.parsed("dst", Cidr::parse).orElseThrow(),
              route.parsed("gw", Cidr::ip),
              Numbers.whole(route, "mtu", 1, 65535),
              Numbers.whole(route, "advmss", 1, 65535),
              Numbers.whole(route, "priority", 0, Integer.MAX_VALUE),
              Numbers.whole(route, "table", 0, Integer.MAX_VALUE),
              Numbers.whole(route, "scope", 0, 255)));
    }
    return routes;
  }

  /** DNS as plugins and results write it. */
  static Dns dns(Fields conf) {
    return conf.object("dns")
        .map(dns ->
            new Dns(
                dns.texts("nameservers"),
                dns.filled("domain"),
                dns.texts("search"),
                dns.texts("options")))
        .orElse(Dns.NONE);
  }
}
