package dev.patchbay.linux.apply;

import dev.patchbay.core.plan.AwaitOp;
import dev.patchbay.core.plan.Bindings;
import dev.patchbay.core.plan.KernelSession;
import dev.patchbay.core.plan.LinkOp;
import dev.patchbay.core.plan.Performed;
import dev.patchbay.linux.netns.NetnsHandle;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The kernel's side of one operation: does LinkOps and waits for conditions. What the machine
 * refuses is a value, never an exception.
 *
 * <p>It keeps every namespace alive that it has touched, so it is opened per operation and closed
 * with it. It blocks the calling thread, which should be a platform thread, and serves one at a
 * time.
 */
public final class LinuxKernel implements KernelSession {
  private final Namespaces namespaces;
  private final Path sysfs;

  private LinuxKernel(Namespaces namespaces, Path sysfs) {
    this.namespaces = namespaces;
    this.sysfs = sysfs;
  }

  /** For one operation on the host whose namespace is given; the handle stays the caller's. */
  public static LinuxKernel open(NetnsHandle host) {
    return open(host, Path.of("/sys"));
  }

  /** The same with the host's sysfs mounted elsewhere. */
  public static LinuxKernel open(NetnsHandle host, Path sysfs) {
    return new LinuxKernel(new Namespaces(host), sysfs);
  }

  @Override
  public List<Performed> execute(List<LinkOp> batch, Bindings bound) {
    List<LinkOp.DeleteLink> deletes =
        batch.stream()
            .filter(LinkOp.DeleteLink.class::isInstance)
            .map(LinkOp.DeleteLink.class::cast)
            .toList();
    List<Performed> deleted =
        deletes.isEmpty() ? List.of() : new DeleteOps(namespaces, bound).delete(deletes);
    List<Performed> outcomes = new ArrayList<>();
    int nextDeleted = 0;
    for (LinkOp op : batch) {
      boolean isDelete = op instanceof LinkOp.DeleteLink;
      outcomes.add(isDelete ? deleted.get(nextDeleted) : execute(op, bound));
      nextDeleted += isDelete ? 1 : 0;
    }
    return List.copyOf(outcomes);
  }

  private Performed execute(LinkOp op, Bindings bound) {
    try {
      return perform(op, bound);
    } catch (IOException e) {
      return Failures.of(op, e);
    }
  }

  private Performed perform(LinkOp op, Bindings bound) throws IOException {
    var bridges = new BridgeOps(namespaces, bound);
    var cables = new CableOps(namespaces, bound);
    var states = new LinkStateOps(namespaces, bound);
    var shared = new SharedOps(namespaces, bound);
    var making = new MakingOps(namespaces);
    var devices = new DeviceOps(namespaces, sysfs, bound);
    var tuning = new TuneOps(namespaces, bound);
    var routers = new RouterOps(namespaces, bound);
    var guards = new GuardOps(namespaces, bound);
    return switch (op) {
      case LinkOp.EnsureNetns ensure -> routers.ensureNetns(ensure);
      case LinkOp.EnsureUplink ensure -> routers.ensureUplink(ensure);
      case LinkOp.GuardPort guard -> guards.guard(guard);
      case LinkOp.UnguardPort unguard -> guards.unguard(unguard);
      case LinkOp.EnsureBridge ensure -> bridges.ensure(ensure);
      case LinkOp.EnsureGateway ensure -> bridges.ensureGateway(ensure);
      case LinkOp.EnsureForwarding ensure -> shared.ensureForwarding(ensure);
      case LinkOp.EnsureMasquerade ensure -> shared.ensureMasquerade(ensure);
      case LinkOp.AddVeth add -> cables.add(add);
      case LinkOp.SetPort set -> bridges.setPort(set);
      case LinkOp.AddMacvlan add -> making.addMacvlan(add);
      case LinkOp.AddTap add -> making.addTap(add);
      case LinkOp.MoveDevice move -> devices.move(move);
      case LinkOp.ReturnDevice back -> devices.giveBack(back);
      case LinkOp.SetLoopbackUp set -> states.setLoopbackUp(set);
      case LinkOp.SetUp set -> states.setUp(set);
      case LinkOp.SetDown set -> states.setDown(set);
      case LinkOp.Configure configure -> new AddressOps(namespaces, bound).configure(configure);
      case LinkOp.RouteToPod route -> cables.routeToPod(route);
      case LinkOp.Announce announce -> states.announce(announce);
      case LinkOp.Tune tune -> tuning.tune(tune);
      case LinkOp.Untune untune -> tuning.untune(untune);
      case LinkOp.AddDefaultRoute add -> states.addDefaultRoute(add);
      case LinkOp.KeepDefaultRoute keep -> states.keepDefaultRoute(keep);
      case LinkOp.HandOver hand -> new GuestOps(namespaces, bound).handOver(hand);
      case LinkOp.TakeBack take -> new GuestOps(namespaces, bound).takeBack(take);
      case LinkOp.DeleteLink delete ->
          new DeleteOps(namespaces, bound).delete(List.of(delete)).getFirst();
    };
  }

  @Override
  public Performed execute(AwaitOp op, Bindings bound) {
    try {
      return new Waiting(namespaces).await(op);
    } catch (IOException e) {
      return Failures.of(op, e);
    }
  }

  @Override
  public void close() {
    namespaces.close();
  }
}
