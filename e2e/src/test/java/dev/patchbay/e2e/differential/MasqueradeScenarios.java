package dev.patchbay.e2e.differential;

import static dev.patchbay.e2e.differential.Act.Cni.ADD;
import static dev.patchbay.e2e.differential.Act.Cni.CHECK;
import static dev.patchbay.e2e.differential.Act.Cni.DEL;

import dev.patchbay.e2e.differential.Act.OnHost;
import dev.patchbay.e2e.differential.Act.Probe;
import java.util.List;

/**
 * {@code ipMasq}, by its effect, as the reference writes iptables rules and we nftables: beyond the
 * host is a station that knows the host and has no route to the pod, so it answers a pod only when
 * the pod's packets come with the host's address.
 */
final class MasqueradeScenarios {
  private static final String OUTSIDE =
      """
      ip netns add $HOST-out
      ip link add up0 type veth peer name up1 netns $HOST-out
      ip addr add 192.0.2.1/24 dev up0
      ip addr add fd00:c::1/64 dev up0 nodad
      ip link set up0 up
      ip -n $HOST-out addr add 192.0.2.2/24 dev up1
      ip -n $HOST-out addr add fd00:c::2/64 dev up1 nodad
      ip -n $HOST-out link set up1 up
      """;

  /** The host counts what comes to it from the pod's own address. */
  private static final String COUNTING =
      """
      nft -f - <<'END'
      table ip seen {
        counter c { }
        chain in {
          type filter hook input priority 0;
          ip saddr 10.90.0.2 icmp type echo-request counter name c
        }
      }
      END
      """;

  private static final Act GONE = new OnHost("ip link del up0; ip netns delete $HOST-out");
  private static final String PING4 = "ping -n -c 1 -W 1 192.0.2.2";
  private static final String PING6 = "ping -n -c 5 -i 0.5 -W 1 fd00:c::2";
  private static final String ROUTED =
      Ipams.routed("{\"dst\": \"0.0.0.0/0\"}, {\"dst\": \"::/0\"}");

  private MasqueradeScenarios() {}

  static List<Scenario> all() {
    return List.of(
        bridge("a bridge that masquerades both families", "\"ipMasq\": true,")
            .acts(ADD, new Probe(PING4, true), new Probe(PING6, true), CHECK, DEL, GONE),
        bridge("a bridge that does not masquerade", "\"ipMasq\": false,")
            .acts(ADD, new Probe(PING4, false), DEL, GONE),
        ptp("a routed pair that masquerades both families", "\"ipMasq\": true,")
            .acts(ADD, new Probe(PING4, true), new Probe(PING6, true), CHECK, DEL, GONE),
        ptp("a routed pair that does not masquerade", "")
            .acts(ADD, new Probe(PING4, false), DEL, GONE),
        bridge("masquerading leaves the subnet alone", "\"ipMasq\": true,")
            .acts(
                ADD,
                new OnHost(COUNTING),
                new Probe("ping -n -c 1 -W 2 10.90.0.1", true),
                new OnHost(
                    "nft list counter ip seen c | grep 'packets 1 '; nft delete table ip seen"),
                DEL,
                GONE),
        bridge("a masquerading backend of one's choice", "\"ipMasqBackend\": \"nftables\",")
            .acts(ADD, GONE)
            .onlyWeRefuse("we have one backend, nftables", 2, "ipMasqBackend", "nftables"));
  }

  private static Scenario bridge(String sentence, String keys) {
    return Scenario.of(
            sentence,
            "{\"type\": \"bridge\", \"bridge\": \"br0\", \"isGateway\": true, %s \"ipam\": %s}"
                .formatted(keys, ROUTED))
        .onHost(OUTSIDE);
  }

  private static Scenario ptp(String sentence, String keys) {
    return Scenario.of(sentence, "{\"type\": \"ptp\", %s \"ipam\": %s}".formatted(keys, ROUTED))
        .onHost(OUTSIDE);
  }
}
