package dev.patchbay.e2e.differential;

import static dev.patchbay.e2e.differential.Act.Cni.ADD;
import static dev.patchbay.e2e.differential.Act.Cni.CHECK;
import static dev.patchbay.e2e.differential.Act.Cni.DEL;
import static dev.patchbay.e2e.differential.Act.Cni.DEL_WITHOUT_NETNS;
import static dev.patchbay.e2e.differential.Ipams.V4;

import dev.patchbay.e2e.differential.Act.InPod;
import java.util.List;

/** {@code host-device} and {@code tap}. */
final class DeviceScenarios {
  private static final String DEVICE =
      // the kernel takes a namespace down in its own time, and a scenario before may have had this
      // id
      "n=0; until ip link add dev7 address 02:77:00:00:00:01 type vxlan id 7 local 127.0.0.1 dstport 4789;"
          + " do n=$((n + 1)); [ $n -lt 50 ]; sleep 0.1; done";
  private static final String MAC = "02:11:22:33:44:77";

  private static final String GIVEN_BACK = "the host gets its device back as it was";
  private static final String UP = "host link dev7 flags [BROADCAST, MULTICAST, UP]";

  private DeviceScenarios() {}

  static List<Scenario> hostDevice() {
    String byName = "\"device\": \"dev7\",";
    return List.of(
        device("a device by its name", byName, V4),
        device(
            "a device by its name, both families and routes",
            byName,
            Ipams.routed("{\"dst\": \"0.0.0.0/0\"}, {\"dst\": \"::/0\"}")),
        device("a device without ipam", byName, "{}"),
        device("a device by its hardware address", "\"hwaddr\": \"02:77:00:00:00:01\",", V4),
        device(
                "a device by its hardware address in upper case",
                "\"hwaddr\": \"02:77:00:00:00:01\",",
                V4)
            .onHost(DEVICE),
        device("a device that is up, with an MTU of its own", byName, V4)
            .onHost(DEVICE, "ip link set dev7 mtu 1400 up")
            .differs(GIVEN_BACK, "host link dev7 flags .*", UP),
        device("a device with an address of the host", byName, V4)
            .onHost(DEVICE, "ip link set dev7 up; ip addr add 192.0.2.7/24 dev dev7")
            .differs(GIVEN_BACK, "host link dev7 flags .*", UP),
        device("a device whose driver cannot set a hardware address", byName, V4)
            .onHost("ip link add dev7 type ifb; ip link set dev7 up")
            .differs(
                GIVEN_BACK,
                "host link dev7 flags .*",
                "host link dev7 flags [BROADCAST, NOARP, UP]"),
        device("a device that has the wanted name already", "\"device\": \"eth0\",", V4)
            .onHost(DEVICE.replace("dev7", "eth0")),
        device("a device whose wanted name another one has on the host", byName, V4)
            .onHost(DEVICE, "ip link add eth0 type bridge"),
        device("a device that the pod changed", byName, V4)
            .acts(ADD, new InPod("ip link set eth0 mtu 1300 promisc on"), DEL, DEL)
            .differs(
                GIVEN_BACK,
                "host link dev7 (mtu|promiscuity|flags) .*|host sysctl ipv6/conf/dev7/mtu.*",
                "host link dev7 mtu 1500"),
        device("CHECK misses a device's address", byName, V4)
            .acts(ADD, new InPod("ip addr flush dev eth0"), CHECK, DEL)
            .bothRefuse(CHECK),
        device("DEL of a device after its sandbox has gone", byName, V4)
            .acts(ADD, DEL_WITHOUT_NETNS)
            .differs("the reference keeps the reservation", "reservation .*"),
        device("a device that is not there", "\"device\": \"dev9\",", V4)
            .bothRefuse(7, "dev9", "dev7"),
        device("a device without a name", "", V4).bothRefuse(7, "device"),
        device("a wrong hardware address of a device", "\"hwaddr\": \"02:77\",", V4)
            .bothRefuse(7, "hwaddr", "02:77"),
        device("a device where an interface of that name is", byName, V4)
            .inPod("ip link add eth0 type bridge")
            .bothRefuse(102, "eth0", "already exists"));
  }

  static List<Scenario> tap() {
    return List.of(
        tap("a tap", "", V4),
        tap(
            "a tap, both families and routes",
            "",
            Ipams.routed("{\"dst\": \"10.3.0.0/16\"}, {\"dst\": \"fd00:77::/64\"}")),
        tap("a tap without addresses", "", "{}"),
        tap("a tap with several queues", "\"multiQueue\": true,", V4),
        tap("a tap with an MTU", "\"mtu\": 1400,", V4),
        tap("a tap's hardware address by its own key", "\"mac\": \"" + MAC + "\",", V4),
        tap(
            "a tap's hardware address by runtimeConfig",
            "\"runtimeConfig\": {\"mac\": \"" + MAC + "\"},",
            V4),
        tap("a tap's hardware address by CNI_ARGS", "", V4).args("MAC=" + MAC),
        tap("a tap of an owner", "\"owner\": 1000,", V4),
        tap("a tap of a group", "\"group\": 1001,", V4),
        tap("a tap of the superuser", "\"owner\": 0, \"group\": 0,", V4),
        tap("a tap in a bridge of the pod", "\"bridge\": \"br7\",", "{}")
            .inPod("ip link add br7 type bridge; ip link set br7 up"),
        tap("CHECK misses a tap", "", V4)
            .acts(ADD, new InPod("ip link del eth0"), CHECK, DEL)
            .bothRefuse(CHECK),
        tap("DEL of a tap after its sandbox has gone", "", V4).acts(ADD, DEL_WITHOUT_NETNS),
        tap("a tap in a bridge that is not there", "\"bridge\": \"br7\",", V4)
            .bothRefuse(7, "bridge", "br7"),
        tap("a tap where an interface of that name is", "", V4)
            .inPod("ip link add eth0 type bridge")
            .onlyWeRefuse("the reference gives the tap's address to what is there", 102, "eth0"));
  }

  private static Scenario device(String sentence, String keys, String ipam) {
    return Scenario.of(
            sentence, "{\"type\": \"host-device\", %s \"ipam\": %s}".formatted(keys, ipam))
        .onHost(DEVICE);
  }

  private static Scenario tap(String sentence, String keys, String ipam) {
    return Scenario.of(sentence, "{\"type\": \"tap\", %s \"ipam\": %s}".formatted(keys, ipam));
  }
}
