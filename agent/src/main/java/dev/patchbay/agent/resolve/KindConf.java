package dev.patchbay.agent.resolve;

import dev.patchbay.cni.json.Fields;
import dev.patchbay.core.nic.NicKind;
import java.util.Set;

/** Reads the configuration of one link kind, written as for the reference plugin of that name. */
interface KindConf {
  /** The plugin type. */
  String type();

  /** The keys that we serve, besides those that every plugin has. */
  Set<String> served();

  /** The reference plugin's keys that we know but do not serve unless they say nothing. */
  default Set<String> unserved() {
    return Set.of();
  }

  /** Reads it; throws CniException naming the field. */
  NicKind read(Fields conf);
}
