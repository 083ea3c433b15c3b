package dev.patchbay.agent.journal;

import dev.patchbay.core.nic.Addressing;
import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.Dns;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.Netns;
import dev.patchbay.core.nic.NicKind;
import dev.patchbay.core.nic.NicState;
import dev.patchbay.core.nic.Origin;
import dev.patchbay.core.nic.Owner;
import dev.patchbay.core.plan.AttachPlanner;
import dev.patchbay.core.plan.AttachPlanner.Planning;
import dev.patchbay.core.plan.Attachment;
import dev.patchbay.core.plan.Bindings;
import dev.patchbay.core.plan.HostView;
import dev.patchbay.core.plan.Lease;
import dev.patchbay.core.plan.PlannedNic;
import dev.patchbay.core.plan.Ref;
import dev.patchbay.core.plan.Sandbox;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Records of NICs, told apart by container and name. */
final class Records {
  static final Instant SINCE = Instant.parse("2026-01-02T03:04:05.123456789Z");
  static final Origin ORIGIN = new Origin("npwg", "annotation x", "blue");

  private Records() {}

  static NicKey key(String container, String nic) {
    return new NicKey(new Owner.Pod("uid-" + container), new IfName(nic), container);
  }

  static NicRecord attached(String container, String nic) {
    return in(NicState.ATTACHED, "boot-1", container, nic);
  }

  static NicRecord in(NicState state, String bootId, String container, String nic) {
    return new NicRecord(
        key(container, nic),
        new Caller(
            "/usr/bin/containerd",
            "blue",
            Optional.of(new IfName("eth0")),
            Optional.of("demo"),
            Optional.of("web-" + container)),
        0,
        new Netns("/run/netns/" + container, 42),
        planned(container, nic),
        Bindings.of(
            new Ref<Lease>(nic + ".lease"),
            new Lease(
                new Addressing(
                    List.of(new Addressing.Ip(Cidr.parse("10.1.0.2/24"), Optional.empty())),
                    List.of(),
                    Dns.NONE))),
        state,
        bootId,
        SINCE,
        Optional.of("trouble"));
  }

  private static PlannedNic planned(String container, String nic) {
    OptionalInt no = OptionalInt.empty();
    var tap = new NicKind.Tap(false, no, no, no, Optional.empty());
    var member =
        new Attachment.Member.Native(
            tap, new Attachment.Ipam.None(), Optional.empty(), Optional.empty());
    var sandbox =
        new Sandbox(
            new Owner.Pod("uid-" + container),
            container,
            new Netns("/run/netns/" + container, 42),
            "",
            List.of());
    var attachment = new Attachment(new IfName(nic), "blue", "1.0.0", ORIGIN, List.of(member));
    var ready =
        (Planning.Ready)
            AttachPlanner.plan(
                sandbox,
                List.of(attachment),
                Optional.empty(),
                new HostView(Map.of(), Optional.empty(), List.of()));
    return ready.nics().getFirst();
  }

  static Story story(String container, String nic, String pod, String outcome) {
    return new Story(
        key(container, nic),
        pod,
        SINCE,
        "add",
        outcome,
        ORIGIN,
        "blue",
        List.of(new Story.Line("add tap", "why", 12, "")),
        "");
  }
}
