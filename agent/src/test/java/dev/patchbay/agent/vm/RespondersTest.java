package dev.patchbay.agent.vm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.nic.Netns;
import dev.patchbay.vm.dhcp.NicLease;
import dev.patchbay.vm.dhcp.NicLease6;
import dev.patchbay.vm.dhcp.NicTalk;
import dev.patchbay.vm.dhcp.NicTalk.Fact;
import dev.patchbay.vm.dhcp.Wires;
import java.io.IOException;
import java.net.Inet6Address;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RespondersTest {
  private static final Netns NETNS = Netns.at("/run/netns/pod");
  private static final MacAddress MAC = new MacAddress("52:54:00:00:00:01");
  private static final Inet6Address GATEWAY = (Inet6Address) Cidr.ip("fd00:1::1");

  /** DISCOVER of the guest, without options but its kind. */
  private static final byte[] DISCOVER = discover();

  private final FakeWires wires = new FakeWires();
  private final List<GuestNic> wanted = new ArrayList<>();
  private final List<Fact> facts = new CopyOnWriteArrayList<>();
  private final List<GuestNic> told = new CopyOnWriteArrayList<>();
  private final Responders responders =
      new Responders(
          wires,
          () -> List.copyOf(wanted),
          new Responders.Audience() {
            @Override
            public void serves(Collection<GuestNic> all) {
              told.clear();
              told.addAll(all);
            }

            @Override
            public void heard(GuestNic nic, Fact fact) {
              facts.add(fact);
            }
          });

  @AfterEach
  void close() {
    responders.close();
  }

  /** Links that are there, and what was sent by each. */
  private static final class FakeWires implements Wires {
    private final Map<IfName, Ear> open = new HashMap<>();
    private final Map<IfName, List<byte[]>> sent = new HashMap<>();
    private final List<IfName> missing = new ArrayList<>();

    @Override
    public Wire open(Netns netns, IfName link, Ear ear) throws IOException {
      if (missing.contains(link)) {
        throw new IOException("no link " + link);
      }
      assertThat(open).as("a link is opened once").doesNotContainKey(link);
      open.put(link, ear);
      List<byte[]> frames = sent.computeIfAbsent(link, _ -> new ArrayList<>());
      return new Wire() {
        @Override
        public boolean send(byte[] frame) {
          return frames.add(frame);
        }

        @Override
        public void close() {
          open.remove(link);
        }
      };
    }

    Ear ear(String link) {
      return Optional.ofNullable(open.get(new IfName(link))).orElseThrow();
    }

    List<byte[]> take(String link) {
      List<byte[]> frames = sent.getOrDefault(new IfName(link), new ArrayList<>());
      List<byte[]> taken = List.copyOf(frames);
      frames.clear();
      return taken;
    }
  }

  private static byte[] discover() {
    HexFormat hex = HexFormat.of();
    String bootp =
        ("01010600" + "0000004d" + "00000000" + "00000000".repeat(4))
            + ("525400000001" + "00".repeat(10) + "00".repeat(192))
            + ("63825363" + "350101" + "ff");
    int udp = 8 + bootp.length() / 2;
    return hex.parseHex(
        ("ffffffffffff" + "525400000001" + "0800")
            + ("4500" + hex.toHexDigits((short) (20 + udp)) + "00000000" + "4011" + "0000")
            + ("00000000" + "ffffffff")
            + ("0044" + "0043" + hex.toHexDigits((short) udp) + "0000" + bootp));
  }

  private static NicLease lease(String address) {
    return new NicLease(
        Cidr.parse(address),
        List.of(),
        List.of(),
        Optional.empty(),
        List.of(),
        Optional.of("nginx-vm"),
        OptionalInt.of(1500));
  }

  private static GuestNic nic(String name, NicTalk talk, Optional<Inet6Address> gateway) {
    return new GuestNic(
        "vm1",
        name,
        "default/nginx-vm",
        NETNS,
        new IfName(name),
        new IfName("tap-" + name),
        talk,
        gateway);
  }

  private static GuestNic v4(String name, String address) {
    NicTalk talk = new NicTalk(MAC, Optional.of(lease(address)), Optional.empty());
    return nic(name, talk, Optional.empty());
  }

  private void guestSays(String tap, byte[] frame) {
    wires.ear(tap).heard(frame);
  }

  /** The address in the only answer. */
  private String offered(String tap) {
    List<byte[]> answers = wires.take(tap);
    assertThat(answers).hasSize(1);
    return HexFormat.of().formatHex(answers.getFirst(), 14 + 20 + 8 + 16, 14 + 20 + 8 + 20);
  }

  @Test
  void everyNicIsServedItsOwnLeaseAndOnesThatLeaveAreNot() {
    wanted.addAll(List.of(v4("eth0", "10.1.2.3/24"), v4("eth1", "10.7.0.9/16")));
    responders.sync();
    responders.sync();
    assertThat(wires.take("tap-eth0")).as("is asked for its address").hasSize(1);
    wires.take("tap-eth1");

    guestSays("tap-eth0", DISCOVER);
    guestSays("tap-eth1", DISCOVER);
    assertThat(offered("tap-eth0")).isEqualTo("0a010203");
    assertThat(offered("tap-eth1")).isEqualTo("0a070009");
    assertThat(told).isEqualTo(wanted);

    wanted.removeLast();
    responders.sync();
    assertThat(wires.open.keySet()).containsExactly(new IfName("tap-eth0"));
    assertThat(responders.all()).isEqualTo(wanted);
  }

  @Test
  void aLeaseThatChangesIsServedWithoutOpeningAnything() {
    wanted.add(v4("eth0", "10.1.2.3/24"));
    responders.sync();
    wanted.set(0, v4("eth0", "10.1.2.4/24"));
    responders.sync();
    wires.take("tap-eth0");

    guestSays("tap-eth0", DISCOVER);
    assertThat(offered("tap-eth0")).isEqualTo("0a010204");
  }

  @Test
  void aTapThatIsMissingHoldsUpNoOtherAndIsServedOnceItIsThere() {
    wires.missing.add(new IfName("tap-eth0"));
    wanted.addAll(List.of(v4("eth0", "10.1.2.3/24"), v4("eth1", "10.7.0.9/16")));
    responders.sync();
    assertThat(wires.open.keySet()).containsExactly(new IfName("tap-eth1"));

    wires.missing.clear();
    responders.sync();
    assertThat(wires.open).hasSize(2);
  }

  @Test
  void aTapThatGoesIsOpenedAnewWhileItsNicIsWanted() {
    wanted.add(v4("eth0", "10.1.2.3/24"));
    responders.sync();
    wires.ear("tap-eth0").gone();
    assertThat(wires.open).as("its namespace is let go at once").isEmpty();
    assertThat(responders.all()).isEmpty();

    responders.sync();
    assertThat(responders.all()).hasSize(1);
  }

  @Test
  void anotherDeviceOfTheSameNameIsAnotherNic() {
    wanted.add(v4("eth0", "10.1.2.3/24"));
    responders.sync();
    GuestNic old = wanted.removeFirst();
    wanted.add(
        new GuestNic(
            old.vm(), "eth0-2", old.pod(), NETNS, old.nic(), old.tap(), old.talk(), old.gateway()));
    responders.sync();

    assertThat(told).extracting(GuestNic::device).containsExactly("eth0-2");
    assertThat(wires.open).hasSize(1);
  }

  @Test
  void aGatewayIsLookedForOnTheNetworkAndAdvertisedOnceFound() {
    var router = new NicLease6.Router(Optional.empty(), Optional.empty(), true, List.of());
    NicLease6 lease =
        new NicLease6(
            List.of(Cidr.parse("fd00:1::7/64")),
            Optional.of(router),
            List.of(),
            List.of(),
            OptionalInt.empty());
    wanted.add(
        nic("eth0", new NicTalk(MAC, Optional.empty(), Optional.of(lease)), Optional.of(GATEWAY)));
    responders.sync();
    assertThat(wires.take("eth0")).as("the question").hasSize(1);
    List<byte[]> first = wires.take("tap-eth0");
    assertThat(lifetime(first.subList(0, 1))).as("no router yet").isEqualTo("0000");
    assertThat(first).as("and whether the guest has its address").hasSize(2);

    String answer =
        ("525400000001" + "020000000099" + "86dd" + "60000000" + "0018" + "3a" + "ff")
            + ("fd000001000000000000000000000001" + "fd000001000000000000000000000007")
            + ("88000000" + "e0000000" + "fd000001000000000000000000000001");
    guestSays("eth0", HexFormat.of().parseHex(answer));
    List<byte[]> advertised = wires.take("tap-eth0");
    assertThat(lifetime(advertised)).isEqualTo("2328");
    assertThat(HexFormat.of().formatHex(advertised.getFirst())).contains("0101" + "020000000099");
  }

  private static String lifetime(List<byte[]> advertisements) {
    assertThat(advertisements).hasSize(1);
    return HexFormat.of().formatHex(advertisements.getFirst(), 14 + 40 + 6, 14 + 40 + 8);
  }

  @Test
  void whatAGuestTellsIsPassedOn() {
    wanted.add(v4("eth0", "10.1.2.3/24"));
    responders.sync();
    byte[] request = DISCOVER.clone();
    request[request.length - 2] = 3; // REQUEST
    System.arraycopy(new byte[] {10, 1, 2, 3}, 0, request, 14 + 20 + 8 + 12, 4);

    guestSays("tap-eth0", request);
    assertThat(facts).containsExactly(new Fact.Took(Cidr.ip("10.1.2.3")));
  }
}
