package dev.patchbay.linux.apply;

import static dev.patchbay.linux.apply.Lab.HOST_END;
import static dev.patchbay.linux.apply.Lab.HOST_MAC;
import static dev.patchbay.linux.apply.Lab.NET1;
import static dev.patchbay.linux.apply.Lab.POD_MAC;
import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.nic.Netns;
import dev.patchbay.core.plan.AttachFailure;
import dev.patchbay.core.plan.Bindings;
import dev.patchbay.core.plan.HandedOver;
import dev.patchbay.core.plan.LinkOp;
import dev.patchbay.core.plan.Ref;
import dev.patchbay.linux.netns.NetnsHandle;
import dev.patchbay.linux.packet.PacketSocket;
import dev.patchbay.linux.rtnetlink.IngressFilters;
import dev.patchbay.linux.rtnetlink.LinkId;
import dev.patchbay.linux.rtnetlink.LinkSetting;
import dev.patchbay.linux.rtnetlink.Links;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A NIC that a guest has: frames of every kind, and what the namespace is afterwards. */
final class HandOverLiveTest {
  private static final IfName TAP = new IfName("tap-net1");
  private static final Ref<HandedOver> HANDED = new Ref<>("handed");
  private static final int IFF_RUNNING = 0x40; // linux/if.h
  private static final int PATIENCE = 5000;
  private static final String ALL = "ffffffffffff";
  private static final String SEEN = "88b5"; // IEEE 802 local experimental EtherType
  private static final MacAddress GUEST = POD_MAC;

  private Lab lab;

  @BeforeEach
  void makeCable() throws Exception {
    lab = new Lab();
    lab.done(lab.veth(Optional.empty()));
    lab.set(Netns.HOST, HOST_END, new LinkSetting.Up(true));
  }

  @AfterEach
  void dropLab() throws Exception {
    if (lab != null) {
      lab.close();
    }
  }

  private void addressed() {
    lab.lease(List.of(), "10.1.2.3/24", "fd00:9::5/64");
    lab.done(lab.up(), lab.configure(LinkOp.RouteStyle.SUBNET));
  }

  private LinkOp.HandOver handOver() {
    return new LinkOp.HandOver(lab.pod, NET1, TAP, 107, HANDED);
  }

  private LinkOp.TakeBack takeBack() {
    return new LinkOp.TakeBack(lab.pod, NET1, TAP, HANDED);
  }

  /** Everything that could be left, as the kernel tells it. */
  private List<String> state() throws Exception {
    try (NetnsHandle pod = NetnsHandle.open(Path.of(lab.pod.path()))) {
      List<String> all = new ArrayList<>(LiveDump.of(pod, lab.host));
      all.addAll(LiveDump.sysctls(pod, Map.of()));
      all.addAll(
          lab.addresses(lab.pod, NET1).stream()
              .map(one -> "address " + one.cidr() + " scope " + one.scope())
              .sorted()
              .toList());
      all.add("filters " + lab.look(lab.pod, (_, socket) -> socket.hasFilters(index(NET1))));
      return all;
    }
  }

  private int index(IfName link) throws IOException {
    return lab.inPod(link).index();
  }

  private static byte[] frame(String to, MacAddress from, String rest) {
    byte[] bytes = HexFormat.of().parseHex(to + from.value().replace(":", "") + rest);
    return bytes.length < 60 ? Arrays.copyOf(bytes, 60) : bytes;
  }

  private static String udp6(int to) {
    return "86dd6000000000081140"
        + "fe80"
        + "0".repeat(27)
        + "1"
        + "ff02"
        + "0".repeat(27)
        + "2"
        + "0222%04x00080000".formatted(to);
  }

  private static String udp4(int to) {
    return "0800450000200000000040110000"
        + "00000000"
        + "ffffffff"
        + "0044%04x000c0000".formatted(to);
  }

  private static String icmp6(int type) {
    return "86dd6000000000083aff"
        + "fe80"
        + "0".repeat(27)
        + "1"
        + "ff02"
        + "0".repeat(27)
        + "1"
        + "%02x00000000000000".formatted(type);
  }

  private static String arpRequest(String address) {
    return "08060001080006040001"
        + HOST_MAC.value().replace(":", "")
        + "0a010201"
        + "000000000000"
        + address;
  }

  @FunctionalInterface
  private interface Story {
    void tell(GuestTap guest, PacketSocket outside) throws Exception;
  }

  /** A tap forwards nothing until the kernel has noticed its carrier, some time after. */
  private boolean isRunning() throws IOException {
    return (lab.inPod(TAP).flags() & IFF_RUNNING) != 0;
  }

  private void withGuest(Story story) throws Exception {
    try (NetnsHandle pod = NetnsHandle.open(Path.of(lab.pod.path()));
        GuestTap guest = new GuestTap(pod, TAP);
        PacketSocket outside =
            PacketSocket.open(lab.host, lab.onHost(HOST_END).index(), PacketSocket.EVERYTHING)) {
      until(this::isRunning);
      story.tell(guest, outside);
    }
  }

  /** What leaves by the NIC up to a mark that the guest sends now, as types. */
  private static List<byte[]> heardOutside(GuestTap guest, PacketSocket outside) throws Exception {
    guest.send(frame(ALL, GUEST, SEEN));
    List<byte[]> all = new ArrayList<>();
    while (true) {
      byte[] next = outside.receive(Duration.ofMillis(PATIENCE)).orElseThrow();
      if (type(next) == 0x88b5) {
        return all;
      }
      if (MacAddress.of(Arrays.copyOfRange(next, 6, 12)).equals(GUEST)) {
        all.add(next);
      }
    }
  }

  private static List<byte[]> heardInside(GuestTap guest, PacketSocket outside) throws Exception {
    outside.send(frame(ALL, HOST_MAC, SEEN));
    List<byte[]> all = new ArrayList<>();
    while (true) {
      byte[] next = guest.receive(PATIENCE).orElseThrow();
      if (type(next) == 0x88b5) {
        return all;
      }
      all.add(next);
    }
  }

  @FunctionalInterface
  private interface Condition {
    boolean holds() throws IOException;
  }

  private static void until(Condition condition) throws Exception {
    long deadline = System.nanoTime() + Duration.ofMillis(PATIENCE).toNanos();
    while (!condition.holds()) {
      assertThat(System.nanoTime()).as("it did not come about").isLessThan(deadline);
      Thread.sleep(5);
    }
  }

  private static int type(byte[] frame) {
    return Short.toUnsignedInt(ByteBuffer.wrap(frame).getShort(12));
  }

  @Test
  void guestSpeaksAndHearsThroughTheNicAndTheNamespaceStaysSilent() throws Exception {
    addressed();
    lab.done(handOver());
    HandedOver handed = lab.bound.handedOver(HANDED).orElseThrow();
    assertThat(handed.mac()).isEqualTo(POD_MAC);
    assertThat(handed.mtu()).isEqualTo(1500);
    withGuest((guest, outside) -> {
      byte[] question = frame(ALL, HOST_MAC, arpRequest("0a010203"));
      heardInside(guest, outside);
      outside.send(question);
      assertThat(heardInside(guest, outside)).anyMatch(heard -> Arrays.equals(heard, question));
      assertThat(heardOutside(guest, outside)).as("nobody but the guest may answer").isEmpty();
      byte[] answer = frame(HOST_MAC.value().replace(":", ""), GUEST, "0806000108000604");
      guest.send(answer);
      assertThat(heardOutside(guest, outside))
          .singleElement()
          .satisfies(heard -> assertThat(heard).isEqualTo(answer));
    });
  }

  @Test
  void guestAsksNobodyButUsForItsAddresses() throws Exception {
    addressed();
    lab.done(handOver());
    withGuest((guest, outside) -> {
      for (String question : List.of(udp4(67), udp6(547), icmp6(133), icmp6(134))) {
        guest.send(frame(ALL, GUEST, question));
      }
      assertThat(heardOutside(guest, outside)).isEmpty();
      for (String other : List.of(udp4(68), udp4(53), udp6(546), icmp6(135), icmp6(136))) {
        byte[] frame = frame(ALL, GUEST, other);
        guest.send(frame);
        assertThat(heardOutside(guest, outside))
            .as(other)
            .anyMatch(heard -> Arrays.equals(heard, frame));
      }
      outside.send(frame(ALL, HOST_MAC, icmp6(134)));
      byte[] solicitation = frame(ALL, HOST_MAC, icmp6(135));
      outside.send(solicitation);
      List<byte[]> heard = heardInside(guest, outside);
      assertThat(heard).anyMatch(one -> Arrays.equals(one, solicitation));
      assertThat(heard).noneMatch(one -> type(one) == 0x86dd && one[54] == (byte) 134);
    });
  }

  @Test
  void guestOfANetworkWithoutAddressesOfOursAsksThatNetwork() throws Exception {
    lab.done(lab.up(), handOver());
    withGuest((guest, outside) -> {
      for (String question : List.of(udp4(67), udp6(547), icmp6(133))) {
        byte[] frame = frame(ALL, GUEST, question);
        guest.send(frame);
        assertThat(heardOutside(guest, outside)).anyMatch(heard -> Arrays.equals(heard, frame));
      }
      byte[] advertisement = frame(ALL, HOST_MAC, icmp6(134));
      outside.send(advertisement);
      assertThat(heardInside(guest, outside)).anyMatch(one -> Arrays.equals(one, advertisement));
    });
  }

  @Test
  void namespaceSaysNothingWithTheGuestsAddressWhenItsCableIsPluggedAgain() throws Exception {
    addressed();
    lab.done(handOver());
    withGuest((guest, outside) -> {
      heardOutside(guest, outside);
      lab.set(Netns.HOST, HOST_END, new LinkSetting.Up(false));
      lab.set(Netns.HOST, HOST_END, new LinkSetting.Up(true));
      until(() -> lab.inPod(NET1).hasCarrier());
    });
    withGuest((guest, outside) -> {
      lab.set(lab.pod, NET1, new LinkSetting.Up(false));
      lab.set(lab.pod, NET1, new LinkSetting.Up(true));
      until(() -> lab.inPod(NET1).hasCarrier());
      // multicast listeners report their groups, which is as true of the guest (RFC 3810)
      assertThat(heardOutside(guest, outside))
          .filteredOn(frame -> !(type(frame) == 0x86dd && frame[20] == 0))
          .isEmpty();
      assertThat(lab.addresses(lab.pod, NET1))
          .noneMatch(one -> one.cidr().address().isLinkLocalAddress());
    });
  }

  @Test
  void nicThatIsTakenBackIsAsItWas() throws Exception {
    addressed();
    Lab.Look<Boolean> settled =
        (_, socket) -> socket.addresses(index(NET1)).stream().noneMatch(one -> one.isTentative());
    until(() -> lab.look(lab.pod, settled));
    List<String> before = state();
    assertThat(before).anyMatch(line -> line.startsWith("address fe80:"));
    for (boolean known : new boolean[] {true, false}) {
      lab.done(handOver());
      assertThat(state()).isNotEqualTo(before);
      if (!known) {
        lab.bound = Bindings.NONE;
      }
      lab.done(takeBack());
      assertThat(state()).isEqualTo(before);
      lab.done(takeBack());
      assertThat(state()).isEqualTo(before);
    }
  }

  @Test
  void nicWhoseTapSomebodyDeletedIsTakenBackAllTheSame() throws Exception {
    addressed();
    lab.done(handOver());
    lab.look(lab.pod, (_, socket) -> socket.run(Links.delete(LinkId.of(TAP))));
    lab.done(takeBack());
    assertThat(lab.<Boolean>look(lab.pod, (_, socket) -> socket.hasFilters(index(NET1)))).isFalse();
  }

  @Test
  void nicWithSomebodyElsesFiltersIsRefusedAndStaysAsItIs() throws Exception {
    addressed();
    lab.look(lab.pod, (_, socket) -> socket.run(IngressFilters.enable(index(NET1))));
    List<String> before = state();
    assertThat(lab.refused(handOver()).message()).contains("net1", "filters of somebody else's");
    assertThat(state()).isEqualTo(before);
    lab.done(takeBack());
    assertThat(state()).as("not ours to take").isEqualTo(before);
  }

  @Test
  void tapThatIsThereAlreadyIsRefusedAndTheNicStaysAsItIs() throws Exception {
    addressed();
    lab.strangersVeth(lab.pod, TAP);
    List<String> before = state();
    assertThat(lab.refused(handOver())).isInstanceOf(AttachFailure.LinkExists.class);
    assertThat(state()).isEqualTo(before);
  }

  @Test
  void nicThatIsGoneIsTakenBackAndNotHandedOver() throws Exception {
    lab.done(Lab.deleteVeth(), takeBack());
    assertThat(lab.refused(handOver()).message()).contains("hand over net1", "ENODEV");
    lab.deletePod("pod");
    lab.done(takeBack());
  }
}
