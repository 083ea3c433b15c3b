package dev.patchbay.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.e2e.CniDriver.Attachment;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The same conf by the newest reference plugin and by us: same links, addresses, routes, sysctls
 * and result, and after DEL nothing, each on a host of its own.
 */
@Tag("lab")
class DifferentialLabTest {
  private static final String RANGE = "\"ranges\": [[{\"subnet\": \"10.90.0.0/24\"}]]";
  private static final String BOTH_FAMILIES =
      "\"ranges\": [[{\"subnet\": \"10.90.0.0/24\"}], [{\"subnet\": \"fd00:90::/64\"}]]";

  @ParameterizedTest(name = "{0} {1} with {2}")
  @MethodSource("confs")
  void sameConfDoesTheSameAsTheReferencePlugin(String type, String keys, String ipam) {
    ReferencePlugins reference = ReferencePlugins.newest();
    Seen theirs;
    try (Lab lab = prepared()) {
      var plugin = new CniDriver(lab, reference.plugin(type), reference.folder(), Map.of());
      theirs = run(lab, plugin, conf(lab, type, keys, ipam));
    }
    try (Lab lab = prepared()) {
      PatchbayNode node = PatchbayNode.start(lab, reference.folder());
      Seen ours = run(lab, node.driver(type), conf(lab, type, keys, ipam));
      assertThat(ours.added().result()).isEqualTo(theirs.added().result());
      assertThat(ours.added().pod()).isEqualTo(theirs.added().pod());
      assertThat(ours.added().host()).isEqualTo(theirs.added().host());
      assertThat(ours.podAfter()).isEqualTo(theirs.podAfter());
      assertThat(ours.linksAfter()).isEqualTo(theirs.linksAfter());
    }
  }

  static Stream<Arguments> confs() {
    return Stream.of(
        Arguments.of("bridge", "", RANGE),
        Arguments.of("bridge", "\"isGateway\": true,", BOTH_FAMILIES),
        Arguments.of("bridge", "\"isDefaultGateway\": true,", RANGE),
        Arguments.of("bridge", "\"isDefaultGateway\": true,", BOTH_FAMILIES),
        Arguments.of("bridge", "\"mtu\": 1400,", RANGE),
        Arguments.of("bridge", "\"hairpinMode\": true,", RANGE),
        Arguments.of("bridge", "\"promiscMode\": true,", RANGE),
        Arguments.of("bridge", "\"portIsolation\": true,", RANGE),
        Arguments.of("bridge", "\"dns\": {\"nameservers\": [\"10.1.1.1\"]},", RANGE),
        Arguments.of("bridge", "", RANGE + ", \"routes\": [{\"dst\": \"10.3.0.0/16\"}]"),
        Arguments.of(
            "bridge",
            "",
            RANGE + ", \"routes\": [{\"dst\": \"10.3.0.0/16\", \"gw\": \"10.90.0.9\"}]"),
        Arguments.of("ptp", "", RANGE),
        Arguments.of("ptp", "\"mtu\": 1400,", BOTH_FAMILIES),
        Arguments.of("ptp", "", RANGE + ", \"routes\": [{\"dst\": \"0.0.0.0/0\"}]"),
        Arguments.of("macvlan", "\"master\": \"up0\",", RANGE),
        Arguments.of("macvlan", "\"master\": \"up0\", \"mode\": \"private\",", BOTH_FAMILIES),
        Arguments.of("macvlan", "\"master\": \"up0\", \"mtu\": 1400,", RANGE),
        Arguments.of("host-device", "\"device\": \"up0\",", RANGE));
  }

  private record Seen(Footprint added, List<String> podAfter, Set<String> linksAfter) {}

  private static Seen run(Lab lab, CniDriver plugin, String conf) {
    Path pod = lab.podNetns("pod");
    Attachment eth0 = Attachment.of("c1", pod, "eth0");
    Footprint added = Footprint.of(lab, pod, plugin.add(eth0, conf).orFail());
    plugin.del(eth0, conf).orFail();
    HostState after = HostState.of(lab, List.of(Confs.leases(lab)));
    assertThat(after.files()).isEmpty();
    return new Seen(added, PodNetns.interfaces(pod), after.links());
  }

  private static Lab prepared() {
    Lab lab = Lab.create();
    lab.inHost("ip", "link", "add", "up0", "type", "veth", "peer", "name", "up1").output();
    lab.inHost("ip", "link", "set", "up0", "up").output();
    lab.inHost("ip", "link", "set", "up1", "up").output();
    return lab;
  }

  private static String conf(Lab lab, String type, String keys, String ipam) {
    return """
    {"cniVersion": "1.0.0", "name": "net", "type": "%s", %s
     "ipam": {"type": "host-local", "dataDir": "%s", %s}}
    """
        .formatted(type, keys, Confs.leases(lab), ipam);
  }
}
