package dev.patchbay.linux.nftables;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.core.nic.Cidr;
import dev.patchbay.linux.netlink.Attributes;
import dev.patchbay.linux.netlink.MalformedNetlinkException;
import dev.patchbay.linux.netlink.Payload;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

final class MasqueradeTest {
  private static Payload rule(String network, List<Expression> expressions) {
    byte[] handle = ByteBuffer.allocate(Long.BYTES).putLong(77).array();
    return new Payload()
        .bytes(NftMessages.NFTA_RULE_HANDLE, handle)
        .nest(
            NftMessages.NFTA_RULE_EXPRESSIONS,
            list -> expressions.forEach(part -> ExpressionCodec.write(part, list)))
        .bytes(NftMessages.NFTA_RULE_USERDATA, Masquerade.userData(network));
  }

  private static Attributes attributes(Payload payload) throws MalformedNetlinkException {
    return Attributes.parse(ByteBuffer.wrap(payload.toBytes()));
  }

  @Provide
  Arbitrary<Cidr> subnets() {
    return Arbitraries.of(4, 16)
        .flatMap(length ->
            Combinators.combine(
                    Arbitraries.bytes().array(byte[].class).ofSize(length),
                    Arbitraries.integers().between(0, length * 8))
                .as(MasqueradeTest::subnet));
  }

  private static Cidr subnet(byte[] address, int prefix) {
    try {
      InetAddress ip = InetAddress.getByAddress(address);
      return new Cidr(ip, Math.min(prefix, ip.getAddress().length * 8)).network();
    } catch (UnknownHostException e) {
      throw new IllegalStateException("4 or 16 bytes are always an address", e);
    }
  }

  @Property
  void ruleThatWasWrittenIsReadBack(@ForAll("subnets") Cidr subnet, @ForAll String network)
      throws MalformedNetlinkException {
    Attributes rule = attributes(rule(network, Masquerade.expressions(subnet)));
    String label = new String(Masquerade.label(network).getBytes(UTF_8), UTF_8);
    assertThat(Masquerade.parse(rule)).contains(new Masquerade(label, subnet, 77));
  }

  @Property
  void commentIsNeverLongerThanNftReads(@ForAll String network) {
    String label = Masquerade.label(network);
    assertThat(label.getBytes(UTF_8)).hasSizeLessThanOrEqualTo(127).doesNotContain(0);
    assertThat(Masquerade.label(label)).isEqualTo(label);
  }

  @Example
  void longNamesStayApartInTheirComments() {
    String name = "namespace/" + "n".repeat(200);
    assertThat(Masquerade.label(name + "1"))
        .startsWith("namespace/nnn")
        .isNotEqualTo(Masquerade.label(name + "2"))
        .hasSize(127);
    assertThat(Masquerade.label("ü".repeat(100)).getBytes(UTF_8)).hasSize(127);
    assertThat(Masquerade.label("n".repeat(127))).isEqualTo("n".repeat(127));
  }

  @Example
  void ruleThatDiffersInOneInstructionIsAStrangers() throws MalformedNetlinkException {
    List<Expression> ours = Masquerade.expressions(Cidr.parse("10.1.2.0/24"));
    for (int i = 0; i < ours.size(); i++) {
      var others = new java.util.ArrayList<>(ours);
      others.remove(i);
      assertThat(Masquerade.parse(attributes(rule("blue", others)))).as("without %d", i).isEmpty();
    }
    Payload bare =
        new Payload()
            .nest(
                NftMessages.NFTA_RULE_EXPRESSIONS,
                list -> ours.forEach(part -> ExpressionCodec.write(part, list)));
    assertThat(Masquerade.parse(attributes(bare))).as("without comment").isEmpty();
  }

  @Property(tries = 3000)
  void anyRuleIsReadOrRefused(@ForAll("rules") byte[] rule) {
    try {
      assertThat(Masquerade.parse(Attributes.parse(ByteBuffer.wrap(rule)))).isNotNull();
    } catch (MalformedNetlinkException refused) {
      assertThat(refused).hasMessageMatching(".+");
    }
  }

  /** Our own rule, with one byte of it changed or its end cut off. */
  @Provide
  Arbitrary<byte[]> rules() {
    byte[] ours = rule("blue", Masquerade.expressions(Cidr.parse("10.1.2.0/24"))).toBytes();
    return Combinators.combine(
            Arbitraries.integers().between(0, ours.length - 1),
            Arbitraries.bytes(),
            Arbitraries.integers().between(0, ours.length))
        .as(Tuple::of)
        .map(change -> {
          byte[] bytes = java.util.Arrays.copyOf(ours, change.get3());
          if (change.get1() < bytes.length) {
            bytes[change.get1()] = change.get2();
          }
          return bytes;
        });
  }
}
