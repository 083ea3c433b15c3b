package dev.patchbay.e2e.differential;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.e2e.differential.CniCaller.Answer;
import dev.patchbay.e2e.differential.Scenario.Divergence;
import dev.patchbay.e2e.differential.Transcript.Scene;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Holds what both sides did against each other.
 *
 * @param scenario what was played
 * @param reference by the reference plugins
 * @param ours by us
 */
record Verdict(Scenario scenario, Transcript reference, Transcript ours) {
  /** What a network keeps when its NIC does not come about: shared, or only a counter. */
  private static final Pattern SHARED =
      Pattern.compile(
          "host (link|address|route) (br0|cni0) .*|host sysctl ipv6/conf/(br0|cni0)/.*"
              + "|reservation net/last_reserved_ip.*");

  /** Throws AssertionError, saying what differs, unless they agree. */
  void pass() {
    scenario.expected().refusal().ifPresent(this::refusedWell);
    for (Act act : scenario.acts()) {
      if (act instanceof Act.Probe probe) {
        both(act, probe.succeeds() ? "succeeds" : "fails");
      }
    }
    scenario.expected().refused().forEach(act -> both(act, "refused"));
    List<String> all = new ArrayList<>();
    for (int i = 0; i < ours.scenes().size(); i++) {
      List<String> found = scenario.expected().refusal().isPresent() ? refusal(i) : scene(i);
      if (!found.isEmpty()) {
        all.add("after " + ours.scenes().get(i).act() + " (act " + (i + 1) + "):");
        found.forEach(line -> all.add("  " + line));
      }
    }
    scenario.expected().divergences().stream()
        .flatMap(divergence -> divergence.ours().stream())
        .filter(fact -> !ours.scenes().getLast().seen().contains(fact))
        .forEach(fact -> all.add("not seen on our side at the end: " + fact));
    assertThat(all).withFailMessage(() -> story(all)).isEmpty();
  }

  /** The same outcome and the same facts, but for what differs on purpose. */
  private List<String> scene(int i) {
    Scene theirs = reference.scenes().get(i);
    Scene mine = ours.scenes().get(i);
    List<String> found = new ArrayList<>();
    if (!theirs.outcome().equals(mine.outcome()) && !isWanted(theirs, mine)) {
      found.add("- " + theirs.outcome());
      found.add("+ " + mine.outcome());
    }
    found.addAll(Transcript.differences(compared(theirs), compared(mine)));
    if (mine.act() == Act.Cni.DEL_WITHOUT_NETNS) {
      mine.seen().stream()
          .filter(fact -> fact.startsWith("host link veth#"))
          .forEach(fact -> found.add("left behind by us: " + fact));
    }
    return found;
  }

  private boolean isWanted(Scene theirs, Scene mine) {
    return theirs.refused()
        && !mine.refused()
        && (Deliberate.allows(theirs.act())
            || scenario.expected().divergences().stream()
                .anyMatch(divergence -> divergence.acts().contains(theirs.act())));
  }

  private NavigableSet<String> compared(Scene scene) {
    List<Pattern> apart =
        scenario.expected().divergences().stream()
            .map(Divergence::facts)
            .flatMap(java.util.Optional::stream)
            .toList();
    NavigableSet<String> facts = new TreeSet<>();
    for (String fact : scene.seen()) {
      String rest = Deliberate.without(scene.act(), fact);
      if (apart.stream().noneMatch(pattern -> pattern.matcher(rest).matches())) {
        facts.add(rest);
      }
    }
    facts.remove("");
    return facts;
  }

  /** Both end alike; what we refuse leaves nothing behind, whatever the reference leaves. */
  private List<String> refusal(int i) {
    Scene theirs = reference.scenes().get(i);
    Scene mine = ours.scenes().get(i);
    List<String> found = new ArrayList<>();
    boolean same = theirs.outcome().equals(mine.outcome());
    if (!same && scenario.expected().refusal().orElseThrow().stricter().isEmpty()) {
      found.add("- " + theirs.outcome());
      found.add("+ " + mine.outcome());
    }
    if (mine.refused()) {
      found.addAll(Transcript.differences(own(ours.before(i)), own(mine.seen())));
    }
    return found;
  }

  private static NavigableSet<String> own(NavigableSet<String> facts) {
    NavigableSet<String> all = new TreeSet<>(facts);
    all.removeIf(fact -> fact.startsWith("result") || SHARED.matcher(fact).matches());
    return all;
  }

  private void refusedWell(Scenario.Refusal refusal) {
    assertThat(reference.refusals().isEmpty())
        .as("the reference's answers to: %s%n%s", scenario.sentence(), reference.answers())
        .isEqualTo(refusal.stricter().isPresent());
    assertThat(ours.refusals())
        .as("our answers to: %s%n%s", scenario.sentence(), ours.answers())
        .isNotEmpty();
    Answer answer = ours.refusals().getFirst();
    assertThat(answer.body().path("code").asInt()).as("%s", answer).isEqualTo(refusal.code());
    assertThat(answer.body().path("msg").asString() + answer.body().path("details").asString(""))
        .contains(refusal.words());
  }

  private void both(Act act, String wanted) {
    for (Transcript side : List.of(reference, ours)) {
      assertThat(side.scenes())
          .filteredOn(scene -> scene.act().equals(act))
          .extracting(Scene::outcome)
          .as("%s; the reference's answers: %s; ours: %s", act, reference.answers(), ours.answers())
          .containsOnly(wanted);
    }
  }

  private String story(List<String> differences) {
    List<String> all = new ArrayList<>();
    all.add("\"" + scenario.sentence() + "\": - the reference, + we");
    all.addAll(differences);
    all.add("the conf: " + scenario.request().plugins());
    all.add("the reference answered:");
    reference.answers().forEach(answer -> all.add("  " + answer));
    all.add("we answered:");
    ours.answers().forEach(answer -> all.add("  " + answer));
    return String.join("\n", all);
  }
}
