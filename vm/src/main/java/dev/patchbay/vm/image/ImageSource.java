package dev.patchbay.vm.image;

import dev.patchbay.vm.qemu.QemuMachine;
import java.util.Optional;

/** What a name stands for. */
sealed interface ImageSource {
  /** A disk that boots by itself. */
  record OnDisk(Artifact file, QemuMachine.Disk.Format format) implements ImageSource {}

  /**
   * A kernel that QEMU loads.
   *
   * @param initrd its initial root file system
   * @param append its command line
   * @param disk what it finds as its first disk
   */
  record Kernel(Artifact image, Optional<Artifact> initrd, String append, Optional<OnDisk> disk)
      implements ImageSource {}
}
