package dev.patchbay.core.nic;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The link kinds that Patchbay makes itself, with their settings; configured as the reference
 * plugins of the same names.
 */
public sealed interface NicKind {
  /** The CNI plugin type whose configuration makes this kind. */
  String type();

  /**
   * A veth pair whose host end is a port of a bridge.
   *
   * @param bridge the bridge on the host
   * @param isGateway whether the bridge has the gateway's address
   * @param isDefaultGateway whether the pod's default route leads there
   * @param forceAddress whether another address on the bridge may be replaced
   * @param ipMasq whether what leaves the subnet is masqueraded
   * @param hairpin whether a port may talk to itself
   * @param promisc whether the bridge listens to everything
   * @param isolated whether ports of this network cannot reach each other
   * @param mtu bytes
   * @param vlan untagged VLAN of the port
   * @param trunk tagged VLANs of the port
   * @param keepDefaultVlan whether VLAN 1 stays on the port
   * @param awaitDad whether IPv6 addresses are waited for until they are known to be nobody else's
   */
  record Bridge(
      IfName bridge,
      boolean isGateway,
      boolean isDefaultGateway,
      boolean forceAddress,
      boolean ipMasq,
      boolean hairpin,
      boolean promisc,
      boolean isolated,
      OptionalInt mtu,
      OptionalInt vlan,
      List<VlanRange> trunk,
      boolean keepDefaultVlan,
      boolean awaitDad)
      implements NicKind {
    /** Copies the list. */
    public Bridge {
      trunk = List.copyOf(trunk);
    }

    @Override
    public String type() {
      return "bridge";
    }
  }

  /**
   * A slice of a parent link with its own address.
   *
   * @param parent the parent; empty for the link of the host's default route
   * @param mode how slices see each other
   * @param mtu bytes, at most the parent's
   * @param parentInPod whether the parent is in the pod's namespace
   * @param bcQueueLen broadcast queue length
   */
  record Macvlan(
      Optional<IfName> parent,
      MacvlanMode mode,
      OptionalInt mtu,
      boolean parentInPod,
      OptionalInt bcQueueLen)
      implements NicKind {
    @Override
    public String type() {
      return "macvlan";
    }
  }

  /**
   * A device of the host, handed over whole.
   *
   * @param device which
   */
  record HostDevice(DeviceSelector device) implements NicKind {
    @Override
    public String type() {
      return "host-device";
    }
  }

  /**
   * A veth pair that is routed, not bridged.
   *
   * @param ipMasq whether what leaves the subnet is masqueraded
   * @param mtu bytes
   */
  record Ptp(boolean ipMasq, OptionalInt mtu) implements NicKind {
    @Override
    public String type() {
      return "ptp";
    }
  }

  /**
   * A tap device for a process in the pod, such as a virtual machine.
   *
   * @param multiQueue whether it takes several queues
   * @param mtu bytes
   * @param owner uid that may open it
   * @param group gid that may open it
   * @param bridge a bridge in the pod's namespace that it joins
   */
  record Tap(
      boolean multiQueue,
      OptionalInt mtu,
      OptionalInt owner,
      OptionalInt group,
      Optional<IfName> bridge)
      implements NicKind {
    @Override
    public String type() {
      return "tap";
    }
  }

  /**
   * A port of a VPC's subnet: a veth pair whose host end is a port of the subnet's bridge, in a
   * namespace that the VPC has for itself on each node.
   *
   * @param router the VPC's namespace
   * @param bridge the subnet's bridge in there
   * @param mtu bytes
   * @param gateway whether the bridge has the subnet's gateway address
   * @param uplink the way to the outside; empty for none
   * @param antiSpoof whether only the port's own addresses may come from it
   */
  record VpcPort(
      Netns router,
      IfName bridge,
      OptionalInt mtu,
      boolean gateway,
      Optional<Uplink> uplink,
      boolean antiSpoof)
      implements NicKind {
    @Override
    public String type() {
      return "alktron";
    }
  }

  /**
   * A VPC's cable to the host.
   *
   * @param host the name of its host end
   * @param pool of which the VPC gets an address on this node
   */
  record Uplink(IfName host, Cidr pool) {}

  /** The pod's own loopback link, set up. */
  record Loopback() implements NicKind {
    @Override
    public String type() {
      return "loopback";
    }
  }
}
