package dev.patchbay.cni.conf;

import dev.patchbay.cni.version.CniVersion;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A network: a name and the plugins that are run for it, one after another (CNI spec 1.1.0, section
 * 1). Read by {@link ConfParser}, one by one, or by {@link ConfFolder}.
 *
 * @param name unique on the node
 * @param version the highest that both the configuration and we speak
 * @param disableCheck CHECK must not be sent
 * @param disableGc GC must not be sent
 * @param loadOnlyInlinedPlugins plugins do not also come from the folder of the network's name
 * @param plugins at least one, in the order of ADD
 * @param origin where it was read: a file's name, an annotation, stdin
 */
public record NetworkConf(
    NetworkName name,
    CniVersion version,
    boolean disableCheck,
    boolean disableGc,
    boolean loadOnlyInlinedPlugins,
    List<PluginConf> plugins,
    String origin) {
  /** Throws IllegalArgumentException when there is no plugin. */
  public NetworkConf {
    plugins = List.copyOf(plugins);
    if (plugins.isEmpty()) {
      throw new IllegalArgumentException("network " + name + " has no plugin");
    }
  }

  /** Every capability that at least one plugin of the network has. */
  public Set<String> capabilities() {
    return plugins.stream()
        .flatMap(plugin -> plugin.capabilities().stream())
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Without the content, which may hold credentials. */
  @Override
  public String toString() {
    return name + " of " + origin;
  }
}
