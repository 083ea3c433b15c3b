package dev.patchbay.e2e.differential;

import static dev.patchbay.e2e.differential.Act.Cni.ADD;
import static dev.patchbay.e2e.differential.Act.Cni.ADD_SECOND;
import static dev.patchbay.e2e.differential.Act.Cni.CHECK;
import static dev.patchbay.e2e.differential.Act.Cni.DEL;
import static dev.patchbay.e2e.differential.Act.Cni.DEL_SECOND;
import static dev.patchbay.e2e.differential.Act.Cni.DEL_WITHOUT_NETNS;
import static dev.patchbay.e2e.differential.Ipams.DUAL;
import static dev.patchbay.e2e.differential.Ipams.V4;
import static dev.patchbay.e2e.differential.Ipams.V6;

import dev.patchbay.e2e.differential.Act.InPod;
import dev.patchbay.e2e.differential.Act.OnHost;
import dev.patchbay.e2e.differential.Scenario.Need;
import java.util.List;
import java.util.stream.Stream;

/** {@code bridge}. */
final class BridgeScenarios {
  private static final String MAC = "02:11:22:33:44:55";
  private static final String BRIDGE =
      "ip link add br0 type bridge; ip addr add 10.90.0.254/16 dev br0; ip link set br0 up";

  private static final String KEPT =
      "a bridge of somebody else keeps its settings: it may have its own address from a router";
  private static final String ACCEPT_RA = "host sysctl ipv6/conf/br0/accept_ra:0";

  private BridgeScenarios() {}

  static List<Scenario> all() {
    return Stream.of(
            gateways(), ports(), hardwareAddresses(), forcedAddresses(), vlans(), life(), refused())
        .flatMap(List::stream)
        .toList();
  }

  private static List<Scenario> gateways() {
    return List.of(
        bridge("a bridge that is nobody's gateway, IPv4", "", V4),
        bridge("a bridge that is nobody's gateway, IPv6", "", V6),
        bridge("a bridge that is nobody's gateway, both families", "", DUAL),
        bridge("a bridge without addresses", "", "{}")
            .referenceRefuses(CHECK, "it asks an IPAM plugin that is not there"),
        bridge("a bridge with the gateway's address, IPv4", "\"isGateway\": true,", V4),
        bridge("a bridge with the gateway's address, IPv6", "\"isGateway\": true,", V6),
        bridge("a bridge with the gateway's addresses, both", "\"isGateway\": true,", DUAL),
        bridge("a bridge as default gateway, IPv4", "\"isDefaultGateway\": true,", V4),
        bridge("a bridge as default gateway, IPv6", "\"isDefaultGateway\": true,", V6),
        bridge("a bridge as default gateway, both families", "\"isDefaultGateway\": true,", DUAL),
        bridge(
            "a default gateway beside a default route in ipam",
            "\"isDefaultGateway\": true,",
            Ipams.routed("{\"dst\": \"0.0.0.0/0\", \"gw\": \"10.90.0.9\"}")),
        bridge(
            "a bridge whose pod waits for duplicate address detection",
            "\"isGateway\": true, \"enabledad\": true,",
            DUAL),
        bridge(
            "name resolution in the network's configuration",
            "\"dns\": {\"nameservers\": [\"10.1.1.1\"], \"domain\": \"a.example\","
                + " \"search\": [\"b.example\"], \"options\": [\"ndots:5\"]},",
            V4),
        Scenario.of("a bridge by its default name, cni0", conf("\"isGateway\": true,", V4, "")));
  }

  private static List<Scenario> ports() {
    return List.of(
        bridge("a bridge with an MTU", "\"mtu\": 1400,", V4),
        bridge("a bridge with an MTU above 1500", "\"mtu\": 9000,", V4),
        bridge("MTU 0 is the kernel's own", "\"mtu\": 0,", V4),
        bridge("a port in hairpin mode", "\"hairpinMode\": true,", V4),
        bridge("a promiscuous bridge", "\"promiscMode\": true,", V4),
        bridge("an isolated port", "\"portIsolation\": true,", V4),
        bridge("a bridge with an MTU that is there already", "\"mtu\": 1400,", V4)
            .onHost("ip link add br0 mtu 1450 type bridge")
            .differs(KEPT, ACCEPT_RA),
        bridge("a bridge that is there and down", "\"isGateway\": true,", V4)
            .onHost("ip link add br0 type bridge")
            .differs(KEPT, ACCEPT_RA),
        bridge("a promiscuous bridge that is there already", "\"promiscMode\": true,", V4)
            .onHost("ip link add br0 type bridge")
            .differs(KEPT, ACCEPT_RA));
  }

  private static List<Scenario> hardwareAddresses() {
    return List.of(
        bridge(
                "a hardware address by runtimeConfig",
                "\"capabilities\": {\"mac\": true}, \"runtimeConfig\": {\"mac\": \"" + MAC + "\"},",
                V4)
            .args("MAC=02:00:00:00:00:09"),
        bridge(
            "a hardware address by args.cni",
            "\"args\": {\"cni\": {\"mac\": \"" + MAC + "\"}},",
            V4),
        bridge("a hardware address by CNI_ARGS", "", V4).args("MAC=" + MAC),
        bridge("a hardware address in upper case", "", V4).args("MAC=02:AA:BB:CC:DD:EE"),
        bridge("a wrong hardware address by CNI_ARGS", "", V4)
            .args("MAC=02:11:22")
            .bothRefuse(4, "MAC", "02:11:22"),
        bridge(
                "a wrong hardware address by runtimeConfig",
                "\"runtimeConfig\": {\"mac\": \"zz\"},",
                V4)
            .bothRefuse(7, "mac", "zz"));
  }

  private static List<Scenario> forcedAddresses() {
    return List.of(
        bridge("another address of the subnet on the bridge", "\"isGateway\": true,", V4)
            .onHost(BRIDGE)
            .bothRefuse(7, "br0", "10.90.0.254", "forceAddress"),
        bridge(
                "another address of the subnet on the bridge is replaced by force",
                "\"isGateway\": true, \"forceAddress\": true,",
                V4)
            .onHost(BRIDGE)
            .differs(KEPT, ACCEPT_RA),
        bridge("the gateway's address is on the bridge already", "\"isGateway\": true,", V4)
            .onHost(BRIDGE.replace("254/16", "1/24"))
            .differs(KEPT, ACCEPT_RA),
        bridge("an address of another subnet on the bridge", "\"isGateway\": true,", V4)
            .onHost(BRIDGE.replace("10.90", "10.91"))
            .acts(ADD)
            .referenceRefuses(ADD, "two IPv4 networks may share a bridge, as two IPv6 ones may")
            .differs(
                "it went no further",
                ".*",
                "host address br0 {\"broadcast\":\"10.90.0.255\",\"label\":\"br0\","
                    + "\"local\":\"10.90.0.1\",\"preferred_life_time\":\"forever\","
                    + "\"prefixlen\":24,\"scope\":\"global\",\"valid_life_time\":\"forever\"}"));
  }

  private static List<Scenario> vlans() {
    return Stream.of(
            bridge("an untagged VLAN", "\"vlan\": 100,", V4),
            bridge(
                    "an untagged VLAN whose gateway is the bridge",
                    "\"vlan\": 100, \"isGateway\": true,",
                    V4)
                .differs(
                    "our gateway is a VLAN above the bridge, the reference's a veth pair beside it,"
                        + " which the result names and which has no VLAN of its own",
                    "host link br0\\.100 .*|host link veth# (kind|on) .*|host vlan .*"
                        + "|host sysctl ipv6/conf/veth#/.*|result\\.interfaces\\[3\\]\\..*",
                    "host link br0.100 kind vlan",
                    "host vlan {\"ifname\":\"br0\",\"vlans\":[{\"flags\":[\"PVID\",\"Egress"
                        + " Untagged\"],\"vlan\":1},{\"vlan\":100}]}"),
            bridge(
                "an untagged VLAN beside VLAN 1",
                "\"vlan\": 100, \"preserveDefaultVlan\": true,",
                V4),
            bridge(
                "a trunk of VLANs",
                "\"vlanTrunk\": [{\"id\": 101}, {\"minID\": 200, \"maxID\": 210}],",
                V4),
            bridge(
                    "a trunk of VLANs without VLAN 1",
                    "\"vlanTrunk\": [{\"id\": 101}], \"preserveDefaultVlan\": false,",
                    V4)
                .acts(ADD)
                .differs(
                    "the reference heeds that key for a single VLAN only",
                    "host vlan \\{\"ifname\":\"veth#\".*",
                    "host vlan {\"ifname\":\"veth#\",\"vlans\":[{\"vlan\":101}]}"))
        .map(scenario -> scenario.needs(Need.VLAN_FILTERING))
        .toList();
  }

  private static List<Scenario> life() {
    String gateway = "\"isDefaultGateway\": true,";
    return List.of(
        bridge("DEL after the sandbox has gone", gateway, DUAL)
            .acts(ADD, DEL_WITHOUT_NETNS, DEL_WITHOUT_NETNS),
        bridge("DEL of what was never added", gateway, V4).acts(DEL, DEL_WITHOUT_NETNS),
        bridge("two interfaces of one pod", "\"isGateway\": true,", DUAL)
            .acts(ADD, ADD_SECOND, CHECK, DEL_SECOND, CHECK, DEL),
        bridge("the same address is not handed out again at once", "", V4).acts(ADD, DEL, ADD, DEL),
        bridge("CHECK misses an address", gateway, DUAL)
            .acts(ADD, new InPod("ip addr del 10.90.0.2/24 dev eth0"), CHECK, DEL)
            .bothRefuse(CHECK),
        bridge("CHECK misses a route", gateway, Ipams.routed("{\"dst\": \"10.3.0.0/16\"}"))
            .acts(ADD, new InPod("ip route del 10.3.0.0/16"), CHECK, DEL)
            .bothRefuse(CHECK),
        bridge("CHECK misses the default route", gateway, V4)
            .acts(ADD, new InPod("ip route del default"), CHECK, DEL)
            .bothRefuse(CHECK),
        bridge("CHECK misses the interface", gateway, V4)
            .acts(ADD, new InPod("ip link del eth0"), CHECK, DEL)
            .bothRefuse(CHECK),
        bridge("CHECK misses the bridge", gateway, V4)
            .acts(ADD, new OnHost("ip link del br0"), CHECK, DEL)
            .bothRefuse(CHECK),
        bridge("CHECK does not mind what others added", gateway, V4)
            .acts(
                ADD,
                new InPod("ip addr add 10.77.0.1/24 dev eth0; ip route add 10.78.0.0/16 dev eth0"),
                CHECK,
                DEL));
  }

  private static List<Scenario> refused() {
    return List.of(
        bridge("an interface of that name is there", "", V4)
            .inPod("ip link add eth0 type bridge; ip addr add 10.1.1.1/24 dev eth0")
            .bothRefuse(102, "eth0", "already exists"),
        bridge("a link of the bridge's name is no bridge", "", V4)
            .onHost("ip link add br0 type veth peer name br1")
            .bothRefuse(7, "br0", "veth"),
        bridge(
                "hairpin and promiscuous mode at once",
                "\"hairpinMode\": true, \"promiscMode\": true,",
                V4)
            .bothRefuse(7, "hairpinMode", "promiscMode"),
        bridge("an MTU below zero", "\"mtu\": -5,", V4)
            .onlyWeRefuse("the reference takes it for the kernel's own", 7, "mtu", "-5"),
        bridge("a VLAN above 4094", "\"vlan\": 4095,", V4).bothRefuse(7, "vlan", "4095", "4094"),
        bridge("a VLAN below zero", "\"vlan\": -1,", V4).bothRefuse(7, "vlan", "-1"),
        bridge("a VLAN and a trunk", "\"vlan\": 5, \"vlanTrunk\": [{\"id\": 6}],", V4)
            .bothRefuse(7, "vlan", "vlanTrunk"),
        bridge("a trunk from high to low", "\"vlanTrunk\": [{\"minID\": 9, \"maxID\": 3}],", V4)
            .bothRefuse(7, "minID", "9"),
        bridge("a trunk without an end", "\"vlanTrunk\": [{\"minID\": 9}],", V4)
            .bothRefuse(7, "maxID"),
        bridge("an interface name of 16 bytes", "", V4)
            .ifName("a123456789012345")
            .bothRefuse(4, "CNI_IFNAME", "a123456789012345"),
        bridge("an interface name with a slash", "", V4)
            .ifName("a/b")
            .bothRefuse(4, "CNI_IFNAME", "a/b"),
        bridge("a CNI version that nobody knows", "", V4).cni("2.7.0").bothRefuse(1, "2.7.0"),
        bridge("a configuration that is no JSON", "", V4).stdin("bridge br0").bothRefuse(6, "JSON"),
        bridge("a configuration that is cut off", "", V4)
            .stdin("{\"cniVersion\": \"1.1.0\", \"name\": ")
            .bothRefuse(6, "JSON"),
        bridge("a configuration that is a list", "", V4).stdin("[]").bothRefuse(6, "JSON"),
        bridge("no configuration", "", V4).stdin("").bothRefuse(6, "JSON"),
        bridge("a command that nobody knows", "", V4)
            .environment("CNI_COMMAND", "PLUG")
            .bothRefuse(4, "CNI_COMMAND", "PLUG", "ADD"),
        bridge("a container without ID", "", V4)
            .environment("CNI_CONTAINERID", "")
            .bothRefuse(4, "CNI_CONTAINERID"),
        bridge("a container ID with a slash", "", V4)
            .environment("CNI_CONTAINERID", "../c")
            .bothRefuse(4, "CNI_CONTAINERID", "../c"),
        bridge("a pod without namespace", "", V4)
            .environment("CNI_NETNS", "")
            .bothRefuse(4, "CNI_NETNS"),
        bridge("a namespace that is not there", "", V4)
            .environment("CNI_NETNS", "/run/netns/pb-nowhere")
            .bothRefuse(8, "CNI_NETNS", "/run/netns/pb-nowhere"),
        bridge("a namespace that is a file", "", V4)
            .environment("CNI_NETNS", "/etc/hostname")
            .bothRefuse(8, "CNI_NETNS", "/etc/hostname"),
        bridge("a bridge name that is too long", "", V4, "bridge-0123456789")
            .bothRefuse(7, "bridge", "bridge-0123456789"));
  }

  private static Scenario bridge(String sentence, String keys, String ipam) {
    return bridge(sentence, keys, ipam, "br0");
  }

  private static Scenario bridge(String sentence, String keys, String ipam, String name) {
    return Scenario.of(sentence, conf(keys, ipam, "\"bridge\": \"" + name + "\","));
  }

  private static String conf(String keys, String ipam, String name) {
    return "{\"type\": \"bridge\", %s %s \"ipam\": %s}".formatted(name, keys, ipam);
  }
}
