package dev.patchbay.cni.result;

import dev.patchbay.core.nic.Cidr;
import java.net.InetAddress;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A route in a result. Of {@code mtu}, {@code advmss} and {@code priority} zero means absent, of
 * {@code table} and {@code scope} it does not.
 *
 * @param dst where to
 * @param gw the next hop; absent: the gateway of the result's address of that family, or none
 * @param mtu of the path, in bytes
 * @param advmss the segment size to advertise, in bytes
 * @param priority the metric: less is better
 * @param table the routing table's number
 * @param scope as in linux/rtnetlink.h: 0 global, 253 link, 254 host
 */
public record ResultRoute(
    Cidr dst,
    Optional<InetAddress> gw,
    OptionalInt mtu,
    OptionalInt advmss,
    OptionalLong priority,
    OptionalLong table,
    OptionalInt scope) {
  private static final int SCOPE_LINK = 253; // RT_SCOPE_LINK, linux/rtnetlink.h
  private static final long TABLE_MAIN = 254; // RT_TABLE_MAIN, linux/rtnetlink.h

  /** A route of which only destination and next hop are known. */
  public static ResultRoute of(Cidr dst, Optional<InetAddress> gw) {
    return new ResultRoute(
        dst,
        gw,
        OptionalInt.empty(),
        OptionalInt.empty(),
        OptionalLong.empty(),
        OptionalLong.empty(),
        OptionalInt.empty());
  }

  /** Whether this is the default route of its family: to everywhere, in the main table. */
  public boolean isDefault() {
    return dst.isDefault() && table.orElse(TABLE_MAIN) == TABLE_MAIN;
  }

  /** Whether the destination is on the link itself, so that no gateway belongs here. */
  public boolean isOnLink() {
    return scope.isPresent() && scope.getAsInt() == SCOPE_LINK;
  }

  /** The same over that next hop. */
  public ResultRoute via(Optional<InetAddress> hop) {
    return new ResultRoute(dst, hop, mtu, advmss, priority, table, scope);
  }
}
