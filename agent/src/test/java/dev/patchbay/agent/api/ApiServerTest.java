package dev.patchbay.agent.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.agent.socket.AgentSocket;
import dev.patchbay.agent.socket.Cancellation;
import dev.patchbay.agent.socket.Frames;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApiServerTest {
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

  @Test
  void nicOfARuntimeIsListedWithAllThatIsKnown() {
    var nic = Node.first(node.ask("nics", "{}"));

    assertThat(nic.path("pod").stringValue()).isEqualTo("demo/web-0");
    assertThat(nic.path("nic").stringValue()).isEqualTo("eth0");
    assertThat(nic.path("state").stringValue()).isEqualTo("Attached");
    assertThat(nic.path("network").stringValue()).isEqualTo("pods");
    assertThat(nic.path("kind").stringValue()).isEqualTo("bridge");
    assertThat(nic.path("native").booleanValue()).isTrue();
    assertThat(nic.path("ips").get(0).stringValue()).isEqualTo("10.97.0.2/24");
    assertThat(nic.path("mac").stringValue()).matches("([0-9a-f]{2}:){5}[0-9a-f]{2}");
    assertThat(nic.path("hostLink").stringValue()).isNotEmpty().isNotEqualTo("br-pods");
    assertThat(nic.path("runtime").stringValue()).isEqualTo("containerd");
    assertThat(nic.path("plugged").booleanValue()).isFalse();
    assertThat(nic.path("since").stringValue()).isEqualTo("2026-11-21T12:00:00Z");
  }

  @Test
  void namespaceNarrowsTheList() {
    node.pod("c2bbbb", "other/web-1");

    assertThat(Node.each(node.ask("nics", "{}"), "pod"))
        .containsExactly("demo/web-0", "other/web-1");
    assertThat(Node.each(node.ask("nics", "{\"namespace\":\"other\"}"), "pod"))
        .containsExactly("other/web-1");
  }

  @Test
  void networksAreThoseOfTheFoldersAndThoseInUse() throws IOException {
    node.file(
        "networks/red.yaml",
        """
        apiVersion: k8s.cni.cncf.io/v1
        kind: NetworkAttachmentDefinition
        metadata: {name: red, namespace: demo}
        spec:
          config: '{"cniVersion":"1.0.0","type":"calico","apiToken":"s3cret","etc":{"etcd_key":"k3y"}}'
        """);

    var answer = node.ask("networks", "{}");

    assertThat(Node.each(answer, "name")).containsExactly("blue", "red", "pods");
    assertThat(Node.each(answer, "namespace")).containsExactly("", "demo", "");
    assertThat(Node.each(answer, "ipam")).containsExactly("host-local", "", "host-local");
    assertThat(answer.path("items").get(0).path("alias").stringValue()).isEqualTo("bluefile");
    assertThat(answer.path("items").get(0).path("pools").get(0).path("free").asInt())
        .isEqualTo(253);
    assertThat(answer.path("items").get(2).path("pools").get(0).path("free").asInt())
        .isEqualTo(252);
    assertThat(answer.path("items").get(2).path("nics").get(0).stringValue())
        .isEqualTo("demo/web-0:eth0");
    assertThat(answer.toString())
        .doesNotContain("s3cret")
        .doesNotContain("k3y")
        .contains("(secret)");
  }

  @Test
  void fileThatCannotBeReadIsAProblemAndHidesNothing() throws IOException {
    node.file("confs/20-broken.conf", "{");

    var answer = node.ask("networks", "{\"network\":\"blue\"}");

    assertThat(Node.each(answer, "name")).containsExactly("blue");
    assertThat(answer.path("problems").get(0).stringValue()).contains("20-broken.conf");
    assertThat(node.refusal("networks", "{\"network\":\"bleu\"}"))
        .contains("did you mean blue?")
        .contains("next: patchbay get networks");
  }

  @Test
  void podIsFoundByNameNamespaceAndPrefixOfItsContainer() {
    for (String target : new String[] {"web-0", "demo/web-0", "pod/web-0", "c1aaaa", "c1aa"}) {
      assertThat(Node.each(node.ask("nic", "{\"target\":\"" + target + "\"}"), "nic"))
          .as(target)
          .containsExactly("eth0");
    }
    assertThat(node.refusal("nic", "{\"target\":\"web-0\",\"namespace\":\"other\"}"))
        .contains("no pod or container \"web-0\"");
  }

  @Test
  void unknownPodNamesTheNearest() {
    assertThat(node.refusal("why", "{\"target\":\"wbe-0\"}"))
        .isEqualTo(
            "no pod or container \"wbe-0\" has had a NIC of ours; did you mean demo/web-0?\n"
                + "next: patchbay get nics -A\n");
  }

  @Test
  void nameThatTwoPodsHaveIsNotGuessed() {
    node.pod("c2bbbb", "other/web-0");

    assertThat(node.refusal("nic", "{\"target\":\"web-0\"}"))
        .contains("demo/web-0")
        .contains("other/web-0")
        .contains("write the whole name");
    assertThat(Node.each(node.ask("nic", "{\"target\":\"web-0\",\"namespace\":\"other\"}"), "pod"))
        .containsExactly("other/web-0");
  }

  @Test
  void describedNicHasItsPlanAndItsStories() {
    var nic = Node.first(node.ask("nic", "{\"target\":\"web-0\",\"nic\":\"eth0\"}"));

    assertThat(nic.path("steps").toString())
        .contains("ensure bridge br-pods", "add veth", "reserve 10.97.0.2/24 in pool pods")
        .doesNotContain("@");
    assertThat(nic.path("stories").get(0).path("outcome").stringValue()).isEqualTo("attached");
    assertThat(node.refusal("nic", "{\"target\":\"web-0\",\"nic\":\"net9\"}"))
        .contains("has no NIC \"net9\"; it has eth0");
  }

  @Test
  void storyOfAPodThatIsGoneIsStillTold() {
    node.del("c1aaaa", "demo/web-0", node.bridgeConf("pods", "10.97.0.0/24", ""));

    var why = Node.first(node.ask("why", "{\"target\":\"web-0\"}"));

    assertThat(why.path("state").stringValue()).isEqualTo("Detached");
    assertThat(why.has("now")).isFalse();
    assertThat(why.path("stories").get(0).path("verb").stringValue()).isEqualTo("add");
    assertThat(why.path("stories").get(1).path("outcome").stringValue()).isEqualTo("detached");
    assertThat(why.path("stories").get(1).path("steps")).isNotEmpty();
    assertThat(node.refusal("nic", "{\"target\":\"web-0\"}")).contains("no pod or container");
  }

  @Test
  void planOfNetworksDoesNothing() {
    String before = node.kernel.dump();

    var plan = node.ask("plan", "{\"networks\":[\"blue\",\"blue@fast0\"]}");

    assertThat(plan.path("nics").get(0).path("nic").stringValue()).isEqualTo("net1");
    assertThat(plan.path("nics").get(1).path("nic").stringValue()).isEqualTo("fast0");
    assertThat(plan.path("nics").get(0).path("steps").toString()).contains("ensure bridge br-blue");
    assertThat(plan.path("target").stringValue()).isEqualTo("a new container");
    assertThat(plan.path("plan").path("is").stringValue()).isEqualTo("Sequence");
    assertThat(node.kernel.dump()).isEqualTo(before);
    assertThat(node.ask("networks", "{\"network\":\"blue\"}").toString()).contains("\"free\":253");
  }

  @Test
  void planOfAConfigurationFollowsThePodsAnnotations() {
    var plan =
        node.ask(
            "plan",
            """
            {"conf":{"cniVersion":"1.0.0","name":"pods","type":"patchbay","network":"blue"},
             "pod":"web-9","namespace":"demo","ifName":"eth0",
             "annotations":{"k8s.v1.cni.cncf.io/networks":"blue@data0"}}
            """);

    assertThat(plan.path("nics").get(0).path("nic").stringValue()).isEqualTo("eth0");
    assertThat(plan.path("nics").get(1).path("nic").stringValue()).isEqualTo("data0");
    assertThat(plan.path("nics").get(1).path("origin").path("where").stringValue())
        .startsWith("annotation k8s.v1.cni.cncf.io/networks");
    assertThat(plan.path("afterwards").toString()).contains("keep only the default route of eth0");
  }

  @Test
  void planShowsNoSecretsOfOtherPeoplesPlugins() throws IOException {
    node.file(
        "confs/30-calico.conf",
        "{\"cniVersion\":\"1.0.0\",\"name\":\"calico\",\"type\":\"calico\",\"kube\":{\"api_token\":\"s3cret\"}}");

    String plan = node.ask("plan", "{\"networks\":[\"calico\"]}").toString();

    assertThat(plan)
        .contains("run plugin calico ADD net1")
        .contains("(secret)")
        .doesNotContain("s3cret");
  }

  @Test
  void planOfWhatCannotBeHadSaysWhy() throws IOException {
    node.file(
        "confs/40-fast.conf",
        "{\"cniVersion\":\"1.0.0\",\"name\":\"fast\",\"type\":\"macvlan\",\"master\":\"eth7\"}");

    assertThat(node.refusal("plan", "{\"networks\":[\"fast\"]}"))
        .contains("net1 of network \"fast\" cannot be had: no parent link \"eth7\"");
    assertThat(node.refusal("plan", "{\"networks\":[]}")).contains("nothing is named to plan");
  }

  @Test
  void attachedNetworkNeedsNoPlan() {
    node.ask("plug", "{\"target\":\"web-0\",\"network\":\"blue@net1\"}");

    var plan = node.ask("plan", "{\"target\":\"web-0\",\"networks\":[\"blue@net1\"]}");

    assertThat(plan.path("nics")).isEmpty();
    assertThat(plan.path("warnings").get(0).stringValue())
        .isEqualTo("net1 is attached to blue@net1 already");
  }

  @Test
  void checkNamesWhatIsIll() throws IOException {
    node.file("spool/1.req.unreadable", "");
    node.file("confs/20-broken.conf", "{");

    var answer = node.ask("check", "{}");

    assertThat(Node.each(answer, "component"))
        .containsExactly(
            "journal",
            "state folder",
            "spool",
            "our plugin folder",
            "other plugins",
            "networks",
            "reservations",
            "NICs",
            "namespaces");
    assertThat(Node.each(answer, "status"))
        .containsExactly("ok", "ok", "warn", "warn", "warn", "fail", "ok", "ok", "ok");
    answer
        .path("items")
        .forEach(item ->
            assertThat(item.path("next").stringValue().isEmpty())
                .as(item.toString())
                .isEqualTo(item.path("status").stringValue().equals("ok")));
  }

  @Test
  void namespaceThatIsGoneIsNamed() {
    node.kernel.destroyNetns(dev.patchbay.core.nic.Netns.at("/run/netns/c1aaaa"));

    assertThat(node.ask("check", "{}").toString())
        .contains("gone, but no DEL has come: demo/web-0:eth0");
    assertThat(node.refusal("plug", "{\"target\":\"web-0\",\"network\":\"blue\"}"))
        .contains("network namespace /run/netns/c1aaaa of demo/web-0 is gone");
  }

  @Test
  void wrongRequestsAreRefusedInWords() {
    assertThat(node.reply("fly", "{}").exitCode()).isEqualTo(2);
    assertThat(node.reply("fly", "{}").stderr())
        .contains("does not know \"fly\"")
        .contains("unplug");
    assertThat(node.refusal("nics", "[1]")).contains("request");
    assertThat(node.refusal("nics", "{\"namespace\":7}")).contains("namespace is a number");
    assertThat(node.refusal("why", "{}")).contains("target is missing");
    assertThat(node.reply("nics", "").exitCode()).isZero();
  }

  @Test
  void doorSendsRuntimesAndPeopleToTheirOwnSides() {
    AgentSocket.Answerer cni = (_, _) -> new Frames.Reply(7, "cni", "");
    var door = new ApiDoor(cni);

    assertThat(through(door, Map.of("CNI_COMMAND", "ADD")).stdout()).isEqualTo("cni");
    assertThat(through(door, Map.of("CNI_COMMAND", "ADD", ApiServer.VERB, "nics")).stdout())
        .isEqualTo("cni");
    assertThat(through(door, Map.of(ApiServer.VERB, "nics")).stderr())
        .contains("still recovering")
        .contains("next: ");
  }

  private static Frames.Reply through(ApiDoor door, Map<String, String> environment) {
    return door.answer(new Frames.Request(environment, ByteBuffer.allocate(0)), new Cancellation());
  }
}
