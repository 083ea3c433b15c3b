package dev.patchbay.vpc;

import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.Dns;
import java.net.InetAddress;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A part of a VPC whose stations see each other as on one Ethernet. Who has which address is
 * written here and nowhere else, so that one comparison of versions decides between two who want
 * the same.
 *
 * @param key which
 * @param vpc its VPC's name, in the same namespace
 * @param cidr its addresses
 * @param gateway the address by which it reaches the VPC's other subnets and the outside; empty for
 *     none
 * @param nat whether it reaches the outside, with the node's address
 * @param dns given to each NIC
 * @param mtu bytes; empty for the kernel's default
 * @param antiSpoof whether its ports may send only from their own addresses
 * @param grants what each port has, by the port's name
 */
public record Subnet(
    Key key,
    String vpc,
    Cidr cidr,
    Optional<InetAddress> gateway,
    boolean nat,
    Dns dns,
    OptionalInt mtu,
    boolean antiSpoof,
    Map<String, Grant> grants)
    implements VpcObject {
  /** Copies the map, keeping its order. */
  public Subnet {
    grants = Collections.unmodifiableMap(new LinkedHashMap<>(grants));
  }

  /** The same with one port's grant set. */
  Subnet with(String port, Grant grant) {
    Map<String, Grant> all = new LinkedHashMap<>(grants);
    all.put(port, grant);
    return with(all);
  }

  /** The same without one port's grant. */
  Subnet without(String port) {
    Map<String, Grant> all = new LinkedHashMap<>(grants);
    all.remove(port);
    return with(all);
  }

  /** The same with other grants. */
  public Subnet with(Map<String, Grant> now) {
    return new Subnet(key, vpc, cidr, gateway, nat, dns, mtu, antiSpoof, now);
  }

  boolean isIn(Cidr whole) {
    return whole.prefix() <= cidr.prefix() && whole.contains(cidr.address());
  }

  boolean overlaps(Subnet other) {
    return cidr.contains(other.cidr.address()) || other.cidr.contains(cidr.address());
  }

  Optional<Grant> grant(String port) {
    return Optional.ofNullable(grants.get(port));
  }
}
