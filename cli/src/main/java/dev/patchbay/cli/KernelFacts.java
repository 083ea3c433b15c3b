package dev.patchbay.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What the kernel can do, as far as its files tell.
 *
 * @param root where {@code proc}, {@code sys} and {@code lib} are
 */
record KernelFacts(Path root) {
  /** Module → a symbol that only a kernel with it has, and what we need it for. */
  private static final Map<String, List<String>> FEATURES =
      new TreeMap<>(
          Map.of(
              "bridge", List.of("br_dev_setup", "bridge NICs"),
              "veth", List.of("veth_setup", "bridge and ptp NICs"),
              "macvlan", List.of("macvlan_common_setup", "macvlan NICs"),
              "tun", List.of("tun_setup", "tap NICs"),
              "nf_tables", List.of("nf_tables_newrule", "ipMasq")));

  /** One line for each feature, then forwarding and br_netfilter. */
  List<Finding> findings() {
    List<Finding> all = new ArrayList<>();
    List<String> missing = missing();
    all.add(
        missing.isEmpty()
            ? Finding.ok("kernel", "has " + String.join(", ", FEATURES.keySet()))
            : Finding.bad(
                "kernel",
                "no sign of "
                    + String.join(
                        ", ",
                        missing.stream()
                            .map(module -> module + " (" + purpose(module) + ")")
                            .toList()),
                "sudo modprobe -a " + String.join(" ", missing)));
    all.add(forwarding());
    all.add(bridgeFilter());
    return all;
  }

  private static String purpose(String module) {
    return FEATURES.getOrDefault(module, List.of("", "")).getLast();
  }

  private List<String> missing() {
    List<String> missing =
        new ArrayList<>(
            FEATURES.keySet().stream()
                .filter(module -> !Files.isDirectory(root.resolve("sys/module/" + module)))
                .toList());
    if (!missing.isEmpty()) {
      Path modules = root.resolve("lib/modules").resolve(release());
      missing.removeAll(listed(modules.resolve("modules.dep"), missing));
      missing.removeAll(listed(modules.resolve("modules.builtin"), missing));
    }
    if (!missing.isEmpty()) {
      missing.removeAll(builtIn(missing));
    }
    return missing;
  }

  private String release() {
    return read(root.resolve("proc/sys/kernel/osrelease")).orElse("unknown");
  }

  private static List<String> listed(Path index, List<String> modules) {
    if (!Files.isReadable(index)) {
      return List.of();
    }
    try (Stream<String> lines = Files.lines(index)) {
      List<String> paths = lines.map(line -> line.replaceFirst(":.*", "")).toList();
      return modules.stream()
          .filter(module -> paths.stream().anyMatch(path -> path.contains("/" + module + ".ko")))
          .toList();
    } catch (IOException _) {
      return List.of();
    }
  }

  /** A kernel without any module has neither folder nor index, but its symbols. */
  private List<String> builtIn(List<String> modules) {
    Path symbols = root.resolve("proc/kallsyms");
    if (!Files.isReadable(symbols)) {
      return List.of();
    }
    try (Stream<String> lines = Files.lines(symbols)) {
      List<String> wanted =
          modules.stream()
              .map(module -> " " + FEATURES.getOrDefault(module, List.of("")).getFirst())
              .toList();
      List<String> found = lines.filter(line -> wanted.stream().anyMatch(line::endsWith)).toList();
      return modules.stream()
          .filter(module ->
              found.stream()
                  .anyMatch(line ->
                      line.endsWith(" " + FEATURES.getOrDefault(module, List.of("")).getFirst())))
          .toList();
    } catch (IOException _) {
      return List.of();
    }
  }

  private Finding forwarding() {
    String v4 = read(root.resolve("proc/sys/net/ipv4/ip_forward")).orElse("?");
    return v4.equals("1")
        ? Finding.ok("ip_forward", "on")
        : Finding.warn(
            "ip_forward",
            "is " + v4 + "; the agent switches it on with the first gateway",
            "sudo sysctl net.ipv4.ip_forward=1");
  }

  private Finding bridgeFilter() {
    return Finding.ok(
        "br_netfilter",
        filtersBridges()
            ? "on: packets within a bridge pass through iptables too"
            : "off: packets within a bridge are not filtered");
  }

  /** Whether packets within a bridge meet iptables' rules. */
  boolean filtersBridges() {
    return read(root.resolve("proc/sys/net/bridge/bridge-nf-call-iptables"))
        .map("1"::equals)
        .orElse(false);
  }

  private static Optional<String> read(Path file) {
    try {
      return Files.isReadable(file)
          ? Optional.of(Files.readString(file).strip())
          : Optional.empty();
    } catch (IOException _) {
      return Optional.empty();
    }
  }
}
