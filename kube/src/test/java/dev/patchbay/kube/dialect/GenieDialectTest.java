package dev.patchbay.kube.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.patchbay.cni.conf.NetworkConf;
import dev.patchbay.cni.conf.PluginConf;
import dev.patchbay.cni.error.CniError;
import dev.patchbay.cni.error.CniException;
import dev.patchbay.cni.json.Json;
import dev.patchbay.cni.version.CniVersion;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.kube.AnnotationSource;
import dev.patchbay.kube.PodFacts;
import dev.patchbay.kube.Secret;
import dev.patchbay.kube.definition.Networks;
import dev.patchbay.proof.Proves;
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
import org.junit.jupiter.params.provider.ValueSource;

class GenieDialectTest {
  @TempDir Path folder;

  @BeforeEach
  void copySeed() throws IOException {
    SeedFiles.copyTo(folder);
  }

  @Test
  void theSeedsThreeFilesLoadVerbatimThoughTwoShareAName() throws IOException {
    GenieConf genie = GenieConf.read(folder.resolve("00-genie.conf"));
    GenieFolder files = GenieFolder.read(folder);

    assertThat(genie.name()).isEqualTo("k8s-pod-network");
    assertThat(genie.version()).isEqualTo(CniVersion.V0_3_0);
    assertThat(genie.defaultPlugin()).contains("calico,flannel");
    assertThat(genie.logLevel()).contains("info");
    assertThat(files.notes()).isEmpty();
    assertThat(files.networks()).containsOnlyKeys("calico", "flannel");
    List<NetworkConf> confs =
        files.networks().values().stream().map(GenieFolder.Network::conf).toList();
    assertThat(confs.getFirst().name().value()).isEqualTo("k8s-pod-network");
    assertThat(confs.getLast().plugins())
        .extracting(PluginConf::type)
        .containsExactly("flannel", "portmap");
    assertThat(confs.getFirst().plugins().getFirst().json())
        .as("untouched")
        .isEqualTo(Json.object(SeedFiles.bytes("10-calico.conf"), "calico"));
  }

  @Test
  void noSecretIsPrinted() {
    GenieConf genie = GenieConf.read(folder.resolve("00-genie.conf"));

    assertThat(genie.secrets()).isEqualTo(Map.of("policy.k8s_auth_token", new Secret("\"XYZ\"")));
    assertThat(genie.toString()).doesNotContain("XYZ");
    assertThat(read(pod(Map.of())).toString()).doesNotContain("XYZ");
  }

  @Test
  void aSecretWithoutQuotesIsNotQuotedInTheError() throws IOException {
    Path file = folder.resolve("00-genie.conf");
    Files.writeString(file, Files.readString(file).replace("\"XYZ\"", "XYZ"));

    assertThatThrownBy(() -> GenieConf.read(file))
        .isInstanceOf(CniException.class)
        .hasMessageContainingAll("00-genie.conf", "line 9, column")
        .hasMessageNotContaining("XYZ")
        .hasNoCause();
  }

  @Test
  void theAnnotationCniGivesEth0OfTheFirstAndEth1OfTheSecond() {
    Requested requested = read(pod(Map.of("cni", "calico,flannel")));

    assertThat(names(requested)).containsExactly("eth0=calico", "eth1=flannel");
    assertThat(requested.primaryFirst()).isTrue();
    assertThat(requested.logPrefix()).isEqualTo("CNI Genie");
    assertThat(requested.notes()).isEmpty();
    assertThat(requested.nics().get(1).request().origin())
        .hasToString("annotation cni[1] = flannel");
    assertThat(requested.nics().get(1).toString())
        .contains("eth1", "cbr0", "10-flannel.conflist", "annotation cni[1]");
  }

  @Test
  void theOrderOfTheAnnotationCounts() {
    assertThat(names(read(pod(Map.of("cni", "flannel,calico")))))
        .containsExactly("eth0=flannel", "eth1=calico");
  }

  @Test
  void withoutAnnotationDefaultPluginDecides() {
    Requested requested = read(pod(Map.of()));

    assertThat(names(requested)).containsExactly("eth0=calico", "eth1=flannel");
    assertThat(requested.nics().getFirst().request().origin().where())
        .isEqualTo(folder.resolve("00-genie.conf") + " default_plugin[0]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\t\n", ",", " , ,"})
  void aBlankAnnotationActsAsNone(String cni) {
    assertThat(names(read(pod(Map.of("cni", cni, "networks", "logical")))))
        .containsExactly("eth0=calico", "eth1=flannel");
  }

  @Test
  void withoutSourceOfAnnotationsANoteSaysSo() {
    Requested requested = read(PodFacts.UNKNOWN);

    assertThat(names(requested)).containsExactly("eth0=calico", "eth1=flannel");
    assertThat(requested.notes())
        .singleElement()
        .asString()
        .contains("no source of pod annotations", "io.kubernetes.cri.pod-annotations");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "' calico , flannel '         | eth0=calico eth1=flannel",
        "calico                       | eth0=calico",
        "calico,calico                | eth0=calico eth1=calico",
        "calico@data0,flannel         | data0=calico eth0=flannel",
        "calico,flannel@eth0          | eth1=calico eth0=flannel",
        "calico,flannel@eth1,calico   | eth0=calico eth1=flannel eth2=calico",
        "flannel @ eth5 , calico      | eth5=flannel eth0=calico",
        "calico,,flannel,             | eth0=calico eth1=flannel",
      })
  void listsAreReadAsGenieDoes(String cni, String expected) {
    assertThat(String.join(" ", names(read(pod(Map.of("cni", cni)))))).isEqualTo(expected);
  }

  @Test
  void ignoredEmptyItemsAndForeignInterfaceNamesAreNoted() {
    Requested requested =
        GenieDialect.read(
            genie(),
            pod(Map.of("cni", "calico,")),
            GenieFolder.read(folder),
            networks(),
            new IfName("virtlet-eth0"));

    assertThat(requested.notes())
        .satisfiesExactly(
            empty -> assertThat(empty).contains("item 2", "\"calico,\"", "ignored"),
            name -> assertThat(name).contains("virtlet-eth0", "[eth0]"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "calico,weave      | annotation cni[1] names an unknown plugin \"weave\"; ",
        "weave             | has: calico, flannel",
        "genie             | unknown plugin \"genie\"",
        "k8s-pod-network   | unknown plugin \"k8s-pod-network\"",
        "calico@           | annotation cni[0]: interface name \"\" has 0 bytes",
        "@eth0             | annotation cni[0] is \"@eth0\"; write plugin or plugin@interface",
        "calico@a@b        | write plugin or plugin@interface",
        "calico@a/b        | holds a slash",
        "calico@sixteenletterss1 | has 16 bytes",
        "calico@x,flannel@x      | interface name \"x\" is asked for by annotation cni[0]",
        "../../etc/passwd  | unknown plugin \"../../etc/passwd\"",
      })
  void mistakesAreNamed(String cni, String message) {
    assertThatThrownBy(() -> read(pod(Map.of("cni", cni))))
        .isInstanceOf(CniException.class)
        .hasMessageContaining(message);
  }

  @Test
  void withoutDefaultPluginTheFirstReadableFileIsTaken() throws IOException {
    Files.writeString(folder.resolve("01-broken.conf"), "{");
    Files.writeString(folder.resolve("02-us.conf"), plugin("patchbay", "1.0.0"));
    GenieConf bare =
        GenieConf.parse(Json.object("{\"type\": \"genie\", \"name\": \"n\"}", "stdin"), "stdin");

    Requested requested =
        GenieDialect.read(
            bare, pod(Map.of()), GenieFolder.read(folder), networks(), new IfName("eth0"));

    assertThat(names(requested)).containsExactly("eth0=calico");
    assertThat(requested.notes()).singleElement().asString().contains("01-broken.conf");
  }

  @Test
  void anEmptyFolderIsAClearError() throws IOException {
    Files.delete(folder.resolve("10-calico.conf"));
    Files.delete(folder.resolve("10-flannel.conflist"));

    assertThatThrownBy(() -> read(pod(Map.of(NpwgDialect.NETWORKS, "blue"))))
        .hasMessageContaining("no configuration in " + folder);
    assertThatThrownBy(() -> read(pod(Map.of("cni", "calico")))).hasMessageContaining("has: none");
  }

  @Test
  void multusAnnotationComesFirstAndAddsToTheClustersDefault() throws IOException {
    Files.writeString(folder.resolve("20-blue.conf"), plugin("bridge", "1.0.0"));

    Requested requested =
        read(pod(Map.of(NpwgDialect.NETWORKS, "bridge-net, bridge-net@fast0", "cni", "flannel")));

    assertThat(names(requested))
        .containsExactly("eth0=calico", "eth1=bridge-net", "fast0=bridge-net");
    assertThat(requested.logPrefix()).isEqualTo("CNI Genie");
    assertThat(requested.notes())
        .anyMatch(note -> note.contains("annotation cni is not looked at"));
    assertThat(requested.nics().get(2).request().origin().where())
        .startsWith("annotation k8s.v1.cni.cncf.io/networks[1]");
  }

  @Test
  void eth0OfTheClustersDefaultCannotBeAskedForByAnother() throws IOException {
    Files.writeString(folder.resolve("20-blue.conf"), plugin("bridge", "1.0.0"));

    assertThatThrownBy(() -> read(pod(Map.of(NpwgDialect.NETWORKS, "bridge-net@eth0"))))
        .hasMessageContainingAll("\"eth0\" is asked for by", "and by annotation");
  }

  @Test
  void aFileWithoutVersionIsServedIn030AndItsPluginsStayUntouched() throws IOException {
    Files.writeString(folder.resolve("30-old.conf"), "{\"name\": \"old\", \"type\": \"x\"}");

    Requested requested = read(pod(Map.of("cni", "old")));

    Selected old = requested.nics().getFirst();
    assertThat(old.definition().version()).isEqualTo(CniVersion.V0_3_0);
    assertThat(old.definition().plugins().getFirst().json().has("cniVersion")).isFalse();
    assertThat(requested.notes())
        .singleElement()
        .asString()
        .contains("30-old.conf", "no cniVersion", "0.3.0");
  }

  @Proves("S004-04")
  @ParameterizedTest
  @ValueSource(strings = {"0.1.0", "0.2.0"})
  void aFileOfAnOlderVersionIsRefusedByNameButOnlyWhenItIsUsed(String version) throws IOException {
    Files.writeString(folder.resolve("30-old.conf"), plugin("old", version));

    assertThat(names(read(pod(Map.of("cni", "calico"))))).containsExactly("eth0=calico");
    assertThatThrownBy(() -> read(pod(Map.of("cni", "old"))))
        .isInstanceOfSatisfying(
            CniException.class,
            e -> assertThat(e.error().code()).isEqualTo(CniError.INCOMPATIBLE_VERSION))
        .hasMessageContainingAll("30-old.conf", "cniVersion is " + version, "0.3.0");
  }

  @Test
  void aBrokenFileIsAnErrorOnlyForThePodThatNamesIt() throws IOException {
    Files.writeString(folder.resolve("40-weave.conf"), "{\"name\": \"w\"");

    assertThat(names(read(pod(Map.of("cni", "calico"))))).containsExactly("eth0=calico");
    assertThatThrownBy(() -> read(pod(Map.of("cni", "weave"))))
        .hasMessageContainingAll("annotation cni[0]", "\"weave\" cannot be used", "40-weave.conf");
  }

  @Test
  void ofTwoFilesForAPluginTheFirstCountsWithANote() throws IOException {
    Files.writeString(folder.resolve("20-calico.conf"), plugin("other", "1.0.0"));

    Requested requested = read(pod(Map.of("cni", "calico")));

    assertThat(requested.nics().getFirst().definition().origin()).endsWith("10-calico.conf");
    assertThat(requested.notes()).singleElement().asString().contains("20-calico.conf", "calico");
  }

  @ParameterizedTest
  @CsvSource({
    "10-calico.conf, calico",
    "calico.conf, calico",
    "87-podman-bridge.conflist, podman-bridge",
    "10-a.b.json, a.b",
    "-.conf, ''",
  })
  void pluginsAreKnownByTheirFilesName(String file, String plugin) {
    assertThat(GenieFolder.plugin(Path.of("/x").resolve(file))).isEqualTo(plugin);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "{\"name\": \"n\", \"type\": \"calico\"} | type is \"calico\"; a Genie configuration has",
        "{\"type\": \"genie\"} | name is missing",
        "{\"name\": \"n\", \"type\": \"genie\", \"default_plugin\": []} | default_plugin is a list",
        "{\"name\": \"n\", \"type\": \"genie\", \"cniVersion\": \"9.0.0\"} | cniVersion is 9.0.0",
      })
  void mistakesInGeniesConfigurationAreNamed(String json, String message) {
    assertThatThrownBy(() -> GenieConf.parse(Json.object(json, "f"), "f"))
        .isInstanceOf(CniException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "12", "{\"k8s_auth_token\": 12}", "null", "\"x\""})
  void oddPoliciesAreTolerated(String policy) {
    String json = "{\"name\": \"n\", \"type\": \"genie\", \"policy\": " + policy + "}";

    assertThat(GenieConf.parse(Json.object(json, "f"), "f").name()).isEqualTo("n");
  }

  private Requested read(PodFacts pod) {
    return GenieDialect.read(
        genie(), pod, GenieFolder.read(folder), networks(), new IfName("eth0"));
  }

  private GenieConf genie() {
    return GenieConf.read(folder.resolve("00-genie.conf"));
  }

  private Networks networks() {
    return Networks.in(Optional.empty(), folder);
  }

  private static PodFacts pod(Map<String, String> annotations) {
    return PodFacts.UNKNOWN.withAnnotations(annotations, AnnotationSource.RUNTIME_CONFIG);
  }

  private static String plugin(String type, String version) {
    return "{\"cniVersion\": \"%s\", \"name\": \"%s-net\", \"type\": \"%s\"}"
        .formatted(version, type, type);
  }

  private static List<String> names(Requested requested) {
    return requested.nics().stream()
        .map(nic -> nic.request().ifName().orElseThrow() + "=" + nic.request().network())
        .toList();
  }
}
