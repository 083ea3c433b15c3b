package dev.patchbay.cni.conf;

import dev.patchbay.cni.error.CniError;
import dev.patchbay.cni.error.CniException;
import dev.patchbay.cni.json.Fields;
import dev.patchbay.cni.version.CniVersion;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Which CNI version a configuration is read and served in. */
public final class VersionChoice {
  private static final Pattern SHAPE = Pattern.compile("\\d{1,9}(\\.\\d{1,9}){0,2}");

  private VersionChoice() {}

  /**
   * The {@code cniVersion} of a request to a plugin; 0.1.0 when absent or empty. Refuses with code
   * 1 a version that we do not speak.
   */
  public static CniVersion ofRequest(Fields fields) {
    return fields.filled("cniVersion").map(text -> exactly(fields, text)).orElse(CniVersion.V0_1_0);
  }

  /**
   * The highest that we speak out of {@code cniVersion} and {@code cniVersions} of a configuration;
   * 0.1.0 when neither names one. Newer ones are passed over; code 1 when only such are named.
   */
  public static CniVersion ofConf(Fields fields) {
    List<String> several = fields.texts("cniVersions");
    Optional<String> single = fields.filled("cniVersion");
    if (several.isEmpty()) {
      return ofRequest(fields);
    }
    List<String> all = new ArrayList<>(several);
    single.ifPresent(all::add);
    for (String text : all) {
      if (!SHAPE.matcher(text).matches()) {
        throw fields.bad("cniVersions", "has \"" + text + "\", which is no version such as 1.1.0");
      }
    }
    return all.stream()
        .flatMap(text -> CniVersion.of(text).stream())
        .max(Comparator.naturalOrder())
        .orElseThrow(() -> incompatible(fields, "cniVersions", String.join(", ", all)));
  }

  private static CniVersion exactly(Fields fields, String text) {
    if (!SHAPE.matcher(text).matches()) {
      throw fields.bad("cniVersion", "is \"" + text + "\", which is no version such as 1.1.0");
    }
    return CniVersion.of(text).orElseThrow(() -> incompatible(fields, "cniVersion", text));
  }

  private static CniException incompatible(Fields fields, String key, String asked) {
    return new CniException(
        new CniError(
            CniError.INCOMPATIBLE_VERSION,
            fields.origin() + ": " + key + " is " + asked + ", which is not supported",
            "supported are " + String.join(", ", CniVersion.texts())));
  }
}
