package dev.patchbay.agent.resolve;

import dev.patchbay.cni.json.Fields;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.NicKind;
import java.util.Set;

/** The configuration of {@code tap}. */
final class TapConf implements KindConf {
  @Override
  public String type() {
    return "tap";
  }

  @Override
  public Set<String> served() {
    return Set.of("multiQueue", "mtu", "mac", "owner", "group", "bridge");
  }

  @Override
  public Set<String> unserved() {
    return Set.of("selinuxContext");
  }

  @Override
  public NicKind read(Fields conf) {
    return new NicKind.Tap(
        conf.flag("multiQueue"),
        Numbers.mtu(conf),
        Numbers.whole(conf, "owner", 0, Integer.MAX_VALUE),
        Numbers.whole(conf, "group", 0, Integer.MAX_VALUE),
        conf.parsed("bridge", IfName::new));
  }
}
