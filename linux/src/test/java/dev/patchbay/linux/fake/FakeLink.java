package dev.patchbay.linux.fake;

import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/** A link of the fake: plain state, changed by {@link World} and the ops alone. */
final class FakeLink {
  /** Which link it is, wherever it goes: unlike the index never used twice. */
  final long id;

  final LinkShape shape;
  long netns;
  int index;
  IfName name;
  MacAddress mac;
  int mtu;
  boolean up;
  boolean promisc;
  boolean allmulti;
  int txQLen = 1000;
  int group;
  OptionalLong master = OptionalLong.empty();
  PortState port = PortState.FRESH;

  /** The alias (IFLA_IFALIAS): the old name of a lent device; it travels with the device. */
  Optional<String> alias = Optional.empty();

  /** The link that gets what comes in by this one; 0 when that is gone. */
  OptionalLong redirectedTo = OptionalLong.empty();

  /** What a tap knows of the NIC before it. */
  final Map<String, String> remembers = new TreeMap<>();

  final List<Cidr> addresses = new ArrayList<>();

  /** Values that are not the default, by key with {@code *} in place of the link's name. */
  final Map<String, String> sysctls = new TreeMap<>();

  FakeLink(long id, LinkShape shape, long netns, int index, IfName name, MacAddress mac, int mtu) {
    this.id = id;
    this.shape = shape;
    this.netns = netns;
    this.index = index;
    this.name = name;
    this.mac = mac;
    this.mtu = mtu;
  }

  FakeLink copy() {
    FakeLink copy = new FakeLink(id, shape, netns, index, name, mac, mtu);
    copy.up = up;
    copy.promisc = promisc;
    copy.allmulti = allmulti;
    copy.txQLen = txQLen;
    copy.group = group;
    copy.master = master;
    copy.port = port;
    copy.alias = alias;
    copy.redirectedTo = redirectedTo;
    copy.remembers.putAll(remembers);
    copy.addresses.addAll(addresses);
    copy.sysctls.putAll(sysctls);
    return copy;
  }
}
