package dev.patchbay.agent.simulation;

import dev.patchbay.agent.cases.Case;
import dev.patchbay.agent.cni.DelegatePerformer;
import dev.patchbay.agent.journal.Journal;
import dev.patchbay.agent.journal.NicRecord;
import dev.patchbay.agent.reconcile.ContainerLocks;
import dev.patchbay.agent.reconcile.Edges;
import dev.patchbay.agent.reconcile.Guests;
import dev.patchbay.agent.reconcile.NodeReconciler;
import dev.patchbay.agent.reconcile.Operation;
import dev.patchbay.agent.reconcile.Recovery;
import dev.patchbay.agent.reconcile.StickyLeases;
import dev.patchbay.agent.reconcile.Wanted;
import dev.patchbay.agent.socket.Cancellation;
import dev.patchbay.core.nic.DeviceSelector;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.Netns;
import dev.patchbay.core.nic.Owner;
import dev.patchbay.core.plan.Attachment;
import dev.patchbay.core.plan.AwaitOp;
import dev.patchbay.core.plan.Bindings;
import dev.patchbay.core.plan.GuestOp;
import dev.patchbay.core.plan.HostObserver;
import dev.patchbay.core.plan.HostView;
import dev.patchbay.core.plan.KernelSession;
import dev.patchbay.core.plan.LinkOp;
import dev.patchbay.core.plan.LinkSettings;
import dev.patchbay.core.plan.MovedDevice;
import dev.patchbay.core.plan.Op;
import dev.patchbay.core.plan.Performed;
import dev.patchbay.core.plan.Sandbox;
import dev.patchbay.linux.fake.FakeKernel;
import dev.patchbay.vpc.InMemoryVpcStore;
import dev.patchbay.vpc.Port;
import dev.patchbay.vpc.Subnet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * One node: a fake kernel, pools and plugins in memory, and a real agent above them with its
 * journal in a file, which can be killed and started again.
 */
final class SimulatedNode implements AutoCloseable {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC);

  private final Case golden;
  private final Path folder;
  private final Mishap mishap;
  private final InMemoryVpcStore store;
  private final FakeLeases leases = new FakeLeases();
  private final FakePlugins plugins = new FakePlugins(this::kernel);
  private SimulatedGuest guest = new SimulatedGuest();
  private Case.Machine machine;
  private Turns turns = Turns.NONE;
  private int boots = 1;
  private int agents = 1;
  private Journal journal;
  private NodeReconciler reconciler;

  SimulatedNode(Case golden, Path folder, OpCoverage coverage) {
    this.golden = golden;
    this.folder = folder;
    this.mishap = new Mishap(coverage);
    this.store = golden.vpcs();
    this.machine = golden.machine();
    this.journal = Journal.open(file());
    this.reconciler = reconciler();
  }

  private Path file() {
    return folder.resolve("journal-" + agents + ".db");
  }

  private NodeReconciler reconciler() {
    var observer = new Observer();
    var edges =
        new Edges(
            observer,
            Session::new,
            (op, bound) -> meet(op, () -> leases.execute(op, bound)),
            (environment, cancellation) -> {
              var delegates =
                  new DelegatePerformer(plugins, observer, List.of(), environment, cancellation);
              return (op, bound) -> meet(op, () -> delegates.execute(op, bound));
            },
            plugins,
            new MeetingGuests(),
            new MeetingProvider(Case.provider(store), this::meet));
    return new NodeReconciler(edges, journal, bootId(), CLOCK);
  }

  private Performed meet(Op op, Supplier<Performed> doing) {
    turns.await();
    return mishap.meet(op, doing);
  }

  /** The fake kernel, whichever boot it is. */
  private final class Observer implements HostObserver {
    @Override
    public Identity identify(Netns netns) {
      return kernel().identify(netns);
    }

    @Override
    public HostView view(Set<IfName> mentioned) {
      return kernel().view(mentioned);
    }

    @Override
    public Optional<MovedDevice> device(DeviceSelector device) {
      return kernel().device(device);
    }

    @Override
    public Optional<ObservedLink> observe(Netns netns, IfName link) {
      return kernel().observe(netns, link);
    }

    @Override
    public Optional<LinkSettings> settings(Netns netns, IfName link, LinkSettings which) {
      return kernel().settings(netns, link, which);
    }
  }

  /** The pod's machine, whichever agent talks to it. */
  private final class MeetingGuests implements Guests {
    @Override
    public Performed execute(GuestOp op, Bindings bound) {
      return meet(op, () -> guest.execute(op, bound));
    }

    @Override
    public Performed await(AwaitOp op, AwaitOp.Condition.DeviceDeleted until) {
      return meet(op, () -> guest.await(op, until));
    }

    @Override
    public Set<String> devices(String vm) {
      return guest.devices(vm);
    }
  }

  private void leavesTheGuestsTaps(LinkOp op) {
    if (op instanceof LinkOp.TakeBack back && guest.uses(back.tap())) {
      throw new AssertionError("a running machine still uses what is taken: " + op);
    }
  }

  private final class Session implements KernelSession {
    private final KernelSession real = kernel().open();

    @Override
    public List<Performed> execute(List<LinkOp> batch, Bindings bound) {
      return batch.stream()
          .map(op ->
              meet(
                  op,
                  () -> {
                    leavesTheGuestsTaps(op);
                    return real.execute(List.of(op), bound).getFirst();
                  }))
          .toList();
    }

    @Override
    public Performed execute(AwaitOp op, Bindings bound) {
      return meet(op, () -> real.execute(op, bound));
    }

    @Override
    public void close() {
      real.close();
    }
  }

  FakeKernel kernel() {
    return machine.kernel();
  }

  Netns pod() {
    return machine.netns();
  }

  /** The virtual machine of the pod, where the case has one. */
  SimulatedGuest guest() {
    return guest;
  }

  Mishap mishap() {
    return mishap;
  }

  /** The op at which something went wrong last. */
  Optional<Op> struck() {
    return mishap.struck();
  }

  /** The VPCs, subnets and ports, which outlive the machine. */
  InMemoryVpcStore store() {
    return store;
  }

  FakeLeases leases() {
    return leases;
  }

  FakePlugins plugins() {
    return plugins;
  }

  Journal journal() {
    return journal;
  }

  void takeTurns(Turns order) {
    turns = order;
  }

  Wanted wanted() {
    return golden.wanted(machine.netns());
  }

  /** What another pod of the same kind wants, in a namespace made for it. */
  Wanted wantedByAnother(String container) {
    return golden.wanted(golden.addPod(kernel(), "/run/netns/" + container), container);
  }

  /** The same for a pod with another UID. */
  Wanted wantedByAnother(String container, String uid) {
    Wanted wanted = wantedByAnother(container);
    Sandbox sandbox = wanted.sandbox();
    return new Wanted(
        new Sandbox(
            new Owner.Pod(uid),
            container,
            sandbox.netns(),
            sandbox.args(),
            sandbox.path(),
            sandbox.guest()),
        wanted.caller(),
        wanted.nics(),
        wanted.primary());
  }

  NodeReconciler.Attached attach() {
    return attach(wanted());
  }

  /** An ADD whose caller may go away. */
  NodeReconciler.Attached attach(Cancellation cancellation) {
    return reconciler.attach(wanted(), new Operation("add", Map.of(), cancellation));
  }

  NodeReconciler.Attached attach(Wanted wanted) {
    return reconciler.attach(wanted, Operation.unattended("add"));
  }

  /** The next sandbox of the same pod comes up. */
  NodeReconciler.Attached attachNextIncarnation(String container) {
    Wanted next = wantedByAnother(container);
    Operation operation = Operation.unattended("add");
    List<Attachment> nics =
        new StickyLeases(journal, reconciler)
            .inherit(next.sandbox().owner(), next.nics(), operation);
    return attach(new Wanted(next.sandbox(), next.caller(), nics, next.primary()));
  }

  NodeReconciler.Detached detach() {
    return detach(wanted().sandbox().containerId());
  }

  NodeReconciler.Detached detach(String container) {
    List<NicRecord> nics =
        journal.ofContainer(container).stream()
            .sorted(Comparator.comparingInt(NicRecord::position))
            .toList();
    return reconciler.detach(nics, Operation.unattended("del"));
  }

  /** As when a machine tells that something of it is gone. */
  void settle() {
    reconciler.settle(journal.all());
  }

  Recovery.Report recover() {
    return new Recovery(journal, reconciler, new ContainerLocks(), bootId()).run();
  }

  /** The agent has died and a new one starts with the files that are left. */
  void restartAgent() {
    Path old = file();
    agents++;
    for (String part : List.of("", "-wal")) {
      Path left = old.resolveSibling(old.getFileName() + part);
      if (Files.exists(left)) {
        copy(left, file().resolveSibling(file().getFileName() + part));
      }
    }
    journal.close();
    mishap.clear();
    turns = Turns.NONE;
    journal = Journal.open(file());
    reconciler = reconciler();
  }

  /** The machine starts anew: disks are as they were, the kernel knows nothing. */
  void reboot() {
    boots++;
    machine = golden.machine();
    guest = new SimulatedGuest();
    restartAgent();
  }

  private String bootId() {
    return "boot-" + boots;
  }

  private static void copy(Path from, Path to) {
    try {
      Files.copy(from, to);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Everything that a NIC may leave anywhere, but for what networks share. */
  String state() {
    return String.join(
        "\n",
        Stream.of(
                kernel().dumpWithoutShared().lines(),
                leases.held().stream(),
                plugins.held().stream(),
                guest.state(),
                ports(),
                journal.all().stream().map(nic -> "journal " + nic.key() + " " + nic.state()),
                Stream.of("sessions " + kernel().openSessions()))
            .flatMap(lines -> lines)
            .toList());
  }

  /** Who has a port, and which ports were made for NICs. */
  private Stream<String> ports() {
    Stream<String> held =
        store.list(Subnet.class, "").stream()
            .flatMap(subnet -> subnet.object().grants().entrySet().stream())
            .filter(grant -> grant.getValue().holder().isPresent())
            .map(grant -> "held port " + grant.getKey() + " " + grant.getValue().holder().get());
    Stream<String> made =
        store.list(Port.class, "").stream()
            .filter(port -> port.object().madeFor().isPresent())
            .map(port -> "made port " + port.object().key());
    return Stream.concat(held, made).sorted();
  }

  @Override
  public void close() {
    journal.close();
  }
}
