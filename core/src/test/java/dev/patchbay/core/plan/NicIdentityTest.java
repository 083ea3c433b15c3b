package dev.patchbay.core.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.core.nic.IfName;
import java.util.HashSet;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.NumericChars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class NicIdentityTest {
  @Property
  void namesFitLinuxAndAddressesAreLocalAndOfOneStation(
      @ForAll @AlphaChars @NumericChars @StringLength(min = 1, max = 64) String container,
      @ForAll @AlphaChars @StringLength(min = 1, max = 15) String nic) {
    NicIdentity id = NicIdentity.of(container, new IfName(nic));
    assertThat(id.hostEnd().value()).matches("veth[0-9a-f]{11}");
    assertThat(id.hostMac().isUnicast()).isTrue();
    assertThat(id.podMac().isUnicast()).isTrue();
    assertThat(id.hostMac().bytes()[0] & 2).isEqualTo(2);
    assertThat(id.podMac().bytes()[0] & 2).isEqualTo(2);
    assertThat(id.podMac()).isNotEqualTo(id.hostMac());
    assertThat(NicIdentity.of(container, new IfName(nic))).isEqualTo(id);
  }

  @Test
  void everyNicOfEveryContainerHasItsOwn() {
    Set<Object> seen = new HashSet<>();
    for (int container = 0; container < 500; container++) {
      for (int nic = 0; nic < 8; nic++) {
        NicIdentity id = NicIdentity.of("c" + container, new IfName("net" + nic));
        assertThat(seen.add(id.hostEnd())).isTrue();
        assertThat(seen.add(id.hostMac())).isTrue();
        assertThat(seen.add(id.podMac())).isTrue();
      }
    }
  }
}
