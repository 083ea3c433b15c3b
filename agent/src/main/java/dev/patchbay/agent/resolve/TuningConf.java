package dev.patchbay.agent.resolve;

import dev.patchbay.cni.json.Fields;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.plan.LinkSettings;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** The configuration of {@code tuning}, which changes a link that the chain has made. */
final class TuningConf {
  static final String TYPE = "tuning";

  /** What was there before is in our journal, so nothing hangs on {@code dataDir}. */
  static final Set<String> SERVED =
      Set.of("sysctl", "mac", "promisc", "mtu", "txQLen", "allmulti", "dataDir");

  /** Only the network's sysctls, and nothing that leaves that folder. */
  private static final Pattern SYSCTL = Pattern.compile("net[./][A-Za-z0-9_./-]+");

  private TuningConf() {}

  static LinkSettings read(Fields conf, IfName ifName, Optional<MacAddress> mac) {
    return new LinkSettings(
        sysctls(conf, ifName),
        mac,
        Numbers.mtu(conf),
        conf.flag("promisc") ? Optional.of(true) : Optional.empty(),
        conf.mentions("allmulti") ? Optional.of(conf.flag("allmulti")) : Optional.empty(),
        Numbers.whole(conf, "txQLen", 0, Integer.MAX_VALUE));
  }

  private static Map<String, String> sysctls(Fields conf, IfName ifName) {
    Map<String, String> all = new TreeMap<>();
    Optional<Fields> sysctl = conf.object("sysctl");
    if (sysctl.isPresent()) {
      for (Map.Entry<String, JsonNode> entry : sysctl.get().node().properties()) {
        String key = entry.getKey().replace("IFNAME", ifName.value());
        if (!SYSCTL.matcher(key.replace(ifName.value(), "x")).matches() || key.contains("..")) {
          throw sysctl
              .get()
              .bad(
                  entry.getKey(),
                  "is no network sysctl; write it as net.ipv4.conf.IFNAME.arp_filter");
        }
        if (!entry.getValue().isString()) {
          throw sysctl
              .get()
              .bad(entry.getKey(), "is " + Fields.shown(entry.getValue()) + "; write a string");
        }
        all.put(key, entry.getValue().stringValue());
      }
    }
    return all;
  }
}
