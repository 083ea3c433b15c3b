package dev.patchbay.vm.cloudinit;

import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.Dns;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.nic.Route;
import java.util.List;
import java.util.OptionalInt;

/**
 * All that a machine is told at its first boot.
 *
 * @param instanceId another one makes cloud-init take the machine for a new one; the pod's UID
 * @param hostName a DNS label or several
 * @param wishes of the pod's author
 * @param nics that the machine is switched on with; later ones are not cloud-init's business
 */
public record CloudInit(
    String instanceId, String hostName, CloudInitWishes wishes, List<Nic> nics) {
  private static final int LONGEST_NAME = 63;

  /** Copies the list; a name longer than a host's may be is cut, as kubelet does. */
  public CloudInit {
    nics = List.copyOf(nics);
    hostName =
        hostName.length() <= LONGEST_NAME
            ? hostName
            : hostName.substring(0, LONGEST_NAME).replaceAll("[-.]+$", "");
  }

  /**
   * A NIC of the machine.
   *
   * @param name that the guest is to give it
   * @param mac by which the guest finds it, since names are the guest's own
   * @param mtu the guest's own where empty
   * @param addresses IPv4 and IPv6
   * @param routes a default route only on the NIC that has it
   * @param primary whether the boot waits for it
   */
  public record Nic(
      IfName name,
      MacAddress mac,
      OptionalInt mtu,
      List<Cidr> addresses,
      List<Route> routes,
      Dns dns,
      boolean primary) {
    /** Copies the lists. */
    public Nic {
      addresses = List.copyOf(addresses);
      routes = List.copyOf(routes);
    }

    boolean has(boolean v4) {
      return addresses.stream().anyMatch(address -> address.isV4() == v4);
    }

    /** Whether a gateway is in none of the NIC's own networks, as calico's 169.254.1.1. */
    boolean hasGatewayElsewhere() {
      return routes.stream().anyMatch(this::isElsewhere);
    }

    boolean isElsewhere(Route route) {
      return route.gw().isPresent()
          && addresses.stream().noneMatch(own -> own.contains(route.gw().get()));
    }
  }
}
