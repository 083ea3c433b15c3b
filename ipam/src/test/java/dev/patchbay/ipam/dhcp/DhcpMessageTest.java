package dev.patchbay.ipam.dhcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.nic.Route;
import java.net.Inet4Address;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class DhcpMessageTest {
  private static final MacAddress MAC = new MacAddress("02:00:00:00:00:07");
  private static final Inet4Address ADDRESS = v4("10.1.2.3");

  private static Inet4Address v4(String text) {
    return (Inet4Address) Cidr.ip(text);
  }

  private static DhcpMessage discover(DhcpOptions options) {
    return new DhcpMessage(
        false,
        DhcpKind.DISCOVER,
        0x12345678,
        true,
        DhcpMessage.UNKNOWN,
        DhcpMessage.UNKNOWN,
        MAC,
        options);
  }

  @Provide
  Arbitrary<DhcpMessage> messages() {
    Arbitrary<Inet4Address> addresses =
        Arbitraries.bytes().array(byte[].class).ofSize(4).map(DhcpOptions::address);
    Arbitrary<DhcpOptions> options =
        Arbitraries.maps(
                Arbitraries.integers().between(1, 254).filter(code -> code != DhcpOptions.KIND),
                Arbitraries.bytes()
                    .array(byte[].class)
                    .ofMaxSize(600)
                    .map(HexFormat.of()::formatHex))
            .ofMaxSize(6)
            .map(DhcpOptions::new);
    return Combinators.combine(
            Arbitraries.of(true, false),
            Arbitraries.of(DhcpKind.class),
            Arbitraries.integers(),
            Arbitraries.of(true, false),
            addresses,
            addresses,
            Arbitraries.bytes().array(byte[].class).ofSize(6).map(MacAddress::of),
            options)
        .as(DhcpMessage::new);
  }

  @Property
  void whatIsWrittenIsRead(@ForAll("messages") DhcpMessage message) {
    assertThat(DhcpMessage.read(message.bytes())).isEqualTo(message);
  }

  @Property
  void whateverComesIsAMessageOrAnIllegalArgument(@ForAll byte[] payload) {
    Throwable thrown = catchThrowable(() -> DhcpMessage.read(payload));

    assertThat(thrown == null || thrown instanceof IllegalArgumentException).isTrue();
  }

  @Property
  void aMessageThatIsChangedOrCutIsAMessageOrAnIllegalArgument(
      @ForAll("messages") DhcpMessage message,
      @ForAll @IntRange(max = 2000) int position,
      @ForAll byte value,
      @ForAll @IntRange(max = 400) int length) {
    byte[] bytes = message.bytes();
    bytes[position % bytes.length] = value;
    byte[] cut = java.util.Arrays.copyOf(bytes, Math.min(length, bytes.length));

    for (byte[] each : List.of(bytes, cut)) {
      Throwable thrown = catchThrowable(() -> DhcpMessage.read(each));
      assertThat(thrown == null || thrown instanceof IllegalArgumentException).isTrue();
    }
  }

  @Test
  void aMessageIsAtLeastAsLongAsBootpsAndSaysFirstWhatItIsFor() {
    byte[] bytes =
        discover(DhcpOptions.NONE.with(DhcpOptions.SUBNET_MASK, List.of(v4("255.255.255.0"))))
            .bytes();

    assertThat(bytes).hasSize(300);
    assertThat(HexFormat.of().formatHex(bytes, 236, 250))
        .isEqualTo("63825363" + "350101" + "0104ffffff00" + "ff");
  }

  @Test
  void routesAreWrittenAsShortAsTheirPrefix() {
    DhcpOptions options =
        DhcpOptions.NONE.withRoutes(
            List.of(
                Route.to(Cidr.parse("169.254.1.1/32"), Optional.empty()),
                Route.to(Cidr.parse("0.0.0.0/0"), Optional.of(v4("169.254.1.1"))),
                Route.to(Cidr.parse("10.17.0.0/20"), Optional.of(ADDRESS)),
                Route.to(Cidr.parse("fd00::/64"), Optional.empty())));

    // RFC 3442: prefix length, as many bytes of the network as it needs, router
    assertThat(options.hex())
        .isEqualTo(Map.of(121, "20a9fe010100000000" + "00a9fe0101" + "140a1100" + "0a010203"));
  }

  @Test
  void anOptionOverTheLimitOfOneIsSplitAndJoinedAgain() {
    DhcpOptions long121 = DhcpOptions.NONE.with(121, new byte[600]);

    assertThat(DhcpMessage.read(discover(long121).bytes()).options()).isEqualTo(long121);
  }

  @Test
  void aMessageWithoutItsEndMarkIsRead() {
    byte[] whole = discover(DhcpOptions.NONE).bytes();
    byte[] open = java.util.Arrays.copyOf(whole, 240 + 3);

    assertThat(DhcpMessage.read(open).kind()).isEqualTo(DhcpKind.DISCOVER);
  }

  @Test
  void bootpAndOtherNetworksAreRefused() {
    byte[] bytes = discover(DhcpOptions.NONE).bytes();
    byte[] tokenRing = bytes.clone();
    tokenRing[1] = 6;
    byte[] bootp = bytes.clone();
    bootp[236] = 0;

    assertThatThrownBy(() -> DhcpMessage.read(tokenRing)).hasMessageContaining("Ethernet");
    assertThatThrownBy(() -> DhcpMessage.read(bootp)).hasMessageContaining("without DHCP");
  }

  @Test
  void anAddressIsOneOnlyWhenItHasFourBytes() {
    DhcpOptions options = DhcpOptions.NONE.with(DhcpOptions.SERVER, (byte) 1, (byte) 2);

    assertThat(options.address(DhcpOptions.SERVER)).isEmpty();
    assertThat(options.with(DhcpOptions.SERVER, List.of(ADDRESS)).address(DhcpOptions.SERVER))
        .contains(ADDRESS);
  }
}
