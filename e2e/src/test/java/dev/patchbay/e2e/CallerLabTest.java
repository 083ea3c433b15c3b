package dev.patchbay.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.e2e.CniDriver.Answer;
import dev.patchbay.e2e.CniDriver.Attachment;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Calls that a runtime may make and containerd 1.6 does not, through the shim. */
@Tag("lab")
class CallerLabTest {
  @AutoClose private NodeLab node;
  private CniDriver patchbay;
  private String conf;

  @BeforeEach
  void startANode() {
    node = NodeLab.start();
    patchbay = node.node().driver("patchbay");
    conf = conf("1.1.0");
  }

  @Test
  void delTwiceWithoutNamespaceAndPreviousResultSucceeds() {
    Attachment eth0 = Attachment.of("c1", node.lab().podNetns("pod"), "eth0");
    patchbay.add(eth0, conf).orFail();

    patchbay.del(eth0.withoutNetns(), conf).orFail();
    patchbay.del(eth0.withoutNetns(), conf).orFail();

    assertThat(node.state().files()).isEmpty();
    assertThat(node.node().nics()).isEmpty();
  }

  @Test
  void delOfWhatNeverWasSucceeds() {
    patchbay.del(new Attachment("never", "", "eth0", ""), conf).orFail();
    patchbay.del(Attachment.of("never", Path.of("/run/netns/gone"), "eth0"), conf).orFail();
  }

  @Test
  void secondAddOfALiveAttachmentIsRefusedAndHarmsNothing() {
    Path pod = node.lab().podNetns("pod");
    Attachment eth0 = Attachment.of("c1", pod, "eth0");
    patchbay.add(eth0, conf).orFail();

    assertThat(patchbay.add(eth0, conf).exit()).isNotZero();

    assertThat(PodNetns.run(pod, "ping", "-c", "1", "-W", "2", "10.90.0.1").exit()).isZero();
  }

  @Test
  void checkSucceedsWhileTheNicIsThereAndFailsWhenItIsGone() {
    Path pod = node.lab().podNetns("pod");
    Attachment eth0 = Attachment.of("c1", pod, "eth0");
    String result = patchbay.add(eth0, conf).orFail().toString();
    String with = Confs.withPrevResult(conf, result);
    assertThat(patchbay.check(eth0, with).exit()).isZero();

    PodNetns.run(pod, "ip", "link", "delete", "eth0").orFail();

    assertThat(patchbay.check(eth0, with).exit()).isNotZero();
  }

  @Test
  void gcRemovesWhatTheRuntimeNoLongerKnowsAndKeepsTheRest() {
    Attachment kept = Attachment.of("kept", node.lab().podNetns("kept"), "eth0");
    Path pod = node.lab().podNetns("lost");
    Attachment lost = Attachment.of("lost", pod, "eth0");
    patchbay.add(kept, conf).orFail();
    patchbay.add(lost, conf).orFail();
    Command.of("ip", "netns", "delete", pod.getFileName().toString()).output();
    Command.of("ip", "netns", "add", pod.getFileName().toString()).output();

    patchbay.gc(Confs.withValidAttachments(conf, kept)).orFail();

    assertThat(node.node().nics()).singleElement().asString().contains("kept");
    assertThat(node.state().files()).hasSize(1);
  }

  @Test
  void statusIsGoodWhileTheAgentIsThereAndTellsWhenItIsAway() {
    assertThat(patchbay.status(conf).exit()).isZero();

    node.node().kill();

    assertThat(patchbay.status(conf).code()).isEqualTo(50);
    Answer add = patchbay.add(Attachment.of("c1", node.lab().podNetns("pod"), "eth0"), conf);
    assertThat(add.code()).isEqualTo(11);
  }

  @Test
  void everyVersionGetsItsOwnShapeOfResult() {
    for (String version : new String[] {"0.2.0", "0.3.1", "0.4.0", "1.0.0", "1.1.0"}) {
      String name = "v" + version.replace(".", "");
      Attachment eth0 = Attachment.of(name, node.lab().podNetns(name), "eth0");

      var result = patchbay.add(eth0, conf(version)).orFail();

      assertThat(result.path("cniVersion").asString()).isEqualTo(version);
      assertThat(result.has(version.equals("0.2.0") ? "ip4" : "ips")).isTrue();
    }
  }

  private String conf(String version) {
    return PatchbayConfs.delegates(Confs.bridge(node.lab(), "blue", "10.90.0.0/24", "0.4.0"))
        .replaceFirst("\"cniVersion\": \"1.0.0\"", "\"cniVersion\": \"" + version + "\"");
  }
}
