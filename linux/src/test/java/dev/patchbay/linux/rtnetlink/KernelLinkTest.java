package dev.patchbay.linux.rtnetlink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacvlanMode;
import dev.patchbay.linux.netlink.NetlinkMessage;
import dev.patchbay.linux.netlink.Payload;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

final class KernelLinkTest {
  private static final byte[] HEADER =
      HexFormat.of().parseHex("00000100" + "09000000" + "03100100" + "00000000");

  private static KernelLink parse(Payload payload) throws Exception {
    return KernelLink.parse(new NetlinkMessage(16, 0, 1, ByteBuffer.wrap(payload.toBytes())));
  }

  private static Payload named(String name) {
    return new Payload().struct(HEADER).string(3, name);
  }

  @Test
  void aPciDeviceTellsWhereItHangs() throws Exception {
    KernelLink link =
        parse(
            named("eth1")
                .bytes(1, HexFormat.of().parseHex("525400000001"))
                .bytes(54, HexFormat.of().parseHex("525400000002"))
                .u8(16, 6)
                .string(56, "0000:3b:02.3")
                .string(57, "pci"));

    assertThat(link.index()).isEqualTo(9);
    assertThat(link.name()).isEqualTo(new IfName("eth1"));
    assertThat(link.address().orElseThrow()).hasToString("52:54:00:00:00:01");
    assertThat(link.permanentAddress().orElseThrow()).hasToString("52:54:00:00:00:02");
    assertThat(link.device()).contains("0000:3b:02.3");
    assertThat(link.bus()).contains("pci");
    assertThat(link.kind()).isEmpty();
    assertThat(link.isUp()).isTrue();
    assertThat(link.hasCarrier()).isTrue();
    assertThat(link.operState()).isEqualTo(KernelLink.OperState.UP);
  }

  @Test
  void aMacvlanTellsItsModeAndOthersDoNot() throws Exception {
    Payload macvlan =
        named("m")
            .u32(5, 3)
            .nest(18, info -> info.string(1, "macvlan").nest(2, data -> data.u32(1, 4)));

    assertThat(parse(macvlan).macvlanMode()).contains(MacvlanMode.BRIDGE);
    assertThat(parse(macvlan).parent()).hasValue(3);
    assertThat(parse(macvlan).vlanId()).isEmpty();
  }

  @Test
  void aBridgePortTellsItsFlags() throws Exception {
    KernelLink port =
        parse(
            named("p")
                .u32(10, 2)
                .nest(
                    18,
                    info ->
                        info.string(1, "veth")
                            .string(4, "bridge")
                            .nest(5, data -> data.u8(4, 1).u8(33, 0))));

    assertThat(port.master()).hasValue(2);
    assertThat(port.isHairpin()).isTrue();
    assertThat(port.isIsolated()).isFalse();
  }

  @Test
  void aPodCannotBreakTheListingByAStrangeName() throws Exception {
    byte[] latin1 = {(byte) 0xe9, 'a', (byte) 0xff, (byte) 0xff, 0};

    assertThat(parse(new Payload().struct(HEADER).bytes(3, latin1)).name().value())
        .isEqualTo("?a??");
    assertThat(parse(named("a\u2003b")).name().value()).isEqualTo("a?b");
  }

  @Test
  void addressesOfOtherSizesAreLeftOut() throws Exception {
    assertThat(parse(named("ib0").bytes(1, new byte[20])).address()).isEmpty();
  }
}
