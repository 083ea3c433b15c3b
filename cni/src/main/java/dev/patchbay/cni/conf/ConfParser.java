package dev.patchbay.cni.conf;

import dev.patchbay.cni.error.CniError;
import dev.patchbay.cni.error.CniException;
import dev.patchbay.cni.json.Fields;
import dev.patchbay.cni.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads a network's configuration: a list of plugins, or a single plugin, which becomes a list of
 * one (CNI spec 1.1.0, section 1). Refusals are {@link CniException}s of code 6 (no JSON), 7 (a
 * rule is broken) or 1 (no version that we speak), and name the origin.
 */
public final class ConfParser {
  private ConfParser() {}

  /**
   * Reads text that stands alone: no plugins are taken from a folder.
   *
   * @param origin where the text is from, for error texts
   */
  public static NetworkConf parse(String text, String origin) {
    return parse(Json.object(text, origin), origin);
  }

  /** Reads a tree that stands alone: no plugins are taken from a folder. */
  public static NetworkConf parse(ObjectNode json, String origin) {
    return parse(json, origin, _ -> List.of());
  }

  /**
   * Reads a tree.
   *
   * @param folderPlugins the plugins that files add to the network of that name; asked only when
   *     the configuration allows it
   */
  static NetworkConf parse(
      ObjectNode json, String origin, Function<NetworkName, List<PluginConf>> folderPlugins) {
    Fields fields = Fields.of(json, origin, CniError.INVALID_NETWORK_CONFIG);
    fields.required("name");
    NetworkName name = fields.parsed("name", NetworkName::new).orElseThrow();
    boolean single = json.has("type") && !json.has("plugins");
    boolean onlyInlined = single || fields.flag("loadOnlyInlinedPlugins");
    List<PluginConf> plugins =
        new ArrayList<>(single ? List.of(PluginConf.of(fields)) : inlined(fields, onlyInlined));
    if (!onlyInlined) {
      plugins.addAll(folderPlugins.apply(name));
    }
    if (plugins.isEmpty()) {
      throw fields.bad("plugins", "is missing and no file adds one; list at least one plugin");
    }
    return new NetworkConf(
        name,
        VersionChoice.ofConf(fields),
        fields.flag("disableCheck"),
        fields.flag("disableGC"),
        onlyInlined,
        plugins,
        origin);
  }

  private static List<PluginConf> inlined(Fields fields, boolean onlyInlined) {
    if (!fields.mentions("plugins")) {
      if (onlyInlined) {
        throw fields.bad(
            "plugins", "is missing while loadOnlyInlinedPlugins is true; list at least one plugin");
      }
      return List.of();
    }
    List<Fields> listed = fields.objects("plugins");
    if (listed.isEmpty()) {
      throw fields.bad("plugins", "is empty; list at least one plugin");
    }
    return listed.stream().map(PluginConf::of).toList();
  }
}
