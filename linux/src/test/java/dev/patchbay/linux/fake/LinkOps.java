package dev.patchbay.linux.fake;

import dev.patchbay.core.plan.Bindings;
import dev.patchbay.core.plan.LinkOp;
import dev.patchbay.core.plan.Performed;

/** Does one op on a world, or throws a Refusal that may leave the world half changed. */
final class LinkOps {
  private LinkOps() {}

  static Performed perform(World world, LinkOp op, Bindings bound) {
    var shared = new SharedOps(world, bound);
    var making = new MakingOps(world, bound);
    var devices = new DeviceOps(world, bound);
    var addresses = new AddressOps(world, bound);
    var tuning = new TuneOps(world, bound);
    var guests = new GuestOps(world, bound);
    var routers = new RouterOps(world, bound);
    return switch (op) {
      case LinkOp.EnsureNetns it -> routers.ensureNetns(it);
      case LinkOp.EnsureUplink it -> routers.ensureUplink(it);
      case LinkOp.GuardPort it -> routers.guard(it);
      case LinkOp.UnguardPort it -> routers.unguard(it);
      case LinkOp.EnsureBridge it -> shared.ensureBridge(it);
      case LinkOp.EnsureGateway it -> shared.ensureGateway(it);
      case LinkOp.EnsureForwarding it -> shared.ensureForwarding(it);
      case LinkOp.EnsureMasquerade it -> shared.ensureMasquerade(it);
      case LinkOp.AddVeth it -> making.addVeth(it);
      case LinkOp.SetPort it -> making.setPort(it);
      case LinkOp.AddMacvlan it -> making.addMacvlan(it);
      case LinkOp.AddTap it -> making.addTap(it);
      case LinkOp.DeleteLink it -> making.deleteLink(it);
      case LinkOp.MoveDevice it -> devices.move(it);
      case LinkOp.ReturnDevice it -> devices.giveBack(it);
      case LinkOp.SetLoopbackUp it -> addresses.setLoopbackUp(it);
      case LinkOp.SetUp it -> addresses.setUp(it);
      case LinkOp.SetDown it -> addresses.setDown(it);
      case LinkOp.Configure it -> addresses.configure(it);
      case LinkOp.RouteToPod it -> addresses.routeToPod(it);
      case LinkOp.Announce it -> addresses.announce(it);
      case LinkOp.AddDefaultRoute it -> addresses.addDefaultRoute(it);
      case LinkOp.KeepDefaultRoute it -> addresses.keepDefaultRoute(it);
      case LinkOp.HandOver it -> guests.handOver(it);
      case LinkOp.TakeBack it -> guests.takeBack(it);
      case LinkOp.Tune it -> tuning.tune(it);
      case LinkOp.Untune it -> tuning.untune(it);
    };
  }
}
