package dev.patchbay.ipam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.patchbay.core.nic.Cidr;
import java.math.BigInteger;
import java.net.InetAddress;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class IpAddressTest {
  @Test
  void textIsWhatGoPrints() {
    Map.of(
            "fd00:0:0:0:0:0:0:2", "fd00::2",
            "FD00::A", "fd00::a",
            "1:0:0:2:0:0:0:3", "1:0:0:2::3",
            "1:0:0:2:3:0:0:4", "1::2:3:0:0:4",
            "1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7",
            "0:0:0:0:0:0:0:0", "::",
            "::1", "::1",
            "1::", "1::",
            "::ffff:10.1.2.3", "10.1.2.3",
            "255.255.255.255", "255.255.255.255")
        .forEach((in, out) -> assertThat(IpAddress.parse(in)).hasToString(out));
  }

  @Test
  void whatGoDoesNotReadIsRefusedNamingTheText() {
    for (String text :
        new String[] {
          "",
          "10.1",
          "10.1.2",
          "1",
          "010.1.2.3",
          "10.1.2.256",
          "10.1.2.3.4",
          "10.1.2.3 ",
          "::g",
          "fe80::1%eth0",
          "[::1]",
          "1:2:3",
          "1:2:3:4:5:6:7:8:9",
          "00001::",
          "1::2::3",
          ":::",
          "localhost",
          "::1.2.3",
          "::01.2.3.4",
          "1:2:3:4:5:6:7:12345"
        }) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> IpAddress.parse(text))
          .withMessageContaining("\"" + text + "\" is not an IP address");
    }
  }

  @Test
  void cidrsWithoutAPrefixOrWithAnImpossibleOneAreRefused() {
    assertThat(IpAddress.parseCidr("10.1.2.3/24")).isEqualTo(Cidr.parse("10.1.2.3/24"));
    for (String text :
        new String[] {
          "10.1.2.3",
          "10.1.2.3/33",
          "fd00::/129",
          "10.1.2.3/",
          "10.1.2.3/024",
          "10.1.2.3/-1",
          "x/24"
        }) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> IpAddress.parseCidr(text))
          .withMessageContaining(text.substring(0, text.indexOf('/') < 0 ? 1 : text.indexOf('/')));
    }
  }

  @Test
  void thereIsNothingBeyondTheLastAndBeforeTheFirst() {
    for (String max : new String[] {"255.255.255.255", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"}) {
      assertThat(IpAddress.parse(max).isMax()).isTrue();
      assertThatIllegalStateException().isThrownBy(() -> IpAddress.parse(max).next());
    }
    for (String min : new String[] {"0.0.0.0", "::"}) {
      assertThatIllegalStateException().isThrownBy(() -> IpAddress.parse(min).previous());
    }
  }

  @Provide
  static Arbitrary<IpAddress> addresses() {
    Arbitrary<Long> halves = Arbitraries.longs();
    return Arbitraries.oneOf(
        Arbitraries.longs().between(0, 0xffff_ffffL).map(low -> new IpAddress(true, 0, low)),
        Combinators.combine(halves, halves).as((high, low) -> new IpAddress(false, high, low)));
  }

  /** One that Java does not turn into IPv4. */
  private static boolean isMapped(IpAddress address) {
    return !address.v4() && address.high() == 0 && address.low() >>> 32 == 0xffff;
  }

  @Property
  void textAndJavasAddressLeadBack(@ForAll("addresses") IpAddress address) {
    if (!isMapped(address)) {
      assertThat(IpAddress.parse(address.toString())).isEqualTo(address);
      assertThat(IpAddress.of(address.inet())).isEqualTo(address);
      assertThat(InetAddress.ofLiteral(address.toString())).isEqualTo(address.inet());
    }
  }

  @Property
  void anyTextIsReadOrRefused(@ForAll String text) {
    try {
      assertThat(IpAddress.parse(text).toString()).isNotEmpty();
    } catch (IllegalArgumentException e) {
      assertThat(e).hasMessageContaining(text);
    }
  }

  @Property
  void orderAndCountAreThoseOfTheNumbers(
      @ForAll("addresses") IpAddress a, @ForAll("addresses") IpAddress b) {
    if (a.v4() == b.v4()) {
      assertThat(Integer.signum(a.compareTo(b))).isEqualTo(number(a).compareTo(number(b)));
      BigInteger count = number(b).subtract(number(a)).add(BigInteger.ONE).max(BigInteger.ZERO);
      assertThat(BigInteger.valueOf(a.countTo(b)))
          .isEqualTo(count.min(BigInteger.valueOf(Long.MAX_VALUE)));
    } else {
      assertThat(a.compareTo(b)).isEqualTo(a.v4() ? -1 : 1);
      assertThat(a.countTo(b)).isZero();
    }
    if (!a.isMax()) {
      assertThat(number(a.next())).isEqualTo(number(a).add(BigInteger.ONE));
      assertThat(a.next().previous()).isEqualTo(a);
    }
  }

  @Property
  void hostBitsReachTheEndOfTheNetwork(
      @ForAll("addresses") IpAddress address, @ForAll @IntRange(max = 128) int prefix) {
    int length = Math.min(prefix, address.bits());
    BigInteger hosts = BigInteger.ONE.shiftLeft(address.bits() - length).subtract(BigInteger.ONE);
    assertThat(number(address.withHostBits(length))).isEqualTo(number(address).or(hosts));
  }

  private static BigInteger number(IpAddress address) {
    BigInteger unsigned = new BigInteger(Long.toUnsignedString(address.high())).shiftLeft(64);
    return unsigned.add(new BigInteger(Long.toUnsignedString(address.low())));
  }
}
