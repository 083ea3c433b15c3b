package dev.patchbay.agent.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.patchbay.agent.cases.Case;
import dev.patchbay.agent.journal.NicRecord;
import dev.patchbay.agent.reconcile.NodeReconciler.Attached;
import dev.patchbay.agent.reconcile.NodeReconciler.Detached;
import dev.patchbay.agent.reconcile.Wanted;
import dev.patchbay.core.nic.NicState;
import dev.patchbay.core.plan.AttachFailure;
import dev.patchbay.core.plan.Guest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Guests that are slow, refuse, are reset or die, while the agent fails and dies too. */
class GuestSimulationTest {
  private static final Case GOLDEN = Case.named("vm-unplug");

  @TempDir(factory = MemoryFolder.class)
  private Path folder;

  private int nodes;

  private void onNode(Consumer<SimulatedNode> story) {
    try (SimulatedNode node =
        new SimulatedNode(
            GOLDEN, Files.createDirectory(folder.resolve("node-" + nodes++)), new OpCoverage())) {
      story.accept(node);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** What the pod wants, with its devices left to the reconciler. */
  private static Wanted wanted(SimulatedNode node) {
    Wanted wanted = node.wanted();
    Guest guest = wanted.sandbox().guest().orElseThrow();
    return new Wanted(
        wanted.sandbox().of(new Guest(guest.vm(), Map.of(), guest.owner(), guest.patience())),
        wanted.caller(),
        wanted.nics(),
        wanted.primary());
  }

  private static NicRecord plug(SimulatedNode node) {
    return ((Attached.All) node.attach(wanted(node))).nics().getFirst();
  }

  private static String device(NicRecord nic) {
    return nic.guestEnd().orElseThrow().device();
  }

  /** The state but for what the guest keeps and the journal knows of it. */
  private static String host(SimulatedNode node) {
    return String.join(
        "\n",
        node.state()
            .lines()
            .filter(line -> !line.startsWith("guest") && !line.startsWith("journal"))
            .toList());
  }

  @Test
  void slowGuestIsWaitedForAndNothingIsLeft() {
    onNode(node -> {
      String before = node.state();
      plug(node);
      node.guest().behave(SimulatedGuest.Temper.SLOW);
      assertThat(node.detach()).isInstanceOf(Detached.Gone.class);
      assertThat(node.state()).isEqualTo(before);
    });
  }

  @Test
  void stubbornGuestKeepsAShellThatIsToldAndClearedWhenItIsReset() {
    onNode(node -> {
      String before = node.state();
      plug(node);
      String host = before;
      node.guest().behave(SimulatedGuest.Temper.STUBBORN);
      assertThat(node.detach())
          .isInstanceOfSatisfying(
              Detached.Owed.class,
              owed ->
                  assertThat(owed.why()).isEqualTo(new AttachFailure.GuestHolds("vm1", "eth1")));
      assertThat(host(node)).isEqualTo(host);
      assertThat(node.journal().all())
          .singleElement()
          .satisfies(nic -> {
            assertThat(nic.state()).isEqualTo(NicState.DETACH_PENDING);
            assertThat(nic.trouble().orElseThrow()).contains("eth1", "reset");
          });
      assertThat(node.journal().stories("vm1-1").getLast().outcome()).isEqualTo("detach pending");
      node.settle();
      assertThat(node.journal().all()).hasSize(1);
      node.guest().reset();
      node.settle();
      assertThat(node.state()).isEqualTo(before);
      assertThat(node.journal().stories("vm1-1").getLast().outcome()).isEqualTo("detached");
    });
  }

  @Test
  void nicThatComesAgainBesideItsShellHasAnotherDeviceAndTakesTheRecordOver() {
    onNode(node -> {
      plug(node);
      node.guest().behave(SimulatedGuest.Temper.STUBBORN);
      node.detach();
      NicRecord again = plug(node);
      assertThat(device(again)).isEqualTo("eth1-2");
      assertThat(node.journal().all()).containsExactly(again);
      node.guest().reset();
      node.settle();
      assertThat(node.journal().all()).containsExactly(again);
      node.guest().behave(SimulatedGuest.Temper.WILLING);
      assertThat(node.detach()).isInstanceOf(Detached.Gone.class);
      assertThat(device(plug(node))).isEqualTo("eth1");
    });
  }

  @Test
  void failedPluggingOfAStubbornGuestLeavesAShellAndNothingElse() {
    onNode(node -> {
      String before = node.state();
      node.guest().behave(SimulatedGuest.Temper.STUBBORN);
      node.guest().hasPorts(1);
      plug(node);
      node.detach();
      assertThat(node.attach(wanted(node)))
          .isInstanceOfSatisfying(
              Attached.None.class,
              none -> {
                assertThat(none.why()).isEqualTo(new AttachFailure.NoGuestPort("vm1", 1));
                assertThat(none.why().message()).contains("all 1 are taken");
                assertThat(none.leftBehind()).isEmpty();
              });
      assertThat(host(node)).isEqualTo(before);
    });
  }

  @ParameterizedTest
  @EnumSource(SimulatedGuest.Temper.class)
  void agentThatDiesAnywhereDuringUnplugFinishesItWhatever(SimulatedGuest.Temper temper) {
    meetingEachOp(
        node -> {
          plug(node);
          node.guest().behave(temper);
        },
        SimulatedNode::detach,
        (node, before) -> {
          node.guest().reset();
          node.settle();
          assertThat(node.state()).isEqualTo(before);
        });
  }

  @Test
  void agentThatDiesAnywhereDuringPlugUndoesItThoughTheGuestKeepsAShell() {
    meetingEachOp(
        node -> node.guest().behave(SimulatedGuest.Temper.STUBBORN),
        node -> node.attach(wanted(node)),
        (node, before) -> {
          assertThat(host(node)).isEqualTo(before);
          node.guest().reset();
          node.settle();
          assertThat(node.state()).isEqualTo(before);
        });
  }

  @Test
  void machineThatDiesWhileTheAgentIsAwayTakesItsDevicesAlong() {
    meetingEachOp(
        SimulatedNode::state,
        node -> {
          plug(node);
          node.detach();
        },
        (node, before) -> {
          node.guest().die();
          node.recover();
          node.settle();
          node.detach();
          assertThat(node.state()).isEqualTo(before);
        });
  }

  /** The agent dies before and after each op of what is done, starts again and recovers. */
  private void meetingEachOp(
      Consumer<SimulatedNode> first,
      Consumer<SimulatedNode> doing,
      BiConsumer<SimulatedNode, String> then) {
    int[] ops = {0};
    onNode(node -> {
      first.accept(node);
      node.mishap().clear();
      doing.accept(node);
      ops[0] = node.mishap().met();
    });
    for (Mishap.Kind kind : List.of(Mishap.Kind.DIES_BEFORE, Mishap.Kind.DIES_AFTER)) {
      for (int n = 1; n <= ops[0]; n++) {
        int nth = n;
        onNode(node -> {
          String before = node.state();
          first.accept(node);
          node.mishap().plan(nth, kind);
          assertThatExceptionOfType(AgentDied.class).isThrownBy(() -> doing.accept(node));
          node.restartAgent();
          node.recover();
          then.accept(node, before);
        });
      }
    }
    assertThat(ops[0]).isPositive();
  }
}
