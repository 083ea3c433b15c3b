package dev.patchbay.linux.procfs;

import dev.patchbay.core.nic.IfName;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The name of a sysctl of a network namespace, such as {@code net/ipv4/ip_forward}.
 *
 * @param parts of the path below /proc/sys; the first is {@code net}, as nothing else belongs to a
 *     network namespace
 */
public record SysctlKey(List<String> parts) {
  /** Throws IllegalArgumentException when a part could lead out of /proc/sys/net. */
  public SysctlKey {
    parts = List.copyOf(parts);
    if (parts.size() < 2 || !parts.getFirst().equals("net")) {
      throw new IllegalArgumentException(
          "sysctl \"" + String.join("/", parts) + "\" is not below net; write net.ipv4.ip_forward");
    }
    for (String part : parts) {
      boolean plain = !part.isEmpty() && part.indexOf('/') < 0 && part.indexOf(0) < 0;
      if (!plain || part.equals(".") || part.equals("..")) {
        throw new IllegalArgumentException(
            "sysctl \"" + String.join("/", parts) + "\" has the part \"" + part + "\"");
      }
    }
  }

  /** The sysctl of these parts. */
  public static SysctlKey of(String... parts) {
    return new SysctlKey(List.of(parts));
  }

  /**
   * Reads a name as sysctl(8) does: the separator that comes first separates, and in a dotted name
   * a slash stands for a dot within a part.
   */
  public static SysctlKey parse(String text) {
    int dot = text.indexOf('.');
    int slash = text.indexOf('/');
    if (slash >= 0 && (dot < 0 || slash < dot)) {
      return new SysctlKey(Arrays.asList(text.split("/", -1)));
    }
    return new SysctlKey(
        Arrays.stream(text.split("\\.", -1)).map(part -> part.replace('/', '.')).toList());
  }

  /**
   * The same for a name that may hold a link's name as it is, dots and all, as in {@code
   * net.ipv4.conf.eth0.100.arp_filter}.
   */
  public static SysctlKey parse(String text, IfName link) {
    String inside = "." + link + ".";
    int at = text.indexOf(inside);
    if (at < 0 || text.lastIndexOf('/', at) >= 0) {
      return parse(text);
    }
    List<String> parts = new ArrayList<>(Arrays.asList(text.substring(0, at).split("\\.", -1)));
    parts.add(link.value());
    parts.addAll(Arrays.asList(text.substring(at + inside.length()).split("\\.", -1)));
    return new SysctlKey(parts);
  }

  Path below(Path root) {
    Path path = root;
    for (String part : parts) {
      path = path.resolve(part);
    }
    return path;
  }

  @Override
  public String toString() {
    return String.join("/", parts);
  }
}
