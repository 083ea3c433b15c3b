package dev.patchbay.kube.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.patchbay.cni.conf.ConfParser;
import dev.patchbay.cni.conf.NetworkConf;
import dev.patchbay.cni.error.CniError;
import dev.patchbay.cni.error.CniException;
import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.nic.NicRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NpwgDialectTest {
  @Test
  void theShortFormIsRead() {
    List<NicRequest> requests = read("blue, ns-1/red@Fast0.100 ,a.b@x");

    assertThat(requests).extracting(NicRequest::network).containsExactly("blue", "red", "a.b");
    assertThat(requests)
        .extracting(request -> request.namespace().orElse(""))
        .containsExactly("pod-ns", "ns-1", "pod-ns");
    assertThat(requests)
        .extracting(request -> request.ifName().map(IfName::value).orElse("-"))
        .containsExactly("-", "Fast0.100", "x");
    assertThat(requests.get(1).origin())
        .hasToString("annotation k8s.v1.cni.cncf.io/networks[1] (column 6) = ns-1/red@Fast0.100");
  }

  @Test
  void everyElementOfTheJsonFormIsRead() {
    NicRequest request =
        read("""
        [{
          "name": "blue", "namespace": "ns",
          "ips": ["10.1.2.3/24", "2001:db8::1"], "mac": "C2:b0:57:49:47:f1",
          "interface": "net9",
          "cni-args": {"labels": [1, {"a": null}]},
          "portMappings": [
            {"hostPort": 8080, "containerPort": 80, "protocol": "TCP"},
            {"hostPort": 1, "containerPort": 65535, "hostIP": "::1"}],
          "bandwidth": {"ingressRate": 2048, "ingressBurst": 1600, "egressRate": 1},
          "default-route": ["10.1.2.1", "2001:db8::ff"],
          "infiniband-guid": "C2:11:22:33:44:55:66:77",
          "deviceID": "0000:03:02.3",
          "example.com/anything": [1]
        }]
        """)
            .getFirst();

    assertThat(request.network()).isEqualTo("blue");
    assertThat(request.namespace()).contains("ns");
    assertThat(request.ips()).containsExactly("10.1.2.3/24", "2001:db8::1");
    assertThat(request.mac()).contains(new MacAddress("c2:b0:57:49:47:f1"));
    assertThat(request.ifName()).contains(new IfName("net9"));
    assertThat(request.cniArgs()).contains("{\"labels\":[1,{\"a\":null}]}");
    assertThat(request.defaultRoute())
        .contains(List.of(Cidr.ip("10.1.2.1"), Cidr.ip("2001:db8::ff")));
    assertThat(request.capabilities())
        .isEqualTo(
            Map.of(
                "portMappings",
                "[{\"hostPort\":8080,\"containerPort\":80,\"protocol\":\"tcp\"},"
                    + "{\"hostPort\":1,\"containerPort\":65535,\"protocol\":\"tcp\","
                    + "\"hostIP\":\"::1\"}]",
                "bandwidth",
                "{\"egressRate\":1,\"ingressBurst\":1600,\"ingressRate\":2048}",
                "infinibandGUID",
                "\"c2:11:22:33:44:55:66:77\"",
                "deviceID",
                "\"0000:03:02.3\""));
    assertThat(request.origin().where())
        .isEqualTo("annotation k8s.v1.cni.cncf.io/networks[0] (line 1, column 2)");
  }

  @Test
  void smallThingsOfTheJsonFormAreRead() {
    assertThat(read("[{\"name\": \"a\", \"interfaceRequest\": \"x1\"}]").getFirst().ifName())
        .contains(new IfName("x1"));
    assertThat(read("[{\"name\": \"a\", \"default-route\": []}]").getFirst().defaultRoute())
        .contains(List.of());
    assertThat(read("[{\"name\": \"a\"}, {\"name\": \"a\"}]")).hasSize(2);
    assertThat(
            NpwgDialect.read("[{\"name\": \"a\", \"ipam-claim-reference\": \"vm.blue\"}]", "ns")
                .notes())
        .singleElement()
        .asString()
        .contains("networks[0]", "ipam-claim-reference");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  ", "[]", " [ ] "})
  void nothingIsNothing(String value) {
    assertThat(read(value)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "null | networks is null; leave it out",
        "a,,b | networks[1] (column 3) is empty; remove the comma",
        "a, | networks[1] (column 3) is empty",
        "a,Blue | networks[1] (column 3) = Blue: \"Blue\" is no network name",
        "a/b/c | \"b/c\" is no network name",
        "/b | \"\" is no namespace",
        "NS/b | \"NS\" is no namespace",
        "a@ | interface name \"\" has 0 bytes",
        "a@sixteenletterss1 | has 16 bytes",
        "a@b c | white space",
        "a@x,b@x | interface name \"x\" is asked for by annotation",
        "a b | \"a b\" is no network name",
      })
  void mistakesOfTheShortFormAreNamed(String value, String message) {
    refused(value, message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "{\"name\": \"a\"} | networks is an object; write a list",
        "\"a\" | networks is a single value; write a list",
        "[null] | networks[0] (line 1, column 2) is null; write an object",
        "[{\"name\": \"a\"}, \"b\"] | networks[1] (line 1, column 17) is \"b\"; write an object",
        "[[]] | networks[0] (line 1, column 2) is []",
        "[{\"name\": \"a\"} | is not JSON, as which it is read because",
        "a[ | is not JSON, as which it is read because",
        "[{\"name\": \"a\"}] x | is not JSON",
        "[{\"name\": \"a\"}] [] | has more text after its list (line 1, column 17)",
        "[{\"name\": \"a\", \"name\": \"b\"}] | uplicate",
        "[{}] | networks[0] (line 1, column 2): name is missing",
        "[{\"name\": 7}] | name is a number (7); write a string",
        "[{\"name\": \"a_b\"}] | name: \"a_b\" is no network name",
        "[{\"name\": \"a\", \"namespace\": \"a.b\"}] | \"a.b\" is no namespace",
        "[{\"name\": \"a\", \"ip\": []}] | \"ip\" is not a known key; known are bandwidth, cni-args",
        "[{\"name\": \"a\", \"Mac\": \"\"}] | \"Mac\" is not a known key",
        "[{\"name\": \"a\", \"ips\": []}] | ips is empty",
        "[{\"name\": \"a\", \"ips\": \"10.0.0.1\"}] | ips is a string",
        "[{\"name\": \"a\", \"ips\": [\"10.0.0.1\", \"x\"]}] | ips[1] is \"x\"; write an IP address",
        "[{\"name\": \"a\", \"ips\": [\"10\"]}] | ips[0] is \"10\"",
        "[{\"name\": \"a\", \"ips\": [\"10.0.0.256\"]}] | \"10.0.0.256\" is not an IP address",
        "[{\"name\": \"a\", \"ips\": [\"10.0.0.1/33\"]}] | prefix /33 does not fit",
        "[{\"name\": \"a\", \"ips\": [\"10.0.0.1/\"]}] | no number after the slash",
        "[{\"name\": \"a\", \"ips\": [\"fe80::1%eth0\"]}] | ips[0] is \"fe80::1%eth0\"",
        "[{\"name\": \"a\", \"mac\": \"zz\"}] | mac: \"zz\" is not a MAC address",
        "[{\"name\": \"a\", \"mac\": \"01:00:5e:00:00:01\"}] | is a group address",
        "[{\"name\": \"a\", \"interface\": \"a/b\"}] | interface: interface name \"a/b\"",
        "[{\"name\": \"a\", \"cni-args\": []}] | cni-args is a list ([]); write an object",
        "[{\"name\": \"a\", \"portMappings\": {}}] | portMappings is an object",
        "[{\"name\": \"a\", \"portMappings\": [{}]}] | portMappings[0].hostPort is missing",
        "[{\"name\": \"a\", \"portMappings\": [{\"hostPort\": 0}]}] | hostPort is 0; write a whole",
        "[{\"name\": \"a\", \"portMappings\": [{\"hostPort\": 65536}]}] | from 1 to 65535",
        "[{\"name\": \"a\", \"portMappings\": [{\"hostPort\": 1, \"containerPort\": 2,"
            + " \"protocol\": \"icmp\"}]}] | protocol is \"icmp\"; write one of sctp, tcp, udp",
        "[{\"name\": \"a\", \"portMappings\": [{\"hostPort\": 1, \"containerPort\": 2,"
            + " \"hostIP\": \"1.1.1.1/8\"}]}] | hostIP is \"1.1.1.1/8\"; write an address without",
        "[{\"name\": \"a\", \"portMappings\": [{\"port\": 1}]}] | \"port\" is not a known key",
        "[{\"name\": \"a\", \"bandwidth\": {}}] | bandwidth.ingressRate and egressRate are missing",
        "[{\"name\": \"a\", \"bandwidth\": {\"ingressRate\": 0}}] | bandwidth.ingressRate is 0",
        "[{\"name\": \"a\", \"bandwidth\": {\"egressBurst\": 1}}] | egressBurst needs egressRate",
        "[{\"name\": \"a\", \"bandwidth\": {\"rate\": 1}}] | \"rate\" is not a known key",
        "[{\"name\": \"a\", \"default-route\": [\"10.0.0.1/8\"]}] | without prefix",
        "[{\"name\": \"a\", \"default-route\": [\"10.0.0.1\", \"10.0.0.2\"]}] | several gateways",
        "[{\"name\": \"a\", \"default-route\": []}, {\"name\": \"b\", \"default-route\": []}]"
            + " | networks[0] (line 1, column 2) and by annotation",
        "[{\"name\": \"a\", \"infiniband-guid\": \"c2:b0\"}] | \"c2:b0\" is no GUID",
        "[{\"name\": \"a\", \"ipam-claim-reference\": \"c\", \"ips\": [\"1.1.1.1\"]}]"
            + " | ipam-claim-reference and ips exclude each other",
        "[{\"name\": \"a\", \"interface\": \"x\"}, {\"name\": \"b\", \"interface\": \"x\"}]"
            + " | interface name \"x\" is asked for by",
      })
  void mistakesOfTheJsonFormAreNamed(String value, String message) {
    refused(value, message);
  }

  @Test
  void oneWrongElementNamesItsIndexAndLine() {
    refused(
        "[{\"name\": \"a\"},\n  {\"name\": \"b\", \"mac\": \"1\"}]",
        "networks[1] (line 2, column 3)");
  }

  @Test
  void depthAndLengthAreBounded() {
    refused("[".repeat(100_000), "is not JSON");
    refused("a".repeat((1 << 20) + 1), "has 1048577 characters");
  }

  @Test
  void aCapabilityThatNoPluginHasIsRefused() {
    NetworkConf network = network("{\"mac\": true, \"ips\": false}");
    NicRequest both =
        read("[{\"name\": \"a\", \"mac\": \"0a:58:0a:f4:01:06\", \"ips\": [\"1.1.1.1\"]}]")
            .getFirst();
    NicRequest mac = read("[{\"name\": \"a\", \"mac\": \"0a:58:0a:f4:01:06\"}]").getFirst();

    assertThatCode(() -> NpwgDialect.checked(mac, network, new ArrayList<>()))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> NpwgDialect.checked(both, network, new ArrayList<>()))
        .isInstanceOfSatisfying(
            CniException.class,
            e -> assertThat(e.error().code()).isEqualTo(CniError.INVALID_NETWORK_CONFIG))
        .hasMessageContainingAll("networks[0]", "asks for ips,", "\"net\"", "somewhere");
  }

  @Test
  void aDeviceThatNoPluginTakesIsNoted() {
    List<String> notes = new ArrayList<>();

    NpwgDialect.checked(
        read("[{\"name\": \"a\", \"deviceID\": \"x\"}]").getFirst(), network("{}"), notes);

    assertThat(notes).singleElement().asString().contains("networks[0]", "deviceID");
  }

  private static NetworkConf network(String capabilities) {
    return ConfParser.parse(
        "{\"cniVersion\": \"1.0.0\", \"name\": \"net\", \"type\": \"x\", \"capabilities\": "
            + capabilities
            + "}",
        "somewhere");
  }

  private static void refused(String value, String message) {
    assertThatThrownBy(() -> read(value))
        .isInstanceOf(CniException.class)
        .hasMessageContaining(message);
  }

  private static List<NicRequest> read(String value) {
    return NpwgDialect.read(value, "pod-ns").requests();
  }
}
