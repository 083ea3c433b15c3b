package dev.patchbay.vpc;

import dev.patchbay.core.nic.Cidr;
import java.util.List;
import java.util.Optional;

/**
 * A network that nobody else's packets get into.
 *
 * @param key which
 * @param cidrs the networks of which its subnets are parts; empty for any
 * @param defaultSubnet the subnet of NICs that name none; empty for the only one there is
 */
public record Vpc(Key key, List<Cidr> cidrs, Optional<String> defaultSubnet) implements VpcObject {
  /** Copies the list. */
  public Vpc {
    cidrs = List.copyOf(cidrs);
  }
}
