package dev.patchbay.e2e.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.Dns;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.e2e.Command;
import dev.patchbay.e2e.Lab;
import dev.patchbay.vm.cloudinit.CloudInit;
import dev.patchbay.vm.cloudinit.CloudInitWishes;
import dev.patchbay.vm.cloudinit.SeedDisk;
import dev.patchbay.vm.image.FetchLimits;
import dev.patchbay.vm.image.ImageRequest;
import dev.patchbay.vm.image.Images;
import dev.patchbay.vm.image.PreparedImage;
import dev.patchbay.vm.image.Progress;
import dev.patchbay.vm.image.PullPolicy;
import dev.patchbay.vm.qemu.Accelerator;
import dev.patchbay.vm.qemu.QemuMachine;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Images by the real qemu-img, booted by a QEMU that has no rights, with a seed beside them. */
@Tag("lab")
class ImagesLabTest {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final String ALKAID =
      "download.cirros-cloud.net/0.3.5/cirros-0.3.5-x86_64-disk.img";

  @AutoClose private Lab lab;
  private Images images;
  private Path folder;

  @BeforeEach
  void prepare() {
    lab = Lab.create();
    images =
        new Images(
            SmallImages.write(lab).table(),
            lab.dir("cache"),
            Path.of("/usr/bin/qemu-img"),
            FetchLimits.DEFAULT);
    folder = lab.dir("vm");
  }

  private PreparedImage prepare(String name) throws IOException {
    return images.prepare(
        new ImageRequest(name, PullPolicy.IF_NOT_PRESENT, folder, OptionalLong.of(1L << 30)),
        Progress.SILENT);
  }

  private QemuMachine.Disk seed() throws IOException {
    CloudInit.Nic nic =
        new CloudInit.Nic(
            new IfName("eth0"),
            new MacAddress("52:54:00:00:00:01"),
            OptionalInt.empty(),
            List.of(Cidr.parse("10.9.1.10/24")),
            List.of(),
            Dns.NONE,
            true);
    return SeedDisk.write(
        folder.resolve("seed"),
        new CloudInit("uid-1", "nginx-vm", CloudInitWishes.NONE, List.of(nic)));
  }

  private void boot(PreparedImage image, String awaited) throws IOException {
    List<QemuMachine.Disk> disks = new ArrayList<>(image.disks());
    disks.add(seed());
    var machine =
        new QemuMachine(
            lab.name(), Accelerator.TCG, 1, 200, image.kernel(), disks, List.of(), 1, folder);
    ConfinedGuest.start(lab, machine).await(awaited, LIMIT);
  }

  @Test
  void aDiskByItsAddressIsBootedAboveTheSharedOneAndReadsItsSeed() throws IOException {
    PreparedImage image = prepare(ALKAID);
    Path own = image.disks().getFirst().file();
    String overlay = Command.of("qemu-img", "info", "--output=json", own.toString()).output();
    assertThat(overlay)
        .contains("\"virtual-size\": " + (1L << 30))
        .contains("\"backing-filename-format\": \"qcow2\"")
        .contains(lab.folder() + "/cache/sha256/");

    boot(image, "guest: nginx-vm is up");
  }

  @Test
  void aKernelIsBootedDirectlyAndReadsItsSeed() throws IOException {
    PreparedImage image = prepare("virtlet.cloud/" + SmallImages.CIRROS);

    assertThat(image.kernel().flatMap(kernel -> Optional.of(kernel.arguments())))
        .contains(GuestMachine.CMDLINE);
    boot(image, "guest: nginx-vm is up");
  }
}
