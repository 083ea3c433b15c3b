package dev.patchbay.agent.resolve;

import dev.patchbay.cni.json.Fields;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Numbers of configurations, checked against what Linux takes. */
final class Numbers {
  private Numbers() {}

  static OptionalInt whole(Fields conf, String key, int min, int max) {
    OptionalLong value = conf.whole(key, min, max);
    return value.isPresent() ? OptionalInt.of((int) value.getAsLong()) : OptionalInt.empty();
  }

  /** 0 means the kernel's default, as for the reference plugins; IPv4 needs 68 bytes (RFC 791). */
  static OptionalInt mtu(Fields conf) {
    OptionalInt mtu = whole(conf, "mtu", 0, 65535);
    if (mtu.isEmpty() || mtu.getAsInt() == 0) {
      return OptionalInt.empty();
    }
    if (mtu.getAsInt() < 68) {
      throw conf.bad("mtu", "is " + mtu.getAsInt() + "; write 68 to 65535, or 0 for the default");
    }
    return mtu;
  }
}
