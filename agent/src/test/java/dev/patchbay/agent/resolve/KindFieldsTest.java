package dev.patchbay.agent.resolve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.patchbay.cni.error.CniError;
import dev.patchbay.cni.error.CniException;
import dev.patchbay.core.nic.DeviceSelector;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.nic.MacvlanMode;
import dev.patchbay.core.nic.NicKind;
import dev.patchbay.core.nic.VlanRange;
import dev.patchbay.core.plan.Attachment;
import dev.patchbay.core.plan.LinkSettings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every field of every kind: read, refused with what is wrong, or left to the plugin itself. */
class KindFieldsTest {
  private static final OptionalInt NO = OptionalInt.empty();

  private final Definitions definitions = new Definitions();

  private NicKind kind(String type, String fields) {
    NicKind kind = definitions.made(type, complete(type, fields)).kind();
    assertThat(definitions.warnings()).isEmpty();
    return kind;
  }

  /** A routed link is nothing without addresses. */
  private static String complete(String type, String fields) {
    String ipam = "\"ipam\":{\"type\":\"dhcp\"}";
    return type.equals("ptp") ? (fields.isEmpty() ? ipam : fields + "," + ipam) : fields;
  }

  @Test
  void bridgeReadsEveryField() {
    assertThat(
            kind(
                "bridge",
                """
                "bridge":"br7","isGateway":true,"isDefaultGateway":true,"forceAddress":true,"ipMasq":true,
                "hairpinMode":true,"portIsolation":true,"mtu":1400,"vlan":100,"preserveDefaultVlan":true,"enabledad":true
                """))
        .isEqualTo(
            new NicKind.Bridge(
                new IfName("br7"),
                true,
                true,
                true,
                true,
                true,
                false,
                true,
                OptionalInt.of(1400),
                OptionalInt.of(100),
                List.of(),
                true,
                true));
    assertThat(
            kind(
                "bridge",
                "\"promiscMode\":true,\"vlanTrunk\":[{\"id\":5},{\"minID\":10,\"maxID\":20}]"))
        .isEqualTo(
            new NicKind.Bridge(
                new IfName("cni0"),
                false,
                false,
                false,
                false,
                false,
                true,
                false,
                NO,
                NO,
                List.of(new VlanRange(5, 5), new VlanRange(10, 20)),
                true,
                false));
  }

  @Test
  void bridgeWithoutFieldsIsThePlainOne() {
    assertThat(kind("bridge", ""))
        .isEqualTo(
            new NicKind.Bridge(
                new IfName("cni0"),
                false,
                false,
                false,
                false,
                false,
                false,
                false,
                NO,
                NO,
                List.of(),
                true,
                false));
    assertThat(kind("bridge", "\"vlan\":0,\"mtu\":0")).isEqualTo(kind("bridge", ""));
  }

  @Test
  void defaultGatewayIsAGateway() {
    assertThat(((NicKind.Bridge) kind("bridge", "\"isDefaultGateway\":true")).isGateway()).isTrue();
  }

  @Test
  void macvlanReadsEveryField() {
    assertThat(
            kind(
                "macvlan",
                """
                "master":"eth1","mode":"passthru","mtu":1400,"linkInContainer":true,"bcqueuelen":500
                """))
        .isEqualTo(
            new NicKind.Macvlan(
                Optional.of(new IfName("eth1")),
                MacvlanMode.PASSTHRU,
                OptionalInt.of(1400),
                true,
                OptionalInt.of(500)));
    assertThat(kind("macvlan", ""))
        .isEqualTo(new NicKind.Macvlan(Optional.empty(), MacvlanMode.BRIDGE, NO, false, NO));
  }

  @ParameterizedTest
  @CsvSource({"bridge", "private", "vepa", "passthru"})
  void macvlanKnowsTheModes(String mode) {
    assertThat(((NicKind.Macvlan) kind("macvlan", "\"mode\":\"" + mode + "\"")).mode().name())
        .isEqualToIgnoringCase(mode);
  }

  @Test
  void ptpTapAndLoopbackReadEveryField() {
    assertThat(kind("ptp", "\"ipMasq\":true,\"mtu\":1400"))
        .isEqualTo(new NicKind.Ptp(true, OptionalInt.of(1400)));
    assertThat(
            kind(
                "tap",
                "\"multiQueue\":true,\"mtu\":1400,\"owner\":107,\"group\":36,\"bridge\":\"br0\""))
        .isEqualTo(
            new NicKind.Tap(
                true,
                OptionalInt.of(1400),
                OptionalInt.of(107),
                OptionalInt.of(36),
                Optional.of(new IfName("br0"))));
    assertThat(kind("loopback", "")).isEqualTo(new NicKind.Loopback());
  }

  @Test
  void hostDeviceIsNamedInFourWaysAndByTheRuntime() {
    assertThat(kind("host-device", "\"device\":\"eth1\""))
        .isEqualTo(new NicKind.HostDevice(new DeviceSelector.ByName(new IfName("eth1"))));
    assertThat(kind("host-device", "\"hwaddr\":\"52:54:00:00:00:01\""))
        .isEqualTo(
            new NicKind.HostDevice(new DeviceSelector.ByMac(new MacAddress("52:54:00:00:00:01"))));
    assertThat(kind("host-device", "\"kernelpath\":\"/sys/devices/pci0000:00/0000:00:1f.6\""))
        .isEqualTo(
            new NicKind.HostDevice(
                new DeviceSelector.ByKernelPath("/sys/devices/pci0000:00/0000:00:1f.6")));
    assertThat(kind("host-device", "\"pciBusID\":\"0000:00:1f.6\""))
        .isEqualTo(new NicKind.HostDevice(new DeviceSelector.ByBusAddress("0000:00:1f.6")));
    String runtime = "\"capabilities\":{\"deviceID\":true},\"device\":\"eth1\"";
    String json =
        "{\"cniVersion\":\"1.0.0\",\"name\":\"blue\",\"type\":\"host-device\"," + runtime + "}";
    var request =
        Definitions.request(List.of(), Optional.empty(), Map.of("deviceID", "\"0000:00:1f.6\""));
    var member =
        (Attachment.Member.Native) definitions.resolve(json, "", request).chain().getFirst();
    assertThat(member.kind())
        .isEqualTo(new NicKind.HostDevice(new DeviceSelector.ByBusAddress("0000:00:1f.6")));
  }

  @Test
  void tuningReadsEveryField() {
    var tuning =
        (Attachment.Member.Tuning)
            definitions.plugin(
                "tuning",
                """
                "mac":"0a:58:0a:01:00:02","mtu":1400,"promisc":true,"allmulti":false,"txQLen":0,"dataDir":"/x",
                "sysctl":{"net.ipv4.conf.IFNAME.arp_filter":"1","net/core/somaxconn":"1024"}
                """);
    assertThat(tuning.settings())
        .isEqualTo(
            new LinkSettings(
                Map.of("net.ipv4.conf.net1.arp_filter", "1", "net/core/somaxconn", "1024"),
                Optional.of(new MacAddress("0a:58:0a:01:00:02")),
                OptionalInt.of(1400),
                Optional.of(true),
                Optional.of(false),
                OptionalInt.of(0)));
    assertThat(definitions.warnings()).isEmpty();
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "bridge, macspoofchk, true",
        "bridge, ipMasqBackend, `\"nftables\"`",
        "bridge, disableContainerInterface, true",
        "ptp, ipMasqBackend, `\"iptables\"`",
        "tap, selinuxContext, `\"system_u:object_r:x\"`"
      })
  void fieldThatIsKnownButNotServedIsRefusedOrLeftToThePlugin(
      String type, String key, String value) {
    String field = "\"" + key + "\":" + value;
    assertThatThrownBy(() -> definitions.plugin(type, field))
        .isInstanceOfSatisfying(
            CniException.class,
            refused -> assertThat(refused.error().code()).isEqualTo(CniError.UNSUPPORTED_FIELD))
        .hasMessageContaining("\"" + key + "\"")
        .hasMessageContaining("\"" + type + "\"")
        .hasMessageContaining("\"fallback\": \"exec\"");
    assertThat(definitions.plugin(type, complete(type, field + ",\"fallback\":\"exec\"")))
        .isInstanceOf(Attachment.Member.Exec.class);
    for (String nothing : List.of("false", "\"\"", "null", "{}")) {
      assertThat(definitions.plugin(type, complete(type, "\"" + key + "\":" + nothing)))
          .isInstanceOf(Attachment.Member.Native.class);
    }
  }

  @ParameterizedTest
  @CsvSource({"bridge", "macvlan", "ptp", "tap", "loopback", "tuning"})
  void fieldThatNobodyKnowsIsWarnedOf(String type) {
    definitions.plugin(type, complete(type, "\"colour\":\"red\",\"cni.dev/x\":1"));
    assertThat(definitions.warnings())
        .singleElement()
        .asString()
        .contains("blue.conf", "\"colour\"", "\"" + type + "\"");
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "bridge | `\"bridge\":\"a/b\"` | bridge | a/b",
        "bridge | `\"bridge\":\"sixteen-bytes-xx\"` | bridge | 16 bytes",
        "bridge | `\"bridge\":7` | bridge | 7",
        "bridge | `\"isGateway\":\"perhaps\"` | isGateway | perhaps",
        "bridge | `\"mtu\":67` | mtu | 67",
        "bridge | `\"mtu\":65536` | mtu | 65536",
        "bridge | `\"mtu\":-1` | mtu | -1",
        "bridge | `\"mtu\":1400.5` | mtu | 1400.5",
        "bridge | `\"mtu\":\"big\"` | mtu | big",
        "bridge | `\"mtu\":99999999999999999999` | mtu | 99999999999999999999",
        "bridge | `\"vlan\":4095` | vlan | 4095",
        "bridge | `\"vlan\":-1` | vlan | -1",
        "bridge | `\"vlan\":7,\"vlanTrunk\":[{\"id\":8}]` | vlanTrunk | beside",
        "bridge | `\"vlanTrunk\":[{\"id\":0}]` | vlanTrunk[0].id | 0",
        "bridge | `\"vlanTrunk\":[{\"minID\":3}]` | vlanTrunk[0].minID | maxID",
        "bridge | `\"vlanTrunk\":[{\"minID\":9,\"maxID\":3}]` | vlanTrunk[0].minID | 3",
        "bridge | `\"vlanTrunk\":[{}]` | vlanTrunk[0].minID | maxID",
        "bridge | `\"vlanTrunk\":{}` | vlanTrunk | {}",
        "bridge | `\"hairpinMode\":true,\"promiscMode\":true` | promiscMode | hairpinMode",
        "bridge | `\"mac\":\"0a:58\"` | mac | 0a:58",
        "bridge | `\"mac\":\"01:00:5e:00:00:01\"` | mac | 01:00:5e:00:00:01",
        "bridge | `\"mac\":\"00:00:00:00:00:00\"` | mac | 00:00:00:00:00:00",
        "macvlan | `\"master\":\"a b\"` | master | a b",
        "macvlan | `\"mode\":\"fast\"` | mode | bridge",
        "macvlan | `\"bcqueuelen\":-5` | bcqueuelen | -5",
        "macvlan | `\"linkInContainer\":3` | linkInContainer | 3",
        "host-device | `` | device | is missing",
        "host-device | `\"device\":\"..\"` | device | ..",
        "host-device | `\"hwaddr\":\"xx\"` | hwaddr | xx",
        "host-device | `\"kernelpath\":\"/etc/passwd\"` | kernelpath | /etc/passwd",
        "host-device | `\"kernelpath\":\"/sys/devices/../../etc\"` | kernelpath | ..",
        "host-device | `\"pciBusID\":\"../0000\"` | pciBusID | ../0000",
        "host-device | `\"pciBusID\":\"a/b\"` | pciBusID | a/b",
        "ptp | `` | ipam | is missing",
        "tap | `\"owner\":-1` | owner | -1",
        "tap | `\"bridge\":\"\\u00e0\"` | bridge | does not take",
        "tuning | `\"sysctl\":{\"kernel.hostname\":\"x\"}` | sysctl.kernel.hostname | network sysctl",
        "tuning | `\"sysctl\":{\"net.ipv4/../../kernel/x\":\"1\"}` | sysctl.net.ipv4 | network sysctl",
        "tuning | `\"sysctl\":{\"net/../kernel\":\"1\"}` | sysctl.net/ | network sysctl",
        "tuning | `\"sysctl\":{\"/net/core/x\":\"1\"}` | sysctl./net | network sysctl",
        "tuning | `\"sysctl\":{\"network.x\":\"1\"}` | sysctl.network.x | network sysctl",
        "tuning | `\"sysctl\":{\"net.core.x\":1}` | sysctl.net.core.x | string",
        "tuning | `\"txQLen\":-1` | txQLen | -1",
        "tuning | `\"mtu\":10` | mtu | 10"
      })
  void valueThatCannotBeIsRefusedNamingFieldAndValue(
      String type, String fields, String field, String value) {
    assertThatThrownBy(() -> definitions.plugin(type, fields.strip()))
        .isInstanceOfSatisfying(
            CniException.class,
            refused ->
                assertThat(refused.error().code()).isEqualTo(CniError.INVALID_NETWORK_CONFIG))
        .hasMessageContaining("blue.conf")
        .hasMessageContaining(field)
        .hasMessageContaining(value);
  }
}
