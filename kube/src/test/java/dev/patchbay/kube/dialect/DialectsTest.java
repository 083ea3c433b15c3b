package dev.patchbay.kube.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.patchbay.cni.conf.PluginConf;
import dev.patchbay.cni.error.CniException;
import dev.patchbay.cni.skel.CniRequest;
import dev.patchbay.cni.skel.RequestParser;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.nic.NicRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DialectsTest {
  private static final String DELEGATES =
      """
      "delegates": [
        {"name": "cluster", "type": "bridge", "capabilities": {"portMappings": true, "mac": true}},
        {"name": "second", "plugins": [{"type": "ptp"}, {"type": "tuning"}]}]
      """;

  @TempDir Path root;
  private Folders folders = new Folders(Path.of("/"), Optional.empty());

  @BeforeEach
  void makeFolders() throws IOException {
    Path confs = Files.createDirectory(root.resolve("net.d"));
    Path definitions = Files.createDirectory(root.resolve("definitions"));
    folders = new Folders(confs, Optional.of(definitions));
    define("blue", "default");
    define("red", "shop");
  }

  @Test
  void delegatesAloneAreThePodsNetworks() {
    Requested requested = read(conf(DELEGATES), "eth0", "");

    assertThat(names(requested)).containsExactly("eth0=cluster", "eth1=second");
    assertThat(requested.primaryFirst()).isTrue();
    assertThat(requested.logPrefix()).isEqualTo("Patchbay");
    assertThat(requested.notes()).isEmpty();
    assertThat(requested.nics().get(1).definition().plugins())
        .extracting(PluginConf::type)
        .containsExactly("ptp", "tuning");
    assertThat(requested.nics().get(1).definition().version().text())
        .as("the outer one")
        .isEqualTo("1.0.0");
  }

  @Test
  void theRuntimesNameIsThePrimaryNics() {
    assertThat(names(read(conf(DELEGATES), "eth1", "")))
        .containsExactly("eth1=cluster", "eth2=second");
    assertThat(names(read(conf(DELEGATES + ", \"ifNamePrefix\": \"net\""), "eth0", "")))
        .containsExactly("eth0=cluster", "net1=second");
  }

  @Test
  void theAnnotationsNetworksAreAddedWithTheirIndexInTheWholeList() {
    Requested requested =
        read(
            conf(DELEGATES + ", \"defaultNetworks\": [\"blue\"]"),
            "eth0",
            "K8S_POD_NAMESPACE=shop;K8S_ANNOT={\"k8s.v1.cni.cncf.io/networks\":"
                + " \"red, default/blue@fast0, red\"}");

    assertThat(names(requested))
        .containsExactly(
            "eth0=cluster", "eth1=second", "net2=blue", "net3=red", "fast0=blue", "net5=red");
    assertThat(requested.nics().get(3).request().namespace()).contains("shop");
    assertThat(requested.nics().get(3).definition().origin()).contains("shop/red");
  }

  @Test
  void aNamedNetworkIsThePrimaryOne() {
    Requested requested = read(conf("\"network\": \"shop/red\""), "eth0", "");

    assertThat(names(requested)).containsExactly("eth0=red");
    assertThat(requested.nics().getFirst().definition().plugins().getFirst().type())
        .isEqualTo("macvlan");
  }

  @Test
  void whatTheRuntimeSaysByCapabilityReachesOnlyThePrimaryNicAndWhatItDeclares() {
    Requested requested =
        read(
            conf(
                DELEGATES
                    + """
                    , "runtimeConfig": {"portMappings": [{"hostPort": 1}], "mac": "0a:00:00:00:00:01",
                      "ips": ["10.0.0.1"], "bandwidth": {}}
                    """),
            "eth0",
            "");

    NicRequest primary = requested.nics().getFirst().request();
    assertThat(primary.capabilities()).isEqualTo(Map.of("portMappings", "[{\"hostPort\":1}]"));
    assertThat(primary.mac()).contains(new MacAddress("0a:00:00:00:00:01"));
    assertThat(primary.ips()).as("not declared").isEmpty();
    assertThat(requested.nics().get(1).request().capabilities()).isEmpty();
  }

  @Test
  void anyOtherTypeIsOneNicAsItIs() {
    Requested requested =
        read(
            """
            {"cniVersion": "0.3.1", "name": "lan", "type": "macvlan", "master": "eth9", "odd": [1],
             "runtimeConfig": {"ips": ["10.0.0.1/8"], "bandwidth": {"ingressRate": 5}},
             "prevResult": {"cniVersion": "0.3.1", "ips": []}}
            """,
            "net7",
            "");

    assertThat(names(requested)).containsExactly("net7=lan");
    assertThat(requested.primaryFirst()).isFalse();
    Selected only = requested.nics().getFirst();
    assertThat(only.request().ips()).containsExactly("10.0.0.1/8");
    assertThat(only.request().capabilities()).isEqualTo(Map.of("bandwidth", "{\"ingressRate\":5}"));
    assertThat(only.definition().version().text()).isEqualTo("0.3.1");
    assertThat(only.definition().capabilities()).containsExactlyInAnyOrder("ips", "bandwidth");
    assertThat(only.definition().plugins().getFirst().json().propertyNames())
        .containsExactlyInAnyOrder("cniVersion", "name", "type", "master", "odd");
  }

  @Test
  void ourConfigurationServesGeniesFilesVerbatim() throws IOException {
    Path genie = Files.createDirectory(root.resolve("genie"));
    SeedFiles.copyTo(genie);
    String stdin =
        conf(
            "\"genie\": {\"conf\": \"%s\"}, \"runtimeConfig\":"
                    .formatted(genie.resolve("00-genie.conf"))
                + " {\"io.kubernetes.cri.pod-annotations\": {\"cni\": \"flannel\"}}");

    Requested byAnnotation = read(stdin, "eth0", "");
    Requested byDefault = read(stdin.replace("\"cni\"", "\"x\""), "eth0", "");

    assertThat(names(byAnnotation)).containsExactly("eth0=flannel");
    assertThat(names(byDefault)).containsExactly("eth0=calico", "eth1=flannel");
    assertThat(byDefault.logPrefix()).isEqualTo("CNI Genie");
    assertThat(byDefault.notes()).isEmpty();
  }

  @Test
  void geniesOwnFileLoadedByTheRuntimeUsesDefaultPluginAndSaysThatNothingElseWasThere()
      throws IOException {
    SeedFiles.copyTo(folders.confDir());
    String stdin = new String(SeedFiles.bytes("00-genie.conf"), UTF_8);

    Requested bare = read(stdin, "eth0", "");
    Requested virtlet = read(stdin, "virtlet-eth0", "K8S_ANNOT={\"cni\": \"flannel@x\"}");

    assertThat(names(bare)).containsExactly("eth0=calico", "eth1=flannel");
    assertThat(bare.notes()).singleElement().asString().contains("no source of pod annotations");
    assertThat(names(virtlet)).containsExactly("x=flannel");
    assertThat(virtlet.notes()).singleElement().asString().contains("virtlet-eth0");
  }

  @Test
  void unknownKeysAndAnnotationsWithoutEffectAreNoted() {
    Requested requested =
        read(
            conf(DELEGATES + ", \"confDire\": 1, \"cni.dev/x\": 1, \"disableCheck\": true"),
            "eth0",
            "K8S_ANNOT={\"cni\": \"calico\", \"v1.multus-cni.io/default-network\": \"x\"}");

    assertThat(requested.notes())
        .satisfiesExactly(
            key -> assertThat(key).contains("stdin", "\"confDire\" has no effect", "confDir"),
            cni -> assertThat(cni).contains("annotation cni has no effect", "genie"),
            multus -> assertThat(multus).contains("v1.multus-cni.io/default-network"));
  }

  @Test
  void confDirAndNetworkDefinitionsOfTheConfigurationCount() throws IOException {
    Path own = Files.createDirectory(root.resolve("own"));
    Files.writeString(
        own.resolve("1.conf"),
        "{\"cniVersion\": \"1.0.0\", \"name\": \"lan\", \"type\": \"vlan\"}");

    assertThat(names(read(conf("\"network\": \"lan\", \"confDir\": \"" + own + "\""), "eth0", "")))
        .containsExactly("eth0=lan");
    assertThatThrownBy(() ->
            read(
                conf("\"network\": \"blue\", \"networkDefinitions\": \"" + own + "\""), "eth0", ""))
        .hasMessageContainingAll("default/blue", own.toString(), "known are: none");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "\"x\": 1 | delegates is missing; write one of delegates",
        "\"delegates\": [], \"network\": \"a\" | delegates and network exclude each other",
        "\"network\": \"a\", \"genie\": {} | network and genie exclude each other",
        "\"delegates\": [] | delegates is empty",
        "\"delegates\": {} | delegates is an object",
        "\"delegates\": [1] | delegates[0] is a number",
        "\"delegates\": [{\"type\": \"x\"}] | stdin delegates[0]: name is missing",
        "\"delegates\": [{\"name\": \"a\"}] | stdin delegates[0]: plugins",
        "\"delegates\": [{\"name\": \"a\", \"type\": \"a/b\"}] | \"a/b\" is no plugin type",
        "\"delegates\": [{\"name\": \"a\", \"type\": \"patchbay\"}] | call itself",
        "\"delegates\": [{\"name\": \"a\", \"type\": \"genie\"}] | call itself",
        "\"network\": [] | network is a list",
        "\"network\": \"none\" | no network \"default/none\"",
        "\"network\": \"blue@eth5\" | leave out what follows @",
        "\"network\": \"A\" | \"A\" is no network name",
        "\"genie\": {} | genie.conf is missing",
        "\"genie\": {\"conf\": \"g.conf\"} | genie.conf: \"g.conf\" is not an absolute path",
        "\"genie\": {\"conf\": \"/nowhere/g.conf\"} | /nowhere/g.conf: there is no such file",
        "\"genie\": {\"conf\": \"/proc\"} | /proc: is not a regular file",
        "\"network\": \"blue\", \"confDir\": \"a\\u0000b\" | confDir: ",
        "\"network\": \"blue\", \"confDir\": \"./x\" | confDir: \"./x\" is not an absolute path",
        "\"network\": \"blue\", \"networkDefinitions\": 1 | networkDefinitions is a number",
        "\"network\": \"blue\", \"ifNamePrefix\": \"a b\" | ifNamePrefix: \"a b\" is no prefix",
        "\"network\": \"blue\", \"defaultNetworks\": [\"\"] | defaultNetworks[0] = :",
        "\"network\": \"blue\", \"defaultNetworks\": [\"red@eth0\"] | no network \"default/red\"",
        "\"network\": \"blue\", \"defaultNetworks\": [\"blue@eth0\"] | the runtime (CNI_IFNAME)",
        "\"network\": \"blue\", \"defaultNetworks\": \"blue\" | defaultNetworks is a string",
      })
  void mistakesAreNamed(String keys, String message) {
    assertThatThrownBy(() -> read(conf(keys), "eth0", ""))
        .isInstanceOf(CniException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aDefaultNameThatTheAnnotationTakesIsAnErrorNamingBoth() {
    assertThatThrownBy(() ->
            read(
                conf("\"network\": \"blue\""),
                "eth0",
                "K8S_ANNOT={\"k8s.v1.cni.cncf.io/networks\": \"blue, blue@net1\"}"))
        .hasMessageContainingAll("\"net1\"", "networks[0]", "networks[1]");
  }

  @Test
  void oneMoreNetworkIsFoundByNameAndItsInterfaceStaysOpen() {
    Selected open = Dialects.plug(" blue ", "default", "patchbay plug", folders);
    Selected named = Dialects.plug("shop/red@x1", "default", "patchbay plug", folders);

    assertThat(open.request().ifName()).isEmpty();
    assertThat(open.request().origin()).hasToString("patchbay plug = blue");
    assertThat(named.request().ifName()).contains(new IfName("x1"));
    assertThat(named.definition().name().value()).isEqualTo("red");
    assertThatThrownBy(() -> Dialects.plug("", "default", "patchbay plug", folders))
        .isInstanceOf(CniException.class)
        .hasMessageContaining("patchbay plug = :");
    assertThatThrownBy(() -> Dialects.plug("red", "default", "patchbay plug", folders))
        .hasMessageContainingAll("no network \"default/red\"", "default/blue, shop/red");
  }

  @Test
  void aConfigurationWithoutTypeIsRefused() {
    assertThatThrownBy(() -> read("{\"cniVersion\": \"1.0.0\", \"name\": \"n\"}", "eth0", ""))
        .isInstanceOf(CniException.class)
        .hasMessageContaining("type is missing");
  }

  private Requested read(String stdin, String ifName, String args) {
    Map<String, String> environment =
        Map.of(
            "CNI_COMMAND", "ADD",
            "CNI_CONTAINERID", "c1",
            "CNI_NETNS", "/run/netns/x",
            "CNI_IFNAME", ifName,
            "CNI_ARGS", args,
            "CNI_PATH", "/opt/cni/bin");
    return Dialects.read(
        (CniRequest.Add) RequestParser.parse(environment, stdin.getBytes(UTF_8)), folders);
  }

  private void define(String name, String namespace) throws IOException {
    Files.writeString(
        folders.networkDefinitions().orElseThrow().resolve(name + ".yaml"),
        """
        apiVersion: k8s.cni.cncf.io/v1
        kind: NetworkAttachmentDefinition
        metadata: {name: %s, namespace: %s}
        spec: {config: '{"cniVersion": "1.0.0", "type": "macvlan"}'}
        """
            .formatted(name, namespace));
  }

  private static String conf(String keys) {
    return "{\"cniVersion\": \"1.0.0\", \"name\": \"pods\", \"type\": \"patchbay\", " + keys + "}";
  }

  private static List<String> names(Requested requested) {
    return requested.nics().stream()
        .map(nic -> nic.request().ifName().orElseThrow() + "=" + nic.request().network())
        .toList();
  }
}
