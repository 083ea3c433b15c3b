package dev.patchbay.core.nic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetnsAndVlanRangeTest {
  @Test
  void hostIsTheNamespaceWithoutPath() {
    assertThat(Netns.HOST.isHost()).isTrue();
    assertThat(Netns.HOST).hasToString("host");
    assertThat(Netns.at("/run/netns/a").isHost()).isFalse();
    assertThatThrownBy(() -> Netns.at("run/netns/a"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"run/netns/a\" is not an absolute path");
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "1, 4095", "5, 4"})
  void vlansOutsideOf1To4094OrOutOfOrderAreRefused(int first, int last) {
    assertThatThrownBy(() -> new VlanRange(first, last))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("VLANs " + first + " to " + last);
  }

  @Test
  void everyVlanOfLinuxCanBeInARange() {
    assertThat(new VlanRange(1, 4094).last()).isEqualTo(4094);
  }
}
