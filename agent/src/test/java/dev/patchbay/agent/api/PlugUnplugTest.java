package dev.patchbay.agent.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.Netns;
import dev.patchbay.core.plan.LinkOp;
import dev.patchbay.linux.libc.Errno;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlugUnplugTest {
  private static final Netns POD = Netns.at("/run/netns/c1aaaa");

  @TempDir Path folder;
  private Node node;

  @BeforeEach
  void start() throws IOException {
    node = new Node(folder);
    node.bridge("blue", "10.96.0.0/24");
    node.pod("c1aaaa", "demo/web-0");
  }

  @AfterEach
  void stop() {
    node.close();
  }

  private List<String> nics() {
    return Node.each(node.ask("nics", "{}"), "nic");
  }

  private boolean isInPod(String link) {
    return node.kernel.observe(POD, new IfName(link)).isPresent();
  }

  @Test
  void pluggedNicIsInThePodAndGoneAfterUnplug() {
    var plugged = Node.first(node.ask("plug", "{\"target\":\"web-0\",\"network\":\"blue\"}"));

    assertThat(plugged.path("nic").stringValue()).isEqualTo("net1");
    assertThat(plugged.path("pod").stringValue()).isEqualTo("demo/web-0");
    assertThat(plugged.path("plugged").booleanValue()).isTrue();
    assertThat(plugged.path("ips").get(0).stringValue()).isEqualTo("10.96.0.2/24");
    assertThat(isInPod("net1")).isTrue();
    assertThat(nics()).containsExactly("eth0", "net1");

    var unplugged = Node.first(node.ask("unplug", "{\"target\":\"web-0\",\"nic\":\"net1\"}"));

    assertThat(unplugged.path("state").stringValue()).isEqualTo("Detached");
    assertThat(isInPod("net1")).isFalse();
    assertThat(isInPod("eth0")).isTrue();
    assertThat(nics()).containsExactly("eth0");
    assertThat(node.ask("networks", "{\"network\":\"blue\"}").toString()).contains("\"free\":253");
    var stories =
        Node.first(node.ask("why", "{\"target\":\"web-0\",\"nic\":\"net1\"}")).path("stories");
    assertThat(stories.get(0).path("verb").stringValue()).isEqualTo("plug");
    assertThat(stories.get(1).path("verb").stringValue()).isEqualTo("unplug");
  }

  @Test
  void pluggedNicGoesWithTheContainersLastDel() {
    node.ask("plug", "{\"target\":\"web-0\",\"network\":\"blue\"}");

    node.del("c1aaaa", "demo/web-0", node.bridgeConf("pods", "10.97.0.0/24", ""));

    assertThat(nics()).isEmpty();
    assertThat(isInPod("net1")).isFalse();
    assertThat(node.ask("networks", "{\"network\":\"blue\"}").toString()).contains("\"free\":253");
  }

  @Test
  void nextFreeNameIsTakenAlsoBesideStrangers() {
    node.ask("plug", "{\"target\":\"web-0\",\"network\":\"blue\"}");
    node.kernel.addDummy(
        POD, new IfName("net2"), new dev.patchbay.core.nic.MacAddress("02:00:00:00:00:09"));

    var third = Node.first(node.ask("plug", "{\"target\":\"web-0\",\"network\":\"blue\"}"));

    assertThat(third.path("nic").stringValue()).isEqualTo("net3");
  }

  @Test
  void podThatGenieNamedGetsItsNextEth() throws IOException {
    node.file(
        "confs/00-genie.conf",
        "{\"name\":\"g\",\"type\":\"genie\",\"default_plugin\":\"bluefile\"}");
    node.kernel.createNetns("/run/netns/c2bbbb");
    var added =
        node.add(
            "c2bbbb",
            "demo/genie-0",
            "{\"cniVersion\":\"1.0.0\",\"name\":\"g\",\"type\":\"patchbay\",\"genie\":{\"conf\":\""
                + folder.resolve("confs/00-genie.conf")
                + "\"}}");
    assertThat(added.exitCode()).as(added.toString()).isZero();

    var plugged = Node.first(node.ask("plug", "{\"target\":\"genie-0\",\"network\":\"blue\"}"));

    assertThat(plugged.path("nic").stringValue()).isEqualTo("eth1");
  }

  @Test
  void networkIsFoundByConfigurationFileAndDefinition() throws IOException {
    node.file(
        "networks/red.yaml",
        """
        apiVersion: k8s.cni.cncf.io/v1
        kind: NetworkAttachmentDefinition
        metadata: {name: red, namespace: demo}
        spec:
          config: '{"cniVersion":"1.0.0","type":"bridge","bridge":"br-red"}'
        """);

    for (String network : List.of("blue", "bluefile", "red", "demo/red")) {
      assertThat(
              node.reply("plug", "{\"target\":\"web-0\",\"network\":\"" + network + "\"}")
                  .exitCode())
          .as(network)
          .isZero();
    }
    assertThat(node.refusal("plug", "{\"target\":\"web-0\",\"network\":\"green\"}"))
        .contains("no network \"demo/green\"")
        .contains("known are: blue, demo/red")
        .contains("next: patchbay get networks");
  }

  @Test
  void nameThatIsTakenIsRefusedAndNothingChanges() {
    String before = node.kernel.dump();

    assertThat(
            node.refusal("plug", "{\"target\":\"web-0\",\"network\":\"blue\",\"ifName\":\"eth0\"}"))
        .contains("interface \"eth0\" of demo/web-0 is taken by network \"pods\"");
    assertThat(node.kernel.dump()).isEqualTo(before);
    assertThat(Node.first(node.ask("nics", "{}")).path("network").stringValue()).isEqualTo("pods");
  }

  @Test
  void addressAndMacNeedTheirCapabilities() throws IOException {
    assertThat(
            node.refusal(
                "plug", "{\"target\":\"web-0\",\"network\":\"blue\",\"ips\":[\"10.96.0.9/24\"]}"))
        .contains("add \"capabilities\": {\"ips\": true}");
    node.file(
        "confs/15-able.conf",
        node.bridgeConf("able", "10.95.0.0/24", ",\"capabilities\":{\"ips\":true,\"mac\":true}"));

    var nic =
        Node.first(
            node.ask(
                "plug",
                "{\"target\":\"web-0\",\"network\":\"able\",\"ips\":[\"10.95.0.9/24\"],\"mac\":\"0a:58:00:00:00:09\"}"));

    assertThat(nic.path("ips").get(0).stringValue()).isEqualTo("10.95.0.9/24");
    assertThat(nic.path("mac").stringValue()).isEqualTo("0a:58:00:00:00:09");
  }

  @Test
  void kernelsRefusalIsRolledBackAndRemembered() {
    String before = node.ask("networks", "{\"network\":\"blue\"}").toString();
    node.kernel.failNext(LinkOp.AddVeth.class::isInstance, Errno.ENODEV, "no such thing");

    assertThat(node.refusal("plug", "{\"target\":\"web-0\",\"network\":\"blue\"}"))
        .contains("demo/web-0/net1 is not attached to network \"blue\"")
        .contains("ENODEV")
        .contains("no such thing")
        .contains("next: patchbay why demo/web-0 net1");
    assertThat(nics()).containsExactly("eth0");
    assertThat(node.ask("networks", "{\"network\":\"blue\"}").toString()).isEqualTo(before);
    var story =
        Node.first(node.ask("why", "{\"target\":\"web-0\",\"nic\":\"net1\"}"))
            .path("stories")
            .get(0);
    assertThat(story.path("outcome").stringValue()).isEqualTo("rolled back");
    assertThat(story.path("trouble").stringValue()).contains("no such thing");
  }

  @Test
  void whatIsRefusedBeforeItBeginsIsRememberedToo() throws IOException {
    node.file(
        "confs/40-fast.conf",
        "{\"cniVersion\":\"1.0.0\",\"name\":\"fast\",\"type\":\"macvlan\",\"master\":\"eth7\"}");

    assertThat(node.refusal("plug", "{\"target\":\"web-0\",\"network\":\"fast\"}"))
        .contains("no parent link \"eth7\"");

    var why = Node.first(node.ask("why", "{\"target\":\"web-0\",\"nic\":\"net1\"}"));
    assertThat(why.path("stories").get(0).path("outcome").stringValue()).isEqualTo("refused");
    assertThat(why.path("stories").get(0).path("trouble").stringValue()).contains("eth7");
  }

  @Test
  void dryRunOfPlugAndUnplugDoesNothing() {
    String before = node.kernel.dump();

    var plan = node.ask("plug", "{\"target\":\"web-0\",\"network\":\"blue\",\"dryRun\":true}");
    var nic =
        node.ask(
            "unplug", "{\"target\":\"web-0\",\"nic\":\"eth0\",\"force\":true,\"dryRun\":true}");

    assertThat(plan.path("kind").stringValue()).isEqualTo("Plan");
    assertThat(plan.path("target").stringValue()).isEqualTo("demo/web-0");
    assertThat(Node.first(nic).path("state").stringValue()).isEqualTo("Attached");
    assertThat(node.kernel.dump()).isEqualTo(before);
    assertThat(nics()).containsExactly("eth0");
  }

  @Test
  void primaryNicNeedsForce() {
    assertThat(node.refusal("unplug", "{\"target\":\"web-0\",\"nic\":\"eth0\"}"))
        .contains("eth0 is the primary NIC of demo/web-0")
        .contains("--force");
    assertThat(isInPod("eth0")).isTrue();

    node.ask("unplug", "{\"target\":\"web-0\",\"nic\":\"eth0\",\"force\":true}");

    assertThat(isInPod("eth0")).isFalse();
    assertThat(
            node.del("c1aaaa", "demo/web-0", node.bridgeConf("pods", "10.97.0.0/24", ""))
                .exitCode())
        .isZero();
  }

  @Test
  void nicOfARuntimesOwnListCanBeUnpluggedAndItsDelStillSucceeds() throws IOException {
    node.kernel.createNetns("/run/netns/c2bbbb");
    String conf =
        "{\"cniVersion\":\"1.0.0\",\"name\":\"p\",\"type\":\"patchbay\",\"network\":\"blue\",\"defaultNetworks\":[\"blue@data0\"]}";
    var added = node.add("c2bbbb", "demo/two", conf);
    assertThat(added.exitCode()).as(added.toString()).isZero();

    node.ask("unplug", "{\"target\":\"two\",\"nic\":\"data0\"}");

    assertThat(Node.each(node.ask("nic", "{\"target\":\"two\"}"), "nic")).containsExactly("eth0");
    assertThat(node.del("c2bbbb", "demo/two", conf).exitCode()).isZero();
    assertThat(node.ask("networks", "{\"network\":\"blue\"}").toString()).contains("\"free\":253");
  }

  @Test
  void containerThatNobodyKnowsIsNamedByNamespaceAndId() {
    node.kernel.createNetns("/run/netns/lab");

    var nic =
        Node.first(
            node.ask(
                "plug",
                "{\"netns\":\"/run/netns/lab\",\"containerId\":\"lab-1\",\"network\":\"blue\"}"));

    assertThat(nic.path("container").stringValue()).isEqualTo("lab-1");
    assertThat(nic.path("owner").stringValue()).isEqualTo("container/lab-1");
    assertThat(node.kernel.observe(Netns.at("/run/netns/lab"), new IfName("net1")).isPresent())
        .isTrue();
    node.ask("unplug", "{\"target\":\"lab-1\",\"nic\":\"net1\"}");
    assertThat(Node.each(node.ask("nics", "{}"), "container")).containsExactly("c1aaaa");
  }

  @Test
  void namespaceOutsideTheAllowedPlacesIsRefused() {
    assertThat(
            node.refusal(
                "plug", "{\"netns\":\"/tmp/x\",\"containerId\":\"lab-1\",\"network\":\"blue\"}"))
        .contains("\"/tmp/x\" is outside the allowed places");
    assertThat(
            node.refusal(
                "plug",
                "{\"netns\":\"/run/netns/absent\",\"containerId\":\"lab-1\",\"network\":\"blue\"}"))
        .contains("is not there");
    assertThat(node.refusal("plug", "{\"network\":\"blue\"}")).contains("no container is named");
  }

  @Test
  void plugTwiceUnderOneNameIsRefused() {
    node.ask("plug", "{\"target\":\"web-0\",\"network\":\"blue@net1\"}");

    assertThat(node.refusal("plug", "{\"target\":\"web-0\",\"network\":\"blue@net1\"}"))
        .contains("\"net1\" of demo/web-0 is taken by network \"blue\"");
    assertThat(nics()).containsExactly("eth0", "net1");
  }

  @Test
  void unplugOfAnAbsentNicNamesThePresent() {
    assertThat(node.refusal("unplug", "{\"target\":\"web-0\",\"nic\":\"net7\"}"))
        .contains("has no NIC \"net7\"; it has eth0");
  }
}
