package dev.patchbay.core.nic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MacAddressTest {
  @Property
  void sixBytesSurviveTheWayThroughText(@ForAll @Size(6) byte[] bytes) {
    MacAddress mac = MacAddress.of(bytes);
    assertThat(mac.bytes()).isEqualTo(bytes);
    assertThat(new MacAddress(mac.value())).isEqualTo(mac);
    assertThat(mac.value()).hasSize(17);
  }

  @Property
  void unicastMeansThatTheLowestBitOfTheFirstByteIsClear(@ForAll @Size(6) byte[] bytes) {
    bytes[5] |= 1; // not all zero
    assertThat(MacAddress.of(bytes).isUnicast()).isEqualTo((bytes[0] & 1) == 0);
  }

  @Test
  void allZeroIsNobodysAddress() {
    assertThat(new MacAddress("00:00:00:00:00:00").isUnicast()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"0A:58:0A:F4:01:06", "0a-58-0a-f4-01-06", "0A-58:0a-F4:01-06"})
  void upperCaseAndDashesAreTheSameAddress(String text) {
    assertThat(new MacAddress(text)).hasToString("0a:58:0a:f4:01:06");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0a:58:0a:f4:01",
        "0a:58:0a:f4:01:06:07",
        "0g:58:0a:f4:01:06",
        "0a580af40106",
        "0a:58:0a:f4:01:06 ",
        "a:58:0a:f4:01:06",
        "0a:58:0a:f4:01:0\u0666"
      })
  void otherTextIsRefusedNamingIt(String text) {
    assertThatThrownBy(() -> new MacAddress(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("\"" + text + "\" is not a MAC address");
  }

  @Property
  void anyTextIsReadOrRefused(@ForAll String text) {
    try {
      assertThat(new MacAddress(text).bytes()).hasSize(6);
    } catch (IllegalArgumentException refused) {
      assertThat(refused).hasMessageContaining("is not a MAC address");
    }
  }
}
