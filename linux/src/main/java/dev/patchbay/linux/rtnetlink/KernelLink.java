package dev.patchbay.linux.rtnetlink;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.nic.MacvlanMode;
import dev.patchbay.linux.netlink.Attributes;
import dev.patchbay.linux.netlink.MalformedNetlinkException;
import dev.patchbay.linux.netlink.NetlinkMessage;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntPredicate;

/**
 * A link as the kernel describes it (linux/if_link.h).
 *
 * @param index its number in its namespace
 * @param name its name; bytes that no name of ours could hold are shown as question marks
 * @param address the present Ethernet address; empty for links of other sizes of address
 * @param permanentAddress the one burnt in, where the hardware has one
 * @param mtu in bytes
 * @param flags IFF_* (linux/if.h)
 * @param operState what the link itself says
 * @param kind {@code veth}, {@code bridge} and so on; empty for hardware
 * @param master the bridge or the like that it is a port of
 * @param parent the link under it, or a veth's peer; in that link's namespace
 * @param parentNetns our number of the parent's namespace, when it is another one
 * @param group the group it can be deleted by
 * @param alias the administrator's free text
 * @param txQueueLength in packets
 * @param promiscuity how many want all frames
 * @param device the bus address it hangs on, such as {@code 0000:3b:02.3}
 * @param bus that address' bus, such as {@code pci}
 * @param details attributes of its kind (IFLA_INFO_DATA)
 * @param portDetails attributes as a port of its master (IFLA_INFO_SLAVE_DATA)
 */
public record KernelLink(
    int index,
    IfName name,
    Optional<MacAddress> address,
    Optional<MacAddress> permanentAddress,
    int mtu,
    int flags,
    OperState operState,
    String kind,
    OptionalInt master,
    OptionalInt parent,
    OptionalInt parentNetns,
    int group,
    Optional<String> alias,
    int txQueueLength,
    int promiscuity,
    Optional<String> device,
    Optional<String> bus,
    Attributes details,
    Attributes portDetails) {
  private static final int HEADER = 16; // linux/rtnetlink.h, struct ifinfomsg
  private static final int INDEX_AT = 4;
  private static final int FLAGS_AT = 8;
  private static final int ETHERNET = 6;
  private static final int IFF_LOWER_UP = 0x10000; // linux/if.h
  private static final int IFLA_ADDRESS = 1;
  private static final int IFLA_MTU = 4;
  private static final int IFLA_MASTER = 10;
  private static final int IFLA_TXQLEN = 13;
  private static final int IFLA_OPERSTATE = 16;
  private static final int IFLA_IFALIAS = 20;
  private static final int IFLA_PROMISCUITY = 30;
  private static final int IFLA_PERM_ADDRESS = 54;
  private static final int IFLA_PARENT_DEV_NAME = 56;
  private static final int IFLA_PARENT_DEV_BUS_NAME = 57;

  /** The operational state (RFC 2863; linux/if.h, IF_OPER_*). */
  public enum OperState {
    UNKNOWN,
    NOT_PRESENT,
    DOWN,
    LOWER_LAYER_DOWN,
    TESTING,
    DORMANT,
    UP
  }

  /** Reads an RTM_NEWLINK message; MalformedNetlinkException when it is none. */
  public static KernelLink parse(NetlinkMessage message) throws MalformedNetlinkException {
    Attributes link = Attributes.after(message, HEADER);
    ByteBuffer header = message.payload();
    Attributes info = link.nested(LinkEncoding.IFLA_LINKINFO);
    byte[] name = link.bytes(LinkEncoding.IFLA_IFNAME).orElse(new byte[0]);
    return new KernelLink(
        header.getInt(INDEX_AT),
        printable(name),
        mac(link, IFLA_ADDRESS),
        mac(link, IFLA_PERM_ADDRESS),
        link.s32(IFLA_MTU).orElse(0),
        header.getInt(FLAGS_AT),
        operState(link.u8(IFLA_OPERSTATE).orElse(0)),
        info.string(LinkEncoding.IFLA_INFO_KIND).orElse(""),
        link.s32(IFLA_MASTER),
        link.s32(LinkEncoding.IFLA_LINK),
        link.s32(LinkEncoding.IFLA_LINK_NETNSID),
        link.s32(LinkEncoding.IFLA_GROUP).orElse(0),
        link.string(IFLA_IFALIAS),
        link.s32(IFLA_TXQLEN).orElse(0),
        link.s32(IFLA_PROMISCUITY).orElse(0),
        link.string(IFLA_PARENT_DEV_NAME),
        link.string(IFLA_PARENT_DEV_BUS_NAME),
        info.nested(LinkEncoding.IFLA_INFO_DATA),
        info.nested(LinkEncoding.IFLA_INFO_SLAVE_DATA));
  }

  private static Optional<MacAddress> mac(Attributes link, int type) {
    return link.bytes(type).filter(bytes -> bytes.length == ETHERNET).map(MacAddress::of);
  }

  private static OperState operState(int wire) {
    OperState[] known = OperState.values();
    return wire < known.length ? known[wire] : OperState.UNKNOWN;
  }

  /** A pod may give its links any bytes as name; the listing of all others must not suffer. */
  private static IfName printable(byte[] bytes) throws MalformedNetlinkException {
    int length = 0;
    while (length < bytes.length && length < IfName.MAX_BYTES && bytes[length] != 0) {
      length++;
    }
    if (length == 0) {
      throw new MalformedNetlinkException("a link without name");
    }
    String name = withoutOdd(decode(ByteBuffer.wrap(bytes, 0, length)), KernelLink::isOrdinary);
    try {
      return new IfName(name.equals(".") || name.equals("..") ? "?" : name);
    } catch (IllegalArgumentException _) {
      // the namespace's owner can give names that nobody could ask for, such as half a letter
      return new IfName(withoutOdd(name, c -> c > ' ' && c <= '~'));
    }
  }

  private static String withoutOdd(CharSequence text, IntPredicate shown) {
    StringBuilder kept = new StringBuilder();
    text.chars().forEach(c -> kept.append(shown.test(c) ? (char) c : '?'));
    return kept.toString();
  }

  private static CharBuffer decode(ByteBuffer bytes) throws MalformedNetlinkException {
    try {
      return UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPLACE)
          .onUnmappableCharacter(CodingErrorAction.REPLACE)
          .replaceWith("?") // one byte, so that the name stays within its length
          .decode(bytes);
    } catch (CharacterCodingException e) {
      throw new MalformedNetlinkException("a link's name: " + e.getMessage());
    }
  }

  private static boolean isOrdinary(int c) {
    return c != '/' && c != ':' && !Character.isWhitespace(c);
  }

  /** Administratively up. */
  public boolean isUp() {
    return (flags & LinkEncoding.IFF_UP) != 0;
  }

  /** Whether the wire is there. */
  public boolean hasCarrier() {
    return (flags & IFF_LOWER_UP) != 0;
  }

  /** Whether an administrator asked for all frames. */
  public boolean isPromiscuous() {
    return (flags & LinkEncoding.IFF_PROMISC) != 0;
  }

  /** Whether an administrator asked for all multicast frames. */
  public boolean isAllMulticast() {
    return (flags & LinkEncoding.IFF_ALLMULTI) != 0;
  }

  /** A macvlan's mode; empty for other kinds and for modes that we do not know. */
  public Optional<MacvlanMode> macvlanMode() throws MalformedNetlinkException {
    OptionalInt wire = ofKind("macvlan").s32(LinkEncoding.IFLA_MACVLAN_MODE);
    for (MacvlanMode mode : MacvlanMode.values()) {
      if (wire.isPresent() && wire.getAsInt() == LinkEncoding.wire(mode)) {
        return Optional.of(mode);
      }
    }
    return Optional.empty();
  }

  /** A VLAN's id; empty for other kinds. */
  public OptionalInt vlanId() throws MalformedNetlinkException {
    return ofKind("vlan").u16(LinkEncoding.IFLA_VLAN_ID);
  }

  /** Whether a bridge looks at VLAN tags; false for other kinds. */
  public boolean filtersVlans() throws MalformedNetlinkException {
    return ofKind("bridge").u8(LinkEncoding.IFLA_BR_VLAN_FILTERING).orElse(0) == 1;
  }

  /** Whether a bridge's port is in hairpin mode. */
  public boolean isHairpin() throws MalformedNetlinkException {
    return portDetails.u8(LinkEncoding.IFLA_BRPORT_MODE).orElse(0) == 1;
  }

  /** Whether a bridge's port is isolated. */
  public boolean isIsolated() throws MalformedNetlinkException {
    return portDetails.u8(LinkEncoding.IFLA_BRPORT_ISOLATED).orElse(0) == 1;
  }

  private Attributes ofKind(String wanted) {
    return kind.equals(wanted) ? details : Attributes.NONE;
  }

  /** How requests mean this link. */
  public LinkId id() {
    return LinkId.of(index);
  }
}
