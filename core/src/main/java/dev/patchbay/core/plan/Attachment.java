package dev.patchbay.core.plan;

import dev.patchbay.core.nic.Addressing;
import dev.patchbay.core.nic.Dns;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.nic.NicKind;
import dev.patchbay.core.nic.Origin;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One desired NIC with everything resolved: a CNI network list applied to one interface name.
 *
 * @param ifName its name in the pod
 * @param network the definition's name
 * @param cniVersion the version its definition is written in
 * @param origin where it was asked for
 * @param chain the plugins of the definition, in order, at least one
 * @param defaultRoute gateways of a default route that the pod's owner wants through this NIC;
 *     empty for none
 */
public record Attachment(
    IfName ifName,
    String network,
    String cniVersion,
    Origin origin,
    List<Member> chain,
    List<InetAddress> defaultRoute) {
  /** Copies the list. */
  public Attachment {
    chain = List.copyOf(chain);
    defaultRoute = List.copyOf(defaultRoute);
    if (chain.isEmpty()) {
      throw new IllegalArgumentException("network \"" + network + "\" has no plugin");
    }
  }

  /** A NIC whose routes are its network's affair. */
  public Attachment(
      IfName ifName, String network, String cniVersion, Origin origin, List<Member> chain) {
    this(ifName, network, cniVersion, origin, chain, List.of());
  }

  /** Whether it is a port of a VPC, whose default route is decided NIC by NIC. */
  public boolean isVpcPort() {
    return chain.getFirst() instanceof Member.Native(NicKind.VpcPort _, _, _, _);
  }

  /** The same but for a VPC's default route of which no more is said than that there be one. */
  Attachment withoutPlainDefaultRoute() {
    if (!(chain.getFirst() instanceof Member.Native(var kind, Ipam.Port port, var mac, var dns))
        || !port.defaultRoute().equals(Optional.of(PortOp.DefaultRoute.PLAIN))) {
      return this;
    }
    List<Member> without = new ArrayList<>(chain);
    without.set(0, new Member.Native(kind, port.withoutDefaultRoute(), mac, dns));
    return new Attachment(ifName, network, cniVersion, origin, without, defaultRoute);
  }

  /** One plugin of a chain. */
  public sealed interface Member {
    /**
     * A link that we make ourselves.
     *
     * @param kind what kind
     * @param ipam where its addresses come from
     * @param mac the address asked for; empty for one derived from the NIC's identity
     * @param dns what the definition says about DNS, instead of IPAM
     */
    record Native(NicKind kind, Ipam ipam, Optional<MacAddress> mac, Optional<Dns> dns)
        implements Member {}

    /**
     * Settings that we change ourselves.
     *
     * @param settings which
     */
    record Tuning(LinkSettings settings) implements Member {}

    /**
     * A third-party plugin.
     *
     * @param type its name
     * @param conf its configuration as JSON, complete but for prevResult
     */
    record Exec(String type, String conf) implements Member {}
  }

  /** Where addresses come from. */
  public sealed interface Ipam {
    /** Nowhere: a layer 2 NIC. */
    record None() implements Ipam {}

    /**
     * A pool on this node, in host-local's format.
     *
     * @param pool the pool
     * @param requested addresses asked for
     */
    record HostLocal(LeaseOp.Pool pool, List<InetAddress> requested) implements Ipam {
      /** Copies the list. */
      public HostLocal {
        requested = List.copyOf(requested);
      }
    }

    /**
     * The definition or the request names them.
     *
     * @param addressing the addresses
     */
    record Static(Addressing addressing) implements Ipam {}

    /**
     * A port of a VPC.
     *
     * @param namespace of the VPC's objects
     * @param vpc its name
     * @param subnet its name
     * @param port the port's name; empty for one that is made for the NIC
     * @param mac the port's Ethernet address; empty for one derived from owner and NIC
     * @param requested addresses asked for, of a port that is made
     * @param defaultRoute the default route that this NIC shall have; empty for none
     * @param pod the pod as people write it; empty when unknown
     */
    record Port(
        String namespace,
        String vpc,
        String subnet,
        Optional<String> port,
        Optional<MacAddress> mac,
        List<InetAddress> requested,
        Optional<PortOp.DefaultRoute> defaultRoute,
        String pod)
        implements Ipam {
      /** Copies the list. */
      public Port {
        requested = List.copyOf(requested);
      }

      Port withoutDefaultRoute() {
        return new Port(namespace, vpc, subnet, port, mac, requested, Optional.empty(), pod);
      }
    }

    /**
     * A third-party IPAM plugin.
     *
     * @param type its name
     * @param conf the whole configuration of the link's plugin as JSON
     */
    record Exec(String type, String conf) implements Ipam {}
  }
}
