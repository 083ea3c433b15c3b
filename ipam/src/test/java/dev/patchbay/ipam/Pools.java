package dev.patchbay.ipam;

import dev.patchbay.core.nic.AddressRange;
import dev.patchbay.core.nic.Addressing;
import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.plan.LeaseOp.Holder;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Short ways to write what the tests talk about. */
final class Pools {
  private Pools() {}

  static Holder nic(String containerId) {
    return new Holder(containerId, new IfName("eth0"));
  }

  static IpAddress ip(String text) {
    return IpAddress.parse(text);
  }

  static List<IpAddress> ips(String... texts) {
    return Arrays.stream(texts).map(IpAddress::parse).toList();
  }

  /** {@code subnet[,start[,end[,gateway]]]}; an empty part is left out. */
  static AddressRange written(String text) {
    String[] parts = text.split(",", -1);
    return new AddressRange(Cidr.parse(parts[0]), part(parts, 1), part(parts, 2), part(parts, 3));
  }

  private static Optional<InetAddress> part(String[] parts, int index) {
    return parts.length <= index || parts[index].isEmpty()
        ? Optional.empty()
        : Optional.of(Cidr.ip(parts[index]));
  }

  static IpRange range(String text) {
    return IpRange.of(written(text));
  }

  static RangeSet set(String... ranges) {
    return new RangeSet(Arrays.stream(ranges).map(Pools::range).toList());
  }

  static RangeSets pool(String... subnets) {
    return new RangeSets(Arrays.stream(subnets).map(Pools::set).toList());
  }

  /** The addresses of a granted request as {@code address/prefix}; fails the test otherwise. */
  static List<String> granted(Reserved reserved) {
    return switch (reserved) {
      case Reserved.Granted(List<Addressing.Ip> ips) ->
          ips.stream().map(ip -> IpRange.text(ip.address())).toList();
      case Reserved.Refused(var why) -> throw new AssertionError(why.message());
    };
  }

  static List<IpAddress> addresses(Reserved reserved) {
    return granted(reserved).stream()
        .map(text -> IpAddress.of(Cidr.parse(text).address()))
        .toList();
  }

  /** Message and remedy of a refused request; fails the test otherwise. */
  static String refused(Reserved reserved) {
    return switch (reserved) {
      case Reserved.Granted granted -> throw new AssertionError("granted: " + granted);
      case Reserved.Refused(var why) -> why.message() + "; " + why.remedy();
    };
  }
}
