package dev.patchbay.e2e.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.e2e.Lab;
import dev.patchbay.vm.qemu.Accelerator;
import dev.patchbay.vm.qemu.AcceleratorProbe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What runs a guest on this machine. */
@Tag("lab")
class AcceleratorLabTest {
  @TempDir private Path folder;

  @Test
  void theTranslatorRunsTheProbesGuest() throws IOException {
    Lab.require(Files.isExecutable(GuestMachine.QEMU), "no QEMU: e2e/lab-tools packages");

    assertThat(
            new AcceleratorProbe(GuestMachine.QEMU, Duration.ofSeconds(60)).works(Accelerator.TCG))
        .isTrue();
  }

  @Test
  void aGuestThatNeverRunsIsGivenUp() throws IOException {
    Path hanging = folder.resolve("qemu");
    Files.writeString(hanging, "#!/bin/sh\nexec sleep 600\n");
    Lab.require(hanging.toFile().setExecutable(true), "files here cannot be run");

    var probe = new AcceleratorProbe(hanging, Duration.ofMillis(200));

    assertThat(probe.works(Accelerator.KVM)).isFalse();
    assertThat(probe.best().best()).isEqualTo(Accelerator.TCG);
    assertThat(probe.best().why()).contains("/dev/kvm");
  }
}
