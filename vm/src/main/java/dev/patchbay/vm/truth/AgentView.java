package dev.patchbay.vm.truth;

import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.MacAddress;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * An interface of a guest as the agent in it tells.
 *
 * @param name in the guest
 * @param mac its Ethernet address
 * @param addresses without those of the link alone
 */
public record AgentView(String name, MacAddress mac, List<InetAddress> addresses) {
  private static final int MOST = 64;
  private static final int LONGEST_NAME = 15;

  /** Copies the list. */
  public AgentView {
    addresses = List.copyOf(addresses);
  }

  /** Reads the answer to {@code guest-network-get-interfaces}; what makes no sense is left out. */
  static List<AgentView> read(JsonNode answer) {
    List<AgentView> all = new ArrayList<>();
    for (JsonNode one : answer) {
      Optional<MacAddress> mac = mac(one.path("hardware-address").asString(""));
      if (mac.isPresent() && all.size() < MOST) {
        String name = one.path("name").asString("");
        all.add(
            new AgentView(
                name.substring(0, Math.min(LONGEST_NAME, name.length())),
                mac.get(),
                addresses(one.path("ip-addresses"))));
      }
    }
    return List.copyOf(all);
  }

  private static List<InetAddress> addresses(JsonNode list) {
    List<InetAddress> all = new ArrayList<>();
    for (JsonNode one : list) {
      ip(one.path("ip-address").asString(""))
          .filter(ip -> !ip.isLinkLocalAddress() && all.size() < MOST)
          .ifPresent(all::add);
    }
    return all;
  }

  private static Optional<MacAddress> mac(String text) {
    try {
      return Optional.of(new MacAddress(text)).filter(MacAddress::isUnicast);
    } catch (IllegalArgumentException _) {
      return Optional.empty(); // loopback, a tunnel, or nonsense
    }
  }

  private static Optional<InetAddress> ip(String text) {
    try {
      return Optional.of(Cidr.ip(text));
    } catch (IllegalArgumentException _) {
      return Optional.empty(); // what is no address tells nothing
    }
  }
}
