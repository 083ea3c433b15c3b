package dev.patchbay.core.plan;

import dev.patchbay.core.nic.DeviceSelector;
import dev.patchbay.core.nic.IfName;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a planner needs to know of the host: just the links that the attachments mention, so that
 * looking stays cheap on a host with thousands.
 *
 * @param links the mentioned links that are there
 * @param defaultLink the link of the host's default route
 * @param present names of the host's other links worth naming in an error; empty unless something
 *     is missing
 * @param former what is about to be changed, as it is
 */
public record HostView(
    Map<IfName, HostLink> links,
    Optional<IfName> defaultLink,
    List<IfName> present,
    Former former) {
  /** Nobody looked, as nothing was mentioned. */
  public static final HostView UNSEEN = new HostView(Map.of(), Optional.empty(), List.of());

  /** Bytes of an Ethernet that nobody configured (ETH_DATA_LEN, linux/if_ether.h). */
  private static final int DEFAULT_MTU = 1500;

  /**
   * A link of the host.
   *
   * @param name its name
   * @param kind rtnetlink's kind, such as {@code bridge}; empty for a physical device
   * @param mtu bytes
   */
  public record HostLink(IfName name, String kind, int mtu) {}

  /**
   * What the attachments want to change, as it is before: it goes into the plan, so that the plan
   * alone is enough to put it back.
   *
   * @param devices the devices of the host that are to be lent
   * @param sysctls of the pod's namespace, by the keys under which they are asked for; those of
   *     links that are yet to be made are not among them
   */
  public record Former(Map<DeviceSelector, MovedDevice> devices, Map<String, String> sysctls) {
    /** Nothing is changed that was there before. */
    public static final Former NONE = new Former(Map.of(), Map.of());

    /** Copies the maps. */
    public Former {
      devices = Map.copyOf(devices);
      sysctls = Map.copyOf(sysctls);
    }
  }

  /** Copies the collections. */
  public HostView {
    links = Map.copyOf(links);
    present = List.copyOf(present);
  }

  /** A host of which nothing is changed that was there before. */
  public HostView(Map<IfName, HostLink> links, Optional<IfName> defaultLink, List<IfName> present) {
    this(links, defaultLink, present, Former.NONE);
  }

  /** The same host, of which this is to be changed. */
  public HostView changing(Former what) {
    return new HostView(links, defaultLink, present, what);
  }

  /** The same host once a plan has made a bridge that is not there yet. */
  HostView with(IfName bridge, OptionalInt mtu) {
    if (links.containsKey(bridge)) {
      return this;
    }
    Map<IfName, HostLink> all = new HashMap<>(links);
    all.put(bridge, new HostLink(bridge, "bridge", mtu.orElse(DEFAULT_MTU)));
    return new HostView(all, defaultLink, present, former);
  }
}
