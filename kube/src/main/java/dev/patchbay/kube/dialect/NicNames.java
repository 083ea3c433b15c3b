package dev.patchbay.kube.dialect;

import dev.patchbay.cni.error.CniError;
import dev.patchbay.cni.error.CniException;
import dev.patchbay.core.nic.IfName;
import java.util.HashMap;
import java.util.Map;

/** The interface names of one pod while they are being given out. */
final class NicNames {
  private final Map<IfName, String> takenBy = new HashMap<>();

  /** Takes a name; refuses with code 7 one that is taken, naming both who want it. */
  IfName take(IfName name, String who) {
    String first = takenBy.putIfAbsent(name, who);
    if (first != null) {
      throw CniException.of(
          CniError.INVALID_NETWORK_CONFIG,
          "interface name \""
              + name
              + "\" is asked for by "
              + first
              + " and by "
              + who
              + "; give each its own");
    }
    return name;
  }

  /** Takes the first free one of {@code <prefix><from>}, {@code <prefix><from + 1>} and so on. */
  IfName takeFree(String prefix, int from, String who) {
    int number = from;
    while (takenBy.containsKey(new IfName(prefix + number))) {
      number++;
    }
    return take(new IfName(prefix + number), who);
  }
}
