package dev.patchbay.linux.procfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.patchbay.core.nic.IfName;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SysctlKeyTest {
  @Test
  void dotsOrSlashesSeparate() {
    SysctlKey key = SysctlKey.of("net", "ipv4", "conf", "eth0.100", "arp_filter");

    assertThat(SysctlKey.parse("net/ipv4/conf/eth0.100/arp_filter")).isEqualTo(key);
    assertThat(SysctlKey.parse("net.ipv4.conf.eth0/100.arp_filter")).isEqualTo(key);
    assertThat(SysctlKey.parse("net.ipv4.conf.eth0.100.arp_filter", new IfName("eth0.100")))
        .isEqualTo(key);
    assertThat(SysctlKey.parse("net.core.somaxconn", new IfName("eth0.100")))
        .isEqualTo(SysctlKey.of("net", "core", "somaxconn"));
    assertThat(key).hasToString("net/ipv4/conf/eth0.100/arp_filter");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "net",
        "kernel.hostname",
        "net..ipv4",
        "net/../kernel/hostname",
        "net.//.kernel",
        "/net/ipv4/ip_forward",
        "net/ipv4/"
      })
  void whatIsNotBelowNetIsRefused(String text) {
    assertThatThrownBy(() -> SysctlKey.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("sysctl");
  }

  @Property
  void anyTextIsAKeyBelowNetOrRefused(@ForAll String text) {
    try {
      assertThat(SysctlKey.parse("net." + text).parts()).doesNotContain("..", ".", "");
    } catch (IllegalArgumentException refused) {
      assertThat(refused).hasMessageContaining("sysctl");
    }
  }
}
