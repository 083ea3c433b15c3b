package dev.patchbay.linux.rtnetlink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.linux.netlink.MalformedNetlinkException;
import dev.patchbay.linux.netlink.NetlinkMessage;
import dev.patchbay.linux.netlink.Payload;
import java.nio.ByteBuffer;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

final class TableFuzzTest {
  @FunctionalInterface
  private interface Parser {
    Object parse(NetlinkMessage message) throws MalformedNetlinkException;
  }

  private static final List<Parser> TABLES =
      List.of(
          KernelLink::parse,
          Address::parse,
          KernelRoute::parse,
          KernelRoute::parseHops,
          Neighbour::parse,
          IngressFilters::enabled,
          IngressFilters::target);

  @Property(tries = 3000)
  void anyPayloadIsReadOrRefusedByEveryTable(@ForAll("payloads") byte[] payload) {
    for (Parser table : TABLES) {
      try {
        assertThat(table.parse(new NetlinkMessage(16, 0, 1, ByteBuffer.wrap(payload)))).isNotNull();
      } catch (MalformedNetlinkException refused) {
        assertThat(refused).hasMessageMatching(".+");
      }
    }
  }

  /** A header of any bytes, then attributes of any size under numbers that the tables know. */
  @Provide
  Arbitrary<byte[]> payloads() {
    Arbitrary<Integer> headers = Arbitraries.of(0, 8, 12, 16, 20);
    Arbitrary<byte[]> header =
        headers.flatMap(size -> Arbitraries.bytes().array(byte[].class).ofSize(size));
    Arbitrary<byte[]> value = Arbitraries.bytes().array(byte[].class).ofMaxSize(18);
    Arbitrary<Integer> type = Arbitraries.integers().between(1, 60);
    return Combinators.combine(header, type.list().ofMaxSize(8), value.list().ofSize(8))
        .as((fixed, types, values) -> {
          Payload payload = new Payload().struct(fixed);
          for (int i = 0; i < types.size(); i++) {
            payload.bytes(types.get(i), values.get(i));
          }
          return payload.toBytes();
        });
  }
}
