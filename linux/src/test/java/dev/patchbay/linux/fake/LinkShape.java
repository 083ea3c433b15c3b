package dev.patchbay.linux.fake;

import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.nic.MacvlanMode;
import java.util.OptionalInt;

/** What makes a link of the fake differ from links of other kinds. */
sealed interface LinkShape {
  /** One per namespace, from its birth to its death. */
  record Loopback() implements LinkShape {}

  /** A device of the machine: it can be moved, never deleted. */
  record Physical(MacAddress permanentMac, String pciAddress) implements LinkShape {}

  /** Nothing but a name and an address, for strangers' links. */
  record Dummy() implements LinkShape {}

  /** One end of a pair. */
  record Veth(long peer) implements LinkShape {}

  /** A switch. */
  record Bridge(boolean vlanFiltering) implements LinkShape {}

  /** A slice of a parent. */
  record Macvlan(long parent, MacvlanMode mode, OptionalInt bcQueueLen) implements LinkShape {}

  /** A VLAN of a parent. */
  record Vlan(long parent, int id) implements LinkShape {}

  /** A device for a process. */
  record Tap(boolean multiQueue, OptionalInt owner, OptionalInt group) implements LinkShape {}

  /** rtnetlink's kind (IFLA_INFO_KIND); empty for what has none. */
  default String kind() {
    return switch (this) {
      case Loopback _, Physical _ -> "";
      case Dummy _ -> "dummy";
      case Veth _ -> "veth";
      case Bridge _ -> "bridge";
      case Macvlan _ -> "macvlan";
      case Vlan _ -> "vlan";
      case Tap _ -> "tun";
    };
  }

  /** Whether it is made by software: it can be deleted, and dies with its namespace. */
  default boolean isVirtual() {
    return !kind().isEmpty();
  }

  /** Whether the link is a slice of that one and goes away with it. */
  default boolean isAbove(long parent) {
    return switch (this) {
      case Macvlan(long below, _, _) -> below == parent;
      case Vlan(long below, _) -> below == parent;
      case Loopback _, Physical _, Dummy _, Veth _, Bridge _, Tap _ -> false;
    };
  }
}
