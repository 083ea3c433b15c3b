package dev.patchbay.agent.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.patchbay.agent.cases.Case;
import dev.patchbay.agent.reconcile.NodeReconciler.Attached;
import dev.patchbay.agent.reconcile.NodeReconciler.Detached;
import dev.patchbay.agent.socket.Cancellation;
import dev.patchbay.cni.libcni.PluginCall;
import dev.patchbay.cni.skel.CniCommand;
import dev.patchbay.core.plan.AttachFailure;
import dev.patchbay.core.plan.ExecOp;
import dev.patchbay.core.plan.GuestOp;
import dev.patchbay.core.plan.PortOp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each op of each golden plan fails once and kills the agent once, on the way up and down. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class StepByStepSimulationTest {
  private static final OpCoverage COVERAGE = new OpCoverage();

  @TempDir(factory = MemoryFolder.class)
  private Path folder;

  private int nodes;

  static List<Case> cases() {
    return Case.all();
  }

  private void onNode(Case golden, Consumer<SimulatedNode> story) {
    try (SimulatedNode node =
        new SimulatedNode(
            golden, Files.createDirectory(folder.resolve("node-" + nodes++)), COVERAGE)) {
      story.accept(node);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static int ops(SimulatedNode node, Runnable doing) {
    node.mishap().clear();
    doing.run();
    return node.mishap().met();
  }

  private static void attachesAsIfNothingHadBeen(SimulatedNode node, String when) {
    assertThat(node.attach()).as(when).isInstanceOf(Attached.All.class);
  }

  /** Runs a story once per op of what it does, with the number of that op. */
  private void forEachOp(Case golden, boolean down, OpStory story) {
    int[] ops = {0};
    onNode(
        golden,
        node -> {
          ops[0] = ops(node, node::attach);
          if (down) {
            ops[0] = ops(node, node::detach);
          }
        });
    for (int n = 1; n <= ops[0]; n++) {
      int nth = n;
      onNode(golden, node -> story.run(node, nth));
    }
  }

  private interface OpStory {
    void run(SimulatedNode node, int nth);
  }

  @Order(1)
  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void journalKeepsWhatWasAttachedAsItIsAndDelTakesItAllAway(Case golden) {
    onNode(
        golden,
        node -> {
          String before = node.state();
          Attached.All all = (Attached.All) node.attach();
          assertThat(node.journal().all()).containsExactlyInAnyOrderElementsOf(all.nics());
          node.restartAgent();
          assertThat(node.recover().finished()).isZero();
          assertThat(node.journal().all()).containsExactlyInAnyOrderElementsOf(all.nics());
          assertThat(node.detach()).isInstanceOf(Detached.Gone.class);
          assertThat(node.state()).isEqualTo(before);
          assertThat(node.detach()).as("twice").isInstanceOf(Detached.Gone.class);
        });
  }

  @Order(1)
  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void failedAddLeavesNothingAndCanBeRepeated(Case golden) {
    forEachOp(
        golden,
        false,
        (node, nth) -> {
          String before = node.state();
          node.mishap().plan(nth, Mishap.Kind.FAILS);
          Attached attached = node.attach();
          String when = "failed: " + node.struck();
          assertThat(attached)
              .as(when)
              .isInstanceOfSatisfying(
                  Attached.None.class,
                  none -> {
                    assertThat(none.leftBehind()).isEmpty();
                    assertThat(none.why().message()).contains("simulated");
                  });
          assertThat(node.state()).as(when).isEqualTo(before);
          attachesAsIfNothingHadBeen(node, when);
        });
  }

  /** Whoever goes away during the last op gets all of it, and has to send DEL. */
  @Order(1)
  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void callerThatGoesAwayLeavesNothing(Case golden) {
    int[] ops = {0};
    onNode(golden, node -> ops[0] = ops(node, node::attach));
    for (int n = 1; n < ops[0]; n++) {
      int nth = n;
      onNode(
          golden,
          node -> {
            String before = node.state();
            var cancellation = new Cancellation();
            node.mishap().during(nth, cancellation::cancel);
            assertThat(node.attach(cancellation))
                .as("gone during op %d", nth)
                .isInstanceOfSatisfying(
                    Attached.None.class,
                    none -> assertThat(none.why()).isInstanceOf(AttachFailure.Cancelled.class));
            assertThat(node.state()).as("gone during op %d", nth).isEqualTo(before);
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
          });
    }
  }

  @Order(1)
  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void agentThatDiesDuringAddUndoesItWhenItIsBack(Case golden) {
    for (Mishap.Kind kind : List.of(Mishap.Kind.DIES_BEFORE, Mishap.Kind.DIES_AFTER)) {
      forEachOp(
          golden,
          false,
          (node, nth) -> {
            String before = node.state();
            node.mishap().plan(nth, kind);
            assertThatExceptionOfType(AgentDied.class).isThrownBy(node::attach);
            String when = kind + " " + node.struck();
            node.restartAgent();
            assertThat(node.recover().left()).as(when).isZero();
            Aftermath.isAsBefore(node, before, when);
            everyPluginThatWasAddedWasDeleted(node, when);
            attachesAsIfNothingHadBeen(node, when);
          });
    }
  }

  /** Its answer is nowhere but in the journal. */
  @Order(1)
  @Test
  void pluginGetsItsAnswerBackWhenTheAgentDiesAtALaterNic() {
    Case golden = Case.named("exec-and-native");
    for (Mishap.Kind kind : List.of(Mishap.Kind.DIES_BEFORE, Mishap.Kind.DIES_AFTER)) {
      forEachOp(
          golden,
          false,
          (node, nth) -> {
            node.mishap().plan(nth, kind);
            assertThatExceptionOfType(AgentDied.class).isThrownBy(node::attach);
            boolean answered = !(node.struck().orElseThrow() instanceof ExecOp);
            node.restartAgent();
            node.recover();
            assertThat(node.plugins().calls(CniCommand.DEL))
                .as("%s %s", kind, node.struck())
                .singleElement()
                .satisfies(
                    del -> assertThat(FakePlugins.prevResult(del).isPresent()).isEqualTo(answered));
          });
    }
  }

  private static void everyPluginThatWasAddedWasDeleted(SimulatedNode node, String when) {
    assertThat(node.plugins().calls(CniCommand.DEL))
        .as(when)
        .extracting(PluginCall::type)
        .containsAll(node.plugins().calls(CniCommand.ADD).stream().map(PluginCall::type).toList());
  }

  @Order(1)
  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void whatFailsDuringDelIsTriedAgainUntilItIsGone(Case golden) {
    forEachOp(
        golden,
        true,
        (node, nth) -> {
          String before = node.state();
          node.attach();
          node.mishap().plan(nth, Mishap.Kind.FAILS);
          Detached detached = node.detach();
          String when = "failed: " + node.struck();
          // a guest that could not be asked keeps its device as well
          boolean unasked =
              node.struck().filter(GuestOp.UnplugDevice.class::isInstance).isPresent();
          assertThat(due(detached)).as(when).hasSize(unasked ? 2 : 1);
          assertThat(detached instanceof Detached.Owed)
              .as(when)
              .isEqualTo(node.struck().filter(PortOp.class::isInstance).isPresent());
          assertThat(node.recover().left()).as(when).isZero();
          Aftermath.isAsBefore(node, before, when);
          attachesAsIfNothingHadBeen(node, when);
        });
  }

  private static List<String> due(Detached detached) {
    return switch (detached) {
      case Detached.Gone() -> List.of();
      case Detached.Owed(_, var owed) -> owed;
      case Detached.Left(_, var left) -> left;
    };
  }

  @Order(1)
  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void agentThatDiesDuringDelFinishesItWhenItIsBack(Case golden) {
    for (Mishap.Kind kind : List.of(Mishap.Kind.DIES_BEFORE, Mishap.Kind.DIES_AFTER)) {
      forEachOp(
          golden,
          true,
          (node, nth) -> {
            String before = node.state();
            node.attach();
            node.mishap().plan(nth, kind);
            assertThatExceptionOfType(AgentDied.class).isThrownBy(node::detach);
            String when = kind + " " + node.struck();
            node.restartAgent();
            assertThat(node.recover().left()).as(when).isZero();
            Aftermath.isAsBefore(node, before, when);
            attachesAsIfNothingHadBeen(node, when);
          });
    }
  }

  @Order(2)
  @Test
  void everyKindOfOpHasFailedAndDiedInSomePlan() {
    assertThat(COVERAGE.missing())
        .as("kinds of ops that no golden case covers\n%s", COVERAGE)
        .isEmpty();
  }

  @AfterAll
  static void showCoverage() {
    System.out.println("Simulated ops:\n" + COVERAGE);
  }
}
