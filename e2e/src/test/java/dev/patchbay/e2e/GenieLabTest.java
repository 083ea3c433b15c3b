package dev.patchbay.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.patchbay.e2e.CniDriver.Attachment;
import dev.patchbay.proof.Proves;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * Seed 004 by containerd: its three files as they are, calico and flannel being stand-ins (see
 * {@link PluginFolder#standIns}).
 */
@Tag("lab")
class GenieLabTest {
  private static final Map<String, String> BOTH = Map.of("cni", "calico,flannel");
  private static final String KUBE_ARGS =
      "IgnoreUnknown=1;K8S_POD_NAMESPACE=default;K8S_POD_NAME=vm;K8S_POD_UID=u1;COLOUR=blue";

  @AutoClose private NodeLab node;

  @BeforeEach
  void startANodeWithTheSeedsFiles() {
    node = NodeLab.start();
    node.seedFour();
  }

  @Test
  @Proves("S004-02")
  void annotationCalicoFlannelGivesEth0AndEth1() {
    Pod pod = containerd().run("multi", BOTH);

    assertCalicoThenFlannel(pod);
  }

  @Test
  @Proves("S004-03")
  void podWithoutAnnotationGetsTheDefaultPlugins() {
    Pod pod = containerd().run("plain");

    assertCalicoThenFlannel(pod);
  }

  @Test
  @Proves("S004-03")
  void blanksDuplicatesAndNamedInterfacesAreServed() {
    Pod pod = containerd().run("fancy", Map.of("cni", " flannel ,calico@cal0,, flannel "));

    assertThat(pod.interfaces()).containsExactlyInAnyOrder("eth0", "cal0", "eth1");
    assertThat(pod.address("eth0")).startsWith("10.244.1.");
    assertThat(pod.address("cal0")).startsWith("192.168.135.");
    assertThat(pod.address("eth1")).startsWith("10.244.1.").isNotEqualTo(pod.address("eth0"));
  }

  @Test
  @Proves("S004-03")
  void blankAnnotationActsAsNone() {
    assertCalicoThenFlannel(containerd().run("blank", Map.of("cni", "  ")));
  }

  @Test
  @Proves("S004-03")
  void unknownPluginIsNamedAndTheKnownOnesListed() {
    ContainerdLab containerd = containerd();
    HostState before = node.state("cni0");

    assertThatThrownBy(() -> containerd.run("typo", Map.of("cni", "calico,weeve")))
        .hasMessageContaining("weeve")
        .hasMessageContaining("calico")
        .hasMessageContaining("flannel");
    containerd.removeAllPods();
    assertThat(node.settled(before, "cni0")).isEqualTo(before);
  }

  @Test
  @Proves("S004-04")
  void delegatesGetTheirConfUntouchedAllArgumentsAndThePreviousResult() {
    Path pod = node.lab().podNetns("vm");

    genie().add(Attachment.of("c1", pod, "eth0").withArgs(KUBE_ARGS), geniesOwn()).orFail();

    PluginCall calico = node.delegates().calls("calico", "ADD").getFirst();
    JsonNode seed = Confs.json(Confs.fixture("seed-004/10-calico.conf"));
    assertThat(calico.conf()).isEqualTo(seed);
    assertThat(calico.ifname()).isEqualTo("eth0");
    PluginCall flannel = node.delegates().calls("flannel", "ADD").getFirst();
    assertThat(flannel.ifname()).isEqualTo("eth1");
    for (PluginCall call : List.of(calico, flannel)) {
      assertThat(call.env()).containsEntry("CNI_CONTAINERID", "c1");
      assertThat(call.args()).isEqualTo(pairs(KUBE_ARGS));
    }
    PluginCall portmap = node.delegates().calls("portmap", "ADD").getFirst();
    assertThat(portmap.conf().path("prevResult")).isEqualTo(Confs.json(flannel.stdout()));
  }

  @Test
  @Proves("S004-05")
  void mergedResultReadsAsVersionThreeAndHasOneDefaultRoute() {
    Path pod = node.lab().podNetns("vm");

    JsonNode result =
        genie().add(Attachment.of("c1", pod, "eth0").withArgs(KUBE_ARGS), geniesOwn()).orFail();

    assertThat(result.path("cniVersion").asString()).isEqualTo("0.3.0");
    List<JsonNode> interfaces = elements(result.path("interfaces"));
    List<JsonNode> ips = elements(result.path("ips"));
    assertThat(ips)
        .hasSize(2)
        .allSatisfy(ip -> assertThat(ip.path("version").asString()).isEqualTo("4"));
    assertThat(ips)
        .extracting(
            ip -> interfaces.get(ip.path("interface").asInt()).path("name").asString(),
            ip -> interfaces.get(ip.path("interface").asInt()).path("sandbox").asString())
        .containsExactly(tuple("eth0", pod.toString()), tuple("eth1", pod.toString()));
    assertThat(elements(result.path("routes")))
        .filteredOn(route -> route.path("dst").asString().equals("0.0.0.0/0"))
        .hasSize(1);
  }

  @Test
  @Proves("S004-05")
  void packetsToTheWorldLeaveByTheFirstNetwork() {
    Pod pod = containerd().run("routed", BOTH);

    assertThat(pod.exec("ip", "route", "get", "8.8.8.8").orFail().stdout()).contains("dev eth0");
  }

  @Test
  @Proves("S004-06")
  void failureAtTheSecondNetworkDeletesBothAndARetrySucceeds() {
    ContainerdLab containerd = containerd();
    HostState before = node.state("cni0");
    node.delegates().breakDown("flannel");

    assertThatThrownBy(() -> containerd.run("unlucky", BOTH))
        .hasMessageContaining("broken on purpose");

    assertThat(node.delegates().calls("flannel", "DEL"))
        .extracting(PluginCall::ifname)
        .contains("eth1");
    assertThat(node.delegates().calls("calico", "DEL"))
        .extracting(PluginCall::ifname)
        .contains("eth0");
    containerd.removeAllPods();
    assertThat(node.settled(before, "cni0")).isEqualTo(before);

    node.delegates().standIns();
    assertCalicoThenFlannel(containerd.run("unlucky", BOTH));
  }

  @Test
  @Proves("S004-06")
  void delUsesTheRecordedNetworksAfterAnnotationAndConfsChanged() throws IOException {
    Path pod = node.lab().podNetns("vm");
    HostState before = node.state("cni0");
    Attachment eth0 = Attachment.of("c1", pod, "eth0");
    genie()
        .add(eth0.withArgs(KUBE_ARGS + ";K8S_ANNOT={\"cni\":\"flannel,calico@cal0\"}"), geniesOwn())
        .orFail();
    assertThat(PodNetns.interfaces(pod)).containsExactlyInAnyOrder("eth0", "cal0");

    Files.delete(node.confs().resolve("10-flannel.conflist"));
    Files.delete(node.confs().resolve("10-calico.conf"));
    String edited = geniesOwn().replace("calico,flannel", "weave");
    genie().del(eth0.withArgs("IgnoreUnknown=1;K8S_ANNOT={\"cni\":\"weave\"}"), edited).orFail();

    assertThat(PodNetns.interfaces(pod)).isEmpty();
    assertThat(node.delegates().calls("calico", "DEL"))
        .extracting(PluginCall::ifname)
        .containsExactly("cal0");
    assertThat(node.delegates().calls("flannel", "DEL"))
        .extracting(PluginCall::ifname)
        .containsExactly("eth0");
    assertThat(node.settled(before, "cni0")).isEqualTo(before);
    assertThat(node.node().nics()).isEmpty();
  }

  @Test
  @Proves(value = "S004-09", part = "containers")
  void afterTeardownEverythingEqualsItsStateBefore() {
    ContainerdLab containerd = containerd();
    // The first pod makes what the networks keep: the bridge and its address.
    remove(containerd.run("warm-up", BOTH));
    HostState before = node.state("cni0");

    remove(containerd.run("again", BOTH));

    assertThat(node.settled(before, "cni0")).isEqualTo(before);
    assertThat(node.node().nics()).isEmpty();
  }

  @Test
  @Proves(value = "S004-09", part = "containers")
  void aPodNamespaceEqualsItsStateBeforeAndAFailedAddCanBeRetried() {
    Path pod = node.lab().podNetns("vm");
    String before = dump(pod);
    Attachment eth0 = Attachment.of("c1", pod, "eth0").withArgs(KUBE_ARGS);

    node.delegates().breakDown("flannel");
    assertThat(genie().add(eth0, geniesOwn()).exit()).isNotZero();
    assertThat(dump(pod)).isEqualTo(before);

    node.delegates().standIns();
    genie().add(eth0, geniesOwn()).orFail();
    assertThat(PodNetns.interfaces(pod)).containsExactlyInAnyOrder("eth0", "eth1");
    genie().del(eth0, geniesOwn()).orFail();
    assertThat(dump(pod)).isEqualTo(before);
  }

  @Test
  @Proves(value = "S004-03", part = "K8S_ANNOT")
  void annotationsInTheArgumentsCountWhereTheRuntimePassesNoOthers() {
    Path pod = node.lab().podNetns("vm");
    String args = KUBE_ARGS + ";K8S_ANNOT={\"cni\": \"flannel\"}";

    genie().add(Attachment.of("c1", pod, "eth0").withArgs(args), geniesOwn()).orFail();

    assertThat(PodNetns.interfaces(pod)).containsExactly("eth0");
    assertThat(PodNetns.mtu(pod, "eth0")).isEqualTo(1450);
  }

  @Test
  @Proves("S004-10")
  void everyLineOfAGenieRequestHasItsPrefixAndNoSecret() {
    ContainerdLab containerd = containerd();
    containerd.run("logged", BOTH);
    node.delegates().breakDown("flannel");
    assertThatThrownBy(() -> containerd.run("failed", BOTH)).isNotNull();

    assertThat(node.node().log()).doesNotContain("XYZ");
    assertThat(node.node().log().lines().filter(line -> !line.equals("ready")))
        .allSatisfy(line -> assertThat(line).matches("(Patchbay|CNI Genie).*"));
    assertThat(geniesLines("logged"))
        .anySatisfy(line -> assertThat(line).contains("eth0"))
        .anySatisfy(line -> assertThat(line).contains("eth1"))
        .allSatisfy(line -> assertThat(line).startsWith("CNI Genie default/logged "));
    assertThat(geniesLines("failed"))
        .anySatisfy(line -> assertThat(line).contains("broken on purpose"))
        .allSatisfy(line -> assertThat(line).startsWith("CNI Genie default/failed "));
  }

  /** Those about a pod, but for the lo that containerd asks us for by a conf of its own. */
  private List<String> geniesLines(String pod) {
    return node.node()
        .log()
        .lines()
        .filter(line -> line.contains("/" + pod + " ") && !line.contains(" lo: "))
        .toList();
  }

  private ContainerdLab containerd() {
    ContainerdLab containerd = node.containerd();
    containerd.load("00-patchbay.conf", PatchbayConfs.genie(node.confs().resolve("00-genie.conf")));
    return containerd;
  }

  private CniDriver genie() {
    return node.node().driver("genie");
  }

  private static String geniesOwn() {
    return Confs.fixture("seed-004/00-genie.conf");
  }

  private static void remove(Pod pod) {
    pod.stop();
    pod.remove();
  }

  private static void assertCalicoThenFlannel(Pod pod) {
    assertThat(pod.interfaces()).containsExactly("eth0", "eth1");
    assertThat(pod.address("eth0")).startsWith("192.168.135.").endsWith("/24");
    assertThat(pod.address("eth1")).startsWith("10.244.1.").endsWith("/24");
    assertThat(Interfaces.mtu(pod.exec("ip", "-o", "link", "show", "dev", "eth0"))).isEqualTo(1500);
    assertThat(Interfaces.mtu(pod.exec("ip", "-o", "link", "show", "dev", "eth1"))).isEqualTo(1450);
    assertThat(pod.exec("ping", "-c", "1", "-W", "2", "192.168.135.1").exit()).isZero();
    assertThat(pod.exec("ping", "-c", "1", "-W", "2", "10.244.1.1").exit()).isZero();
  }

  private static String dump(Path netns) {
    return PodNetns.run(netns, "ip", "-o", "link").orFail().stdout()
        + PodNetns.run(netns, "ip", "-o", "addr").orFail().stdout()
        + PodNetns.run(netns, "ip", "route", "show", "table", "all").orFail().stdout()
        + PodNetns.run(netns, "ip", "-6", "route", "show", "table", "all").orFail().stdout();
  }

  private static Map<String, String> pairs(String args) {
    return new PluginCall("", Map.of("CNI_ARGS", args), "", "", 0).args();
  }

  private static List<JsonNode> elements(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).toList();
  }
}
