package dev.patchbay.agent.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.agent.cases.Case;
import dev.patchbay.agent.journal.NicRecord;
import dev.patchbay.agent.reconcile.NodeReconciler.Attached;
import dev.patchbay.agent.reconcile.NodeReconciler.Detached;
import dev.patchbay.cni.libcni.PluginCall;
import dev.patchbay.cni.skel.CniCommand;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.nic.Netns;
import dev.patchbay.core.nic.NicState;
import dev.patchbay.linux.fake.FakeKernel;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The kernel forgets, or another namespace is where the pod's was: strangers are left alone. */
class RebootSimulationTest {
  private static final OpCoverage COVERAGE = new OpCoverage();
  private static final MacAddress STRANGER = new MacAddress("02:57:00:00:00:01");

  @TempDir(factory = MemoryFolder.class)
  private Path folder;

  static List<Case> cases() {
    return Case.all();
  }

  private SimulatedNode node(Case golden) {
    return new SimulatedNode(golden, folder, COVERAGE);
  }

  /** Strangers have links of the pod's names in that namespace. */
  private static void populate(FakeKernel kernel, Netns netns, List<NicRecord> nics) {
    for (NicRecord nic : nics) {
      IfName name = nic.key().nic();
      if (kernel.link(netns, name).isEmpty()) {
        kernel.addDummy(netns, name, STRANGER);
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void whatAnEarlierBootMadeIsReleasedAndPluginsGetTheirDelWithWhatTheyAnswered(Case golden) {
    try (SimulatedNode node = node(golden)) {
      String before = node.state();
      assertThat(node.attach()).isInstanceOf(Attached.All.class);
      node.reboot();
      assertThat(node.recover().left()).isZero();
      assertThat(withoutSticky(node.state())).isEqualTo(before);
      deletesCarryTheLastResult(node);
      assertThat(node.attachNextIncarnation("c2")).isInstanceOf(Attached.All.class);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void agentThatDiesDuringItsRecoveryFinishesItTheNextTime(Case golden) {
    try (SimulatedNode node = node(golden)) {
      String before = node.state();
      assertThat(node.attach()).isInstanceOf(Attached.All.class);
      node.reboot();
      int nth = 1;
      for (boolean died = true; died; nth++) {
        node.mishap().plan(nth, Mishap.Kind.DIES_AFTER);
        died = diesRecovering(node);
        node.restartAgent();
      }
      assertThat(node.recover().left()).isZero();
      assertThat(withoutSticky(node.state())).isEqualTo(before);
    }
  }

  private static boolean diesRecovering(SimulatedNode node) {
    try {
      node.recover();
      return false;
    } catch (AgentDied _) {
      return true;
    }
  }

  /** A state without what a sticky lease leaves for the next incarnation. */
  private static String withoutSticky(String state) {
    return state
        .replaceAll("lease sticky .*\n", "")
        .replaceAll("(held|made) port .*\n", "")
        .replaceAll("journal .* DETACHED\n", "");
  }

  @Test
  void stickyLeaseGoesToTheNextIncarnationOfItsOwnersNic() {
    try (SimulatedNode node = node(Case.named("bridge-sticky"))) {
      assertThat(node.attach()).isInstanceOf(Attached.All.class);
      assertThat(node.attach(node.wantedByAnother("other", "other-uid")))
          .isInstanceOf(Attached.All.class);
      node.reboot();
      assertThat(node.recover().left()).isZero();
      assertThat(node.recover().left()).as("again").isZero();
      assertThat(node.leases().held())
          .containsExactly(
              "lease sticky 10.1.0.2 of c1 eth0", "lease sticky 10.1.0.3 of other eth0");
      assertThat(node.attachNextIncarnation("c2")).isInstanceOf(Attached.All.class);
      assertThat(node.leases().held())
          .containsExactly(
              "lease sticky 10.1.0.2 of c2 eth0", "lease sticky 10.1.0.3 of other eth0");
      assertThat(node.detach("c2")).isInstanceOf(Detached.Gone.class);
      assertThat(node.leases().held()).containsExactly("lease sticky 10.1.0.3 of other eth0");
    }
  }

  private static void deletesCarryTheLastResult(SimulatedNode node) {
    List<PluginCall> deletes = node.plugins().calls(CniCommand.DEL);
    assertThat(deletes)
        .extracting(PluginCall::type)
        .containsExactlyInAnyOrderElementsOf(
            node.plugins().calls(CniCommand.ADD).stream().map(PluginCall::type).toList());
    assertThat(deletes)
        .filteredOn(call -> !call.conf().contains("\"ipam\""))
        .allSatisfy(call -> assertThat(FakePlugins.prevResult(call)).isPresent());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void namespaceOfTheSamePathInTheNextBootIsAStrangers(Case golden) {
    try (SimulatedNode node = node(golden)) {
      node.attach();
      List<NicRecord> nics = node.journal().all();
      node.reboot();
      populate(node.kernel(), node.pod(), nics);
      String strangers = node.kernel().dump();
      assertThat(node.recover().left()).isZero();
      assertThat(node.kernel().dump()).isEqualTo(strangers);
      assertThat(node.journal().all()).allMatch(nic -> nic.state() == NicState.DETACHED);
      assertThat(node.plugins().held()).isEmpty();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void delAfterTheNamespaceDiedReleasesAllTheRest(Case golden) {
    try (SimulatedNode node = node(golden)) {
      node.kernel().createNetns("/run/netns/other");
      String before = withoutPod(node);
      node.attach();
      node.kernel().destroyNetns(node.pod());
      assertThat(node.detach()).isInstanceOf(Detached.Gone.class);
      // a lent device comes back by itself, with the settings that it had in the pod
      assertThat(Aftermath.withoutSettings(withoutPod(node)))
          .isEqualTo(Aftermath.withoutSettings(before));
      assertThat(node.detach()).isInstanceOf(Detached.Gone.class);
    }
  }

  /** The state but for what is in the pod's own namespace, which is gone. */
  private static String withoutPod(SimulatedNode node) {
    return node.state().replaceAll("(?m)^netns " + node.pod().path() + "\n(  .*\n)*", "");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void namespaceThatTookThePlaceOfThePodsIsLeftAlone(Case golden) {
    try (SimulatedNode node = node(golden)) {
      node.attach();
      List<NicRecord> nics = node.journal().all();
      node.kernel().destroyNetns(node.pod());
      Netns other = node.kernel().createNetns(node.pod().path());
      populate(node.kernel(), other, nics);
      List<?> strangers = node.kernel().links(other);
      assertThat(node.detach()).isInstanceOf(Detached.Gone.class);
      assertThat(node.kernel().links(other)).isEqualTo(strangers);
      assertThat(node.journal().all()).isEmpty();
      assertThat(node.plugins().held()).isEmpty();
    }
  }
}
