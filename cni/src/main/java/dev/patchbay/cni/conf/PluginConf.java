package dev.patchbay.cni.conf;

import dev.patchbay.cni.error.CniError;
import dev.patchbay.cni.json.Fields;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;

/**
 * One plugin of a network, as its author wrote it.
 *
 * @param type the name of the executable: not empty, no path, not {@code .} or {@code ..}
 * @param capabilities the ones that are set to true
 * @param json the whole object with all its keys, also those that we do not know; a copy
 */
public record PluginConf(String type, Set<String> capabilities, ObjectNode json) {
  private static final Pattern TYPE = Pattern.compile("[^/\\\\\\p{Cntrl}]{1,255}");

  /** Throws IllegalArgumentException when the type could not be the name of an executable. */
  public PluginConf {
    checkType(type);
    capabilities = Set.copyOf(capabilities);
    json = json.deepCopy();
  }

  /** The whole object; a copy. */
  @Override
  public ObjectNode json() {
    return json.deepCopy();
  }

  /** Throws IllegalArgumentException when the text could not be the name of an executable. */
  public static void checkType(String type) {
    if (!TYPE.matcher(type).matches() || type.equals(".") || type.equals("..")) {
      throw new IllegalArgumentException(
          "\"" + type + "\" is no plugin type; write the bare name of an executable, without path");
    }
  }

  /** Reads one plugin's object. */
  static PluginConf of(Fields fields) {
    fields.required("type");
    String type =
        fields
            .parsed(
                "type",
                text -> {
                  checkType(text);
                  return text;
                })
            .orElseThrow();
    Set<String> capabilities = new TreeSet<>();
    fields
        .object("capabilities")
        .ifPresent(all ->
            all.node().propertyNames().stream().filter(all::flag).forEach(capabilities::add));
    return new PluginConf(type, capabilities, fields.node());
  }

  /** Reads one plugin's object. */
  static PluginConf of(ObjectNode json, String origin) {
    return of(Fields.of(json, origin, CniError.INVALID_NETWORK_CONFIG));
  }

  /** Without the content, which may hold credentials. */
  @Override
  public String toString() {
    return type;
  }
}
