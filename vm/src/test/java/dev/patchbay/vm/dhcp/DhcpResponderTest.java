package dev.patchbay.vm.dhcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.nic.Route;
import dev.patchbay.ipam.dhcp.DhcpKind;
import dev.patchbay.ipam.dhcp.DhcpMessage;
import dev.patchbay.ipam.dhcp.DhcpOptions;
import java.net.Inet4Address;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class DhcpResponderTest {
  private static final MacAddress GUEST = new MacAddress("52:54:00:00:00:01");
  private static final MacAddress ALL = new MacAddress("ff:ff:ff:ff:ff:ff");
  private static final Inet4Address IP = v4("10.1.2.3");

  private static final DhcpResponder RESPONDER =
      new DhcpResponder(
          GUEST,
          new NicLease(
              Cidr.parse("10.1.2.3/24"),
              List.of(
                  Route.to(Cidr.parse("0.0.0.0/0"), Optional.of(v4("10.1.2.1"))),
                  Route.to(Cidr.parse("fd00::/64"), Optional.empty())),
              List.of(v4("10.96.0.10")),
              Optional.of("cluster.local"),
              List.of("demo.svc.cluster.local", "cluster.local"),
              Optional.of("nginx-vm"),
              OptionalInt.of(1450)));

  private static Inet4Address v4(String text) {
    return (Inet4Address) Cidr.ip(text);
  }

  private static DhcpMessage asks(
      DhcpKind kind, boolean broadcast, Inet4Address current, DhcpOptions options) {
    return new DhcpMessage(
        false, kind, 77, broadcast, current, DhcpMessage.UNKNOWN, GUEST, options);
  }

  private static byte[] frame(DhcpMessage message) {
    return new UdpFrame(
            GUEST,
            ALL,
            DhcpMessage.UNKNOWN,
            v4("255.255.255.255"),
            68,
            67,
            ByteBuffer.wrap(message.bytes()))
        .bytes();
  }

  private static UdpFrame answered(DhcpMessage asked) {
    return RESPONDER
        .answer(frame(asked))
        .flatMap(reply -> UdpFrame.of(reply.bytes()))
        .orElseThrow();
  }

  private static DhcpMessage message(UdpFrame frame) {
    return DhcpMessage.read(frame.data());
  }

  private static DhcpOptions requesting(String address) {
    return DhcpOptions.NONE.with(DhcpOptions.REQUESTED_ADDRESS, List.of(v4(address)));
  }

  @Test
  void aDiscoverIsOfferedTheLeaseWhateverAddressItWishes() {
    UdpFrame frame =
        answered(asks(DhcpKind.DISCOVER, false, DhcpMessage.UNKNOWN, requesting("192.0.2.9")));
    DhcpMessage offer = message(frame);

    assertThat(offer.kind()).isEqualTo(DhcpKind.OFFER);
    assertThat(offer.transaction()).isEqualTo(77);
    assertThat(offer.yours()).isEqualTo(IP);
    assertThat(frame.to()).isEqualTo(GUEST);
    assertThat(frame.destination()).isEqualTo(IP);
    assertThat(frame.destinationPort()).isEqualTo(68);
    DhcpOptions options = offer.options();
    assertThat(options.address(DhcpOptions.SUBNET_MASK)).contains(v4("255.255.255.0"));
    assertThat(options.address(DhcpOptions.ROUTERS)).contains(v4("10.1.2.1"));
    assertThat(options.hex().get(DhcpOptions.ROUTES)).isEqualTo("00" + "0a010201");
    assertThat(options.address(DhcpOptions.DNS)).contains(v4("10.96.0.10"));
    assertThat(options.hex().get(DhcpOptions.SEARCH))
        .isEqualTo(
            HexFormat.of()
                .formatHex(
                    "\4demo\3svc\7cluster\5local\0\7cluster\5local\0"
                        .getBytes(StandardCharsets.US_ASCII)));
    assertThat(options.hex().get(DhcpOptions.MTU)).isEqualTo("05aa");
    assertThat(options.hex().get(DhcpOptions.LEASE_TIME)).isEqualTo("ffffffff");
    assertThat(options.address(DhcpOptions.SERVER)).contains(DhcpResponder.SERVER);
  }

  @Test
  void aClientThatCannotReceiveUnicastIsAnsweredByBroadcast() {
    UdpFrame frame = answered(asks(DhcpKind.DISCOVER, true, DhcpMessage.UNKNOWN, DhcpOptions.NONE));

    assertThat(frame.to()).isEqualTo(ALL);
    assertThat(frame.destination()).isEqualTo(v4("255.255.255.255"));
  }

  @Test
  void aRequestOfTheLeaseIsAcknowledgedWhetherNewOrRenewed() {
    UdpFrame chosen =
        answered(asks(DhcpKind.REQUEST, false, DhcpMessage.UNKNOWN, requesting("10.1.2.3")));
    UdpFrame renewed = answered(asks(DhcpKind.REQUEST, true, IP, DhcpOptions.NONE));

    assertThat(message(chosen).kind()).isEqualTo(DhcpKind.ACK);
    assertThat(message(renewed).kind()).isEqualTo(DhcpKind.ACK);
    assertThat(renewed.to()).as("a client with an address is reached there").isEqualTo(GUEST);
  }

  @Test
  void aRequestOfAnotherAddressIsRefusedByBroadcast() {
    UdpFrame frame =
        answered(asks(DhcpKind.REQUEST, false, DhcpMessage.UNKNOWN, requesting("10.1.2.4")));

    assertThat(message(frame).kind()).isEqualTo(DhcpKind.NAK);
    assertThat(message(frame).yours()).isEqualTo(DhcpMessage.UNKNOWN);
    assertThat(frame.to()).isEqualTo(ALL);
  }

  @Test
  void informGetsEverythingButAnAddress() {
    DhcpMessage ack = message(answered(asks(DhcpKind.INFORM, false, IP, DhcpOptions.NONE)));

    assertThat(ack.kind()).isEqualTo(DhcpKind.ACK);
    assertThat(ack.yours()).isEqualTo(DhcpMessage.UNKNOWN);
    assertThat(ack.options().hex()).doesNotContainKey(DhcpOptions.LEASE_TIME);
    assertThat(ack.options().address(DhcpOptions.DNS)).contains(v4("10.96.0.10"));
  }

  @Test
  void otherClientsOtherServersAndWhatNeedsNoAnswerGetNone() {
    DhcpMessage stranger =
        new DhcpMessage(
            false,
            DhcpKind.DISCOVER,
            1,
            false,
            DhcpMessage.UNKNOWN,
            DhcpMessage.UNKNOWN,
            new MacAddress("52:54:00:00:00:02"),
            DhcpOptions.NONE);
    DhcpMessage another =
        asks(
            DhcpKind.REQUEST,
            false,
            DhcpMessage.UNKNOWN,
            requesting("10.1.2.3").with(DhcpOptions.SERVER, List.of(v4("192.0.2.1"))));

    assertThat(RESPONDER.answer(frame(stranger))).isEmpty();
    assertThat(RESPONDER.answer(frame(another))).isEmpty();
    for (DhcpKind kind : List.of(DhcpKind.RELEASE, DhcpKind.DECLINE, DhcpKind.ACK)) {
      assertThat(RESPONDER.answer(frame(asks(kind, false, IP, DhcpOptions.NONE)))).isEmpty();
    }
  }

  @Test
  void aNicWithoutDefaultRouteIsToldOfNoRouter() {
    NicLease second =
        new NicLease(
            Cidr.parse("192.168.100.7/32"),
            List.of(Route.to(Cidr.parse("10.7.0.0/16"), Optional.of(v4("192.168.100.1")))),
            List.of(),
            Optional.empty(),
            List.of(),
            Optional.empty(),
            OptionalInt.empty());

    assertThat(second.options(true).hex().keySet())
        .containsExactly(DhcpOptions.SUBNET_MASK, DhcpOptions.LEASE_TIME, DhcpOptions.ROUTES);
    assertThat(second.options(true).hex().get(DhcpOptions.ROUTES))
        .as("the gateway first, as it is not in the NIC's own network")
        .isEqualTo("20" + "c0a86401" + "00000000" + "10" + "0a07" + "c0a86401");
    assertThat(second.options(true).address(DhcpOptions.SUBNET_MASK))
        .contains(v4("255.255.255.255"));
  }

  @Test
  void anAddressOfTheOtherFamilyIsRefused() {
    assertThatThrownBy(() ->
            new NicLease(
                Cidr.parse("fd00::7/64"),
                List.of(),
                List.of(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                OptionalInt.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("fd00::7/64");
  }

  @Test
  void checksumsAreThoseOfTheRfc() {
    byte[] frame = frame(asks(DhcpKind.DISCOVER, false, DhcpMessage.UNKNOWN, DhcpOptions.NONE));
    ByteBuffer in = ByteBuffer.wrap(frame);

    assertThat(folded(in, 14, 20, 0)).isEqualTo(0xffff);
    assertThat(folded(in, 26, frame.length - 26, 17 + frame.length - 34)).isEqualTo(0xffff);
  }

  private static long folded(ByteBuffer in, int from, int length, long start) {
    long sum = start;
    for (int i = 0; i < length - length % 2; i += 2) {
      sum += Short.toUnsignedLong(in.getShort(from + i));
    }
    sum += length % 2 == 0 ? 0 : Byte.toUnsignedLong(in.get(from + length - 1)) << 8;
    while (sum > 0xffff) {
      sum = (sum & 0xffff) + (sum >> 16);
    }
    return sum;
  }

  @Property
  void whateverTheGuestSendsIsAnsweredOrIgnored(@ForAll byte[] frame) {
    assertThat(RESPONDER.answer(frame)).isEmpty();
  }

  @Property
  void aFrameThatIsChangedAndCutIsAnsweredWithTheLeaseOrIgnored(
      @ForAll @IntRange(max = 341) int position,
      @ForAll byte value,
      @ForAll @IntRange(max = 342) int length) {
    byte[] frame = frame(asks(DhcpKind.DISCOVER, false, DhcpMessage.UNKNOWN, DhcpOptions.NONE));
    frame[position] = value;

    Optional<DhcpResponder.Reply> reply = RESPONDER.answer(java.util.Arrays.copyOf(frame, length));

    assertThat(reply.stream().map(DhcpResponder.Reply::bytes).flatMap(f -> UdpFrame.of(f).stream()))
        .allSatisfy(sent -> {
          DhcpMessage answer = message(sent);
          assertThat(answer.client()).isEqualTo(GUEST);
          if (!answer.yours().equals(DhcpMessage.UNKNOWN)) {
            assertThat(answer.yours()).isEqualTo(IP);
          }
        });
  }
}
