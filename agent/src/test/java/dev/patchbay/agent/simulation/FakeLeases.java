package dev.patchbay.agent.simulation;

import dev.patchbay.core.nic.AddressRange;
import dev.patchbay.core.nic.Addressing;
import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.IpText;
import dev.patchbay.core.plan.AttachFailure;
import dev.patchbay.core.plan.Bindings;
import dev.patchbay.core.plan.Lease;
import dev.patchbay.core.plan.LeaseOp;
import dev.patchbay.core.plan.Performed;
import dev.patchbay.core.plan.Performers;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Pools in memory: the lowest free address, the first one of a subnet being its gateway's. */
final class FakeLeases implements Performers.Leases {
  private final Map<String, LeaseOp.Holder> holders = new TreeMap<>();

  @Override
  public synchronized Performed execute(LeaseOp op, Bindings bound) {
    return switch (op) {
      case LeaseOp.Fixed(var addressing, var lease) ->
          Performed.yielding(lease, new Lease(addressing));
      case LeaseOp.Release(var pool, var holder, _) -> {
        holders.entrySet().removeIf(held -> isHeld(held, pool, holder));
        yield Performed.done();
      }
      case LeaseOp.Reserve reserve -> reserve(reserve);
    };
  }

  private static boolean isHeld(
      Map.Entry<String, LeaseOp.Holder> held, LeaseOp.Pool pool, LeaseOp.Holder holder) {
    return held.getKey().startsWith(pool.network() + " ") && held.getValue().equals(holder);
  }

  private Performed reserve(LeaseOp.Reserve op) {
    if (holders.entrySet().stream().anyMatch(held -> isHeld(held, op.pool(), op.holder()))) {
      return new Performed.Failed(
          new AttachFailure.AddressTaken("any", op.holder() + ", which was not released"));
    }
    List<Addressing.Ip> ips = new ArrayList<>();
    for (List<AddressRange> set : op.pool().sets()) {
      Cidr subnet = set.getFirst().subnet();
      Optional<InetAddress> asked =
          op.requested().stream().filter(subnet.network()::contains).findFirst();
      InetAddress address = asked.orElseGet(() -> lowestFree(op.pool(), subnet));
      String key = key(op.pool(), address);
      if (holders.containsKey(key)) {
        return new Performed.Failed(
            new AttachFailure.AddressTaken(IpText.of(address), String.valueOf(holders.get(key))));
      }
      ips.add(
          new Addressing.Ip(
              new Cidr(address, subnet.prefix()), Optional.of(nth(subnet.network(), 1))));
    }
    ips.forEach(ip -> holders.put(key(op.pool(), ip.address().address()), op.holder()));
    return Performed.yielding(
        op.lease(), new Lease(new Addressing(ips, op.pool().routes(), op.pool().dns())));
  }

  private InetAddress lowestFree(LeaseOp.Pool pool, Cidr subnet) {
    int number = 2;
    while (holders.containsKey(key(pool, nth(subnet.network(), number)))) {
      number++;
    }
    return nth(subnet.network(), number);
  }

  private static String key(LeaseOp.Pool pool, InetAddress address) {
    return pool.network() + " " + IpText.of(address);
  }

  private static InetAddress nth(Cidr network, int number) {
    byte[] bytes = network.address().getAddress();
    byte[] sum = new BigInteger(1, bytes).add(BigInteger.valueOf(number)).toByteArray();
    byte[] address = new byte[bytes.length];
    int length = Math.min(sum.length, bytes.length);
    System.arraycopy(sum, sum.length - length, address, bytes.length - length, length);
    try {
      return InetAddress.getByAddress(address);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  /** What is held, a line each. */
  synchronized List<String> held() {
    return holders.entrySet().stream()
        .map(held ->
            "lease "
                + held.getKey()
                + " of "
                + held.getValue().containerId()
                + " "
                + held.getValue().ifName())
        .toList();
  }
}
