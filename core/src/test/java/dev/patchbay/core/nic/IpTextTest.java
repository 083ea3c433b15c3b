package dev.patchbay.core.nic;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IpTextTest {
  @ParameterizedTest(name = "{0} is written {1}")
  @CsvSource({
    "0:0:0:0:0:0:0:0, ::",
    "0:0:0:0:0:0:0:1, ::1",
    "1:0:0:0:0:0:0:0, 1::",
    "2001:db8:0:0:0:0:0:5, 2001:db8::5",
    "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
    "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
    "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
    "2001:DB8::A, 2001:db8::a",
    "fe80:0:0:0:1:2:3:4, fe80::1:2:3:4",
    "10.0.0.1, 10.0.0.1"
  })
  void addressesAreWrittenAsRfc5952Says(String given, String written) {
    assertThat(IpText.of(IpText.parse(given))).isEqualTo(written);
  }
}
