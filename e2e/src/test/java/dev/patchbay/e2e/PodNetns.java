package dev.patchbay.e2e;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Looks into a network namespace by iproute2. */
final class PodNetns {
  private PodNetns() {}

  static Ran run(Path netns, String... argv) {
    List<String> all = new ArrayList<>(List.of("nsenter", "--net=" + netns, "--"));
    all.addAll(List.of(argv));
    return Command.of(all).run();
  }

  static List<String> interfaces(Path netns) {
    return Interfaces.names(run(netns, "ip", "-o", "link").orFail());
  }

  static int mtu(Path netns, String ifname) {
    return Interfaces.mtu(run(netns, "ip", "-o", "link", "show", "dev", ifname).orFail());
  }

  static String address(Path netns, String ifname) {
    return Interfaces.address(run(netns, "ip", "-o", "-4", "addr", "show", "dev", ifname).orFail());
  }
}
