package dev.patchbay.agent.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.Owner;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whose desired set it is decides where plug and unplug go. */
class SpecVerbTest {
  /** A spec in memory that no node follows. */
  private static final class Spec implements PodSpecs {
    private final Set<IfName> listed = new HashSet<>(Set.of(new IfName("eth0")));
    private final List<String> asked = new ArrayList<>();
    private Optional<String> trouble = Optional.empty();

    @Override
    public boolean lists(Owner owner, Optional<IfName> nic) {
      return nic.map(listed::contains).orElse(true);
    }

    @Override
    public Optional<String> plug(Owner owner, IfName nic, String network, Optional<String> ip) {
      asked.add("plug " + nic + " " + network + ip.map(text -> " " + text).orElse(""));
      return trouble;
    }

    @Override
    public Optional<String> unplug(Owner owner, IfName nic) {
      asked.add("unplug " + nic);
      return trouble;
    }
  }

  private final Spec spec = new Spec();
  private Node node;

  @BeforeEach
  void begin(@TempDir Path folder) throws Exception {
    node = new Node(folder);
    node.bridge("blue", "10.98.0.0/24");
    node.pod("c1", "demo/web-0");
    node.knows(spec);
  }

  @AfterEach
  void end() {
    node.close();
  }

  @Test
  void aSubnetIsPluggedByTheSpecUnderTheNextFreeName() {
    node.ask("plug", "{\"target\":\"demo/web-0\",\"network\":\"rail\",\"ips\":[\"10.1.0.7\"]}");
    node.ask("plug", "{\"target\":\"demo/web-0\",\"network\":\"rail@data0\"}");

    assertThat(spec.asked).containsExactly("plug eth1 rail 10.1.0.7", "plug data0 rail");
  }

  @Test
  void aNetworkOfTheNodesFoldersIsPluggedDirectlyAndUnpluggedSo() {
    node.ask("plug", "{\"target\":\"demo/web-0\",\"network\":\"blue\",\"ifName\":\"net1\"}");
    assertThat(Node.each(node.ask("nics", "{}"), "nic")).contains("net1");

    node.ask("unplug", "{\"target\":\"demo/web-0\",\"nic\":\"net1\"}");
    assertThat(Node.each(node.ask("nics", "{}"), "nic")).doesNotContain("net1");
    assertThat(spec.asked).isEmpty();
  }

  @Test
  void aListedNicIsUnpluggedByTheSpec() {
    node.ask("unplug", "{\"target\":\"demo/web-0\",\"nic\":\"eth0\"}");

    assertThat(spec.asked).containsExactly("unplug eth0");
  }

  @Test
  void whatTheApiRefusesIsToldWithTheNextStep() {
    spec.trouble = Optional.of("spec.nics: Forbidden: may not delete primary nic eth0");

    assertThat(node.refusal("unplug", "{\"target\":\"demo/web-0\",\"nic\":\"eth0\"}"))
        .contains("may not delete primary nic eth0")
        .contains("patchbay why demo/web-0 eth0");
    assertThat(node.refusal("plug", "{\"target\":\"demo/web-0\",\"network\":\"rail@eth0\"}"))
        .contains("taken");
  }

  @Test
  void aDryRunNeverTouchesTheSpec() {
    node.ask("plug", "{\"target\":\"demo/web-0\",\"network\":\"blue\",\"dryRun\":true}");

    assertThat(spec.asked).isEmpty();
  }
}
