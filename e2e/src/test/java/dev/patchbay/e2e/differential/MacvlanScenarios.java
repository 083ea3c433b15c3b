package dev.patchbay.e2e.differential;

import static dev.patchbay.e2e.differential.Act.Cni.ADD;
import static dev.patchbay.e2e.differential.Act.Cni.ADD_SECOND;
import static dev.patchbay.e2e.differential.Act.Cni.CHECK;
import static dev.patchbay.e2e.differential.Act.Cni.DEL;
import static dev.patchbay.e2e.differential.Act.Cni.DEL_SECOND;
import static dev.patchbay.e2e.differential.Act.Cni.DEL_WITHOUT_NETNS;
import static dev.patchbay.e2e.differential.Ipams.V4;
import static dev.patchbay.e2e.differential.Ipams.V6;

import dev.patchbay.e2e.differential.Act.InPod;
import java.util.List;

/** {@code macvlan}. */
final class MacvlanScenarios {
  private static final String UPLINK =
      "ip link add up0 type veth peer name up1; ip link set up0 up; ip link set up1 up";
  private static final String MAC = "02:11:22:33:44:66";

  private MacvlanScenarios() {}

  static List<Scenario> all() {
    return List.of(
        macvlan("a macvlan, IPv4", "", V4),
        macvlan("a macvlan, IPv6", "", V6),
        macvlan(
            "a macvlan, both families, with routes",
            "",
            Ipams.routed(
                "{\"dst\": \"0.0.0.0/0\"}, {\"dst\": \"fd00:77::/64\", \"gw\": \"fd00:90::9\"}")),
        macvlan("a macvlan without addresses", "", "{}"),
        macvlan("a macvlan in mode bridge", "\"mode\": \"bridge\",", V4),
        macvlan("a macvlan in mode private", "\"mode\": \"private\",", V4),
        macvlan("a macvlan in mode vepa", "\"mode\": \"vepa\",", V4),
        macvlan("a macvlan in mode passthru", "\"mode\": \"passthru\",", V4),
        macvlan("a macvlan with an MTU", "\"mtu\": 1400,", V4),
        macvlan("a macvlan with a broadcast queue length", "\"bcqueuelen\": 2000,", V4),
        macvlan("a macvlan's hardware address by its own key", "\"mac\": \"" + MAC + "\",", V4),
        macvlan(
            "a macvlan's hardware address by runtimeConfig",
            "\"runtimeConfig\": {\"mac\": \"" + MAC + "\"},",
            V4),
        macvlan(
                "a macvlan's hardware address by args.cni",
                "\"args\": {\"cni\": {\"mac\": \"" + MAC + "\"}},",
                V4)
            .differs(
                "every kind takes it; the reference's macvlan does not look there",
                "pod link eth0 mac .*|result\\.interfaces\\[0\\]\\.mac .*"),
        macvlan("a macvlan's hardware address by CNI_ARGS", "", V4).args("MAC=" + MAC),
        macvlan("a macvlan on the link of the default route", "\"master\": \"\",", V4)
            .onHost(UPLINK, "ip addr add 192.0.2.1/24 dev up0; ip route add default via 192.0.2.2"),
        macvlan("a macvlan on a link of the pod", "\"linkInContainer\": true,", V4)
            .onHost("")
            .inPod(UPLINK),
        macvlan("a macvlan's name resolution", "\"dns\": {\"nameservers\": [\"10.1.1.1\"]},", V4),
        macvlan("two macvlans of one pod", "", V4)
            .acts(ADD, ADD_SECOND, CHECK, DEL_SECOND, CHECK, DEL),
        macvlan("DEL of a macvlan after the sandbox has gone", "", V4)
            .acts(ADD, DEL_WITHOUT_NETNS, DEL_WITHOUT_NETNS),
        macvlan("CHECK misses a macvlan's address", "", V4)
            .acts(ADD, new InPod("ip addr flush dev eth0"), CHECK, DEL)
            .bothRefuse(CHECK),
        macvlan("CHECK misses a macvlan", "", V4)
            .acts(ADD, new InPod("ip link del eth0"), CHECK, DEL)
            .bothRefuse(CHECK),
        macvlan("CHECK misses a macvlan's route", "", Ipams.routed4("{\"dst\": \"10.3.0.0/16\"}"))
            .acts(ADD, new InPod("ip route del 10.3.0.0/16"), CHECK, DEL)
            .bothRefuse(CHECK),
        macvlan("a parent that is not there", "\"master\": \"up7\",", V4)
            .bothRefuse(7, "up7", "up0"),
        macvlan("no parent and no default route", "\"master\": \"\",", V4)
            .bothRefuse(7, "master", "default route"),
        macvlan("a macvlan mode that nobody knows", "\"mode\": \"fast\",", V4)
            .bothRefuse(7, "mode", "fast", "private"),
        macvlan("a macvlan MTU above its parent's", "\"mtu\": 1600,", V4)
            .bothRefuse(7, "mtu", "1600", "1500"),
        macvlan("a macvlan where an interface of that name is", "", V4)
            .inPod("ip link add eth0 type bridge")
            .bothRefuse(102, "eth0", "already exists"));
  }

  private static Scenario macvlan(String sentence, String keys, String ipam) {
    String master = keys.contains("master") ? "" : "\"master\": \"up0\",";
    return Scenario.of(
            sentence, "{\"type\": \"macvlan\", %s %s \"ipam\": %s}".formatted(master, keys, ipam))
        .onHost(UPLINK);
  }
}
