package dev.patchbay.e2e.differential;

import static dev.patchbay.e2e.differential.Act.Cni.ADD;
import static dev.patchbay.e2e.differential.Act.Cni.ADD_SECOND;
import static dev.patchbay.e2e.differential.Act.Cni.CHECK;
import static dev.patchbay.e2e.differential.Act.Cni.DEL;
import static dev.patchbay.e2e.differential.Act.Cni.DEL_WITHOUT_NETNS;
import static dev.patchbay.e2e.differential.Ipams.DUAL;
import static dev.patchbay.e2e.differential.Ipams.V4;
import static dev.patchbay.e2e.differential.Ipams.V6;

import dev.patchbay.e2e.differential.Act.InPod;
import java.util.List;

/** {@code ptp} and {@code loopback}. */
final class PtpScenarios {
  private PtpScenarios() {}

  static List<Scenario> ptp() {
    return List.of(
        ptp("a routed pair, IPv4", "", V4),
        ptp("a routed pair, IPv6", "", V6),
        ptp("a routed pair, both families", "", DUAL),
        ptp(
            "a routed pair with default routes",
            "",
            Ipams.routed("{\"dst\": \"0.0.0.0/0\"}, {\"dst\": \"::/0\"}")),
        ptp(
            "a routed pair with a route by its gateway and one by another",
            "",
            Ipams.routed4(
                "{\"dst\": \"10.3.0.0/16\"}, {\"dst\": \"10.4.0.0/16\", \"gw\": \"10.90.0.1\"}")),
        ptp("a routed pair with an MTU", "\"mtu\": 1400,", V4),
        ptp("a routed pair's name resolution", "\"dns\": {\"nameservers\": [\"10.1.1.1\"]},", V4),
        ptp("two routed pairs of one pod to the same gateway", "", V4)
            .acts(ADD, ADD_SECOND)
            .bothRefuse(999, "10.90.0.1", "EEXIST"),
        ptp("DEL of a routed pair after the sandbox has gone", "", V4)
            .acts(ADD, DEL_WITHOUT_NETNS, DEL_WITHOUT_NETNS),
        ptp("CHECK misses a routed pair's address", "", V4)
            .acts(ADD, new InPod("ip addr flush dev eth0"), CHECK, DEL)
            .bothRefuse(CHECK),
        ptp("CHECK misses a routed pair", "", V4)
            .acts(ADD, new InPod("ip link del eth0"), CHECK, DEL)
            .bothRefuse(CHECK),
        ptp("CHECK misses a routed pair's route", "", Ipams.routed4("{\"dst\": \"10.3.0.0/16\"}"))
            .acts(ADD, new InPod("ip route del 10.3.0.0/16"), CHECK, DEL)
            .bothRefuse(CHECK),
        ptp("a routed pair where an interface of that name is", "", V4)
            .inPod("ip link add eth0 type bridge")
            .bothRefuse(102, "eth0", "already exists"),
        ptp("a routed pair without ipam", "", "{}").bothRefuse(7, "ipam"));
  }

  static List<Scenario> loopback() {
    String conf = "{\"type\": \"loopback\"}";
    return List.of(
        Scenario.of("the pod's loopback", conf).ifName("lo"),
        Scenario.of("CHECK misses the loopback being up", conf)
            .ifName("lo")
            .acts(ADD, new InPod("ip link set lo down"), CHECK, DEL)
            .bothRefuse(CHECK),
        Scenario.of("DEL of the loopback after the sandbox has gone", conf)
            .ifName("lo")
            .acts(ADD, DEL_WITHOUT_NETNS));
  }

  private static Scenario ptp(String sentence, String keys, String ipam) {
    return Scenario.of(sentence, "{\"type\": \"ptp\", %s \"ipam\": %s}".formatted(keys, ipam));
  }
}
