package dev.patchbay.linux.nftables;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.patchbay.core.nic.Cidr;
import dev.patchbay.linux.netlink.Attributes;
import dev.patchbay.linux.netlink.MalformedNetlinkException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * A rule of ours: what leaves the subnet for anywhere else but a multicast group leaves with the
 * host's address.
 *
 * @param network whose it is, as its comment says: see {@link #label}
 * @param subnet the network's addresses
 * @param handle the kernel's number of the rule within the table
 */
public record Masquerade(String network, Cidr subnet, long handle) {
  private static final int V4_SOURCE = 12; // RFC 791, section 3.1
  private static final int V4_DESTINATION = 16;
  private static final int V6_SOURCE = 8; // RFC 8200, section 3
  private static final int V6_DESTINATION = 24;
  private static final Cidr V4_MULTICAST = Cidr.parse("224.0.0.0/4");
  private static final Cidr V6_MULTICAST = Cidr.parse("ff00::/8");
  private static final String V4 = "02"; // linux/netfilter.h, NFPROTO_IPV4
  private static final String V6 = "0a"; // NFPROTO_IPV6
  private static final int COMMENT = 0; // libnftnl, NFTNL_UDATA_RULE_COMMENT
  // nft reads comments of up to 128 bytes with their NUL (NFTNL_UDATA_COMMENT_MAXLEN)
  private static final int LONGEST_COMMENT = 127;
  private static final int DIGEST_BYTES = 8;

  /**
   * The network's name as a comment can hold it: itself, or, when it is longer than 127 bytes, its
   * beginning and a digest of the whole.
   */
  public static String label(String network) {
    byte[] name = network.getBytes(UTF_8);
    if (name.length <= LONGEST_COMMENT && network.indexOf(0) < 0) {
      return network;
    }
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(name);
      String end = "~" + HexFormat.of().formatHex(digest, 0, DIGEST_BYTES);
      StringBuilder label = new StringBuilder();
      int room = LONGEST_COMMENT - end.length();
      for (int c : network.replace("\0", "").codePoints().toArray()) {
        room -= Character.toString(c).getBytes(UTF_8).length;
        if (room < 0) {
          break;
        }
        label.appendCodePoint(c);
      }
      return label + end;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }

  /** The rule's instructions for a subnet. */
  static List<Expression> expressions(Cidr subnet) {
    boolean v4 = subnet.isV4();
    List<Expression> all = new ArrayList<>();
    all.add(new Expression.LoadFamily());
    all.add(new Expression.Compare(true, v4 ? V4 : V6));
    match(all, v4 ? V4_SOURCE : V6_SOURCE, true, subnet);
    match(all, v4 ? V4_DESTINATION : V6_DESTINATION, false, subnet);
    match(all, v4 ? V4_DESTINATION : V6_DESTINATION, false, v4 ? V4_MULTICAST : V6_MULTICAST);
    all.add(new Expression.Masquerade());
    return all;
  }

  private static void match(List<Expression> all, int offset, boolean inside, Cidr network) {
    byte[] address = network.network().address().getAddress();
    all.add(new Expression.LoadPacket(Expression.Base.NETWORK, offset, address.length));
    if (network.prefix() < address.length * 8) {
      all.add(
          new Expression.Mask(HexFormat.of().formatHex(mask(network.prefix(), address.length))));
    }
    all.add(new Expression.Compare(inside, HexFormat.of().formatHex(address)));
  }

  private static byte[] mask(int prefix, int length) {
    byte[] mask = new byte[length];
    for (int bit = 0; bit < prefix; bit++) {
      mask[bit / 8] |= (byte) (0x80 >> (bit % 8));
    }
    return mask;
  }

  /** What nft shows as the rule's comment: a type, a length, and text with its NUL. */
  static byte[] userData(String network) {
    byte[] text = (label(network) + "\0").getBytes(UTF_8);
    return ByteBuffer.allocate(2 + text.length)
        .put((byte) COMMENT)
        .put((byte) text.length)
        .put(text)
        .array();
  }

  /** Reads a rule; empty when it is not one that we could have written. */
  static Optional<Masquerade> parse(Attributes rule) throws MalformedNetlinkException {
    List<Expression> expressions = new ArrayList<>();
    for (Attributes.Attribute element : rule.nested(NftMessages.NFTA_RULE_EXPRESSIONS).all()) {
      expressions.add(ExpressionCodec.parse(Attributes.parse(element.value())));
    }
    Optional<Cidr> subnet = source(expressions);
    Optional<String> comment =
        rule.bytes(NftMessages.NFTA_RULE_USERDATA).flatMap(Masquerade::comment);
    if (subnet.isEmpty() || comment.isEmpty()) {
      return Optional.empty();
    }
    // nobody but us writes such a rule, if it is the same to the last instruction
    boolean ours = expressions.equals(expressions(subnet.get()));
    long handle = Long.reverseBytes(rule.u64(NftMessages.NFTA_RULE_HANDLE).orElse(0));
    return ours
        ? Optional.of(new Masquerade(comment.get(), subnet.get(), handle))
        : Optional.empty();
  }

  private static Optional<Cidr> source(List<Expression> all) {
    // family, its comparison, load, [mask,] comparison
    if (all.size() < 5 || !(all.get(2) instanceof Expression.LoadPacket(_, _, int length))) {
      return Optional.empty();
    }
    boolean masked = all.get(3) instanceof Expression.Mask;
    if (!(all.get(masked ? 4 : 3) instanceof Expression.Compare(_, var value))
        || value.length() != 2 * length) {
      return Optional.empty();
    }
    int prefix = length * 8;
    if (all.get(3) instanceof Expression.Mask(var mask)) {
      prefix = prefix(HexFormat.of().parseHex(mask));
    }
    try {
      InetAddress address = InetAddress.getByAddress(HexFormat.of().parseHex(value));
      int bits = address.getAddress().length * 8;
      return prefix > bits ? Optional.empty() : Optional.of(new Cidr(address, prefix));
    } catch (UnknownHostException _) {
      return Optional.empty(); // what is compared is no address
    }
  }

  private static int prefix(byte[] mask) {
    int ones = 0;
    for (byte part : mask) {
      ones += Integer.bitCount(Byte.toUnsignedInt(part));
    }
    return ones;
  }

  private static Optional<String> comment(byte[] userData) {
    int at = 0;
    while (at + 2 <= userData.length) {
      int length = Byte.toUnsignedInt(userData[at + 1]);
      if (at + 2 + length > userData.length) {
        return Optional.empty();
      }
      if (userData[at] == COMMENT && length > 0) {
        return Optional.of(new String(userData, at + 2, length - 1, UTF_8));
      }
      at += 2 + length;
    }
    return Optional.empty();
  }
}
