package dev.patchbay.vm.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class QemuCommandTest {
  private static final Path QEMU = Path.of("/usr/bin/qemu-system-x86_64");

  private static final QemuMachine.Nic ETH0 =
      new QemuMachine.Nic(
          "eth0-1",
          new Backend.Tap(new IfName("tap0")),
          new MacAddress("02:00:00:00:00:01"),
          OptionalInt.of(1450));

  private static QemuMachine machine(List<QemuMachine.Nic> nics, int ports) {
    return new QemuMachine(
        "vm1",
        Accelerator.TCG,
        2,
        256,
        Optional.of(
            new QemuMachine.Kernel(
                Path.of("/k"), Optional.of(Path.of("/i")), "console=ttyS0 quiet")),
        List.of(
            new QemuMachine.Disk(Path.of("/a,b.img"), QemuMachine.Disk.Format.QCOW2, false),
            new QemuMachine.Disk(Path.of("/seed.iso"), QemuMachine.Disk.Format.RAW, true)),
        nics,
        ports,
        Path.of("/run/vm1"));
  }

  @Test
  void everythingIsSaidAndPortsStandBeforeWhatIsInThem() {
    assertThat(QemuCommand.of(QEMU, machine(List.of(ETH0), 2)))
        .containsExactly(
            "/usr/bin/qemu-system-x86_64",
            "-name",
            "vm1",
            "-M",
            "q35,accel=tcg,graphics=off",
            "-cpu",
            "max",
            "-smp",
            "2",
            "-m",
            "256",
            "-nodefaults",
            "-no-user-config",
            "-display",
            "none",
            "-qmp",
            "unix:/run/vm1/qmp.sock,server=on,wait=off",
            "-qmp",
            "unix:/run/vm1/qmp-debug.sock,server=on,wait=off",
            "-serial",
            "unix:/run/vm1/console.sock,server=on,wait=off",
            "-kernel",
            "/k",
            "-initrd",
            "/i",
            "-append",
            "console=ttyS0 quiet",
            "-object",
            "rng-random,id=entropy,filename=/dev/urandom",
            "-device",
            "virtio-rng-pci,rng=entropy",
            "-device",
            "pvpanic",
            "-device",
            "virtio-serial-pci",
            "-chardev",
            "socket,id=agent,path=/run/vm1/agent.sock,server=on,wait=off",
            "-device",
            "virtserialport,chardev=agent,name=org.qemu.guest_agent.0",
            "-drive",
            "file=/a,,b.img,format=qcow2,if=none,id=disk0,readonly=off",
            "-device",
            "virtio-blk-pci,drive=disk0",
            "-drive",
            "file=/seed.iso,format=raw,if=none,id=disk1,readonly=on",
            "-device",
            "virtio-blk-pci,drive=disk1",
            "-device",
            "driver=pcie-root-port,id=rp0,bus=pcie.0,chassis=1,slot=1",
            "-device",
            "driver=pcie-root-port,id=rp1,bus=pcie.0,chassis=2,slot=2",
            "-netdev",
            "type=tap,id=net-eth0-1,ifname=tap0,script=no,downscript=no",
            "-device",
            "driver=virtio-net-pci,id=eth0-1,netdev=net-eth0-1,mac=02:00:00:00:00:01,bus=rp0,"
                + "romfile=,host_mtu=1450");
  }

  @Test
  void aMachineInHandIsConfinedWaitsAndStaysAndHasAnIdentity() {
    QemuMachine plain = machine(List.of(), 1);
    var disk =
        new QemuMachine.Disk(
            Path.of("/d"), QemuMachine.Disk.Format.RAW, false, QemuMachine.Disk.Bus.SCSI);
    var held =
        new QemuMachine(
            plain.name(),
            plain.accelerator(),
            plain.cpus(),
            plain.memoryMib(),
            Optional.empty(),
            List.of(disk),
            plain.nics(),
            plain.ports(),
            plain.folder(),
            Optional.of(UUID.fromString("b7b2dfa0-6ac7-4183-8c2e-699b03b060d0")),
            new QemuMachine.Guard(true, true));

    assertThat(String.join(" ", QemuCommand.of(QEMU, held)))
        .contains(" -uuid b7b2dfa0-6ac7-4183-8c2e-699b03b060d0 -smbios type=1,")
        .contains(
            " -sandbox on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny ")
        .contains(" -S -action shutdown=pause,panic=pause ")
        .containsSubsequence(
            " virtio-scsi-pci,id=scsi ", " scsi-hd,bus=scsi.0,drive=disk0,bootindex=0 ");
    assertThat(QemuCommand.of(QEMU, plain)).doesNotContain("-S", "-sandbox", "-uuid");
  }

  @Test
  void aMachineThatCannotBeBuiltIsRefusedWithFieldValueAndRemedy() {
    assertThatThrownBy(() -> machine(List.of(), 25))
        .hasMessageContainingAll("ports", "\"25\"", "1 to 24");
    assertThatThrownBy(() -> machine(List.of(ETH0, ETH0), 1))
        .hasMessageContainingAll("nics", "\"2\"", "1 ports");
    assertThatThrownBy(
            () -> new QemuMachine.Nic("1,bus=rp9", ETH0.backend(), ETH0.mac(), OptionalInt.empty()))
        .hasMessageContainingAll("id", "1,bus=rp9", "letter");
    assertThatThrownBy(() ->
            new QemuMachine.Nic(
                "eth1", ETH0.backend(), new MacAddress("01:00:5e:00:00:01"), OptionalInt.empty()))
        .hasMessageContainingAll("mac", "01:00:5e:00:00:01", "unicast");
  }
}
