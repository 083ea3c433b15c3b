package dev.patchbay.agent.reconcile;

import dev.patchbay.core.nic.DeviceSelector;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.Netns;
import dev.patchbay.core.nic.NicKind;
import dev.patchbay.core.plan.Attachment;
import dev.patchbay.core.plan.HostObserver;
import dev.patchbay.core.plan.HostView;
import dev.patchbay.core.plan.LinkSettings;
import dev.patchbay.core.plan.MovedDevice;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Looks at what attachments want to change, before anything is planned: with that in the plan, an
 * agent that dies right after a change knows from the journalled intent alone what was there.
 */
public final class Beforehand {
  /** A link that each namespace has, as sysctls are read beside a link. */
  private static final IfName LOOPBACK = new IfName("lo");

  private Beforehand() {}

  /** What is there of what the attachments want to change; costs nothing when they do not. */
  public static HostView.Former look(HostObserver host, Netns pod, List<Attachment> nics) {
    Map<DeviceSelector, MovedDevice> devices = new HashMap<>();
    Map<String, String> sysctls = new HashMap<>();
    for (Attachment nic : nics) {
      for (Attachment.Member member : nic.chain()) {
        switch (member) {
          case Attachment.Member.Native(NicKind.HostDevice(var selector), _, _, _) ->
              host.device(selector).ifPresent(device -> devices.put(selector, device));
          case Attachment.Member.Tuning(var settings) ->
              settings.sysctl().keySet().stream()
                  .filter(key -> !isOf(nic.ifName(), key))
                  .forEach(
                      key -> present(host, pod, key).ifPresent(value -> sysctls.put(key, value)));
          case Attachment.Member.Native _, Attachment.Member.Exec _ -> {
            // what these make was not there before
          }
        }
      }
    }
    return devices.isEmpty() && sysctls.isEmpty()
        ? HostView.Former.NONE
        : new HostView.Former(devices, sysctls);
  }

  /** The NIC's own settings come and go with it. */
  private static boolean isOf(IfName nic, String key) {
    return List.of(key.split("[./]", -1)).contains(nic.value());
  }

  private static Optional<String> present(HostObserver host, Netns pod, String key) {
    try {
      return host.settings(pod, LOOPBACK, LinkSettings.ofSysctls(Map.of(key, "")))
          .map(there -> there.sysctl().getOrDefault(key, ""));
    } catch (UncheckedIOException _) {
      return Optional.empty(); // it cannot be read, and tuning will say so
    }
  }
}
