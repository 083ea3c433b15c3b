package dev.patchbay.agent.cases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.agent.journal.JournalJson;
import dev.patchbay.agent.reconcile.Beforehand;
import dev.patchbay.agent.reconcile.Wanted;
import dev.patchbay.core.plan.AttachPlanner;
import dev.patchbay.core.plan.AttachPlanner.Planning;
import dev.patchbay.core.plan.Bindings;
import dev.patchbay.core.plan.HostView;
import dev.patchbay.core.plan.Outcome;
import dev.patchbay.core.plan.Performed;
import dev.patchbay.core.plan.Performers;
import dev.patchbay.core.plan.Plan;
import dev.patchbay.core.plan.PlanApplier;
import dev.patchbay.core.plan.PlanWatch;
import dev.patchbay.core.plan.UndoPlanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each case's plan is the one that its folder shows. */
class GoldenCasesTest {
  private static final boolean WRITE = Boolean.getBoolean("patchbay.cases.write");

  static List<Case> cases() {
    return Case.all();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void planIsTheOneThatTheCaseShows(Case golden) throws IOException {
    Path file = golden.folder().resolve("plan.yaml");
    String planned = planFile(golden);
    if (WRITE) {
      Files.writeString(file, planned);
    }
    assertThat(planned)
        .as("%s; -Dpatchbay.cases.write=true rewrites it, to be reviewed", file)
        .isEqualTo(Yaml.text(file));
  }

  /** A journal that an older agent wrote is read like this one. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void planIsReadBackFromTheFileAsTheSame(Case golden) {
    String file = WRITE ? planFile(golden) : Yaml.text(golden.folder().resolve("plan.yaml"));
    String exact = Yaml.documents(file).getLast().toString();
    Planning.Ready ready = plan(golden);
    assertThat(JournalJson.MAPPER.readValue(exact, Planning.Ready.class)).isEqualTo(ready);
  }

  private static Planning.Ready plan(Case golden) {
    Case.Machine machine = golden.machine();
    Wanted wanted = golden.wanted(machine.netns());
    HostView host =
        machine
            .kernel()
            .view(
                golden.host().links().stream()
                    .map(HostFile.HostLink::name)
                    .collect(Collectors.toCollection(() -> new java.util.TreeSet<>(Set.of()))))
            .changing(Beforehand.look(machine.kernel(), machine.netns(), wanted.nics()));
    return (Planning.Ready)
        AttachPlanner.plan(wanted.sandbox(), wanted.nics(), wanted.primary(), host);
  }

  private static String planFile(Case golden) {
    Planning.Ready ready = plan(golden);
    return PlanFile.of(
        golden, ready, golden.guest().map(_ -> waiting(UndoPlanner.undo(PlanFile.taken(ready)))));
  }

  /** What the plan comes to when the guest does as it is told, but does not let go in time. */
  private static Outcome.Pending waiting(Plan unplug) {
    var performers =
        new Performers(
            (batch, _) -> batch.stream().map(_ -> Performed.done()).toList(),
            (_, _) -> Performed.done(),
            (_, _) -> Performed.done(),
            (_, _) -> Performed.done(),
            (_, _) -> Performed.done(),
            (_, _) -> new Performed.Late());
    return (Outcome.Pending)
        new PlanApplier(performers, PlanWatch.NONE).undo(unplug, Bindings.NONE);
  }
}
