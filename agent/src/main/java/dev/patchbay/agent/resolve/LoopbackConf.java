package dev.patchbay.agent.resolve;

import dev.patchbay.cni.json.Fields;
import dev.patchbay.core.nic.NicKind;
import java.util.Set;

/** The configuration of {@code loopback}, which has no keys of its own. */
final class LoopbackConf implements KindConf {
  @Override
  public String type() {
    return "loopback";
  }

  @Override
  public Set<String> served() {
    return Set.of();
  }

  @Override
  public NicKind read(Fields conf) {
    return new NicKind.Loopback();
  }
}
