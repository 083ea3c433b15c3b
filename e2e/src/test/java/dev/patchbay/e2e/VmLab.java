package dev.patchbay.e2e;

import dev.patchbay.e2e.guest.SmallImages;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** A host on which machines run, emulated, whose images are the small ones of the lab. */
final class VmLab implements AutoCloseable {
  /** How long a guest may take to boot, or to react, on a host with much else to do. */
  static final Duration GUEST = Duration.ofMinutes(2);

  private final StandaloneLab standalone;

  private VmLab(StandaloneLab standalone) {
    this.standalone = standalone;
  }

  /**
   * Starts it.
   *
   * @param more settings of the agent
   */
  static VmLab up(String more) {
    Lab lab = Lab.create();
    try {
      String settings =
          """
          vm:
            accelerator: tcg
            patience: 5
            images: %s
          """
                  .formatted(SmallImages.write(lab).table())
              + more;
      return new VmLab(StandaloneLab.up(lab, List.of("--runtime", "none"), settings.indent(2)));
    } catch (Throwable e) {
      try {
        lab.close();
      } catch (AssertionError left) {
        e.addSuppressed(left);
      }
      throw e;
    }
  }

  StandaloneLab host() {
    return standalone;
  }

  void apply(String yaml) {
    standalone.kubectl("apply", "-f", "-").reading(yaml).output();
  }

  String phase(String pod) {
    return standalone.get("pod", pod).at("/status/phase").asString("");
  }

  void awaitRunning(String pod) {
    String seen = Await.settled(GUEST, () -> phase(pod), "Running"::equals);
    if (!seen.equals("Running")) {
      throw new AssertionError(
          pod
              + " is "
              + seen
              + "\n"
              + standalone.kubectl("describe", "pod", pod).run().stdout()
              + standalone.logText());
    }
  }

  /** Waits until the pod's NICs have these states, as kubectl shows them. */
  void awaitNics(String pod, Map<String, String> wanted) {
    Map<String, String> seen =
        Await.settled(GUEST, () -> standalone.nicStates(pod), wanted::equals);
    if (!seen.equals(wanted)) {
      throw new AssertionError(
          "%s has %s and not %s%n%s%n%s%n%s"
              .formatted(
                  pod,
                  seen,
                  wanted,
                  standalone.kubectl("describe", "pod", pod).run().stdout(),
                  standalone.kubectl("logs", pod).run(),
                  standalone.logText()));
    }
  }

  /** The guest's state of a NIC, as {@code kubectl get nics -o wide} tells it. */
  String wide(String pod, String nic) {
    return standalone
        .kubectl("get", "nics", "-o", "wide", "--no-headers")
        .output()
        .lines()
        .filter(line -> List.of(line.split("\\s+")).containsAll(List.of(pod, nic)))
        .findFirst()
        .orElse("absent");
  }

  void awaitWide(String pod, String nic, Predicate<String> wanted) {
    String seen = Await.settled(GUEST, () -> wide(pod, nic), wanted);
    if (!wanted.test(seen)) {
      throw new AssertionError(pod + " " + nic + " stays: " + seen);
    }
  }

  /** A terminal with {@code kubectl attach -it}, as a person has it. */
  KubectlTerminal attach(String pod) {
    return KubectlTerminal.start(standalone, "attach", "-it", pod);
  }

  @Override
  public void close() {
    standalone.close();
  }
}
