package dev.patchbay.vpc;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.nic.Netns;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/** Names of a VPC's parts on a node, derived from what they are parts of: any node has the same. */
final class Naming {
  private static final int READABLE_VPC = 20;
  private static final int READABLE_SUBNET = 12;

  private Naming() {}

  /** The VPC's namespace: readable, and unique among namespaces of Kubernetes. */
  static Netns router(Path folder, Key vpc) {
    String name = plain(vpc.name());
    String readable = name.substring(0, Math.min(name.length(), READABLE_VPC));
    String file = VpcSettings.ROUTER_PREFIX + readable + "-" + digest("vpc " + vpc).substring(0, 8);
    return Netns.at(folder.resolve(file).toString());
  }

  /** The host's end of the VPC's uplink. */
  static IfName uplink(Key vpc) {
    return new IfName("vpc-" + digest("vpc " + vpc).substring(0, 11));
  }

  /** The subnet's bridge, unique in its VPC's namespace. */
  static IfName bridge(Key subnet) {
    String name = plain(subnet.name());
    return new IfName(
        name.length() <= READABLE_SUBNET
            ? "br-" + name
            : "br-" + name.substring(0, 4) + "-" + digest("subnet " + subnet).substring(0, 7));
  }

  /** The Ethernet address of a port that names none: locally administered, unicast. */
  static MacAddress mac(Key port) {
    byte[] bytes = HexFormat.of().parseHex(digest("port " + port).substring(0, 12));
    bytes[0] = (byte) ((bytes[0] & 0xfc) | 0x02);
    return MacAddress.of(bytes);
  }

  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9-]", "-");
  }

  private static String digest(String text) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }
}
