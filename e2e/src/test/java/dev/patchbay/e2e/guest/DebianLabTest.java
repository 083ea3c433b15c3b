package dev.patchbay.e2e.guest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.Dns;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.nic.Route;
import dev.patchbay.e2e.Lab;
import dev.patchbay.vm.cloudinit.CloudInit;
import dev.patchbay.vm.cloudinit.PodWishes;
import dev.patchbay.vm.cloudinit.SeedDisk;
import dev.patchbay.vm.image.FetchLimits;
import dev.patchbay.vm.image.ImageRequest;
import dev.patchbay.vm.image.Images;
import dev.patchbay.vm.image.PreparedImage;
import dev.patchbay.vm.image.Progress;
import dev.patchbay.vm.image.PullPolicy;
import dev.patchbay.vm.qemu.Accelerator;
import dev.patchbay.vm.qemu.Backend;
import dev.patchbay.vm.qemu.QemuMachine;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Debian's own cloud-init and guest agent with our seed, in a machine without rights. */
@Tag("lab")
class DebianLabTest {
  private static final Duration LIMIT = Duration.ofMinutes(4);
  private static final Route DEFAULT =
      Route.to(Cidr.parse("0.0.0.0/0"), Optional.of(Cidr.ip("169.254.1.1")));

  @AutoClose private Lab lab;

  @BeforeEach
  void prepare() {
    lab = Lab.create();
  }

  private PreparedImage image(Path folder) throws IOException {
    DebianImage debian = DebianImage.made();
    Path table =
        lab.write(
            lab.folder().resolve("images.yaml"),
            """
            images:
            - name: debian
              kernel: {file: "%s"}
              initrd: {file: "%s"}
              append: "%s"
              disk: {file: "%s", format: raw}
            """
                .formatted(debian.kernel(), debian.initrd(), DebianImage.APPEND, debian.disk()));
    return new Images(table, lab.dir("cache"), Path.of("/usr/bin/qemu-img"), FetchLimits.DEFAULT)
        .prepare(
            new ImageRequest("debian", PullPolicy.IF_NOT_PRESENT, folder, OptionalLong.empty()),
            Progress.SILENT);
  }

  private static CloudInit.Nic nic(int number, String address, Route... routes) {
    return new CloudInit.Nic(
        new IfName("eth" + number),
        mac(number),
        OptionalInt.of(1450),
        List.of(Cidr.parse(address)),
        List.of(routes),
        Dns.NONE,
        number == 0);
  }

  private static MacAddress mac(int number) {
    return new MacAddress("52:54:00:00:00:0" + number);
  }

  private static QemuMachine.Nic device(int number) {
    return new QemuMachine.Nic(
        "eth" + number, new Backend.Hub(0), mac(number), OptionalInt.empty());
  }

  @Test
  @Timeout(900)
  void cloudInitDoesWhatTheSeedSaysAndTheAgentTellsOfIt() throws IOException {
    Path folder = lab.dir("vm");
    PreparedImage image = image(folder);
    var wishes =
        PodWishes.ofAnnotations(
            Map.of(
                "VirtletSSHKeys",
                "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQC me@localhost",
                "VirtletCloudInitUserData",
                "runcmd: [\"echo lab-''user $(hostname) $(grep -c me@localhost"
                    + " /root/.ssh/authorized_keys)\"]",
                "patchbay.dev/cloud-init-network",
                "static"));
    List<QemuMachine.Disk> disks = new ArrayList<>(image.disks());
    disks.add(
        SeedDisk.write(
            folder.resolve("seed"),
            new CloudInit(
                "uid-1",
                "debian-vm",
                wishes,
                List.of(nic(0, "192.168.135.129/32", DEFAULT), nic(1, "10.244.1.6/24")))));
    var machine =
        new QemuMachine(
            lab.name(),
            Accelerator.TCG,
            2,
            512,
            image.kernel(),
            disks,
            List.of(device(0), device(1)),
            2,
            folder);

    ConfinedGuest guest = ConfinedGuest.start(lab, machine);

    guest.await("lab-user debian-vm 1", LIMIT);
    String interfaces = agent(machine, "guest-network-get-interfaces");
    assertThat(interfaces)
        .contains("\"eth0\"", "192.168.135.129", "52:54:00:00:00:00")
        .contains("\"eth1\"", "10.244.1.6");
  }

  private static String agent(QemuMachine machine, String command) throws IOException {
    try (SocketChannel agent =
        SocketChannel.open(UnixDomainSocketAddress.of(machine.agentChannel()))) {
      agent.write(ByteBuffer.wrap(("{\"execute\":\"" + command + "\"}\n").getBytes(UTF_8)));
      ByteBuffer answer = ByteBuffer.allocate(1 << 16);
      while (agent.read(answer) >= 0) {
        if (answer.get(answer.position() - 1) == '\n') {
          break;
        }
      }
      return UTF_8.decode(answer.flip()).toString();
    }
  }
}
