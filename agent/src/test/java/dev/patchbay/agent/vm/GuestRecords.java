package dev.patchbay.agent.vm;

import dev.patchbay.agent.journal.Caller;
import dev.patchbay.agent.journal.NicKey;
import dev.patchbay.agent.journal.NicRecord;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.nic.Netns;
import dev.patchbay.core.nic.NicState;
import dev.patchbay.core.nic.Origin;
import dev.patchbay.core.nic.Owner;
import dev.patchbay.core.plan.AttachPlanner;
import dev.patchbay.core.plan.AttachPlanner.Planning;
import dev.patchbay.core.plan.Attachment;
import dev.patchbay.core.plan.Bindings;
import dev.patchbay.core.plan.DelegateResult;
import dev.patchbay.core.plan.Guest;
import dev.patchbay.core.plan.HandedOver;
import dev.patchbay.core.plan.HostView;
import dev.patchbay.core.plan.PlannedNic;
import dev.patchbay.core.plan.Sandbox;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** NICs of a machine as the journal has them once they are attached. */
public final class GuestRecords {
  static final Netns NETNS = new Netns("/run/netns/vm", 42);
  static final MacAddress MAC = new MacAddress("0a:58:0a:f4:01:06");

  /** The machine of all of them. */
  public static final Guest MACHINE =
      new Guest(
          "uid-1",
          Map.of(new IfName("eth0"), "eth0", new IfName("eth1"), "eth1-2"),
          65534,
          Duration.ofSeconds(15));

  private GuestRecords() {}

  /** A NIC by a plugin of somebody else's, which answered that. */
  public static NicRecord nic(String name, int position, String more, Optional<Guest> machine) {
    Sandbox bare = new Sandbox(new Owner.Pod("uid-1"), "uid-1-0", NETNS, "", List.of());
    var attachment =
        new Attachment(
            new IfName(name),
            "net",
            "1.0.0",
            new Origin("npwg", "annotation x", "net"),
            List.of(new Attachment.Member.Exec("calico", "{\"type\":\"calico\"}")));
    PlannedNic planned =
        ((Planning.Ready)
                AttachPlanner.plan(
                    machine.map(bare::of).orElse(bare),
                    List.of(attachment),
                    Optional.empty(),
                    HostView.UNSEEN))
            .nics()
            .getFirst();
    String json =
        """
        {"cniVersion": "1.0.0", "interfaces": [
          {"name": "cali1"}, {"name": "%s", "mac": "%s", "sandbox": "/run/netns/vm"}], %s}
        """
            .formatted(name, MAC, more);
    NicRecord record =
        new NicRecord(
            new NicKey(new Owner.Pod("uid-1"), new IfName(name), "uid-1-0"),
            new Caller(
                "patchbay",
                "net",
                Optional.of(new IfName("eth0")),
                Optional.of("demo"),
                Optional.of("nginx-vm")),
            position,
            NETNS,
            planned,
            Bindings.of(planned.result().delegate().orElseThrow(), new DelegateResult(json)),
            NicState.ATTACHED,
            "boot",
            Instant.EPOCH,
            Optional.empty());
    Bindings handed =
        record
            .guestEnd()
            .map(end -> Bindings.of(end.handed(), new HandedOver(MAC, 1440, 7, Map.of())))
            .orElse(Bindings.NONE);
    return record.in(
        NicState.ATTACHED, record.bound().and(handed), Instant.EPOCH, Optional.empty());
  }
}
