package dev.patchbay.e2e.guest;

import dev.patchbay.agent.journal.Caller;
import dev.patchbay.agent.journal.Journal;
import dev.patchbay.agent.journal.NicKey;
import dev.patchbay.agent.journal.NicRecord;
import dev.patchbay.agent.reconcile.Edges;
import dev.patchbay.agent.reconcile.NodeReconciler;
import dev.patchbay.agent.reconcile.Operation;
import dev.patchbay.agent.reconcile.Wanted;
import dev.patchbay.agent.vm.GuestPerformer;
import dev.patchbay.agent.vpc.FolderVpcStore;
import dev.patchbay.cni.libcni.ExecOutcome;
import dev.patchbay.core.nic.AddressRange;
import dev.patchbay.core.nic.Addressing;
import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.Dns;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.Netns;
import dev.patchbay.core.nic.NicKind;
import dev.patchbay.core.nic.Origin;
import dev.patchbay.core.nic.Owner;
import dev.patchbay.core.plan.AttachFailure;
import dev.patchbay.core.plan.Attachment;
import dev.patchbay.core.plan.Guest;
import dev.patchbay.core.plan.LeaseOp;
import dev.patchbay.core.plan.Performed;
import dev.patchbay.core.plan.Sandbox;
import dev.patchbay.e2e.Command;
import dev.patchbay.e2e.Lab;
import dev.patchbay.ipam.HostLocalLeases;
import dev.patchbay.linux.apply.LinuxHost;
import dev.patchbay.linux.apply.LinuxKernel;
import dev.patchbay.linux.netns.NetnsHandle;
import dev.patchbay.vm.hotplug.GuestNics;
import dev.patchbay.vm.qemu.Accelerator;
import dev.patchbay.vm.qemu.Backend;
import dev.patchbay.vm.qemu.QemuMachine;
import dev.patchbay.vpc.BuiltInProvider;
import dev.patchbay.vpc.PortOwners;
import dev.patchbay.vpc.VpcSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** A pod that is a machine, on a host of its own, with the part of an agent that plugs its NICs. */
final class PluggedGuest {
  static final String VM = "vm-uid";
  static final int PORTS = 3;
  private static final OptionalInt NONE = OptionalInt.empty();

  private final Lab lab;
  private final String netns;
  private final Netns pod;
  private final Journal journal;
  private final NodeReconciler reconciler;
  private Optional<GuestNics> running = Optional.empty();
  private Duration patience = Duration.ofMinutes(1);

  PluggedGuest(Lab lab) throws IOException {
    this.lab = lab;
    this.netns = lab.name() + "-pod";
    Command.of("ip", "netns", "add", netns).output();
    lab.onClose("the pod's namespace", () -> Command.of("ip", "netns", "delete", netns).output());
    inPod("ip", "link", "set", "lo", "up");
    Path path = Path.of("/run/netns", netns);
    try (NetnsHandle handle = NetnsHandle.open(path)) {
      this.pod = new Netns(path.toString(), handle.cookie());
    }
    NetnsHandle host = NetnsHandle.open(Path.of("/run/netns", lab.name()));
    lab.onClose("the host's handle", host::close);
    this.journal = Journal.open(lab.dir("state").resolve("journal.db"));
    lab.onClose("the journal", journal::close);
    this.reconciler = new NodeReconciler(edges(host), journal, "boot-1", Clock.systemUTC());
  }

  /** From now on a guest is not waited for longer. */
  void waitAtMost(Duration longest) {
    patience = longest;
  }

  private Edges edges(NetnsHandle host) throws IOException {
    var missing = new AttachFailure.DelegateMissing("any", List.of(), List.of());
    var settings =
        new VpcSettings(
            "node", true, VpcSettings.DEFAULT_CIDR, lab.dir("vpc"), VpcSettings.DEFAULT_UPLINKS);
    return new Edges(
        new LinuxHost(host),
        () -> LinuxKernel.open(host),
        new HostLocalLeases(_ -> () -> {}),
        (_, _) -> (_, _) -> new Performed.Failed(missing),
        _ -> new ExecOutcome.Broke(missing),
        new GuestPerformer(_ -> running),
        new BuiltInProvider(new FolderVpcStore(lab.dir("vpc")), settings, PortOwners.NONE));
  }

  String inPod(String... command) {
    List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", netns));
    all.addAll(List.of(command));
    return Command.of(all).output();
  }

  /** Everything in the pod's namespace, but for counters and ages. */
  String state() {
    return String.join(
        "\n",
        inPod("ip", "-d", "link"),
        inPod("ip", "address"),
        inPod("ip", "route"),
        inPod("tc", "qdisc"),
        inPod(
            "sh", "-c", "cd /proc/sys/net/ipv6/conf && grep -r . */addr_gen_mode */disable_ipv6"));
  }

  /** What is reserved on disk. */
  List<String> leases() throws IOException {
    Path pool = lab.dir("pools").resolve("blue");
    if (!Files.isDirectory(pool)) {
      return List.of();
    }
    try (var files = Files.list(pool)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith("10."))
          .toList();
    }
  }

  /** A bridge NIC, with an address of a pool and the bridge as its gateway. */
  Attachment bridge(String ifName) {
    var kind =
        new NicKind.Bridge(
            new IfName("br0"),
            true,
            false,
            false,
            false,
            false,
            false,
            false,
            OptionalInt.of(1400),
            NONE,
            List.of(),
            true,
            false);
    var range =
        new AddressRange(
            Cidr.parse("10.2.0.0/24"),
            Optional.of(Cidr.ip("10.2.0.10")),
            Optional.of(Cidr.ip("10.2.0.250")),
            Optional.of(Cidr.ip("10.2.0.1")));
    var pool =
        new LeaseOp.Pool(
            "blue", lab.dir("pools").toString(), List.of(List.of(range)), List.of(), Dns.NONE);
    return nic(ifName, "blue", kind, new Attachment.Ipam.HostLocal(pool, List.of()));
  }

  /** A NIC of calico's kind: an address alone, and a gateway that is nowhere near it. */
  static Attachment alone(String ifName) {
    var addressing =
        new Addressing(
            List.of(
                new Addressing.Ip(Cidr.parse("10.9.0.2/32"), Optional.of(Cidr.ip("169.254.1.1")))),
            List.of(),
            Dns.NONE);
    return nic(ifName, "red", new NicKind.Ptp(false, NONE), new Attachment.Ipam.Static(addressing));
  }

  private static Attachment nic(String ifName, String network, NicKind kind, Attachment.Ipam ipam) {
    return new Attachment(
        new IfName(ifName),
        network,
        "1.1.0",
        new Origin("test", "lab", ifName),
        List.of(new Attachment.Member.Native(kind, ipam, Optional.empty(), Optional.empty())));
  }

  /** Plugs one more NIC, whether the machine runs or not. */
  NodeReconciler.Attached plug(Attachment nic) {
    var sandbox =
        new Sandbox(new Owner.Pod(VM), VM + "-0", pod, "", List.of())
            .of(new Guest(VM, Map.of(), 0, patience));
    var caller = new Caller("patchbay", "", Optional.empty(), Optional.empty(), Optional.empty());
    return reconciler.attach(
        new Wanted(sandbox, caller, List.of(nic), Optional.empty()), Operation.unattended("plug"));
  }

  NodeReconciler.Detached unplug(String ifName) {
    return reconciler.detach(List.of(record(ifName)), Operation.unattended("unplug"));
  }

  NicRecord record(String ifName) {
    var key = new NicKey(new Owner.Pod(VM), new IfName(ifName), VM + "-0");
    return records().stream().filter(nic -> nic.key().equals(key)).findFirst().orElseThrow();
  }

  List<NicRecord> records() {
    return journal.ofContainer(VM + "-0");
  }

  void settle() {
    reconciler.settle(records());
  }

  Journal journal() {
    return journal;
  }

  /** Switches the machine on with the NICs that it has in the journal. */
  ShellGuest start(String arguments) throws IOException {
    SmallImages.write(lab);
    GuestKernel kernel = GuestKernel.in(GuestMachine.fetched("kernel"));
    List<QemuMachine.Nic> nics = new ArrayList<>();
    for (NicRecord nic : records()) {
      var end = nic.guestEnd().orElseThrow();
      var handed = nic.handedOver().orElseThrow();
      nics.add(
          new QemuMachine.Nic(
              end.device(),
              new Backend.Tap(end.tap()),
              handed.mac(),
              OptionalInt.of(handed.mtu())));
    }
    QemuMachine machine = machine(kernel, arguments, nics);
    ShellGuest guest = ShellGuest.start(lab, netns, machine);
    GuestNics monitor = GuestNics.connect(machine.monitor(), PORTS, ShellGuest.LIMIT);
    lab.onClose("the connection to the machine", monitor::close);
    running = Optional.of(monitor);
    return guest;
  }

  GuestNics monitor() {
    return running.orElseThrow();
  }

  /** The machine's end is known. */
  void off() {
    running = Optional.empty();
  }

  private QemuMachine machine(GuestKernel kernel, String arguments, List<QemuMachine.Nic> nics)
      throws IOException {
    return new QemuMachine(
        lab.name(),
        Accelerator.TCG,
        1,
        192,
        Optional.of(
            new QemuMachine.Kernel(
                kernel.image(),
                Optional.of(lab.dir("images").resolve("small.gz")),
                GuestMachine.CMDLINE + " nics=none" + arguments)),
        List.of(),
        nics,
        PORTS,
        lab.dir("machine"));
  }
}
