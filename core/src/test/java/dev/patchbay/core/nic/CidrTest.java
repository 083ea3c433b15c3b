package dev.patchbay.core.nic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CidrTest {
  @Property
  void textIsReadBackAsTheSame(@ForAll("cidrs") Cidr cidr) {
    assertThat(Cidr.parse(cidr.toString())).isEqualTo(cidr);
    assertThat(Cidr.ip(IpText.of(cidr.address()))).isEqualTo(cidr.address());
  }

  @Property
  void networkHasNoHostBitsAndHoldsItsAddresses(@ForAll("cidrs") Cidr cidr) {
    Cidr network = cidr.network();
    int hostBits = cidr.address().getAddress().length * 8 - cidr.prefix();
    BigInteger value = new BigInteger(1, network.address().getAddress());
    assertThat(value.shiftRight(hostBits).shiftLeft(hostBits)).isEqualTo(value);
    assertThat(network.network()).isEqualTo(network);
    assertThat(network.contains(cidr.address())).isTrue();
    assertThat(network.prefix()).isEqualTo(cidr.prefix());
  }

  @Property
  void containsMeansEqualLeadingBits(@ForAll("cidrs") Cidr cidr, @ForAll("cidrs") Cidr other) {
    byte[] here = cidr.address().getAddress();
    byte[] there = other.address().getAddress();
    int hostBits = here.length * 8 - cidr.prefix();
    boolean expected =
        here.length == there.length
            && new BigInteger(1, here)
                .shiftRight(hostBits)
                .equals(new BigInteger(1, there).shiftRight(hostBits));
    assertThat(cidr.contains(other.address())).isEqualTo(expected);
  }

  @Property
  void anyTextIsReadOrRefused(@ForAll("nearlyCidrs") String text) {
    try {
      assertThat(Cidr.parse(Cidr.parse(text).toString())).isEqualTo(Cidr.parse(text));
    } catch (IllegalArgumentException refused) {
      assertThat(refused).hasMessageMatching("(?s).+");
    }
  }

  @ParameterizedTest(name = "{0} is {1}")
  @CsvSource({
    "10.1.2.3/24, 10.1.2.3/24, 10.1.2.0/24",
    "10.1.2.3/0, 10.1.2.3/0, 0.0.0.0/0",
    "10.1.2.3/32, 10.1.2.3/32, 10.1.2.3/32",
    "2001:DB8::5/65, 2001:db8::5/65, 2001:db8::/65",
    "::ffff:10.1.2.3/120, 10.1.2.3/24, 10.1.2.0/24"
  })
  void addressKeepsItsHostBits(String text, String written, String network) {
    assertThat(Cidr.parse(text)).hasToString(written);
    assertThat(Cidr.parse(text).network()).hasToString(network);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "10.1.2.3",
        "10.1.2.3/",
        "10.1.2.3/33",
        "10.1.2.3/-1",
        "10.1.2.3/024",
        "10.1/16",
        "010.1.2.3/8",
        "2001:db8::/129",
        "fe80::1%eth0/64",
        "host/24",
        "::ffff:10.1.2.3/64",
        "10.1.2.3/24/8",
        "10.1.2.3/٢٤"
      })
  void otherTextIsRefused(String text) {
    assertThatThrownBy(() -> Cidr.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Provide
  Arbitrary<Cidr> cidrs() {
    // few bits, so that networks often hold each other's addresses
    return Arbitraries.of(4, 16)
        .flatMap(size ->
            Arbitraries.bytes()
                .between((byte) 0, (byte) 3)
                .array(byte[].class)
                .ofSize(size)
                .flatMap(bytes ->
                    Arbitraries.integers()
                        .between(0, size * 8)
                        .map(prefix -> new Cidr(address(bytes), prefix))));
  }

  @Provide
  Arbitrary<String> nearlyCidrs() {
    return Arbitraries.strings().withChars("0123456789abcdf:./%").ofMaxLength(24);
  }

  private static InetAddress address(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }
}
