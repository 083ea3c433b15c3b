package dev.patchbay.apiserver.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.apiserver.fault.ApiFault;
import dev.patchbay.apiserver.fault.Cause;
import dev.patchbay.apiserver.patch.PatchBody;
import dev.patchbay.apiserver.resource.Kind;
import dev.patchbay.apiserver.resource.Rules;
import dev.patchbay.apiserver.schema.Components;
import dev.patchbay.apiserver.schema.JsonBody;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Patches of kinds that we do not serve, against the merge itself: what Kubernetes validates after
 * the merge is that kind's own affair.
 */
class MergeReplayTest {
  private static final Set<String> KINDS =
      Set.of("PodTemplate", "Deployment", "Service", "ServiceAccount");

  @TestFactory
  Stream<DynamicTest> mergesAsTheRealServerDoes() {
    return OracleCase.all().stream()
        .filter(MergeReplayTest::isReplayed)
        .map(oracle -> DynamicTest.dynamicTest(oracle.name(), () -> replay(oracle)));
  }

  static boolean isReplayed(OracleCase oracle) {
    return KINDS.contains(oracle.kind())
        && oracle.request().isPatch()
        && !oracle.usesApply()
        && isDecidedByTheMerge(oracle);
  }

  /** Its own validation names the object: {@code PodTemplate "obj" is invalid}. */
  private static boolean isDecidedByTheMerge(OracleCase oracle) {
    return !oracle.response().message().startsWith(oracle.kind())
        && !oracle.response().message().startsWith("the name of the object")
        && !Exceptions.OF_MERGE.containsKey(oracle.name());
  }

  private static void replay(OracleCase oracle) {
    List<String> differences = new ArrayList<>();
    try {
      ObjectNode before = stored(oracle);
      PatchBody.Patched patched = patch(oracle.request(), before, kind(oracle.kind()));
      if (oracle.response().status() != 200) {
        differences.add("real " + oracle.response().text() + "\nours " + patched.object());
      }
      differences.addAll(Judge.object(oracle.response(), patched.object()));
      List<String> warnings =
          patched.complaints().stream()
              .map(text -> "299 - \"" + text.replace("\"", "\\\"") + "\"")
              .toList();
      if (!warnings.equals(oracle.response().warnings())) {
        differences.add(
            "warnings\n    real " + oracle.response().warnings() + "\n    ours " + warnings);
      }
    } catch (ApiFault fault) {
      differences.addAll(fault(oracle.response(), fault));
    }
    assertThat(differences).as(oracle.name()).isEmpty();
  }

  private static List<String> fault(OracleCase.Recorded real, ApiFault ours) {
    String causes = real.text().at("/details/causes/0/message").asString("");
    boolean same =
        real.status() == ours.code()
            && real.reason().equals(ours.reason())
            && Judge.text(real.message(), String.valueOf(ours.getMessage()))
            && Judge.text(
                causes,
                ours.details().causes().stream().findFirst().map(Cause::message).orElse(""));
    return same
        ? List.of()
        : List.of(
            "real "
                + real.text()
                + "\nours "
                + ours.code()
                + " "
                + ours.reason()
                + " "
                + ours.getMessage());
  }

  private static ObjectNode stored(OracleCase oracle) {
    @Nullable ObjectNode object = null;
    for (OracleCase.Ask ask : oracle.setup()) {
      object =
          object == null || ask.method().equals("POST")
              ? (ObjectNode) JsonBody.json(ask.body()).tree()
              : patch(ask, object, kind(oracle.kind())).object();
    }
    return java.util.Objects.requireNonNull(object, "a case without an object");
  }

  private static PatchBody.Patched patch(OracleCase.Ask ask, ObjectNode object, Kind kind) {
    boolean strict = ask.query().contains("fieldValidation=Strict");
    return PatchBody.of(ask.contentType(), kind, ask.body()).apply(object, strict);
  }

  static Kind kind(String name) {
    boolean apps = name.equals("Deployment");
    JsonNode schemas = OracleCase.json("schemas.json").at("/components/schemas");
    return new Kind(
        apps ? "apps" : "",
        "v1",
        name,
        "things",
        "thing",
        List.of(),
        List.of(),
        true,
        true,
        Kind.Origin.CORE,
        new Components((ObjectNode) schemas, true).named((apps ? "apps." : "core.") + name),
        List.of(),
        Rules.NONE);
  }
}
