package dev.patchbay.core.nic;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IfNameTest {
  @ParameterizedTest
  @ValueSource(strings = {"e", "eth0", "123456789012345", "ääääääb", "eth0.100", "a-b_c@d", "..."})
  void namesThatLinuxTakesAreNames(String text) {
    assertThat(new IfName(text).value()).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "..",
        "a/b",
        "a:b",
        "a b",
        "a\tb",
        "a\u0000",
        "1234567890123456",
        "ääääääää",
        "à",
        "a\u00a0b",
        "\ud800"
      })
  void otherTextIsRefusedNamingIt(String text) {
    assertThatThrownBy(() -> new IfName(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("interface name \"" + text + "\" ");
  }

  /** The kernel's rule, byte by byte: dev_valid_name in net/core/dev.c. */
  @Property
  void whateverIsTakenTheKernelTakesToo(@ForAll @StringLength(max = 17) String text) {
    try {
      byte[] bytes = new IfName(text).value().getBytes(UTF_8);
      assertThat(bytes.length).isBetween(1, 15);
      assertThat(new String(bytes, ISO_8859_1)).doesNotContainPattern("[/:\u0000\t-\r \u00a0]");
    } catch (IllegalArgumentException refused) {
      assertThat(refused).hasMessageContaining("interface name");
    }
  }

  @Property
  void plainNamesOfFifteenLettersAreTaken(
      @ForAll
          @net.jqwik.api.constraints.LowerChars
          @net.jqwik.api.constraints.NumericChars
          @StringLength(min = 1, max = 15)
          String text) {
    assertThat(new IfName(text)).hasToString(text);
  }
}
