package dev.patchbay.agent.api;

import dev.patchbay.agent.journal.NicRecord;
import dev.patchbay.core.plan.Bindings;
import dev.patchbay.core.plan.BoundPort;
import dev.patchbay.core.plan.DelegateResult;
import dev.patchbay.core.plan.HandedOver;
import dev.patchbay.core.plan.Lease;
import dev.patchbay.core.plan.Link;
import dev.patchbay.core.plan.MovedDevice;
import dev.patchbay.core.plan.TunedSettings;
import dev.patchbay.core.plan.Yield;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Says in a step's words what a Ref has turned out to be: an address in place of {@code
 * @net1.lease}.
 *
 * @param bound what is known
 */
record RefText(Bindings bound) {
  /** Nothing has been yielded yet. */
  static final RefText UNBOUND = new RefText(Bindings.NONE);

  /** What the NICs of one container have yielded. */
  static RefText of(List<NicRecord> nics) {
    return new RefText(nics.stream().map(NicRecord::bound).reduce(Bindings.NONE, Bindings::and));
  }

  String in(String text) {
    String filled = text;
    List<Map.Entry<String, Yield>> longestFirst =
        bound.values().entrySet().stream()
            .sorted(
                Comparator.comparingInt(
                    (Map.Entry<String, Yield> entry) -> -entry.getKey().length()))
            .toList();
    for (Map.Entry<String, Yield> entry : longestFirst) {
      String ref = "@" + entry.getKey();
      if (filled.contains(ref)) {
        filled = filled.replace(ref, value(entry.getValue(), ref));
      }
    }
    return filled;
  }

  private static String value(Yield yielded, String ref) {
    return switch (yielded) {
      case Lease(var addressing) ->
          addressing.ips().isEmpty()
              ? ref
              : addressing.ips().stream()
                  .map(ip -> ip.address().toString())
                  .collect(Collectors.joining(", "));
      case Link link -> link.name().value();
      case BoundPort port -> port.toString();
      case DelegateResult _, HandedOver _, MovedDevice _, TunedSettings _ -> ref;
    };
  }
}
