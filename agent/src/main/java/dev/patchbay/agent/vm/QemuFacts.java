package dev.patchbay.agent.vm;

import dev.patchbay.vm.machine.MachineUser;
import dev.patchbay.vm.qemu.Accelerator;
import dev.patchbay.vm.qemu.AcceleratorProbe;
import dev.patchbay.vm.qemu.SandboxProbe;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What QEMU can do on this node; found out when it is first asked, and once. */
public final class QemuFacts {
  private static final Logger LOG = LoggerFactory.getLogger(QemuFacts.class);
  private static final Duration LIMIT = Duration.ofSeconds(5);

  private final VmConfig config;
  private final Launching launching;
  private Optional<Accelerator> accelerator = Optional.empty();
  private Optional<Boolean> confines = Optional.empty();

  QemuFacts(VmConfig config, Launching launching) {
    this.config = config;
    this.launching = launching;
  }

  /** What is missing for machines to run here, with what to do about it; empty when nothing is. */
  public Optional<String> missing() {
    if (!Files.isExecutable(config.qemu())) {
      return Optional.of(
          "there is no QEMU at "
              + config.qemu()
              + "; install it (apt-get install qemu-system-x86, dnf install qemu-kvm), or set"
              + " vm.qemu");
    }
    return Optional.empty();
  }

  /** What runs guests: what the settings say, else the best that works. */
  public synchronized Accelerator accelerator() throws IOException {
    if (accelerator.isEmpty()) {
      accelerator = config.accelerator();
    }
    if (accelerator.isEmpty()) {
      var probe = new AcceleratorProbe(config.qemu(), LIMIT, launching.probing(anybody()));
      AcceleratorProbe.Finding finding = probe.best();
      LOG.info("Patchbay: machines run by {}: {}", finding.best().text(), finding.why());
      accelerator = Optional.of(finding.best());
    }
    return accelerator.get();
  }

  /** Whether QEMU's seccomp filter is used. */
  public synchronized boolean confines() throws IOException {
    if (confines.isEmpty()) {
      boolean works = config.confined() && new SandboxProbe(config.qemu(), LIMIT).works();
      if (config.confined() && !works) {
        LOG.warn("Patchbay: {} has no seccomp filter; machines run without", config.qemu());
      }
      confines = Optional.of(works);
    }
    return confines.get();
  }

  private MachineUser anybody() {
    return config.userOf("probe");
  }
}
