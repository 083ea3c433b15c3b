package dev.patchbay.e2e;

import java.nio.file.Path;
import java.util.List;

/**
 * A host with our agent and a folder of third-party delegates that record their calls. A runtime is
 * added by the test that needs it.
 */
record NodeLab(Lab lab, PluginFolder delegates, PatchbayNode node) implements AutoCloseable {
  /** Starts the agent beside Debian's delegates and the stand-ins for calico and flannel. */
  static NodeLab start() {
    Lab lab = Lab.create();
    try {
      PluginFolder delegates =
          new PluginFolder(lab, "delegates", ReferencePlugins.ofDistribution())
              .recording("bridge", "portmap")
              .plain("host-local", "ptp", "macvlan", "tuning", "loopback")
              .standIns();
      return new NodeLab(lab, delegates, PatchbayNode.start(lab, delegates.bin()));
    } catch (Throwable e) {
      closeAfter(e, lab);
      throw e;
    }
  }

  /** A containerd whose only plugins are ours. */
  ContainerdLab containerd() {
    return ContainerdLab.start(lab, node.bin(), node.env());
  }

  /** Seed 004's three files, as they are, in a folder of confs; the path of Genie's. */
  Path seedFour() {
    for (String file : List.of("00-genie.conf", "10-calico.conf", "10-flannel.conflist")) {
      lab.write(confs().resolve(file), Confs.fixture("seed-004/" + file));
    }
    return confs().resolve("00-genie.conf");
  }

  /** The folder of confs the agent looks networks up in. */
  Path confs() {
    return lab.dir("confs");
  }

  /** The folder of NetworkAttachmentDefinitions the agent looks networks up in. */
  Path networks() {
    return lab.dir("networks");
  }

  /** The host as it is, without the links that a network keeps when its last pod goes. */
  HostState state(String... sharedLinks) {
    return HostState.of(lab, reservations()).without(sharedLinks);
  }

  /** The host once it equals {@code before}, or as it is when that does not come about. */
  HostState settled(HostState before, String... sharedLinks) {
    return HostStates.settled(lab, before, reservations(), sharedLinks);
  }

  @Override
  public void close() {
    lab.close();
  }

  private List<Path> reservations() {
    return List.of(Confs.leases(lab), delegates.leases(), node.spool());
  }

  private static void closeAfter(Throwable failed, Lab lab) {
    try {
      lab.close();
    } catch (AssertionError e) {
      failed.addSuppressed(e);
    }
  }
}
