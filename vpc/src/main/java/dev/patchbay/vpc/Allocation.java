package dev.patchbay.vpc;

import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.IpText;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.plan.AttachFailure;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which addresses of a subnet a port may have. Pure.
 *
 * @param subnet with what the other ports have
 */
record Allocation(Subnet subnet) {
  /** What choosing comes to. */
  sealed interface Choice {
    /** These. */
    record Taken(List<InetAddress> addresses) implements Choice {}

    /** None. */
    record Refused(AttachFailure why) implements Choice {}
  }

  /** Why a port cannot have an Ethernet address: another one has it. */
  Optional<AttachFailure> refuse(String port, MacAddress mac) {
    return others(port)
        .filter(other -> other.getValue().mac().equals(mac))
        .<AttachFailure>map(other -> new AttachFailure.AddressTaken(mac.value(), words(other)))
        .findFirst();
  }

  /** The addresses that were asked for, if they can be had. */
  Choice named(String port, List<InetAddress> wanted) {
    for (InetAddress address : wanted) {
      Optional<AttachFailure> why = refuse(port, address);
      if (why.isPresent()) {
        return new Choice.Refused(why.get());
      }
    }
    return new Choice.Taken(wanted);
  }

  private Optional<AttachFailure> refuse(String port, InetAddress address) {
    String text = IpText.of(address);
    if (!subnet.cidr().contains(address)) {
      return Optional.of(
          new AttachFailure.InvalidField(
              "ipAddress",
              text,
              "address " + text + " is not in subnet " + subnet.key() + " " + subnet.cidr(),
              "ask for an address of the subnet, or for another subnet"));
    }
    if (!usable(address)) {
      return Optional.of(
          new AttachFailure.InvalidField(
              "ipAddress",
              text,
              "address "
                  + text
                  + " is the network's, the broadcast or the gateway of subnet "
                  + subnet.key(),
              "ask for another address"));
    }
    return others(port)
        .filter(other -> other.getValue().addresses().contains(address))
        .<AttachFailure>map(other -> new AttachFailure.AddressTaken(text, words(other)))
        .findFirst();
  }

  /**
   * The lowest address that no port has.
   *
   * @param reserved what ports name that are not bound yet
   */
  Choice lowestFree(Set<InetAddress> reserved) {
    Set<InetAddress> taken = new HashSet<>(reserved);
    subnet.grants().values().forEach(grant -> taken.addAll(grant.addresses()));
    Cidr network = subnet.cidr().network();
    int length = network.address().getAddress().length;
    BigInteger first = new BigInteger(1, network.address().getAddress());
    BigInteger size = BigInteger.ONE.shiftLeft(length * 8 - network.prefix());
    // each step meets another taken address, so this ends soon even in a /64
    for (BigInteger n = BigInteger.ZERO; n.compareTo(size) < 0; n = n.add(BigInteger.ONE)) {
      InetAddress address = address(first.add(n), length);
      if (usable(address) && !taken.contains(address)) {
        return new Choice.Taken(List.of(address));
      }
    }
    return new Choice.Refused(
        new AttachFailure.PoolExhausted(subnet.key().toString(), subnet.cidr().toString()));
  }

  private boolean usable(InetAddress address) {
    Cidr network = subnet.cidr().network();
    int bits = network.address().getAddress().length * 8 - network.prefix();
    boolean hasEnds = bits >= 2;
    boolean isFirst = address.equals(network.address());
    boolean isLast = network.isV4() && address.equals(last(network));
    return !subnet.gateway().equals(Optional.of(address)) && !(hasEnds && (isFirst || isLast));
  }

  private static InetAddress last(Cidr network) {
    int length = network.address().getAddress().length;
    BigInteger size = BigInteger.ONE.shiftLeft(length * 8 - network.prefix());
    BigInteger first = new BigInteger(1, network.address().getAddress());
    return address(first.add(size).subtract(BigInteger.ONE), length);
  }

  /** The address of a number. */
  static InetAddress address(BigInteger number, int length) {
    byte[] bytes = new byte[length];
    byte[] given = number.toByteArray();
    int used = Math.min(given.length, length);
    System.arraycopy(given, given.length - used, bytes, length - used, used);
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("4 or 16 bytes are always an address", e);
    }
  }

  private Stream<Map.Entry<String, Grant>> others(String port) {
    return subnet.grants().entrySet().stream().filter(grant -> !grant.getKey().equals(port));
  }

  private static String words(Map.Entry<String, Grant> other) {
    return "port "
        + other.getKey()
        + other.getValue().holder().map(holder -> " of " + holder).orElse("");
  }
}
