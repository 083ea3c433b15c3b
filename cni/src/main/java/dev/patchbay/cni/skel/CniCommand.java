package dev.patchbay.cni.skel;

import dev.patchbay.cni.version.CniVersion;
import java.util.Arrays;
import java.util.Optional;

/** What a runtime may ask of a plugin (CNI spec 1.1.0, section 2). */
public enum CniCommand {
  /** Attach a container to the network, or change an attachment. */
  ADD(CniVersion.V0_1_0),
  /** Take away what ADD made; best effort, any number of times. */
  DEL(CniVersion.V0_1_0),
  /** Look whether what ADD made is still there. */
  CHECK(CniVersion.V0_4_0),
  /** Take away everything of the network that no listed attachment owns. */
  GC(CniVersion.V1_1_0),
  /** Say whether an ADD would work. */
  STATUS(CniVersion.V1_1_0),
  /** Say which versions are supported. */
  VERSION(CniVersion.V0_1_0);

  private final CniVersion since;

  CniCommand(CniVersion since) {
    this.since = since;
  }

  /** The oldest configuration version with which it may be sent. */
  public CniVersion since() {
    return since;
  }

  /** The command written so, in capital letters. */
  public static Optional<CniCommand> of(String text) {
    return Arrays.stream(values()).filter(command -> command.name().equals(text)).findFirst();
  }
}
