package dev.patchbay.e2e.guest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.agent.vm.GuestNic;
import dev.patchbay.agent.vm.GuestTruth;
import dev.patchbay.agent.vm.KernelWires;
import dev.patchbay.agent.vm.Responders;
import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.nic.Netns;
import dev.patchbay.core.nic.NicState;
import dev.patchbay.core.nic.Route;
import dev.patchbay.e2e.Await;
import dev.patchbay.e2e.Command;
import dev.patchbay.e2e.Lab;
import dev.patchbay.vm.dhcp.NicLease;
import dev.patchbay.vm.dhcp.NicTalk;
import dev.patchbay.vm.hotplug.GuestNics;
import dev.patchbay.vm.image.FetchLimits;
import dev.patchbay.vm.image.ImageRequest;
import dev.patchbay.vm.image.Images;
import dev.patchbay.vm.image.PreparedImage;
import dev.patchbay.vm.image.Progress;
import dev.patchbay.vm.image.PullPolicy;
import dev.patchbay.vm.machine.MachineFolder;
import dev.patchbay.vm.machine.MachineNews;
import dev.patchbay.vm.qemu.Accelerator;
import dev.patchbay.vm.qemu.Backend;
import dev.patchbay.vm.qemu.QemuCommand;
import dev.patchbay.vm.qemu.QemuMachine;
import dev.patchbay.vm.qmp.QmpClient;
import dev.patchbay.vm.truth.GuestView;
import dev.patchbay.vm.truth.WatchedGuest;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a real guest makes of two NICs, of which it brings up one by itself. */
@Tag("lab")
class GuestTruthLabTest {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final String VM = "vm1";
  private static final MacAddress MAC0 = new MacAddress("52:54:00:00:00:10");
  private static final MacAddress MAC1 = new MacAddress("52:54:00:00:00:11");
  private static final MacAddress OWN = new MacAddress("02:00:00:00:00:77");

  @AutoClose private Lab lab;
  private Path netns;
  private QemuMachine machine;
  private Optional<GuestNics> nics = Optional.empty();

  /** What an agent has of guests, of which a second may follow the first. */
  private record Side(KernelWires wires, GuestTruth truth, Responders responders) {
    static Side start(List<GuestNic> all, WatchedGuest.Channels channels) throws IOException {
      KernelWires wires = KernelWires.start();
      GuestTruth truth = new GuestTruth(channels);
      Responders responders = new Responders(wires, () -> all, truth);
      truth.asks(responders::ask);
      responders.sync();
      return new Side(wires, truth, responders);
    }

    GuestView of(String device) {
      return truth.of(VM, device).orElseThrow();
    }

    void close() {
      responders.close();
      truth.close();
      wires.close();
    }
  }

  private final WatchedGuest.Channels channels =
      new WatchedGuest.Channels() {
        @Override
        public Optional<QmpClient> monitor(String vm) {
          return nics.map(GuestNics::monitor);
        }

        @Override
        public Optional<Path> agent(String vm) {
          return Optional.empty();
        }
      };

  @BeforeEach
  void prepare() throws IOException {
    lab = Lab.create();
    netns = lab.podNetns("vm");
    for (String tap : List.of("tap-eth0", "tap-eth1")) {
      inPod("ip", "tuntap", "add", "dev", tap, "mode", "tap", "vnet_hdr");
      inPod("ip", "link", "set", tap, "up");
    }
    Images images =
        new Images(
            SmallImages.write(lab).table(),
            lab.dir("cache"),
            Path.of("/usr/bin/qemu-img"),
            FetchLimits.DEFAULT);
    PreparedImage image =
        images.prepare(
            new ImageRequest(
                SmallImages.CIRROS, PullPolicy.IF_NOT_PRESENT, lab.dir("vm"), OptionalLong.empty()),
            Progress.SILENT);
    machine =
        new QemuMachine(
            lab.name(),
            Accelerator.TCG,
            1,
            200,
            image.kernel(),
            image.disks(),
            List.of(device("eth0", MAC0), device("eth1", MAC1)),
            3,
            lab.dir("vm"));
  }

  private void inPod(String... argv) {
    List<String> all = new ArrayList<>(List.of("nsenter", "--net=" + netns, "--"));
    all.addAll(List.of(argv));
    Command.of(all).output();
  }

  private static QemuMachine.Nic device(String name, MacAddress mac) {
    return new QemuMachine.Nic(
        name, new Backend.Tap(new IfName("tap-" + name)), mac, OptionalInt.of(1400));
  }

  private GuestNic nic(String name, MacAddress mac, String address) {
    NicLease lease =
        new NicLease(
            Cidr.parse(address),
            List.of(Route.to(Cidr.parse("10.99.0.0/16"), Optional.of(Cidr.ip("169.254.1.1")))),
            List.of(),
            Optional.empty(),
            List.of(),
            Optional.of("nginx-vm"),
            OptionalInt.of(1400));
    return new GuestNic(
        VM,
        name,
        "demo/" + VM,
        Netns.at(netns.toString()),
        new IfName(name),
        new IfName("tap-" + name),
        new NicTalk(mac, Optional.of(lease), Optional.empty()),
        Optional.empty());
  }

  /** Switches the machine on and lets the side hear of it; its console. */
  private SocketChannel switchOn(Side side) throws IOException {
    List<String> argv = new ArrayList<>(List.of("nsenter", "--net=" + netns, "--"));
    argv.addAll(QemuCommand.of(GuestMachine.QEMU, machine));
    Process qemu = Command.of(argv).start(lab.folder().resolve("qemu.log"));
    lab.onClose("the machine", () -> qemu.destroyForcibly().waitFor());
    Await.until("QEMU listens", LIMIT, () -> Files.exists(machine.console()) || !qemu.isAlive());
    connect(side);
    SocketChannel console = SocketChannel.open(UnixDomainSocketAddress.of(machine.console()));
    lab.onClose("the console", console::close);
    // what the guest says has to be taken from it, or it would wait
    Thread.ofVirtual().start(() -> drain(console));
    return console;
  }

  private void connect(Side side) throws IOException {
    GuestNics now =
        GuestNics.connect(
            machine.monitor(),
            3,
            LIMIT,
            event -> side.truth().heard(VM, new MachineNews.Told(event)));
    lab.onClose("the connection to the machine", now::close);
    nics = Optional.of(now);
  }

  private void drain(SocketChannel console) {
    ByteBuffer bytes = ByteBuffer.allocate(4096);
    try (var log = Files.newOutputStream(lab.folder().resolve("console.log"))) {
      while (console.read(bytes) >= 0) {
        log.write(bytes.array(), 0, bytes.position());
        bytes.clear();
      }
    } catch (IOException _) {
      // the machine has ended
    }
  }

  private static void types(SocketChannel console, String line) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(UTF_8));
    while (bytes.hasRemaining()) {
      console.write(bytes);
    }
  }

  private static GuestView awaits(Side side, String device, Predicate<GuestView> wanted) {
    GuestView seen = Await.settled(LIMIT, () -> side.of(device), wanted);
    assertThat(wanted.test(seen)).as("%s is at last %s", device, seen).isTrue();
    return seen;
  }

  private static Predicate<GuestView> in(NicState state) {
    return view -> view.state() == state;
  }

  @Test
  void everyNicIsToldForWhatItIsAndASecondAgentFindsTheSame() throws IOException {
    List<GuestNic> all =
        List.of(nic("eth0", MAC0, "10.1.2.3/24"), nic("eth1", MAC1, "192.168.135.129/32"));
    Side side = Side.start(all, channels);
    SocketChannel console = switchOn(side);

    GuestView eth0 = awaits(side, "eth0", in(NicState.CONFIGURED));
    assertThat(eth0.addresses()).containsExactly(Cidr.ip("10.1.2.3"));
    assertThat(eth0.mac()).contains(MAC0);
    assertThat(eth0.why()).isEmpty();
    GuestView eth1 = awaits(side, "eth1", in(NicState.DRIVER_READY));
    assertThat(eth1.why()).isEqualTo("the guest has not set it up");

    types(console, "sudo cirros-dhcpc up eth1");
    awaits(side, "eth1", in(NicState.CONFIGURED));

    types(console, "ip link set eth0 promisc on");
    awaits(side, "eth0", GuestView::promiscuous);
    types(console, "ip link set eth1 down; ip link set eth1 address " + OWN);
    GuestView other = awaits(side, "eth1", view -> view.mac().equals(Optional.of(OWN)));
    assertThat(other.why()).contains("uses the address " + OWN);

    side.close();
    nics.orElseThrow().close();
    Side second = Side.start(all, channels);
    lab.onClose("the second side", second::close);
    connect(second);
    second
        .truth()
        .heard(
            VM,
            new MachineNews.Found(new MachineFolder(VM, lab.dir("vm"), lab.dir("vm")), Map.of()));
    GuestView again = awaits(second, "eth0", in(NicState.CONFIGURED));
    assertThat(again.addresses()).as("asked, it answers").contains(Cidr.ip("10.1.2.3"));
    GuestView silent = awaits(second, "eth1", in(NicState.UP));
    assertThat(silent.why()).as("asked, it does not").contains("has not taken 192.168.135.129");
    assertThat(silent.mac()).contains(OWN);

    nics.orElseThrow().monitor().execute("system_reset", Map.of(), LIMIT).orThrow();
    awaits(second, "eth0", in(NicState.ATTACHED));
    awaits(second, "eth0", in(NicState.CONFIGURED));
  }
}
