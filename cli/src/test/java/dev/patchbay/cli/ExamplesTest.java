package dev.patchbay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.cni.conf.ConfParser;
import dev.patchbay.cni.conf.NetworkConf;
import dev.patchbay.cni.conf.PluginConf;
import dev.patchbay.cni.skel.StdinConf;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.kube.AnnotationSource;
import dev.patchbay.kube.PodFacts;
import dev.patchbay.kube.definition.DefinitionFolder;
import dev.patchbay.kube.dialect.Dialects;
import dev.patchbay.kube.dialect.Folders;
import dev.patchbay.kube.dialect.Requested;
import dev.patchbay.kube.dialect.Selected;
import dev.patchbay.proof.Proves;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Every file of {@code examples} is read as a node would read it; quickstart applies them live. */
class ExamplesTest {
  private static final Path ROOT =
      Path.of(Objects.requireNonNull(System.getProperty("patchbay.root"), "patchbay.root"));
  private static final Path EXAMPLES = ROOT.resolve("examples");
  private static final IfName ETH0 = new IfName("eth0");
  private static final Folders NO_FOLDERS = new Folders(Path.of("/nonexistent"), Optional.empty());

  @Test
  void everyExampleIsReadHere() throws IOException {
    try (Stream<Path> files = Files.walk(EXAMPLES)) {
      assertThat(
              files
                  .filter(Files::isRegularFile)
                  .map(file -> EXAMPLES.relativize(file).toString())
                  .filter(name -> !name.endsWith(".md"))
                  .collect(Collectors.toSet()))
          .isEqualTo(
              Set.of(
                  "three-nics/10-pods.conflist",
                  "networks/green.yaml",
                  "genie/05-patchbay.conflist",
                  "genie/00-genie.conf",
                  "genie/10-calico.conf",
                  "genie/10-flannel.conflist",
                  "multus/05-patchbay.conflist",
                  "multus/networks/blue.yaml",
                  "multus/networks/red.yaml",
                  "multus/pod.yaml",
                  "standalone/web.yaml",
                  "standalone/plug-eth1.yaml",
                  "standalone/unplug-eth1.yaml"));
    }
  }

  @Test
  void threeNicsAreAskedForInTheOrderWritten() throws IOException {
    Requested requested = read("three-nics/10-pods.conflist", PodFacts.UNKNOWN);

    assertThat(said(requested)).containsExactly("eth0 cluster", "eth1 fast", "eth2 routed");
    assertThat(requested.notes()).isEmpty();
  }

  @Test
  void networkToPlugIsFound() {
    Selected nic =
        Dialects.plug(
            "green@net1",
            "default",
            "patchbay plug",
            new Folders(Path.of("/nonexistent"), Optional.of(EXAMPLES.resolve("networks"))));

    assertThat(nic.definition().plugins()).extracting(PluginConf::type).containsExactly("bridge");
  }

  @ParameterizedTest
  @ValueSource(strings = {"00-genie.conf", "10-calico.conf", "10-flannel.conflist"})
  void genieFileIsByteForByteThatOfTheSeed(String name) {
    assertThat(EXAMPLES.resolve("genie").resolve(name))
        .hasSameBinaryContentAs(ROOT.resolve("kube/src/test/resources/seed004").resolve(name));
  }

  @Test
  @Proves("S004-01")
  void genieFilesLoadAsTheyAreThoughTwoShareAName() throws IOException {
    Requested requested = read("genie/05-patchbay.conflist", PodFacts.UNKNOWN);

    assertThat(said(requested)).containsExactly("eth0 k8s-pod-network", "eth1 cbr0");
    assertThat(requested.nics())
        .extracting(nic -> nic.definition().plugins().getFirst().type())
        .containsExactly("calico", "flannel");
    // a key that only calico knows reaches calico as it was written
    assertThat(requested.nics().getFirst().definition().plugins().getFirst().json())
        .hasToString(
            ConfParser.parse(Files.readString(EXAMPLES.resolve("genie/10-calico.conf")), "calico")
                .plugins()
                .getFirst()
                .json()
                .toString());
  }

  @Test
  void podOfTheMultusExampleGetsBothItsNetworks() throws IOException {
    assertThat(DefinitionFolder.read(EXAMPLES.resolve("multus/networks")).problems()).isEmpty();
    JsonNode pod = new YAMLMapper().readTree(EXAMPLES.resolve("multus/pod.yaml").toFile());
    String key = "k8s.v1.cni.cncf.io/networks";
    String annotation = pod.path("metadata").path("annotations").path(key).stringValue();

    Requested requested =
        read(
            "multus/05-patchbay.conflist",
            PodFacts.UNKNOWN.withAnnotations(
                Map.of(key, annotation), AnnotationSource.RUNTIME_CONFIG));

    assertThat(said(requested)).containsExactly("eth0 cluster", "net1 blue", "fast0 red");
    assertThat(requested.nics().get(1).request().ips()).containsExactly("192.168.200.9/24");
    assertThat(requested.notes()).isEmpty();
  }

  @Test
  void podOfTheStandaloneExampleIsSentToTheAgentAsItIs(@TempDir Path folder) throws IOException {
    Path file = EXAMPLES.resolve("standalone/web.yaml");
    String answer = "{\"items\":[{\"name\":\"pod/web\",\"done\":\"created\"}]}";
    try (FakeAgent agent = FakeAgent.answering(folder, answer)) {
      Ran ran = Ran.with(agent, "apply", "-f", file.toString());

      assertThat(ran.exit()).isZero();
      assertThat(ran.lines()).containsExactly("pod/web created");
      JsonNode sent = new YAMLMapper().readTree(agent.last().stdin()).path("objects");
      assertThat(sent).containsExactly(new YAMLMapper().readTree(file.toFile()));
    }
  }

  @Test
  void patchesOfTheStandaloneExampleAreOfOneNicThatThePodDoesNotHave() {
    YAMLMapper yaml = new YAMLMapper();
    JsonNode plug = yaml.readTree(EXAMPLES.resolve("standalone/plug-eth1.yaml").toFile());
    JsonNode unplug = yaml.readTree(EXAMPLES.resolve("standalone/unplug-eth1.yaml").toFile());

    assertThat(plug.at("/spec/nics/0/name").asString()).isEqualTo("eth1");
    assertThat(unplug.at("/spec/nics/0")).hasToString("{\"name\":\"eth1\",\"$patch\":\"delete\"}");
  }

  /** What the runtime would send, with the folders of an installed node being those of the tree. */
  private static Requested read(String file, PodFacts pod) throws IOException {
    String text =
        Files.readString(EXAMPLES.resolve(file))
            .replace("/etc/patchbay/genie", EXAMPLES.resolve("genie").toString())
            .replace("/etc/patchbay/networks", EXAMPLES.resolve("multus/networks").toString());
    NetworkConf network = ConfParser.parse(text, file);
    PluginConf plugin = network.plugins().getFirst();
    assertThat(plugin.type()).isEqualTo("patchbay");
    var stdin =
        new StdinConf(network.name(), network.version(), Optional.of(plugin.type()), plugin.json());
    return Dialects.read(stdin, ETH0, pod, NO_FOLDERS);
  }

  private static List<String> said(Requested requested) {
    return requested.nics().stream()
        .map(nic -> nic.request().ifName().orElseThrow() + " " + nic.definition().name().value())
        .toList();
  }
}
