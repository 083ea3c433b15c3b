package dev.patchbay.vm.dhcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.ipam.dhcp.AddressGroup;
import dev.patchbay.ipam.dhcp.Dhcp6Kind;
import dev.patchbay.ipam.dhcp.Dhcp6Message;
import dev.patchbay.ipam.dhcp.Dhcp6Option;
import dev.patchbay.ipam.dhcp.DhcpKind;
import dev.patchbay.ipam.dhcp.DhcpMessage;
import dev.patchbay.ipam.dhcp.DhcpOptions;
import dev.patchbay.vm.dhcp.NicTalk.Fact;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class NicTalkTest {
  private static final MacAddress GUEST = new MacAddress("52:54:00:00:00:01");
  private static final MacAddress ROUTER_MAC = new MacAddress("02:00:00:00:00:99");
  private static final Inet6Address LINK_LOCAL = v6("fe80::5054:ff:fe00:1");
  private static final Inet6Address SERVERS = v6("ff02::1:2");
  private static final Inet6Address IP = v6("fd00:1::7");
  private static final Dhcp6Option CLIENT =
      Dhcp6Option.of(Dhcp6Option.CLIENT, HexFormat.of().parseHex("00030001525400000001"));

  private static final NicLease LEASE =
      new NicLease(
          Cidr.parse("10.1.2.3/24"),
          List.of(),
          List.of(),
          Optional.empty(),
          List.of(),
          Optional.empty(),
          OptionalInt.empty());
  private static final NicLease6 LEASE6 = lease6(Optional.empty());
  private static final NicTalk TALK = new NicTalk(GUEST, Optional.of(LEASE), Optional.of(LEASE6));

  private static Inet6Address v6(String text) {
    return (Inet6Address) Cidr.ip(text);
  }

  private static NicLease6 lease6(Optional<NicLease6.Router> router) {
    return new NicLease6(
        List.of(Cidr.parse("fd00:1::7/64")),
        router,
        List.of(v6("fd00::53")),
        List.of("cluster.local"),
        OptionalInt.of(1450));
  }

  private static byte[] asks(Dhcp6Kind kind, Dhcp6Option... options) {
    byte[] data = new Dhcp6Message(kind, 77, List.of(options)).bytes();
    return new Ipv6Frame(
            GUEST,
            Ipv6Frame.multicast(SERVERS),
            LINK_LOCAL,
            SERVERS,
            Ipv6Frame.UDP,
            1,
            Ipv6Frame.datagram(546, 547, data))
        .bytes();
  }

  private static Dhcp6Option group(int id, Inet6Address... has) {
    return new AddressGroup(id, List.of(has), List.of(), Optional.empty()).option();
  }

  private static Optional<Dhcp6Message> answered(byte[] frame) {
    return TALK.hears(frame).frames().stream()
        .findFirst()
        .map(bytes -> Ipv6Frame.of(bytes).orElseThrow())
        .map(reply -> {
          assertThat(reply.to()).isEqualTo(GUEST);
          assertThat(reply.destination()).isEqualTo(LINK_LOCAL);
          return Dhcp6Message.read(reply.datagram(546).orElseThrow());
        });
  }

  private static Dhcp6Message reply(byte[] frame) {
    return answered(frame).orElseThrow();
  }

  private static List<Inet6Address> lent(Dhcp6Message message) {
    return AddressGroup.read(message.option(Dhcp6Option.ADDRESSES).orElseThrow()).lent();
  }

  @Test
  void aSolicitIsAdvertisedTheAddressAndChoosesAtOnce() {
    byte[] frame = asks(Dhcp6Kind.SOLICIT, CLIENT, group(9));
    Dhcp6Message advertised = reply(frame);

    assertThat(advertised.kind()).isEqualTo(Dhcp6Kind.ADVERTISE);
    assertThat(advertised.transaction()).isEqualTo(77);
    assertThat(advertised.options()).contains(CLIENT, Dhcp6Responder.SERVER);
    assertThat(advertised.option(Dhcp6Option.PREFERENCE).orElseThrow().hex()).isEqualTo("ff");
    assertThat(lent(advertised)).containsExactly(IP);
    assertThat(advertised.option(Dhcp6Option.DNS).orElseThrow().hex())
        .isEqualTo("fd000000000000000000000000000053");
    assertThat(TALK.hears(frame).facts()).as("nothing is lent yet").isEmpty();
  }

  @Test
  void aSolicitWithRapidCommitIsRepliedToAndHasTheAddress() {
    Dhcp6Option rapid = Dhcp6Option.of(Dhcp6Option.RAPID_COMMIT);
    byte[] frame = asks(Dhcp6Kind.SOLICIT, CLIENT, rapid, group(9));

    assertThat(reply(frame).kind()).isEqualTo(Dhcp6Kind.REPLY);
    assertThat(reply(frame).options()).contains(rapid);
    assertThat(TALK.hears(frame).facts()).containsExactly(new Fact.Took(IP));
  }

  @Test
  void aRequestHasTheAddressAndASecondGroupHasNone() {
    byte[] frame = asks(Dhcp6Kind.REQUEST, CLIENT, Dhcp6Responder.SERVER, group(9), group(10));
    Dhcp6Message reply = reply(frame);

    assertThat(reply.kind()).isEqualTo(Dhcp6Kind.REPLY);
    List<Dhcp6Option> groups = reply.all(Dhcp6Option.ADDRESSES).toList();
    assertThat(AddressGroup.read(groups.getFirst()).lent()).containsExactly(IP);
    assertThat(groups.getLast().hex())
        .as("no address available")
        .isEqualTo("0000000a" + "0000000000000000" + "000d" + "0002" + "0002");
    assertThat(TALK.hears(frame).facts()).containsExactly(new Fact.Took(IP));
  }

  @Test
  void aRequestToAnotherServerIsNotAnswered() {
    Dhcp6Option other = Dhcp6Option.of(Dhcp6Option.SERVER, (byte) 1);

    assertThat(answered(asks(Dhcp6Kind.REQUEST, CLIENT, other, group(9)))).isEmpty();
    assertThat(answered(asks(Dhcp6Kind.REQUEST, CLIENT, group(9)))).isEmpty();
    assertThat(answered(asks(Dhcp6Kind.SOLICIT, group(9)))).as("of nobody").isEmpty();
  }

  @Test
  void whoComesBackWithAnotherAddressIsToldToDropIt() {
    Inet6Address old = v6("fd00:1::8");
    Dhcp6Message renewed =
        reply(asks(Dhcp6Kind.RENEW, CLIENT, Dhcp6Responder.SERVER, group(9, old)));
    Dhcp6Message rebound = reply(asks(Dhcp6Kind.REBIND, CLIENT, group(9, IP)));

    assertThat(renewed.option(Dhcp6Option.ADDRESSES).orElseThrow().hex())
        .contains("fd000001000000000000000000000007" + "ffffffffffffffff")
        .contains("fd000001000000000000000000000008" + "0000000000000000");
    assertThat(lent(rebound)).containsExactly(IP);
  }

  @Test
  void whatAClientStillHasIsConfirmedOrNot() {
    Dhcp6Message right = reply(asks(Dhcp6Kind.CONFIRM, CLIENT, group(9, IP)));
    Dhcp6Message wrong = reply(asks(Dhcp6Kind.CONFIRM, CLIENT, group(9, v6("fd00:2::7"))));

    assertThat(right.option(Dhcp6Option.STATUS).orElseThrow().hex()).isEqualTo("0000");
    assertThat(wrong.option(Dhcp6Option.STATUS).orElseThrow().hex()).isEqualTo("0004");
    assertThat(answered(asks(Dhcp6Kind.CONFIRM, CLIENT, group(9)))).as("about nothing").isEmpty();
    assertThat(TALK.hears(asks(Dhcp6Kind.CONFIRM, CLIENT, group(9, IP))).facts())
        .containsExactly(new Fact.Took(IP));
  }

  @Test
  void whoOnlyWantsSettingsGetsNoAddress() {
    Dhcp6Message reply = reply(asks(Dhcp6Kind.INFORMATION_REQUEST));

    assertThat(reply.kind()).isEqualTo(Dhcp6Kind.REPLY);
    assertThat(reply.option(Dhcp6Option.ADDRESSES)).isEmpty();
    assertThat(reply.option(Dhcp6Option.SEARCH).orElseThrow().hex())
        .isEqualTo("07636c7573746572056c6f63616c00");
  }

  @Test
  void anotherHardwareAddressIsNotServed() {
    byte[] frame = asks(Dhcp6Kind.SOLICIT, CLIENT, group(9));
    frame[11] = 2;

    assertThat(TALK.hears(frame)).isEqualTo(NicTalk.Turn.NOTHING);
  }

  private static byte[] icmp(Inet6Address from, Inet6Address to, String body) {
    return new Ipv6Frame(
            GUEST,
            Ipv6Frame.multicast(to),
            from,
            to,
            Ipv6Frame.ICMP,
            255,
            ByteBuffer.wrap(HexFormat.of().parseHex(body)))
        .bytes();
  }

  private static Ipv6Frame advertised(NicLease6 lease) {
    NicTalk talk = new NicTalk(GUEST, Optional.empty(), Optional.of(lease));
    byte[] asked = icmp(LINK_LOCAL, v6("ff02::2"), "85000000" + "00000000");
    byte[] frame = talk.hears(asked).frames().getFirst();
    assertThat(talk.announcement()).contains(frame);
    return Ipv6Frame.of(frame).orElseThrow();
  }

  private static String body(Ipv6Frame frame) {
    return HexFormat.of().formatHex(frame.payload(4));
  }

  private static final String PREFIX =
      "03044080" + "ffffffffffffffff" + "00000000" + "fd000001000000000000000000000000";
  private static final String REST =
      ("0501" + "0000" + "000005aa")
          + ("1903" + "0000" + "ffffffff" + "fd000000000000000000000000000053")
          + ("1f03" + "0000" + "ffffffff" + "07636c7573746572056c6f63616c0000");

  @Test
  void aNicWithoutRouterHearsOfItsNetworkAndNoRouter() {
    Ipv6Frame frame = advertised(LEASE6);

    assertThat(frame.source()).isEqualTo(Advertisement.OWN);
    assertThat(frame.hops()).isEqualTo(255);
    assertThat(body(frame))
        .as("hop limit, managed and other, no lifetime")
        .isEqualTo("40c00000" + "0000000000000000" + PREFIX + REST);
  }

  @Test
  void aLinkLocalGatewayIsAdvertisedInItsOwnName() {
    Inet6Address calico = v6("fe80::ecee:eeff:feee:eeee");
    Ipv6Frame frame =
        advertised(
            lease6(
                Optional.of(
                    new NicLease6.Router(Optional.of(calico), Optional.empty(), true, List.of()))));

    assertThat(frame.source()).isEqualTo(calico);
    assertThat(body(frame)).startsWith("40c02328" + "0000000000000000" + PREFIX);
  }

  @Test
  void anotherGatewayIsAdvertisedUnderOurNameWithItsHardwareAddress() {
    NicLease6 lease =
        lease6(
            Optional.of(
                new NicLease6.Router(
                    Optional.empty(),
                    Optional.of(ROUTER_MAC),
                    false,
                    List.of(Cidr.parse("fd00:2::/48")))));
    Ipv6Frame frame = advertised(lease);

    assertThat(body(frame))
        .isEqualTo(
            ("40c00000" + "0000000000000000" + "0101" + "020000000099" + PREFIX)
                + ("1803" + "3000" + "ffffffff" + "fd000002000000000000000000000000")
                + REST);
    NicTalk talk = new NicTalk(GUEST, Optional.empty(), Optional.of(lease));
    byte[] asks =
        icmp(
            IP,
            v6("ff02::1:ff74:6368"),
            "87000000" + "00000000" + "fe80000000000000007061fffe746368");
    Ipv6Frame answer = Ipv6Frame.of(talk.hears(asks).frames().getFirst()).orElseThrow();
    assertThat(body(answer)).endsWith("fe80000000000000007061fffe746368" + "0201" + "020000000099");
    assertThat(TALK.hears(asks).frames()).as("nobody's router").isEmpty();
  }

  @Test
  void aGatewayThatIsNotFoundYetIsNotAdvertised() {
    var unknown = new NicLease6.Router(Optional.empty(), Optional.empty(), true, List.of());

    assertThat(body(advertised(lease6(Optional.of(unknown))))).startsWith("40c00000");
  }

  @Test
  void neighboursTellWhoTheGuestIs() {
    String target = "fd000001000000000000000000000007";
    Inet6Address all = v6("ff02::1");

    assertThat(TALK.hears(icmp(IP, all, "88000000" + "20000000" + target)).facts())
        .containsExactly(new Fact.Speaks(IP, GUEST));
    assertThat(TALK.hears(icmp(IP, all, "87000000" + "00000000" + target)).facts())
        .containsExactly(new Fact.Speaks(IP, GUEST));
    assertThat(TALK.hears(icmp(v6("::"), all, "87000000" + "00000000" + target)).facts())
        .as("it only looks whether the address is free")
        .isEmpty();
  }

  @Test
  void aGatewayIsAskedForInTheGuestsNameAndItsAnswerOverheard() {
    Inet6Address gateway = v6("fd00:1::a:b:c");
    GatewaySearch search = new GatewaySearch(GUEST, IP, gateway);
    Ipv6Frame question = Ipv6Frame.of(search.question()).orElseThrow();

    assertThat(question.from()).isEqualTo(GUEST);
    assertThat(question.destination()).isEqualTo(v6("ff02::1:ff0b:c"));
    assertThat(question.to()).isEqualTo(new MacAddress("33:33:ff:0b:00:0c"));
    assertThat(body(question))
        .isEqualTo("00000000" + "fd00000100000000000000" + "0a000b000c" + "0101" + "525400000001");
    String body = "88000000" + "e0000000" + "fd00000100000000000000" + "0a000b000c";
    byte[] answer =
        new Ipv6Frame(
                ROUTER_MAC,
                GUEST,
                gateway,
                IP,
                Ipv6Frame.ICMP,
                255,
                ByteBuffer.wrap(HexFormat.of().parseHex(body)))
            .bytes();
    assertThat(search.answer(answer)).contains(ROUTER_MAC);
    assertThat(new GatewaySearch(GUEST, IP, v6("fd00:1::d")).answer(answer)).isEmpty();
    assertThat(search.answer(search.question())).isEmpty();
  }

  private static byte[] arp(String sender) {
    return HexFormat.of()
        .parseHex(
            ("ffffffffffff" + "525400000001" + "0806" + "0001" + "0800" + "0604" + "0001")
                + ("525400000001" + sender + "000000000000" + "0a010201"));
  }

  @Test
  void arpTellsWhoTheGuestIs() {
    assertThat(TALK.hears(arp("0a010203")).facts())
        .containsExactly(new Fact.Speaks(Cidr.ip("10.1.2.3"), GUEST));
    assertThat(TALK.hears(arp("00000000")).facts()).as("a probe").isEmpty();
  }

  private static byte[] dhcp(DhcpKind kind, Inet4Address current) {
    DhcpMessage message =
        new DhcpMessage(
            false, kind, 1, false, current, DhcpMessage.UNKNOWN, GUEST, DhcpOptions.NONE);
    return new UdpFrame(
            GUEST,
            new MacAddress("ff:ff:ff:ff:ff:ff"),
            DhcpMessage.UNKNOWN,
            (Inet4Address) Cidr.ip("255.255.255.255"),
            68,
            67,
            ByteBuffer.wrap(message.bytes()))
        .bytes();
  }

  @Test
  void aSilentGuestIsAskedForItsAddressesInOurName() {
    List<byte[]> questions = TALK.questions();

    assertThat(HexFormat.of().formatHex(questions.getFirst()))
        .isEqualTo(
            ("ffffffffffff" + "027061746368" + "0806" + "0001" + "0800" + "0604" + "0001")
                + ("027061746368" + "a9fefe02" + "000000000000" + "0a010203"));
    Ipv6Frame asked = Ipv6Frame.of(questions.getLast()).orElseThrow();
    assertThat(asked.source()).isEqualTo(Advertisement.OWN);
    assertThat(body(asked))
        .isEqualTo("00000000" + "fd000001000000000000000000000007" + "0101" + "027061746368");
    assertThat(questions).hasSize(2);
  }

  @Test
  void onlyAnAcknowledgedRequestTakesTheAddress() {
    Inet4Address ip = (Inet4Address) Cidr.ip("10.1.2.3");

    assertThat(TALK.hears(dhcp(DhcpKind.REQUEST, ip)).facts()).containsExactly(new Fact.Took(ip));
    assertThat(TALK.hears(dhcp(DhcpKind.INFORM, ip)).frames()).hasSize(1);
    assertThat(TALK.hears(dhcp(DhcpKind.INFORM, ip)).facts()).isEmpty();
    assertThat(TALK.hears(dhcp(DhcpKind.DISCOVER, ip)).facts()).isEmpty();
  }

  @Test
  void aNicWithoutAddressesIsNotAnsweredButListenedTo() {
    NicTalk bare = new NicTalk(GUEST, Optional.empty(), Optional.empty());

    assertThat(bare.announcement()).isEmpty();
    assertThat(bare.hears(dhcp(DhcpKind.DISCOVER, DhcpMessage.UNKNOWN)))
        .isEqualTo(NicTalk.Turn.NOTHING);
    assertThat(bare.hears(asks(Dhcp6Kind.SOLICIT, CLIENT, group(9))))
        .isEqualTo(NicTalk.Turn.NOTHING);
    assertThat(bare.hears(arp("0a010203")).facts()).hasSize(1);
  }

  @Property(tries = 20_000)
  void garbageIsNeverMoreThanIgnored(@ForAll @Size(max = 400) byte[] frame) {
    assertThat(TALK.hears(frame)).isNotNull();
  }

  private static final List<byte[]> GOOD =
      List.of(
          asks(Dhcp6Kind.SOLICIT, CLIENT, group(9)),
          asks(Dhcp6Kind.REBIND, CLIENT, group(9, IP), group(10)),
          asks(Dhcp6Kind.REQUEST, CLIENT, Dhcp6Responder.SERVER, group(9)),
          dhcp(DhcpKind.DISCOVER, DhcpMessage.UNKNOWN),
          arp("0a010203"),
          icmp(IP, v6("ff02::1"), "87000000" + "00000000" + "fd000001000000000000000000000007"));

  @Property(tries = 20_000)
  void aSpoiltFrameIsNeverMoreThanIgnoredAndNoAnswerIsLarge(
      @ForAll @IntRange(max = 5) int which,
      @ForAll @Size(max = 6) List<@IntRange(max = 400) Integer> places,
      @ForAll @Size(6) byte[] values,
      @ForAll @IntRange(max = 400) int cut) {
    byte[] frame = Arrays.copyOf(GOOD.get(which), Math.min(cut + 14, GOOD.get(which).length));
    List<Integer> spoilt = new ArrayList<>(places);
    for (int i = 0; i < spoilt.size(); i++) {
      frame[spoilt.get(i) % frame.length] = values[i];
    }

    assertThat(TALK.hears(frame).frames())
        .allSatisfy(answer -> assertThat(answer).hasSizeLessThan(1514));
  }
}
