package dev.patchbay.vpc;

import dev.patchbay.core.nic.Cidr;
import java.nio.file.Path;

/**
 * How a node keeps VPCs.
 *
 * @param node this node's name
 * @param createUnknown whether a VPC that nobody defined is made when a NIC asks for it
 * @param defaultCidr the addresses of such a VPC, whose only subnet is the first /20 of them
 * @param routers the folder of the VPCs' namespaces
 * @param uplinks of which each VPC of the node gets an address for its way out, IPv4
 */
public record VpcSettings(
    String node, boolean createUnknown, Cidr defaultCidr, Path routers, Cidr uplinks) {
  /** Addresses of a VPC that nobody defined. */
  public static final Cidr DEFAULT_CIDR = Cidr.parse("10.200.0.0/16");

  /** The last part of what RFC 6598 sets aside, where few others look for addresses. */
  public static final Cidr DEFAULT_UPLINKS = Cidr.parse("100.127.0.0/16");

  /** How the files of VPCs' namespaces begin. */
  public static final String ROUTER_PREFIX = "patchbay-vpc-";

  private static final int LONGEST_UPLINKS = 28;

  /** Throws IllegalArgumentException naming the setting that cannot be. */
  public VpcSettings {
    if (!uplinks.isV4() || uplinks.prefix() > LONGEST_UPLINKS || uplinks.prefix() < 8) {
      throw new IllegalArgumentException(
          "uplinkCidr is " + uplinks + "; write an IPv4 network of /8 to /28");
    }
    if (!defaultCidr.isV4() || defaultCidr.prefix() > LONGEST_UPLINKS) {
      throw new IllegalArgumentException(
          "defaultCidr is " + defaultCidr + "; write an IPv4 network of /0 to /28");
    }
  }
}
