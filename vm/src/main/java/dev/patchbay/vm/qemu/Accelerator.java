package dev.patchbay.vm.qemu;

import java.util.Locale;

/** What runs the guest's instructions. */
public enum Accelerator {
  /** The processor itself; needs a usable {@code /dev/kvm}. */
  KVM,
  /** QEMU's translator: works everywhere, ten times slower and more. */
  TCG;

  /** As QEMU writes it. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
