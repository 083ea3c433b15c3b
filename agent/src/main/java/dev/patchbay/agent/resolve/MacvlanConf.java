package dev.patchbay.agent.resolve;

import dev.patchbay.cni.json.Fields;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacvlanMode;
import dev.patchbay.core.nic.NicKind;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** The configuration of {@code macvlan}. */
final class MacvlanConf implements KindConf {
  @Override
  public String type() {
    return "macvlan";
  }

  @Override
  public Set<String> served() {
    return Set.of("master", "mode", "mtu", "mac", "linkInContainer", "bcqueuelen");
  }

  @Override
  public NicKind read(Fields conf) {
    return new NicKind.Macvlan(
        conf.parsed("master", IfName::new),
        conf.parsed("mode", MacvlanConf::mode).orElse(MacvlanMode.BRIDGE),
        Numbers.mtu(conf),
        conf.flag("linkInContainer"),
        Numbers.whole(conf, "bcqueuelen", 1, Integer.MAX_VALUE));
  }

  private static MacvlanMode mode(String text) {
    return Arrays.stream(MacvlanMode.values())
        .filter(mode -> mode.name().toLowerCase(Locale.ROOT).equals(text))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "\""
                    + text
                    + "\" is no macvlan mode; write one of "
                    + Arrays.stream(MacvlanMode.values())
                        .map(mode -> mode.name().toLowerCase(Locale.ROOT))
                        .collect(Collectors.joining(", "))));
  }
}
