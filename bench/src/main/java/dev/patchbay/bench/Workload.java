package dev.patchbay.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The NICs that a pod gets, each of a network of its own.
 *
 * @param kind what they are
 * @param nics how many, 1 to 8
 */
record Workload(Kind kind, int nics) {
  /** A link kind with the fields that its users write. */
  enum Kind {
    BRIDGE(0),
    MACVLAN(1);

    private final int subnets;

    Kind(int subnets) {
      this.subnets = subnets;
    }
  }

  /** The configuration of each NIC; names and subnets are the side's own. */
  List<String> confs(String side, int sideNumber, Path leases) {
    return IntStream.range(0, nics).mapToObj(nic -> conf(side, sideNumber, leases, nic)).toList();
  }

  private String conf(String side, int sideNumber, Path leases, int nic) {
    String ipam =
        """
        "ipam":{"type":"host-local","dataDir":"%s","ranges":[[{"subnet":"10.%d.%d.0/20"}]]}\
        """
            .formatted(leases.resolve(side), sideNumber * 2 + kind.subnets, nic * 16);
    return switch (kind) {
      case BRIDGE ->
          """
          {"cniVersion":"1.0.0","name":"bridge%1$d","type":"bridge","bridge":"%2$sbr%1$d","isGateway":true,%3$s}\
          """
              .formatted(nic, side, ipam);
      case MACVLAN ->
          """
          {"cniVersion":"1.0.0","name":"macvlan%d","type":"macvlan","master":"uplink0","mode":"bridge",%s}\
          """
              .formatted(nic, ipam);
    };
  }

  /** As tables name it. */
  String title() {
    return nics
        + (nics == 1 ? " NIC, " : " NICs, ")
        + (kind == Kind.BRIDGE ? "bridge" : "macvlan")
        + " + host-local";
  }
}
