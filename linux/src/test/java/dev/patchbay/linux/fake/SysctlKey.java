package dev.patchbay.linux.fake;

import dev.patchbay.core.nic.IfName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A key below /proc/sys.
 *
 * @param text with slashes; {@code *} in place of the link's name where it belongs to a link
 * @param link the link's name, where it belongs to one
 */
record SysctlKey(String text, Optional<IfName> link) {
  private static final List<String> PER_LINK = List.of("conf", "neigh");
  private static final List<String> NO_LINK = List.of("all", "default");

  /** What a fresh namespace has, for the keys that people tune. */
  private static final Map<String, String> DEFAULTS =
      Map.ofEntries(
          Map.entry("net/core/somaxconn", "4096"),
          Map.entry("net/ipv4/ip_forward", "0"),
          Map.entry("net/ipv4/ip_unprivileged_port_start", "1024"),
          Map.entry("net/ipv4/ping_group_range", "1\t0"),
          Map.entry("net/ipv4/conf/*/arp_announce", "0"),
          Map.entry("net/ipv4/conf/*/arp_filter", "0"),
          Map.entry("net/ipv4/conf/*/arp_ignore", "0"),
          Map.entry("net/ipv4/conf/*/arp_notify", "0"),
          Map.entry("net/ipv4/conf/*/accept_redirects", "1"),
          Map.entry("net/ipv4/conf/*/forwarding", "0"),
          Map.entry("net/ipv4/conf/*/proxy_arp", "0"),
          Map.entry("net/ipv4/conf/*/rp_filter", "0"),
          Map.entry("net/ipv4/conf/*/send_redirects", "1"),
          Map.entry("net/ipv6/conf/*/accept_dad", "1"),
          Map.entry("net/ipv6/conf/*/accept_ra", "1"),
          Map.entry("net/ipv6/conf/*/addr_gen_mode", "0"),
          Map.entry("net/ipv6/conf/*/autoconf", "1"),
          Map.entry("net/ipv6/conf/*/disable_ipv6", "0"),
          Map.entry("net/ipv6/conf/*/forwarding", "0"),
          Map.entry("net/ipv6/conf/*/keep_addr_on_down", "0"),
          Map.entry("net/ipv6/conf/*/ndisc_notify", "0"));

  /**
   * Reads a key as sysctl(8) does: the first separator separates, and the other one stands for it
   * inside a name.
   */
  static SysctlKey parse(String given) {
    boolean dots = given.indexOf('.') >= 0 && !given.substring(0, given.indexOf('.')).contains("/");
    List<String> parts = new ArrayList<>(Arrays.asList(given.split(dots ? "\\." : "/", -1)));
    if (dots) {
      parts.replaceAll(part -> part.replace('/', '.'));
    }
    if (parts.size() == 5 && PER_LINK.contains(parts.get(2)) && !NO_LINK.contains(parts.get(3))) {
      IfName link = new IfName(parts.set(3, "*"));
      return new SysctlKey(String.join("/", parts), Optional.of(link));
    }
    return new SysctlKey(String.join("/", parts), Optional.empty());
  }

  /** The value that nobody has set; empty when the kernel has no such file. */
  Optional<String> byDefault() {
    String shape = text.replaceFirst("/conf/(all|default)/", "/conf/*/");
    return Optional.ofNullable(DEFAULTS.get(shape));
  }

  @Override
  public String toString() {
    return link.map(name -> text.replace("*", name.value())).orElse(text);
  }
}
