package dev.patchbay.ipam;

import dev.patchbay.core.nic.AddressRange;
import dev.patchbay.core.nic.Cidr;
import java.util.Optional;

/**
 * One range of a pool with everything filled in by host-local's rules (plugins 1.9.1): a subnet of
 * at least four addresses without host bits; the range starts at the subnet's first host and ends
 * before the IPv4 broadcast address where not given; the gateway is the first host where not given,
 * may lie outside, and is never handed out.
 *
 * @param subnet the network; its prefix goes with each address
 * @param start first address handed out
 * @param end last address handed out
 * @param gateway never handed out
 */
public record IpRange(Cidr subnet, IpAddress start, IpAddress end, IpAddress gateway) {
  /** Throws IllegalArgumentException naming field, value and remedy. */
  public IpRange {
    requireSubnet(subnet);
    requireInside("rangeStart", start, subnet);
    requireInside("rangeEnd", end, subnet);
    if (start.compareTo(end) > 0) {
      throw new IllegalArgumentException(
          "rangeStart "
              + start
              + " is after rangeEnd "
              + end
              + " of subnet "
              + text(subnet)
              + "; write rangeEnd "
              + start
              + " or later");
    }
  }

  /** Fills in what is left out; throws IllegalArgumentException naming field, value and remedy. */
  public static IpRange of(AddressRange written) {
    Cidr subnet = written.subnet();
    requireSubnet(subnet);
    IpAddress first = IpAddress.of(subnet.address()).next();
    IpAddress last = IpAddress.of(subnet.address()).withHostBits(subnet.prefix());
    return new IpRange(
        subnet,
        written.start().map(IpAddress::of).orElse(first),
        written.end().map(IpAddress::of).orElse(last.v4() ? last.previous() : last),
        written.gateway().map(IpAddress::of).orElse(first));
  }

  /** All hosts of the subnet, the first being the gateway. */
  public static IpRange of(Cidr subnet) {
    return of(new AddressRange(subnet, Optional.empty(), Optional.empty(), Optional.empty()));
  }

  /** Whether the address lies between start and end, be it the gateway or not. */
  public boolean contains(IpAddress address) {
    return start.compareTo(address) <= 0 && address.compareTo(end) <= 0;
  }

  /** Whether any address is in both. */
  public boolean overlaps(IpRange other) {
    return start.compareTo(other.end) <= 0 && other.start.compareTo(end) <= 0;
  }

  /** How many addresses can be handed out; Long.MAX_VALUE when more than that. */
  public long size() {
    long all = start.countTo(end);
    return contains(gateway) && all != Long.MAX_VALUE ? all - 1 : all;
  }

  @Override
  public String toString() {
    return start + "-" + end;
  }

  private static void requireSubnet(Cidr subnet) {
    IpAddress address = IpAddress.of(subnet.address());
    if (subnet.prefix() > address.bits() - 2) {
      throw new IllegalArgumentException(
          "subnet "
              + text(subnet)
              + " is too small to hand addresses out; write a prefix of at most /"
              + (address.bits() - 2));
    }
    Cidr network = subnet.network();
    if (!network.equals(subnet)) {
      throw new IllegalArgumentException(
          "subnet " + text(subnet) + " has host bits set; write " + text(network));
    }
  }

  private static void requireInside(String field, IpAddress address, Cidr subnet) {
    IpAddress first = IpAddress.of(subnet.address());
    IpAddress last = first.withHostBits(subnet.prefix());
    if (address.compareTo(first) < 0 || address.compareTo(last) > 0) {
      throw new IllegalArgumentException(
          field
              + " "
              + address
              + " is not in subnet "
              + text(subnet)
              + "; write an address from "
              + first
              + " to "
              + last);
    }
  }

  static String text(Cidr cidr) {
    return IpAddress.of(cidr.address()) + "/" + cidr.prefix();
  }
}
