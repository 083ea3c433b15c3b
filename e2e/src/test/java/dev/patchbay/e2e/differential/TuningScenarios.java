package dev.patchbay.e2e.differential;

import static dev.patchbay.e2e.differential.Act.Cni.ADD;
import static dev.patchbay.e2e.differential.Act.Cni.CHECK;
import static dev.patchbay.e2e.differential.Act.Cni.DEL;
import static dev.patchbay.e2e.differential.Act.Cni.DEL_WITHOUT_NETNS;
import static dev.patchbay.e2e.differential.Ipams.V4;

import dev.patchbay.e2e.differential.Act.InPod;
import java.util.List;

/** {@code tuning} behind a link that another plugin made. */
final class TuningScenarios {
  private static final String MAC = "02:11:22:33:44:88";
  private static final String DEVICE =
      "ip link add dev7 address 02:77:00:00:00:01 type vxlan id 7 local 127.0.0.1 dstport 4789";

  private TuningScenarios() {}

  static List<Scenario> all() {
    return List.of(
        tuned("a tuned hardware address", "\"mac\": \"" + MAC + "\""),
        tuned(
            "a tuned hardware address by runtimeConfig",
            "\"runtimeConfig\": {\"mac\": \"" + MAC + "\"}"),
        tuned(
            "a tuned hardware address by args.cni",
            "\"args\": {\"cni\": {\"mac\": \"" + MAC + "\"}}"),
        tuned("a tuned MTU", "\"mtu\": 1400"),
        tuned("tuned promiscuous mode", "\"promisc\": true"),
        tuned("promiscuous mode that is not wanted", "\"promisc\": false"),
        tuned("tuned all-multicast mode", "\"allmulti\": true"),
        tuned("all-multicast mode switched off", "\"allmulti\": false"),
        tuned("a tuned transmit queue", "\"txQLen\": 2000"),
        tuned("tuned sysctls", "\"sysctl\": {\"net.core.somaxconn\": \"512\"}")
            .differs(
                "DEL puts sysctls back too",
                "pod sysctl core/somaxconn:.*",
                "pod sysctl core/somaxconn:4096"),
        tuned(
            "tuned sysctls of the interface",
            "\"sysctl\": {\"net.ipv4.conf.IFNAME.arp_filter\": \"1\","
                + " \"net/ipv6/conf/IFNAME/accept_ra\": \"0\"}"),
        tuned(
            "all at once",
            "\"mac\": \""
                + MAC
                + "\", \"mtu\": 1300, \"promisc\": true,"
                + " \"allmulti\": true, \"txQLen\": 77"),
        tuned("tuning nothing", "\"mtu\": 0"),
        tunedDevice(
            "what DEL puts back",
            "\"mac\": \""
                + MAC
                + "\", \"mtu\": 1300,"
                + " \"promisc\": true, \"allmulti\": true, \"txQLen\": 77"),
        tunedDevice("what DEL puts back of the hardware address alone", "\"mac\": \"" + MAC + "\""),
        tunedDevice("what DEL puts back of the MTU alone", "\"mtu\": 1300"),
        tuned("CHECK misses a tuned MTU", "\"mtu\": 1400")
            .acts(ADD, new InPod("ip link set eth0 mtu 1500"), CHECK, DEL)
            .bothRefuse(CHECK),
        tuned("CHECK misses a tuned hardware address", "\"mac\": \"" + MAC + "\"")
            .acts(ADD, new InPod("ip link set eth0 address 02:00:00:00:00:01"), CHECK, DEL)
            .bothRefuse(CHECK),
        tuned("CHECK misses tuned promiscuous mode", "\"promisc\": true")
            .acts(ADD, new InPod("ip link set eth0 promisc off"), CHECK, DEL)
            .bothRefuse(CHECK),
        tuned("CHECK misses tuned all-multicast mode", "\"allmulti\": true")
            .acts(ADD, new InPod("ip link set eth0 allmulticast off"), CHECK, DEL)
            .bothRefuse(CHECK),
        tuned("CHECK misses a tuned transmit queue", "\"txQLen\": 2000")
            .acts(ADD, new InPod("ip link set eth0 txqueuelen 100"), CHECK, DEL)
            .bothRefuse(CHECK),
        tuned("CHECK misses a tuned sysctl", "\"sysctl\": {\"net.core.somaxconn\": \"512\"}")
            .acts(ADD, new InPod("echo 600 >/proc/sys/net/core/somaxconn"), CHECK, DEL)
            .bothRefuse(CHECK)
            .differs("DEL puts sysctls back too", "pod sysctl core/somaxconn:.*"),
        tuned("DEL of a tuned interface after its sandbox has gone", "\"mtu\": 1400")
            .acts(ADD, DEL_WITHOUT_NETNS),
        tuned("a sysctl outside the network's", "\"sysctl\": {\"kernel.domainname\": \"x\"}")
            .bothRefuse(7, "sysctl", "kernel.domainname"),
        tuned("a sysctl that climbs out", "\"sysctl\": {\"net/../kernel/domainname\": \"x\"}")
            .bothRefuse(7, "sysctl", "net/../kernel/domainname"),
        tuned("a sysctl that is not there", "\"sysctl\": {\"net.core.nothing\": \"1\"}")
            .bothRefuse(7, "sysctl", "net/core/nothing"),
        tuned("a wrong hardware address to tune", "\"mac\": \"02:11\"")
            .bothRefuse(7, "mac", "02:11"),
        tuned("an MTU that the link cannot have", "\"mtu\": 65536").bothRefuse(7, "mtu", "65536"));
  }

  private static Scenario tuned(String sentence, String keys) {
    return Scenario.of(
        sentence,
        "{\"type\": \"bridge\", \"bridge\": \"br0\", \"ipam\": %s}".formatted(V4),
        tuning(keys));
  }

  /** A link that outlives the pod, so that it can be seen what it gets back. */
  private static Scenario tunedDevice(String sentence, String keys) {
    return Scenario.of(
            sentence,
            "{\"type\": \"host-device\", \"device\": \"dev7\", \"ipam\": %s}".formatted(V4),
            tuning(keys))
        .onHost(DEVICE)
        .acts(ADD, CHECK, DEL, DEL);
  }

  /** The reference keeps what was there before in a folder, which would otherwise be the host's. */
  private static String tuning(String keys) {
    return "{\"type\": \"tuning\", \"dataDir\": \"$LEASES/../tuning\", %s}".formatted(keys);
  }
}
