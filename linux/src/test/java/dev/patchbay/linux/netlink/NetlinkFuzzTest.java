package dev.patchbay.linux.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

final class NetlinkFuzzTest {
  @Property(tries = 2000)
  void anyDatagramIsParsedOrRefused(@ForAll byte[] bytes) {
    try {
      List<NetlinkMessage> messages = NetlinkMessage.parseAll(ByteBuffer.wrap(bytes));
      assertThat(messages.stream().mapToInt(m -> m.payload().remaining() + 16).sum())
          .isLessThanOrEqualTo(bytes.length);
    } catch (MalformedNetlinkException refused) {
      assertThat(refused).hasMessageMatching(".+");
    }
  }

  @Property(tries = 2000)
  void anyAttributesAreParsedOrRefused(@ForAll("attributeLike") byte[] bytes) {
    try {
      Attributes attributes = Attributes.parse(ByteBuffer.wrap(bytes));
      for (Attributes.Attribute attribute : attributes.all()) {
        readEveryWay(attributes, attribute.type());
      }
    } catch (MalformedNetlinkException refused) {
      assertThat(refused).hasMessageMatching(".+");
    }
  }

  @Property(tries = 1000)
  void anyAnswerIsTakenOrRefused(
      @ForAll("controlType") int type, @ForAll int flags, @ForAll("attributeLike") byte[] bytes) {
    Request request = Request.of("test", 16, 0, new Payload());
    Exchange exchange = new Exchange(List.of(request, request), 7, false);
    try {
      exchange.accept(List.of(new NetlinkMessage(type, flags & 0xffff, 7, ByteBuffer.wrap(bytes))));
      assertThat(exchange.answers()).hasSize(2);
    } catch (MalformedNetlinkException refused) {
      assertThat(refused).hasMessageMatching(".+");
    }
  }

  private static void readEveryWay(Attributes attributes, int type) {
    assertThat(attributes.has(type)).isTrue();
    assertThat(attributes.string(type)).isPresent();
    for (Read read : List.<Read>of(Attributes::u8, Attributes::u16, Attributes::s32)) {
      try {
        read.from(attributes, type);
      } catch (MalformedNetlinkException refused) {
        assertThat(refused).hasMessageContaining("attribute " + type);
      }
    }
  }

  @FunctionalInterface
  private interface Read {
    Object from(Attributes attributes, int type) throws MalformedNetlinkException;
  }

  @Provide
  Arbitrary<Integer> controlType() {
    return Arbitraries.integers().between(0, 20);
  }

  /** Bytes with plausible lengths, so that parsing gets past the first header. */
  @Provide
  Arbitrary<byte[]> attributeLike() {
    Arbitrary<byte[]> one =
        Combinators.combine(
                Arbitraries.integers().between(0, 24),
                Arbitraries.integers().between(0, 64),
                Arbitraries.bytes().array(byte[].class).ofSize(20))
            .as(NetlinkFuzzTest::attribute);
    return one.list().ofMaxSize(6).map(NetlinkFuzzTest::join);
  }

  private static byte[] attribute(int length, int type, byte[] value) {
    ByteBuffer bytes = ByteBuffer.allocate(24).order(ByteOrder.nativeOrder());
    bytes.putShort((short) length).putShort((short) type).put(value);
    return java.util.Arrays.copyOf(bytes.array(), Math.max(4, NetlinkMessage.align(length)));
  }

  private static byte[] join(List<byte[]> parts) {
    ByteBuffer all = ByteBuffer.allocate(parts.stream().mapToInt(p -> p.length).sum());
    parts.forEach(all::put);
    return all.array();
  }
}
