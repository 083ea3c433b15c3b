package dev.patchbay.core.plan;

import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacAddress;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Ports of a VPC's provider: bound before a link needs them, given back after it is gone. Planning
 * never binds anything.
 */
public sealed interface PortOp extends Op {
  /**
   * The NIC has the port: it is made where the claim says so and it is not there, refused when
   * another NIC has it, taken over from an earlier incarnation of the same NIC.
   *
   * @param claim which port, for whom
   * @param port the port
   * @param lease its addresses with routes and DNS
   */
  record BindPort(Claim claim, Ref<BoundPort> port, Ref<Lease> lease) implements PortOp {}

  /**
   * A port that somebody made is free again and keeps its addresses; one that this incarnation does
   * not have is left alone.
   *
   * @param claim as it was bound
   */
  record UnbindPort(Claim claim) implements PortOp {}

  /**
   * A port that was made for this NIC goes with it, unless its owner will come back for it.
   *
   * @param claim as it was bound
   */
  record ReleasePort(Claim claim) implements PortOp {}

  /**
   * What a NIC wants of a VPC.
   *
   * @param namespace of the objects
   * @param vpc its name
   * @param subnet its name
   * @param port the port's name
   * @param ours whether the port is made for the NIC and goes with it
   * @param mac the port's Ethernet address as planning saw it
   * @param requested addresses asked for, of a port that is made
   * @param defaultRoute the default route that this NIC shall have; empty for none
   * @param holder who will have it
   */
  record Claim(
      String namespace,
      String vpc,
      String subnet,
      String port,
      boolean ours,
      MacAddress mac,
      List<InetAddress> requested,
      Optional<DefaultRoute> defaultRoute,
      Holder holder) {
    /** Copies the list. */
    public Claim {
      requested = List.copyOf(requested);
    }
  }

  /**
   * A default route through a NIC.
   *
   * @param gateway the next hop; empty for the subnet's gateway
   * @param metric the route's metric; empty for the kernel's default
   */
  record DefaultRoute(Optional<InetAddress> gateway, OptionalInt metric) {
    /** Through the subnet's gateway. */
    public static final DefaultRoute PLAIN =
        new DefaultRoute(Optional.empty(), OptionalInt.empty());
  }

  /**
   * Whose a bound port is.
   *
   * @param owner the NIC's owner, as text
   * @param nic the NIC's name
   * @param incarnation the container ID
   * @param pod the pod as people write it; empty when unknown
   * @param comesBack whether the owner outlives its sandboxes, and a boot
   */
  record Holder(String owner, IfName nic, String incarnation, String pod, boolean comesBack) {
    /** Whether both are incarnations of one NIC. */
    public boolean isSameNic(Holder other) {
      return owner.equals(other.owner) && nic.equals(other.nic);
    }

    @Override
    public String toString() {
      return (pod.isEmpty() ? owner : "pod " + pod) + " (" + nic + ")";
    }
  }
}
