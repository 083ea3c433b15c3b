package dev.patchbay.core.plan;

import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.DeviceSelector;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.nic.MacvlanMode;
import dev.patchbay.core.nic.Netns;
import dev.patchbay.core.nic.VlanRange;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Kernel objects: links, addresses, routes, nftables rules, sysctls. {@code Ensure…} ops are about
 * shared objects: they have no undo, the network owns them. All other creating ops fail when what
 * they create is there already.
 */
public sealed interface LinkOp extends Op {
  /**
   * The namespace is there, with its loopback link up: the place of a VPC's subnets and ports.
   *
   * @param netns a path without a cookie, since nobody knows whether it is there
   */
  record EnsureNetns(Netns netns) implements LinkOp {}

  /**
   * The bridge is there and up, and listens to everything if that is wanted. An existing bridge
   * keeps its other settings; a link of another kind of that name is refused.
   *
   * @param at where it lives: the host, or a VPC's namespace
   * @param bridge its name there
   * @param mtu bytes, of a bridge that has to be made
   * @param promisc whether it has to listen to everything
   * @param vlanFiltering whether it keeps VLANs apart
   * @param made the bridge
   */
  record EnsureBridge(
      Netns at,
      IfName bridge,
      OptionalInt mtu,
      boolean promisc,
      boolean vlanFiltering,
      Ref<Link> made)
      implements LinkOp {
    /** A bridge on the host. */
    public EnsureBridge(
        IfName bridge, OptionalInt mtu, boolean promisc, boolean vlanFiltering, Ref<Link> made) {
      this(Netns.HOST, bridge, mtu, promisc, vlanFiltering, made);
    }
  }

  /**
   * The bridge (or its VLAN interface) has the gateway addresses of the lease.
   *
   * @param bridge the bridge
   * @param addresses whose gateways
   * @param force whether another address of the same family that overlaps is taken away; otherwise
   *     it is an error
   * @param vlan the VLAN whose interface above the bridge is the gateway; empty for the bridge
   *     itself
   */
  record EnsureGateway(Ref<Link> bridge, AddressUse addresses, boolean force, OptionalInt vlan)
      implements LinkOp {}

  /**
   * A namespace forwards the families of the addresses.
   *
   * @param at the host, or a VPC's namespace
   * @param addresses whose families
   */
  record EnsureForwarding(Netns at, AddressUse addresses) implements LinkOp {
    /** The host forwards. */
    public EnsureForwarding(AddressUse addresses) {
      this(Netns.HOST, addresses);
    }
  }

  /**
   * Traffic from the addresses' networks to anywhere else leaves with the host's address (one rule
   * per network and subnet in our nftables table).
   *
   * @param network the name in the rule's comment, so that people and the reconciler know whose it
   *     is
   * @param addresses whose networks
   */
  record EnsureMasquerade(String network, AddressUse addresses) implements LinkOp {}

  /**
   * A VPC's namespace reaches the outside by a cable to the host: a veth pair, an address of the
   * pool for the VPC's end, a default route. The IPv4 networks of the addresses leave the VPC with
   * that address and the host with the host's; whatever else would leave by the cable is dropped.
   *
   * @param router the VPC's namespace
   * @param host name of the host's end
   * @param pool the host's networks that no pod has, of which each VPC of the node gets one address
   * @param addresses whose networks are translated
   */
  record EnsureUplink(Netns router, IfName host, Cidr pool, AddressUse addresses)
      implements LinkOp {}

  /**
   * What comes from a port is dropped unless it has the port's Ethernet address and one of its IP
   * addresses, in ARP and neighbour discovery too; only ARP, IPv4 and IPv6 pass.
   *
   * @param port the host's end of the pod's cable
   * @param mac the pod's Ethernet address
   * @param addresses the pod's IP addresses
   */
  record GuardPort(Ref<Link> port, MacAddress mac, AddressUse addresses) implements LinkOp {}

  /**
   * Takes such a guard away, after its port; an absent one is success.
   *
   * @param at where the port lived
   * @param port its name
   */
  record UnguardPort(Netns at, IfName port) implements LinkOp {}

  /**
   * A veth pair: one end stays on the host, down unless it joins a bridge, the other is the pod's,
   * still down.
   *
   * @param at where the host's end lives: the host, or a VPC's namespace
   * @param host name of the host's end
   * @param hostMac address of the host's end
   * @param pod the pod's namespace
   * @param name name of the pod's end
   * @param mac address of the pod's end
   * @param mtu bytes for both; empty for the kernel's default
   * @param bridge the bridge that the host's end joins
   * @param hostEnd the host's end
   * @param podEnd the pod's end
   */
  record AddVeth(
      Netns at,
      IfName host,
      MacAddress hostMac,
      Netns pod,
      IfName name,
      MacAddress mac,
      OptionalInt mtu,
      Optional<Ref<Link>> bridge,
      Ref<Link> hostEnd,
      Ref<Link> podEnd)
      implements LinkOp {}

  /**
   * Settings of a bridge port.
   *
   * @param port the host's end of a veth, or a tap
   * @param hairpin whether frames may leave by the port they came in
   * @param isolated whether isolated ports cannot reach each other
   * @param vlan untagged VLAN of the port; empty for none
   * @param trunk VLANs that pass tagged
   * @param keepDefaultVlan whether VLAN 1 stays on the port
   */
  record SetPort(
      Ref<Link> port,
      boolean hairpin,
      boolean isolated,
      OptionalInt vlan,
      List<VlanRange> trunk,
      boolean keepDefaultVlan)
      implements LinkOp {
    /** Copies the list. */
    public SetPort {
      trunk = List.copyOf(trunk);
    }
  }

  /**
   * A macvlan on a parent link, made in the pod's namespace, still down.
   *
   * @param parentNetns where the parent lives
   * @param parent the parent link
   * @param pod the pod's namespace
   * @param name the pod's name of it
   * @param mode how siblings see each other
   * @param mac address
   * @param mtu bytes, at most the parent's; empty for the parent's
   * @param bcQueueLen broadcast queue length; empty for the kernel's
   * @param made the link
   */
  record AddMacvlan(
      Netns parentNetns,
      IfName parent,
      Netns pod,
      IfName name,
      MacvlanMode mode,
      MacAddress mac,
      OptionalInt mtu,
      OptionalInt bcQueueLen,
      Ref<Link> made)
      implements LinkOp {}

  /**
   * A persistent tap device in the pod's namespace.
   *
   * @param pod the pod's namespace
   * @param name its name
   * @param mac address; empty for the kernel's choice
   * @param mtu bytes
   * @param multiQueue whether it takes several queues
   * @param owner uid that may open it
   * @param group gid that may open it
   * @param bridge a bridge in the pod's namespace that it joins
   * @param made the link
   */
  record AddTap(
      Netns pod,
      IfName name,
      MacAddress mac,
      OptionalInt mtu,
      boolean multiQueue,
      OptionalInt owner,
      OptionalInt group,
      Optional<IfName> bridge,
      Ref<Link> made)
      implements LinkOp {}

  /**
   * Hands a host device to the pod under the pod's name for it.
   *
   * @param device the host device
   * @param pod the pod's namespace
   * @param name the pod's name of it
   * @param before what it was, to give it back
   * @param moved the device inside the pod
   */
  record MoveDevice(
      DeviceSelector device, Netns pod, IfName name, Ref<MovedDevice> before, Ref<Link> moved)
      implements LinkOp {}

  /**
   * Gives a device back to the host as it was, wherever it is by now: in the pod, or on the host
   * under the pod's name after the pod's namespace died.
   *
   * @param before what it was
   * @param pod the pod's namespace
   * @param name the pod's name of it
   * @param planned what it was when this was planned: counts where nobody wrote down the other
   */
  record ReturnDevice(
      Ref<MovedDevice> before, Netns pod, IfName name, Optional<MovedDevice> planned)
      implements LinkOp {}

  /**
   * The namespace's loopback link is up.
   *
   * @param netns the pod's namespace
   * @param loopback the link
   * @param addresses what the kernel gave it
   */
  record SetLoopbackUp(Netns netns, Ref<Link> loopback, Ref<Lease> addresses) implements LinkOp {}

  /**
   * Sets a link up.
   *
   * @param netns where it lives
   * @param link its name
   */
  record SetUp(Netns netns, IfName link) implements LinkOp {}

  /**
   * Sets a link down; an absent one is down.
   *
   * @param netns where it lives
   * @param link its name
   */
  record SetDown(Netns netns, IfName link) implements LinkOp {}

  /**
   * Gives a link in the pod its addresses and routes.
   *
   * @param netns the pod's namespace
   * @param link the link's name
   * @param addresses which
   * @param style how the networks around are reached
   * @param lent whether the link is a device of the host, which keeps its settings, and not one
   *     that we made
   */
  record Configure(Netns netns, IfName link, AddressUse addresses, RouteStyle style, boolean lent)
      implements LinkOp {
    /** Of a link that we made. */
    public Configure(Netns netns, IfName link, AddressUse addresses, RouteStyle style) {
      this(netns, link, addresses, style, false);
    }
  }

  /** How a configured link reaches its networks. */
  enum RouteStyle {
    /** The subnet is on the link, as on any Ethernet. */
    SUBNET,
    /** Only the gateway is on the link and the subnet is behind it (ptp). */
    VIA_GATEWAY
  }

  /**
   * The host reaches each address of the pod through the host's end of its veth pair, which has the
   * gateway's address (ptp).
   *
   * @param hostEnd the host's end
   * @param addresses the pod's
   */
  record RouteToPod(Ref<Link> hostEnd, AddressUse addresses) implements LinkOp {}

  /**
   * Tells the neighbours: a gratuitous ARP and an unsolicited neighbour advertisement for each
   * address.
   *
   * @param netns the pod's namespace
   * @param link the link's name
   * @param addresses which
   */
  record Announce(Netns netns, IfName link, AddressUse addresses) implements LinkOp {}

  /**
   * Changes settings of a link and its namespace.
   *
   * @param netns where it lives
   * @param link its name
   * @param settings what to set
   * @param before what was there
   * @param after the link with its new address and MTU
   */
  record Tune(
      Netns netns, IfName link, LinkSettings settings, Ref<TunedSettings> before, Ref<Link> after)
      implements LinkOp {}

  /**
   * Puts changed settings back; what is gone needs nothing.
   *
   * @param netns where it lives
   * @param link its name
   * @param before what was there
   * @param planned what was there when this was planned, as far as it was there: counts where
   *     nobody wrote down the other
   */
  record Untune(Netns netns, IfName link, Ref<TunedSettings> before, LinkSettings planned)
      implements LinkOp {}

  /**
   * A default route through a link, as the pod's owner asked for it (NPWG, {@code default-route}).
   *
   * @param netns the pod's namespace
   * @param link the link
   * @param gateways next hops, at most one per family
   */
  record AddDefaultRoute(Netns netns, IfName link, List<InetAddress> gateways) implements LinkOp {
    /** Copies the list. */
    public AddDefaultRoute {
      gateways = List.copyOf(gateways);
    }
  }

  /**
   * Leaves the default routes of the namespace's main table to one link.
   *
   * @param netns the pod's namespace
   * @param keep the link whose default routes stay; where it has none of a family, nothing is
   *     removed of that family
   */
  record KeepDefaultRoute(Netns netns, IfName keep) implements LinkOp {}

  /**
   * Hands a NIC to a virtual machine: its frames go to and come from a tap made for it. It keeps
   * its addresses, but the namespace neither hears nor speaks by it. Where it has some, the guest's
   * DHCP and router solicitations do not leave, nor do foreign router advertisements enter.
   *
   * @param netns the pod's namespace
   * @param nic the NIC's name
   * @param tap the tap's name
   * @param owner uid that may open the tap
   * @param handed the NIC as the guest is to have it
   */
  record HandOver(Netns netns, IfName nic, IfName tap, int owner, Ref<HandedOver> handed)
      implements LinkOp {}

  /**
   * Takes a NIC back from a virtual machine, with its settings from before; absent is done.
   *
   * @param netns the pod's namespace
   * @param nic the NIC's name
   * @param tap the tap's name
   * @param handed as it was handed over; the tap knows it too
   */
  record TakeBack(Netns netns, IfName nic, IfName tap, Ref<HandedOver> handed) implements LinkOp {}

  /**
   * Takes a link of ours away; an absent one, or a stranger of the same name, is success.
   *
   * @param netns where it lives
   * @param name its name
   * @param mac its address as we gave it: tells it from a stranger when the link was never bound
   * @param link the link, told by its index when it was bound
   */
  record DeleteLink(Netns netns, IfName name, MacAddress mac, Ref<Link> link) implements LinkOp {}
}
