package dev.patchbay.agent.resolve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.patchbay.cni.error.CniError;
import dev.patchbay.cni.error.CniException;
import dev.patchbay.core.nic.AddressRange;
import dev.patchbay.core.nic.Addressing;
import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.Dns;
import dev.patchbay.core.nic.Route;
import dev.patchbay.core.plan.Attachment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IpamConfTest {
  private final Definitions definitions = new Definitions();

  private Attachment.Ipam.HostLocal hostLocal(String fields) {
    return (Attachment.Ipam.HostLocal) definitions.ipam("\"type\":\"host-local\"," + fields, "");
  }

  private static AddressRange range(String subnet) {
    return new AddressRange(
        Cidr.parse(subnet), Optional.empty(), Optional.empty(), Optional.empty());
  }

  @Test
  void noIpamMeansALayerTwoNic() {
    assertThat(definitions.made("bridge", "").ipam()).isEqualTo(new Attachment.Ipam.None());
    assertThat(definitions.made("bridge", "\"ipam\":{}").ipam())
        .isEqualTo(new Attachment.Ipam.None());
  }

  @Test
  void hostLocalReadsEveryField() {
    Attachment.Ipam.HostLocal ipam =
        hostLocal(
            """
            "ranges":[[{"subnet":"10.1.0.0/24","rangeStart":"10.1.0.10","rangeEnd":"10.1.0.20","gateway":"10.1.0.254"}],
                      [{"subnet":"fd00:1::/64"}]],
            "dataDir":"/data/x","routes":[{"dst":"0.0.0.0/0"},{"dst":"10.9.0.0/16","gw":"10.1.0.5","priority":0,"table":100,"mtu":1400,"advmss":1300,"scope":253}]
            """);
    assertThat(ipam.pool().network()).isEqualTo("blue");
    assertThat(ipam.pool().dataDir()).isEqualTo("/data/x");
    assertThat(ipam.pool().sticky()).isFalse();
    assertThat(ipam.pool().sets())
        .containsExactly(
            List.of(
                new AddressRange(
                    Cidr.parse("10.1.0.0/24"),
                    Optional.of(Cidr.ip("10.1.0.10")),
                    Optional.of(Cidr.ip("10.1.0.20")),
                    Optional.of(Cidr.ip("10.1.0.254")))),
            List.of(range("fd00:1::/64")));
    assertThat(ipam.pool().routes())
        .containsExactly(
            Route.to(Cidr.parse("0.0.0.0/0"), Optional.empty()),
            new Route(
                Cidr.parse("10.9.0.0/16"),
                Optional.of(Cidr.ip("10.1.0.5")),
                OptionalInt.of(1400),
                OptionalInt.of(1300),
                OptionalInt.of(0),
                OptionalInt.of(100),
                OptionalInt.of(253)));
  }

  @Test
  void oldSubnetComesBeforeTheRangesAndTheRuntimesRangesBeforeBoth() {
    assertThat(
            hostLocal("\"subnet\":\"10.1.0.0/24\",\"ranges\":[[{\"subnet\":\"10.2.0.0/24\"}]]")
                .pool()
                .sets())
        .containsExactly(List.of(range("10.1.0.0/24")), List.of(range("10.2.0.0/24")));
    String json =
        """
        {"cniVersion":"1.0.0","name":"blue","type":"bridge","capabilities":{"ipRanges":true},
         "ipam":{"type":"host-local","subnet":"10.1.0.0/24"}}
        """;
    var request =
        Definitions.request(
            List.of(), Optional.empty(), Map.of("ipRanges", "[[{\"subnet\":\"10.3.0.0/24\"}]]"));
    var member =
        (Attachment.Member.Native) definitions.resolve(json, "", request).chain().getFirst();
    assertThat(((Attachment.Ipam.HostLocal) member.ipam()).pool().sets())
        .containsExactly(List.of(range("10.3.0.0/24")), List.of(range("10.1.0.0/24")));
  }

  @Test
  void addressesAreAskedForInThreeWays() {
    String json =
        """
        {"cniVersion":"1.0.0","name":"blue","type":"bridge","capabilities":{"ips":true},
         "args":{"cni":{"ips":["10.1.0.6"]}},
         "ipam":{"type":"host-local","subnet":"10.1.0.0/24"}}
        """;
    var request = Definitions.request(List.of("10.1.0.7/24"), Optional.empty(), Map.of());
    var member =
        (Attachment.Member.Native)
            definitions.resolve(json, "IP=10.1.0.5", request).chain().getFirst();
    assertThat(((Attachment.Ipam.HostLocal) member.ipam()).requested())
        .containsExactly(Cidr.ip("10.1.0.5"), Cidr.ip("10.1.0.6"), Cidr.ip("10.1.0.7"));
  }

  @Test
  void staticReadsEveryField() {
    var ipam =
        (Attachment.Ipam.Static)
            definitions.ipam(
                """
                "type":"static","addresses":[{"address":"10.1.0.5/24","gateway":"10.1.0.1"},{"address":"fd00::5/64"}],
                "routes":[{"dst":"::/0","gw":"fd00::1"}],"dns":{"nameservers":["10.0.0.53"],"domain":"x","search":["y"],"options":["z"]}
                """,
                "");
    assertThat(ipam.addressing())
        .isEqualTo(
            new Addressing(
                List.of(
                    new Addressing.Ip(Cidr.parse("10.1.0.5/24"), Optional.of(Cidr.ip("10.1.0.1"))),
                    new Addressing.Ip(Cidr.parse("fd00::5/64"), Optional.empty())),
                List.of(Route.to(Cidr.parse("::/0"), Optional.of(Cidr.ip("fd00::1")))),
                new Dns(List.of("10.0.0.53"), Optional.of("x"), List.of("y"), List.of("z"))));
  }

  @Test
  void staticTakesAddressesOfCniArgs() {
    var ipam =
        (Attachment.Ipam.Static)
            definitions.ipam("\"type\":\"static\"", "IP=10.1.0.5/24;GATEWAY=10.1.0.1");
    assertThat(ipam.addressing().ips())
        .containsExactly(
            new Addressing.Ip(Cidr.parse("10.1.0.5/24"), Optional.of(Cidr.ip("10.1.0.1"))));
  }

  @Test
  void anyOtherIpamIsRunWithTheWholeConfiguration() {
    var ipam = (Attachment.Ipam.Exec) definitions.ipam("\"type\":\"dhcp\",\"daemon\":\"/x\"", "");
    assertThat(ipam.type()).isEqualTo("dhcp");
    assertThat(ipam.conf()).contains("\"type\":\"bridge\"", "\"daemon\":\"/x\"");
  }

  @Test
  void resolverFileIsHandedOn(@TempDir Path folder) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("resolv.conf"),
            """
            # comment
            nameserver 10.0.0.53
            nameserver fd00::53
            search a.example b.example

            options ndots:5
            domain example
            sortlist 10.0.0.0
            """);
    Dns dns = hostLocal("\"subnet\":\"10.1.0.0/24\",\"resolvConf\":\"" + file + "\"").pool().dns();
    assertThat(dns)
        .isEqualTo(
            new Dns(
                List.of("10.0.0.53", "fd00::53"),
                Optional.of("example"),
                List.of("a.example", "b.example"),
                List.of("ndots:5")));
    assertThatThrownBy(() ->
            hostLocal(
                "\"subnet\":\"10.1.0.0/24\",\"resolvConf\":\"" + folder.resolve("none") + "\""))
        .isInstanceOfSatisfying(
            CniException.class,
            refused -> assertThat(refused.error().code()).isEqualTo(CniError.IO_FAILURE))
        .hasMessageContaining("resolvConf");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "`\"type\":7` | type | 7",
        "`\"subnet\":\"10.1.0.0/24\"` | type | missing",
        "`\"type\":\"host-local\"` | ipam | range",
        "`\"type\":\"host-local\",\"subnet\":\"10.1.0.0\"` | subnet | 10.1.0.0",
        "`\"type\":\"host-local\",\"subnet\":\"10.1.0.0/33\"` | subnet | 33",
        "`\"type\":\"host-local\",\"subnet\":\"10.1.0.0/32\"` | ipam | 10.1.0.0/32",
        "`\"type\":\"host-local\",\"ranges\":[{\"subnet\":\"10.1.0.0/24\"}]` | ranges | 10.1.0.0",
        "`\"type\":\"host-local\",\"ranges\":{}` | ranges | {}",
        "`\"type\":\"host-local\",\"ranges\":[[]]` | ipam | range",
        "`\"type\":\"host-local\",\"ranges\":[[{}]]` | subnet | missing",
        "`\"type\":\"host-local\",\"ranges\":[[{\"subnet\":\"10.1.0.0/24\",\"rangeStart\":\"10.2.0.1\"}]]` | ipam | 10.2.0.1",
        "`\"type\":\"host-local\",\"ranges\":[[{\"subnet\":\"10.1.0.0/24\",\"rangeStart\":\"10.1.0.9\",\"rangeEnd\":\"10.1.0.5\"}]]` | ipam | 10.1.0.9",
        "`\"type\":\"host-local\",\"ranges\":[[{\"subnet\":\"10.1.0.0/24\"}],[{\"subnet\":\"10.1.0.0/16\"}]]` | ipam | overlap",
        "`\"type\":\"host-local\",\"subnet\":\"10.1.0.0/24\",\"dataDir\":\"relative\"` | dataDir | relative",
        "`\"type\":\"host-local\",\"subnet\":\"10.1.0.0/24\",\"routes\":[{}]` | routes[0].dst | missing",
        "`\"type\":\"host-local\",\"subnet\":\"10.1.0.0/24\",\"routes\":[{\"dst\":\"x\"}]` | routes[0].dst | x",
        "`\"type\":\"host-local\",\"subnet\":\"10.1.0.0/24\",\"routes\":[{\"dst\":\"::/0\",\"gw\":\"y\"}]` | routes[0].gw | y",
        "`\"type\":\"static\",\"addresses\":[{\"address\":\"10.1.0.5\"}]` | addresses[0].address | 10.1.0.5",
        "`\"type\":\"static\",\"addresses\":[{}]` | addresses[0].address | missing",
        "`\"type\":\"static\",\"addresses\":[{\"address\":\"10.1.0.5/24\",\"gateway\":\"z\"}]` | addresses[0].gateway | z"
      })
  void ipamThatCannotBeIsRefusedNamingFieldAndValue(String fields, String field, String value) {
    assertThatThrownBy(() -> definitions.ipam(fields, ""))
        .isInstanceOfSatisfying(
            CniException.class,
            refused ->
                assertThat(refused.error().code()).isEqualTo(CniError.INVALID_NETWORK_CONFIG))
        .hasMessageContaining("blue.conf")
        .hasMessageContaining(field)
        .hasMessageContaining(value);
  }

  @Test
  void badAddressOfCniArgsIsRefused() {
    assertThatThrownBy(() ->
            definitions.ipam("\"type\":\"host-local\",\"subnet\":\"10.1.0.0/24\"", "IP=nonsense"))
        .isInstanceOf(CniException.class)
        .hasMessageContaining("CNI_ARGS IP")
        .hasMessageContaining("nonsense");
  }
}
