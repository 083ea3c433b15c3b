package dev.patchbay.vm.image;

import dev.patchbay.vm.qemu.QemuMachine;
import java.util.List;
import java.util.Optional;

/** What a machine boots, ready on this host. */
public sealed interface PreparedImage {
  /** The kernel that QEMU loads, if it loads one. */
  Optional<QemuMachine.Kernel> kernel();

  /** The machine's own disks, first the one it boots or finds its root on. */
  List<QemuMachine.Disk> disks();

  /** A disk with a boot loader. */
  record BootDisk(QemuMachine.Disk disk) implements PreparedImage {
    @Override
    public Optional<QemuMachine.Kernel> kernel() {
      return Optional.empty();
    }

    @Override
    public List<QemuMachine.Disk> disks() {
      return List.of(disk);
    }
  }

  /** A kernel, and the disk beside it if the image has one. */
  record DirectKernel(QemuMachine.Kernel image, Optional<QemuMachine.Disk> disk)
      implements PreparedImage {
    @Override
    public Optional<QemuMachine.Kernel> kernel() {
      return Optional.of(image);
    }

    @Override
    public List<QemuMachine.Disk> disks() {
      return disk.stream().toList();
    }
  }
}
