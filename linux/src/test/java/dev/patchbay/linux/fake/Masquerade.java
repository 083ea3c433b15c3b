package dev.patchbay.linux.fake;

import dev.patchbay.core.nic.Cidr;
import java.util.Comparator;

/**
 * A rule of the fake's nftables table.
 *
 * @param network whose it is
 * @param subnet what leaves with the host's address
 */
public record Masquerade(String network, Cidr subnet) implements Comparable<Masquerade> {
  @Override
  public int compareTo(Masquerade other) {
    return Comparator.comparing(Masquerade::network)
        .thenComparing(rule -> rule.subnet().toString())
        .compare(this, other);
  }
}
