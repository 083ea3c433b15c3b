package dev.patchbay.cni.result;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.cni.json.Json;
import dev.patchbay.cni.result.convert.Results;
import dev.patchbay.cni.version.CniVersion;
import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.Dns;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Laws of conversion, for any result and every ordered pair of versions. */
class ConversionPropertyTest {
  @Property(tries = 300)
  void newestFormatLosesNothing(@ForAll("results") Result result) {
    assertThat(reread(result, CniVersion.V1_1_0)).isEqualTo(result);
    assertThat(reread(result, CniVersion.V1_0_0)).isEqualTo(result);
  }

  @Property(tries = 300)
  void writingTwiceLosesNoMoreThanOnce(
      @ForAll("results") Result result, @ForAll CniVersion version) {
    Result once = reread(result, version);
    assertThat(reread(once, version)).isEqualTo(once);
  }

  @Property(tries = 500)
  void detourOverARicherVersionChangesNothing(
      @ForAll("results") Result result, @ForAll CniVersion from, @ForAll CniVersion to) {
    Result start = reread(result, from);
    if (to.compareTo(from) >= 0) {
      var there = Results.convert(Results.write(start, from), to, "there");
      assertThat(Results.read(Results.convert(there, from, "back"), from, "back")).isEqualTo(start);
    } else {
      assertThat(reread(start, to)).isEqualTo(reread(result, to));
    }
  }

  private static Result reread(Result result, CniVersion version) {
    String text = Json.text(Results.write(result, version));
    return Results.read(Json.object(text, "test"), CniVersion.LATEST, "test");
  }

  @Provide
  Arbitrary<Result> results() {
    Arbitrary<Dns> dns =
        Combinators.combine(words().list().ofMaxSize(2), words().optional(), words().list())
            .as((servers, domain, search) -> new Dns(servers, domain, search, List.of()));
    return Combinators.combine(
            interfaces().list().ofMaxSize(3),
            ips().list().ofMinSize(1).ofMaxSize(4),
            routes().list().ofMaxSize(4),
            dns)
        .as(Result::new);
  }

  private static Arbitrary<String> words() {
    return Arbitraries.strings()
        .alpha()
        .numeric()
        .withChars("é\"\\ /")
        .ofMinLength(1)
        .ofMaxLength(9);
  }

  private static Arbitrary<ResultInterface> interfaces() {
    return Combinators.combine(words(), words().optional(), number(9000), words().optional())
        .as((name, text, mtu, sandbox) ->
            new ResultInterface(name, text, positive(mtu), sandbox, text, sandbox));
  }

  private static Arbitrary<ResultIp> ips() {
    return Combinators.combine(number(5), cidrs())
        .flatAs((index, cidr) ->
            addresses(cidr.isV4()).optional().map(gw -> new ResultIp(small(index), cidr, gw)));
  }

  private static Arbitrary<ResultRoute> routes() {
    return Combinators.combine(cidrs(), number(2000), number(255), number(255))
        .flatAs((dst, mtu, table, scope) ->
            addresses(dst.isV4())
                .optional()
                .map(gw ->
                    new ResultRoute(
                        dst,
                        gw,
                        positive(mtu),
                        positive(mtu),
                        OptionalLong.empty(),
                        table.isPresent() ? OptionalLong.of(table.get()) : OptionalLong.empty(),
                        small(scope))));
  }

  private static Arbitrary<Optional<Integer>> number(int max) {
    return Arbitraries.integers().between(0, max).optional();
  }

  private static OptionalInt small(Optional<Integer> value) {
    return value.isPresent() ? OptionalInt.of(value.get()) : OptionalInt.empty();
  }

  private static OptionalInt positive(Optional<Integer> value) {
    return value.filter(v -> v > 0).isPresent() ? small(value) : OptionalInt.empty();
  }

  private static Arbitrary<Cidr> cidrs() {
    return Arbitraries.of(true, false)
        .flatMap(v4 ->
            Combinators.combine(addresses(v4), Arbitraries.integers().between(0, v4 ? 32 : 128))
                .as(Cidr::new));
  }

  private static Arbitrary<InetAddress> addresses(boolean v4) {
    return Arbitraries.of((byte) 0, (byte) 1, (byte) 0x0a, (byte) 0xfe, (byte) 0x20)
        .array(Byte[].class)
        .ofSize(v4 ? 4 : 16)
        .map(ConversionPropertyTest::address);
  }

  private static InetAddress address(Byte[] bytes) {
    byte[] plain = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      plain[i] = bytes[i];
    }
    try {
      return InetAddress.getByAddress(plain);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }
}
