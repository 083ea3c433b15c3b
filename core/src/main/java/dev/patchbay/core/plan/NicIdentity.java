package dev.patchbay.core.plan;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacAddress;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Names and addresses derived from which NIC of which incarnation it is. Because they are known
 * before anything is made, recovery after a crash can tell our links from strangers' without a word
 * in the journal between the ops.
 */
record NicIdentity(String digest) {
  /** IFNAMSIZ without its NUL, linux/if.h. */
  private static final int LONGEST = 15;

  static NicIdentity of(String containerId, IfName ifName) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest((containerId + "\n" + ifName).getBytes(UTF_8));
      return new NicIdentity(HexFormat.of().formatHex(digest));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }

  /**
   * The tap of a NIC's guest, in the same namespace as the NIC: people see at once whose it is,
   * unless the NIC's name is too long for that.
   */
  static IfName tap(IfName nic) {
    String plain = "tap-" + nic;
    return plain.getBytes(UTF_8).length <= LONGEST
        ? new IfName(plain)
        : new IfName("tap" + of("", nic).digest.substring(0, LONGEST - 3));
  }

  /** 15 characters: the prefix that tools expect, and 44 bits of the digest. */
  IfName hostEnd() {
    return new IfName("veth" + digest.substring(0, 11));
  }

  /** A name for an object of the NIC's own, in the form of a UUID of version 8 (RFC 9562). */
  String uuid() {
    return "%s-%s-8%s-8%s-%s"
        .formatted(
            digest.substring(0, 8),
            digest.substring(8, 12),
            digest.substring(12, 15),
            digest.substring(15, 18),
            digest.substring(18, 30));
  }

  MacAddress hostMac() {
    return local(6);
  }

  MacAddress podMac() {
    return local(12);
  }

  /** Locally administered, unicast (IEEE 802, section 8.4). */
  private MacAddress local(int from) {
    byte[] bytes = HexFormat.of().parseHex(digest, 2 * from, 2 * (from + 6));
    bytes[0] = (byte) ((bytes[0] & 0xfc) | 0x02);
    return MacAddress.of(bytes);
  }
}
