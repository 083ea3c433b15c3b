package dev.patchbay.e2e.differential;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.patchbay.e2e.differential.CniCaller.Answer;
import dev.patchbay.e2e.differential.Transcript.Scene;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class VerdictTest {
  private static final Scenario ADDED = Scenario.of("a NIC", "{}").acts(Act.Cni.ADD);
  private static final Scenario REFUSED = ADDED.bothRefuse(7, "mtu", "lower it");
  private static final String ADDRESS = "pod address eth0 10.1.0.2/24";

  @Test
  void equalTranscriptsPass() {
    assertThatCode(new Verdict(ADDED, added(ADDRESS), added(ADDRESS))::pass)
        .doesNotThrowAnyException();
  }

  @Test
  void factThatOnlyOneSideHasIsShownWithItsSide() {
    assertThatThrownBy(
            new Verdict(ADDED, added(ADDRESS), added("pod address eth0 10.1.0.3/24"))::pass)
        .hasMessageContaining("- " + ADDRESS)
        .hasMessageContaining("+ pod address eth0 10.1.0.3/24");
  }

  @Test
  void whatMayDifferEverywhereIsNotShown() {
    assertThatCode(
            new Verdict(
                    ADDED,
                    added(ADDRESS, "host link br0 mac 02:00:00:00:00:01"),
                    added(ADDRESS, "result.interfaces[0].mtu 1500"))
                ::pass)
        .doesNotThrowAnyException();
  }

  @Test
  void whatDiffersOnPurposeMustBeSeenOnOurSide() {
    Scenario scenario = ADDED.differs("we do more", "pod address .*", ADDRESS);
    assertThatCode(new Verdict(scenario, added(), added(ADDRESS))::pass).doesNotThrowAnyException();
    assertThatThrownBy(new Verdict(scenario, added(), added())::pass)
        .hasMessageContaining("not seen on our side at the end: " + ADDRESS);
  }

  @Test
  void refusalThatLeavesSomethingBehindFails() {
    assertThatCode(new Verdict(REFUSED, refused("pod link eth0 kind veth"), refused())::pass)
        .doesNotThrowAnyException();
    assertThatThrownBy(new Verdict(REFUSED, refused(), refused("pod link eth0 kind veth"))::pass)
        .hasMessageContaining("+ pod link eth0 kind veth");
  }

  @Test
  void refusalMustHaveItsCodeAndWords() {
    assertThatThrownBy(new Verdict(ADDED.bothRefuse(4, "mtu"), refused(), refused())::pass)
        .hasMessageContaining("4");
    assertThatThrownBy(new Verdict(ADDED.bothRefuse(7, "vlan"), refused(), refused())::pass)
        .hasMessageContaining("vlan");
    assertThatThrownBy(new Verdict(REFUSED, added(), refused())::pass)
        .hasMessageContaining("the reference's answers");
  }

  @Test
  void oneThatRefusesWhatTheOtherDoesIsShown() {
    Scenario twice = ADDED.acts(Act.Cni.ADD, Act.Cni.CHECK);
    var done = scene(Act.Cni.CHECK, "done", "");
    var refused = scene(Act.Cni.CHECK, "refused", "");
    assertThatThrownBy(new Verdict(twice, added().and(done), added().and(refused))::pass)
        .hasMessageContaining("+ refused");
    assertThatCode(
            new Verdict(
                    twice.referenceRefuses(Act.Cni.CHECK, "why"),
                    added().and(refused),
                    added().and(done))
                ::pass)
        .doesNotThrowAnyException();
  }

  private static Transcript added(String... facts) {
    return new Transcript(new TreeSet<>(), List.of(scene(Act.Cni.ADD, "done", "{}", facts)));
  }

  private static Transcript refused(String... facts) {
    String error = "{\"code\": 7, \"msg\": \"mtu is 9\", \"details\": \"lower it\"}";
    return new Transcript(new TreeSet<>(), List.of(scene(Act.Cni.ADD, "refused", error, facts)));
  }

  private static Scene scene(Act act, String outcome, String body, String... facts) {
    NavigableSet<String> seen = new TreeSet<>(List.of(facts));
    int exit = outcome.equals("done") ? 0 : 1;
    return new Scene(act, outcome, List.of(Answer.of(new Ended(List.of(), exit, body, ""))), seen);
  }
}
