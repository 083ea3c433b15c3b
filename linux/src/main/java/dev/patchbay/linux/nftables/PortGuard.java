package dev.patchbay.linux.nftables;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.linux.netns.NetnsHandle;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * What may come in by a port: frames with its own Ethernet address that carry ARP, IPv4 or IPv6
 * from its own addresses, its questions for an address (DHCP, duplicate address detection), and
 * IPv6 from link-local addresses; never router advertisements or redirects.
 *
 * @param port the port's link
 */
public record PortGuard(IfName port) {
  private static final String TABLE = "patchbay-ports";
  private static final String ARP = "0806"; // linux/if_ether.h
  private static final String IPV4 = "0800";
  private static final String IPV6 = "86dd";
  private static final String UDP = "11"; // linux/in.h
  private static final String ICMPV6 = "3a";
  private static final String NEIGHBOUR_ADVERTISEMENT = "88"; // RFC 4861, section 4.4
  private static final String ROUTER_ADVERTISEMENT = "86";
  private static final String REDIRECT = "89";
  private static final String DHCP_SERVER = "0043"; // RFC 2131, section 4.1
  private static final String NO_IPV4 = "00000000";
  private static final String NO_IPV6 = "00".repeat(16);
  private static final int ETHER_SOURCE = 6; // IEEE 802.3
  private static final int ARP_SENDER_MAC = 8; // RFC 826
  private static final int ARP_SENDER_IP = 14;
  private static final int IPV4_SOURCE = 12; // RFC 791, section 3.1
  private static final int IPV6_SOURCE = 8; // RFC 8200, section 3
  private static final int ADVERTISED_TARGET = 8;
  private static final Expression PASS = new Expression.Verdict(true);
  private static final Expression DROP = new Expression.Verdict(false);

  private RuleChain chain() {
    return new RuleChain(TABLE, port.value(), new RuleChain.Hook.Ingress(port.value()));
  }

  /** From now on only what these addresses may send comes in. */
  public void set(NetnsHandle netns, MacAddress mac, List<InetAddress> addresses)
      throws IOException {
    chain().set(netns, rules(mac, addresses));
  }

  /** Everything may come in again; an absent guard is success. */
  public void remove(NetnsHandle netns) throws IOException {
    chain().remove(netns);
  }

  static List<List<Expression>> rules(MacAddress mac, List<InetAddress> addresses) {
    String source = HexFormat.of().formatHex(mac.bytes());
    List<List<Expression>> rules = new ArrayList<>();
    rules.add(
        List.of(
            new Expression.LoadPacket(Expression.Base.LINK, ETHER_SOURCE, 6),
            new Expression.Compare(false, source),
            DROP));
    List<String> v4 = new ArrayList<>();
    List<String> v6 = new ArrayList<>();
    for (InetAddress address : addresses) {
      String hex = HexFormat.of().formatHex(address.getAddress());
      (address instanceof Inet4Address ? v4 : v6).add(hex);
    }
    v4.forEach(address -> rules.add(arp(source, address)));
    rules.add(arp(source, NO_IPV4));
    v4.forEach(address -> rules.add(ipv4(address)));
    rules.add(question());
    ipv6(rules, v6);
    rules.add(List.of(DROP));
    return rules;
  }

  private static List<Expression> arp(String mac, String address) {
    List<Expression> rule = protocol(ARP);
    network(rule, ARP_SENDER_MAC, mac);
    network(rule, ARP_SENDER_IP, address);
    rule.add(PASS);
    return rule;
  }

  private static List<Expression> ipv4(String address) {
    List<Expression> rule = protocol(IPV4);
    network(rule, IPV4_SOURCE, address);
    rule.add(PASS);
    return rule;
  }

  /** A DHCP client without an address (RFC 2131, section 4.1). */
  private static List<Expression> question() {
    List<Expression> rule = protocol(IPV4);
    network(rule, IPV4_SOURCE, NO_IPV4);
    above(rule, UDP);
    rule.add(new Expression.LoadPacket(Expression.Base.TRANSPORT, 2, 2));
    rule.add(new Expression.Compare(true, DHCP_SERVER));
    rule.add(PASS);
    return rule;
  }

  private static void ipv6(List<List<Expression>> rules, List<String> addresses) {
    for (String type : List.of(ROUTER_ADVERTISEMENT, REDIRECT)) {
      List<Expression> rule = icmpv6(type);
      rule.add(DROP);
      rules.add(rule);
    }
    for (String address : addresses) {
      List<Expression> rule = icmpv6(NEIGHBOUR_ADVERTISEMENT);
      rule.add(new Expression.LoadPacket(Expression.Base.TRANSPORT, ADVERTISED_TARGET, 16));
      rule.add(new Expression.Compare(true, address));
      rule.add(PASS);
      rules.add(rule);
    }
    List<Expression> others = icmpv6(NEIGHBOUR_ADVERTISEMENT);
    linkLocal(others, Expression.Base.TRANSPORT, ADVERTISED_TARGET, false);
    others.add(DROP);
    rules.add(others);
    for (String address : addresses) {
      List<Expression> rule = protocol(IPV6);
      network(rule, IPV6_SOURCE, address);
      rule.add(PASS);
      rules.add(rule);
    }
    List<Expression> local = protocol(IPV6);
    linkLocal(local, Expression.Base.NETWORK, IPV6_SOURCE, true);
    local.add(PASS);
    rules.add(local);
    List<Expression> detection = protocol(IPV6);
    network(detection, IPV6_SOURCE, NO_IPV6);
    above(detection, ICMPV6);
    detection.add(PASS);
    rules.add(detection);
  }

  private static List<Expression> icmpv6(String type) {
    List<Expression> rule = protocol(IPV6);
    above(rule, ICMPV6);
    rule.add(new Expression.LoadPacket(Expression.Base.TRANSPORT, 0, 1));
    rule.add(new Expression.Compare(true, type));
    return rule;
  }

  /** fe80::/10. */
  private static void linkLocal(
      List<Expression> rule, Expression.Base base, int offset, boolean inside) {
    rule.add(new Expression.LoadPacket(base, offset, 2));
    rule.add(new Expression.Mask("ffc0"));
    rule.add(new Expression.Compare(inside, "fe80"));
  }

  private static List<Expression> protocol(String etherType) {
    List<Expression> rule = new ArrayList<>();
    rule.add(new Expression.LoadMeta(Expression.Meta.PROTOCOL));
    rule.add(new Expression.Compare(true, etherType));
    return rule;
  }

  private static void above(List<Expression> rule, String protocol) {
    rule.add(new Expression.LoadMeta(Expression.Meta.TRANSPORT_PROTOCOL));
    rule.add(new Expression.Compare(true, protocol));
  }

  private static void network(List<Expression> rule, int offset, String value) {
    rule.add(new Expression.LoadPacket(Expression.Base.NETWORK, offset, value.length() / 2));
    rule.add(new Expression.Compare(true, value));
  }

  /** A link's name as the kernel compares it: sixteen bytes with NULs at its end. */
  static String padded(IfName link) {
    byte[] name = link.value().getBytes(US_ASCII);
    return HexFormat.of().formatHex(Arrays.copyOf(name, 16));
  }
}
