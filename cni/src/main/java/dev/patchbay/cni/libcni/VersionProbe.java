package dev.patchbay.cni.libcni;

import dev.patchbay.cni.error.CniError;
import dev.patchbay.cni.error.CniException;
import dev.patchbay.cni.json.Fields;
import dev.patchbay.cni.json.Json;
import dev.patchbay.cni.version.CniVersion;
import dev.patchbay.core.plan.AttachFailure;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;

/** Understands what plugins answer to VERSION, old ones too. */
public final class VersionProbe {
  /** The whole answer of plugins that are older than the command. */
  private static final String BEFORE_VERSION = "unknown CNI_COMMAND: VERSION";

  /** What is known of a plugin's versions. */
  public sealed interface Answer {
    /**
     * It speaks these.
     *
     * @param versions those that we know too
     */
    record Speaks(Set<CniVersion> versions) implements Answer {
      /** Copies the set. */
      public Speaks {
        versions = Set.copyOf(versions);
      }
    }

    /**
     * It does not say.
     *
     * @param why what it did instead
     */
    record Unknown(AttachFailure why) implements Answer {}
  }

  private VersionProbe() {}

  /** What the outcome of a VERSION call says. */
  public static Answer read(String type, ExecOutcome outcome) {
    return switch (outcome) {
      case ExecOutcome.Succeeded(var answer) -> decode(type, answer.orElseGet(Json::newObject));
      case ExecOutcome.Refused refused when isOld(refused.error()) ->
          new Answer.Speaks(Set.of(CniVersion.V0_1_0));
      case ExecOutcome.Refused refused -> new Answer.Unknown(refused.failure().orElseThrow());
      case ExecOutcome.Broke(var why) -> new Answer.Unknown(why);
    };
  }

  private static boolean isOld(CniError error) {
    return error.msg().equals(BEFORE_VERSION) && error.details().isEmpty();
  }

  private static Answer decode(String type, ObjectNode json) {
    try {
      Fields fields = Fields.of(json, "VERSION answer of " + type, CniError.DECODING_FAILURE);
      String own = fields.required("cniVersion");
      List<String> supported = fields.texts("supportedVersions");
      if (supported.isEmpty() && own.equals(CniVersion.V0_2_0.text())) {
        return new Answer.Speaks(Set.of(CniVersion.V0_1_0, CniVersion.V0_2_0));
      }
      if (supported.isEmpty()) {
        throw fields.bad("supportedVersions", "is missing or empty");
      }
      return new Answer.Speaks(
          supported.stream()
              .flatMap(text -> CniVersion.of(text).stream())
              .collect(Collectors.toCollection(TreeSet::new)));
    } catch (CniException e) {
      return new Answer.Unknown(new AttachFailure.DelegateBroke(type, e.error().msg()));
    }
  }
}
