package dev.patchbay.kube.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.patchbay.cni.error.CniException;
import dev.patchbay.cni.json.Json;
import dev.patchbay.cni.skel.CniRequest;
import dev.patchbay.cni.skel.RequestParser;
import dev.patchbay.kube.PodFacts;
import dev.patchbay.proof.Proves;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

class AlktronDialectTest {
  private static final Folders NO_FOLDERS = new Folders(Path.of("/nowhere"), Optional.empty());
  private static final String P1 = "07591fbc-f7f7-4c0b-8108-a224f23a2862";
  private static final String P2 = "82bcd9b6-108d-4906-8ec6-08435746b4dd";

  private static Requested read(String type, String args, Map<String, String> annotations) {
    ObjectNode conf =
        Json.newObject().put("cniVersion", "1.0.0").put("name", "pods").put("type", type);
    conf.putObject("capabilities").put(PodFacts.ANNOTATIONS_CAPABILITY, true);
    ObjectNode given = conf.putObject("runtimeConfig").putObject(PodFacts.ANNOTATIONS_CAPABILITY);
    annotations.forEach(given::put);
    conf.putArray("delegates").addObject().put("name", "n").put("type", "bridge");
    Map<String, String> environment =
        Map.of(
            "CNI_COMMAND", "ADD",
            "CNI_CONTAINERID", "c1",
            "CNI_NETNS", "/run/netns/x",
            "CNI_IFNAME", "eth9",
            "CNI_ARGS", args,
            "CNI_PATH", "/opt/cni/bin");
    return Dialects.read(
        (CniRequest.Add) RequestParser.parse(environment, Json.text(conf).getBytes(UTF_8)),
        NO_FOLDERS);
  }

  private static Requested nics(String list) {
    return read("patchbay", "", Map.of("VPC", "demo", "NICs", list));
  }

  /** Each NIC with what its provider is asked for. */
  private static List<String> asked(Requested requested) {
    return requested.nics().stream()
        .map(nic -> {
          ObjectNode conf = nic.definition().plugins().getFirst().json().deepCopy();
          conf.remove(List.of("cniVersion", "name", "type"));
          return nic.request().ifName().orElseThrow() + " " + Json.text(conf);
        })
        .toList();
  }

  private static String refusal(String list) {
    try {
      return "accepted: " + asked(nics(list));
    } catch (CniException e) {
      return e.error().msg();
    }
  }

  @Test
  void seedsAnnotationsGiveTwoNicsInListOrderAndTheFirstHasTheDefaultRoute() {
    Requested requested =
        read(
            "patchbay",
            "K8S_POD_NAMESPACE=shop;K8S_POD_NAME=web",
            Map.of(
                "VPC", "demo",
                "NICs", "[{\"portid\":\"" + P1 + "\"},{\"portid\":\"" + P2 + "\"}]",
                "VirtletDiskDriver", "virtio",
                "kubernetes.io/target-runtime", "virtlet.cloud"));
    assertThat(asked(requested))
        .containsExactly(
            "eth0 {\"vpc\":\"demo\",\"namespace\":\"shop\",\"port\":\""
                + P1
                + "\",\"defaultRoute\":{}}",
            "eth1 {\"vpc\":\"demo\",\"namespace\":\"shop\",\"port\":\"" + P2 + "\"}");
    assertThat(requested.nics().getFirst().request().origin().where())
        .isEqualTo("annotation NICs[0]");
    assertThat(requested.notes()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"portid", "portId", "portID", "PORTID"})
  @Proves("S000-02")
  void keyOfThePortIsTakenInAnyCase(String key) {
    assertThat(asked(nics("[{\"" + key + "\":\"p1\"}]")).getFirst()).contains("\"port\":\"p1\"");
  }

  @Test
  @Proves("S000-02")
  void nameSubnetAndAddressAreTakenInAllSpellings() {
    assertThat(
            asked(
                nics(
                    "[{\"name\":\"a\",\"subnetName\":\"blue\",\"ipAddress\":\"10.0.0.5\"},"
                        + "{\"subnet\":\"green\",\"ip\":\"10.0.1.5\"},{\"name\":\"z\"}]")))
        .containsExactly(
            "a {\"vpc\":\"demo\",\"namespace\":\"default\",\"subnet\":\"blue\",\"ip\":\"10.0.0.5\","
                + "\"defaultRoute\":{}}",
            "eth1 {\"vpc\":\"demo\",\"namespace\":\"default\",\"subnet\":\"green\",\"ip\":\"10.0.1.5\"}",
            "z {\"vpc\":\"demo\",\"namespace\":\"default\"}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[] | NICs is an empty list",
        "[{}] | NICs[0] (line 1, column 2): portid is missing",
        "[{\"portid\":\"\"}] | NICs[0] (line 1, column 2): portid is empty",
        "[{\"portid\":\"a\"},{\"portid\":\"a\"}] | NICs[0] and annotation NICs[1] both ask for port \"a\"",
        "[{\"name\":\"x\"},{\"name\":\"x\"}] | interface name \"x\" is asked for by annotation NICs[0] and by annotation NICs[1]",
        "[{\"name\":\"eth1\"},{\"portid\":\"a\"}] | interface name \"eth1\" is asked for by annotation NICs[0] and by annotation NICs[1]",
        "[{\"portid\":\"a\"},nonsense] | NICs is not JSON",
        "[{\"portid\":\"a\"} | NICs is not JSON",
        "nonsense | annotation NICs is not JSON",
        "{\"portid\":\"a\"} | NICs is an object; write a list",
        "[7] | NICs[0] (line 1, column 2) is 7",
        "[{\"portid\":7}] | NICs[0] (line 1, column 2): portid",
        "[{\"portid\":\"a\",\"portID\":\"b\"}] | portID stands beside \"portid\"",
        "[{\"name\":\"muchtoolongforlinux\"}] | interface name \"muchtoolongforlinux\"",
        "[{\"ip\":\"10.0.0\"}] | ip",
        "[{\"name\":\"a\",\"metric\":-1}] | metric",
        "[{\"name\":\"a\",\"gateway\":\"none\",\"metric\":1}] | metric stands beside gateway",
        "[{\"name\":\"a\",\"metric\":5},{\"name\":\"b\",\"metric\":5}] | both ask for a default route of metric 5"
      })
  @Proves("S000-02")
  void eachMistakeIsOneClearError(String list, String message) {
    assertThat(refusal(list)).contains(message);
  }

  @Test
  @Proves("S000-02")
  void badJsonIsRefusedWithItsPosition() {
    assertThat(refusal("[{\"portid\":\"a\"},\n{\"portid\" \"b\"}]")).contains("line 2, column 11");
  }

  @Test
  @Proves("S000-02")
  void vpcThatIsMissingBlankOrNoNameIsRefused() {
    assertThatThrownBy(() -> read("patchbay", "", Map.of("NICs", "[{\"name\":\"a\"}]")))
        .hasMessageContaining("annotation VPC is missing or blank");
    assertThatThrownBy(() -> read("patchbay", "", Map.of("VPC", " ", "NICs", "[]")))
        .hasMessageContaining("annotation VPC is missing or blank");
    assertThatThrownBy(() -> read("alktron", "", Map.of()))
        .hasMessageContaining("annotation VPC is missing or blank");
    assertThatThrownBy(() -> read("patchbay", "", Map.of("VPC", "No/Name")))
        .hasMessageContaining("annotation VPC is \"No/Name\", which names no VPC");
  }

  @Test
  @Proves("S000-02")
  void tenantNamesTheNamespaceAndABlankOneIsThePods() {
    String args = "K8S_POD_NAMESPACE=shop;K8S_POD_NAME=web";
    Map<String, String> pod = new TreeMap<>(Map.of("VPC", "demo", "Tenant", "acme"));
    assertThat(asked(read("patchbay", args, pod)).getFirst()).contains("\"namespace\":\"acme\"");
    pod.put("Tenant", "  ");
    assertThat(asked(read("patchbay", args, pod)).getFirst()).contains("\"namespace\":\"shop\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"alktron", "patchbay"})
  @Proves(value = "S000-03", part = "CNI_ARGS")
  void argumentsOfAPlainRuntimeAskForTheSame(String type) {
    String list = "[{\"portid\":\"" + P1 + "\"},{\"portid\":\"" + P2 + "\"}]";
    Requested byArgs =
        read(type, "K8S_POD_UID=u;VPC=demo;NICs=" + list, Map.of("VPC", "not-this-one"));
    assertThat(asked(byArgs)).isEqualTo(asked(nics(list)));
    assertThat(byArgs.nics().get(1).request().origin().where()).isEqualTo("CNI_ARGS NICs[1]");
  }

  @Test
  @Proves("S000-04")
  void gatewaysAndMetricsAreChosenNicByNic() {
    assertThat(
            asked(
                nics(
                    "[{\"name\":\"a\",\"gateway\":\"none\"},{\"name\":\"b\",\"gateway\":\"10.0.0.9\"},"
                        + "{\"name\":\"c\",\"metric\":7}]")))
        .containsExactly(
            "a {\"vpc\":\"demo\",\"namespace\":\"default\"}",
            "b {\"vpc\":\"demo\",\"namespace\":\"default\","
                + "\"defaultRoute\":{\"gateway\":\"10.0.0.9\",\"metric\":101}}",
            "c {\"vpc\":\"demo\",\"namespace\":\"default\",\"defaultRoute\":{\"metric\":7}}");
  }

  @Test
  void vpcWithoutAListGivesOneNicOfTheNameThatTheRuntimeAsksFor() {
    assertThat(asked(read("patchbay", "", Map.of("VPC", "demo"))))
        .containsExactly("eth9 {\"vpc\":\"demo\",\"namespace\":\"default\",\"defaultRoute\":{}}");
  }

  @Test
  void otherNetworksBesideAVpcAreNoted() {
    assertThat(
            read("patchbay", "", Map.of("VPC", "demo", "k8s.v1.cni.cncf.io/networks", "blue"))
                .notes())
        .singleElement()
        .asString()
        .contains("has no effect beside VPC");
  }

  @Test
  void pluggedNicNeedsANameAndGetsNoDefaultRoute() {
    ObjectNode nic = Json.newObject().put("name", "eth1");
    Selected plugged = AlktronDialect.plug("demo", "shop", nic, "spec.nics[1]");
    assertThat(plugged.definition().plugins().getFirst().json().has("defaultRoute")).isFalse();
    assertThatThrownBy(
            () -> AlktronDialect.plug("demo", "shop", Json.newObject().put("portid", "p"), "here"))
        .hasMessageContaining("name is missing");
  }
}
