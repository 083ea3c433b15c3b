package dev.patchbay.ipam.dhcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.patchbay.core.nic.Cidr;
import java.net.Inet6Address;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class Dhcp6MessageTest {
  private static final Inet6Address ADDRESS = (Inet6Address) Cidr.ip("fd00:1::7");

  @Provide
  Arbitrary<Dhcp6Message> messages() {
    Arbitrary<List<Dhcp6Option>> options =
        Combinators.combine(
                Arbitraries.integers().between(0, 0xffff),
                Arbitraries.bytes().array(byte[].class).ofMaxSize(300))
            .as(Dhcp6Option::of)
            .list()
            .ofMaxSize(8);
    return Combinators.combine(
            Arbitraries.of(Dhcp6Kind.class), Arbitraries.integers().between(0, 0xffffff), options)
        .as(Dhcp6Message::new);
  }

  @Property
  void whatIsWrittenIsReadBack(@ForAll("messages") Dhcp6Message message) {
    assertThat(Dhcp6Message.read(message.bytes())).isEqualTo(message);
  }

  @Property(tries = 5000)
  void garbageIsRefusedAndNothingElse(@ForAll byte[] payload) {
    Throwable thrown = catchThrowable(() -> Dhcp6Message.read(payload));
    if (thrown != null) {
      assertThat(thrown).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Property(tries = 5000)
  void aGroupOfGarbageIsRefusedAndNothingElse(@ForAll byte[] value) {
    Throwable thrown =
        catchThrowable(() -> AddressGroup.read(Dhcp6Option.of(Dhcp6Option.ADDRESSES, value)));
    if (thrown != null) {
      assertThat(thrown).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aMessageIsAsTheStandardHasIt() {
    Dhcp6Message solicit =
        new Dhcp6Message(
            Dhcp6Kind.SOLICIT,
            0xabcdef,
            List.of(
                Dhcp6Option.of(Dhcp6Option.CLIENT, (byte) 0, (byte) 3),
                Dhcp6Option.of(Dhcp6Option.RAPID_COMMIT)));

    assertThat(HexFormat.of().formatHex(solicit.bytes()))
        .isEqualTo("01abcdef" + "0001" + "0002" + "0003" + "000e" + "0000");
  }

  @Test
  void aGroupTellsWhatIsLentAndWhatIsWithdrawn() {
    AddressGroup group =
        new AddressGroup(
            5, List.of(ADDRESS), List.of((Inet6Address) Cidr.ip("fd00:1::8")), Optional.empty());

    assertThat(group.option().hex())
        .isEqualTo(
            "00000005ffffffffffffffff"
                + ("00050018" + "fd000001000000000000000000000007" + "ffffffffffffffff")
                + ("00050018" + "fd000001000000000000000000000008" + "0000000000000000"));
    AddressGroup read = AddressGroup.read(group.option());
    assertThat(read.id()).isEqualTo(5);
    assertThat(read.lent()).containsExactly(ADDRESS, (Inet6Address) Cidr.ip("fd00:1::8"));
  }

  @Test
  void moreOptionsThanAnyClientHasAreRefused() {
    byte[] many = new byte[4 + 65 * 4];
    many[0] = 1;

    assertThatThrownBy(() -> Dhcp6Message.read(many))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("64 options");
  }

  @Test
  void aMappedAddressStaysAnAddressOfSixteenBytes() {
    byte[] value = HexFormat.of().parseHex("00000001" + "00".repeat(8));
    Dhcp6Option inner =
        Dhcp6Option.of(
            Dhcp6Option.ADDRESS,
            HexFormat.of().parseHex("00".repeat(10) + "ffff0a000001" + "00".repeat(8)));
    byte[] all = Dhcp6Option.bytes(List.of(inner));
    byte[] group = java.util.Arrays.copyOf(value, value.length + all.length);
    System.arraycopy(all, 0, group, value.length, all.length);

    assertThat(AddressGroup.read(Dhcp6Option.of(Dhcp6Option.ADDRESSES, group)).lent())
        .singleElement()
        .satisfies(address -> assertThat(address.getAddress()).hasSize(16));
  }

  @Test
  void namesAreWrittenAsLabels() {
    assertThat(DnsNames.bytes(List.of("a.bc.", "", "no good", "x".repeat(64), "d")))
        .isEqualTo(new byte[] {1, 'a', 2, 'b', 'c', 0, 1, 'd', 0});
  }
}
