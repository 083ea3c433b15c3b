package dev.patchbay.linux.procfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.patchbay.linux.libc.Errno;
import dev.patchbay.linux.libc.KernelException;
import dev.patchbay.linux.netns.LiveNetns;
import dev.patchbay.linux.netns.NetnsHandle;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class SysctlsLiveTest {
  private static final SysctlKey FORWARD = SysctlKey.of("net", "ipv4", "ip_forward");
  private static final SysctlKey RP_FILTER = SysctlKey.parse("net.ipv4.conf.lo.rp_filter");

  @BeforeAll
  static void needsWritableSysctls() throws Exception {
    LiveNetns.assumePermitted();
    try (NetnsHandle netns = NetnsHandle.create()) {
      Sysctls.write(netns, FORWARD, "0");
    } catch (IOException e) {
      Assumptions.abort("needs a writable /proc/sys: " + e.getMessage());
    }
  }

  @Test
  void aSysctlIsSetInsideAndNowhereElse() throws Exception {
    try (NetnsHandle one = NetnsHandle.create();
        NetnsHandle other = NetnsHandle.create()) {
      String outside = Sysctls.read(other, FORWARD);
      String opposite = outside.equals("1") ? "0" : "1";

      Sysctls.write(one, Map.of(FORWARD, opposite, RP_FILTER, "2"));

      assertThat(Sysctls.read(one, Set.of(FORWARD, RP_FILTER)))
          .containsEntry(FORWARD, opposite)
          .containsEntry(RP_FILTER, "2");
      assertThat(Sysctls.read(other, FORWARD)).isEqualTo(outside);
    }
  }

  @Test
  void theKernelsRefusalNamesKeyAndValue() throws Exception {
    try (NetnsHandle netns = NetnsHandle.create()) {
      assertThatThrownBy(() -> Sysctls.write(netns, FORWARD, "many"))
          .isInstanceOfSatisfying(
              KernelException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EINVAL))
          .hasMessageContaining("set sysctl net/ipv4/ip_forward to \"many\"");
      assertThatThrownBy(() -> Sysctls.read(netns, SysctlKey.of("net", "nope")))
          .isInstanceOfSatisfying(
              KernelException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT));
    }
  }
}
