package dev.patchbay.agent.vm;

import dev.patchbay.agent.reconcile.Guests;
import dev.patchbay.core.plan.AttachFailure;
import dev.patchbay.core.plan.AwaitOp;
import dev.patchbay.core.plan.Bindings;
import dev.patchbay.core.plan.GuestOp;
import dev.patchbay.core.plan.HandedOver;
import dev.patchbay.core.plan.Op;
import dev.patchbay.core.plan.OpText;
import dev.patchbay.core.plan.Performed;
import dev.patchbay.vm.hotplug.GuestNics;
import dev.patchbay.vm.hotplug.Plugged;
import dev.patchbay.vm.hotplug.Unplugged;
import dev.patchbay.vm.qemu.Backend;
import dev.patchbay.vm.qemu.QemuMachine;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Has virtual machines do what plans say, by their monitors. For a machine that is off all is done:
 * it gets its NICs when it is switched on, and has none before.
 */
public final class GuestPerformer implements Guests {
  private final RunningGuests machines;

  /** When a guest was asked to let a device go, in nanoseconds of the JVM's clock. */
  private final Map<Device, Long> asked = new ConcurrentHashMap<>();

  private record Device(String vm, String id) {}

  /** A performer for these machines. */
  public GuestPerformer(RunningGuests machines) {
    this.machines = machines;
  }

  @Override
  public Performed execute(GuestOp op, Bindings bound) {
    return switch (op) {
      case GuestOp.PlugDevice plug -> on(plug.vm(), plug, nics -> plug(nics, plug, bound));
      case GuestOp.UnplugDevice unplug -> on(unplug.vm(), unplug, nics -> ask(nics, unplug));
      case GuestOp.RemoveNetdev(var vm, var device) ->
          on(
              vm,
              op,
              nics -> {
                nics.cut(device);
                return Performed.done();
              });
    };
  }

  @Override
  public Performed await(AwaitOp op, AwaitOp.Condition.DeviceDeleted until) {
    return on(until.vm(), op, nics -> await(nics, op, until));
  }

  @Override
  public Set<String> devices(String vm) throws IOException {
    Optional<GuestNics> nics = machines.running(vm);
    return nics.map(running -> Set.copyOf(running.book().taken().values())).orElse(Set.of());
  }

  @FunctionalInterface
  private interface Doing {
    Performed with(GuestNics nics) throws IOException;
  }

  private Performed on(String vm, Op op, Doing doing) {
    try {
      Optional<GuestNics> nics = machines.running(vm);
      return nics.isPresent() ? doing.with(nics.get()) : Performed.done();
    } catch (IOException e) {
      return hasEnded(vm) ? Performed.done() : refused(vm, op, "" + e.getMessage());
    }
  }

  /** Whether the machine died while it was being asked. */
  private boolean hasEnded(String vm) {
    try {
      return machines.running(vm).isEmpty();
    } catch (IOException _) {
      return false; // it runs and does not answer: the first failure says it all
    }
  }

  private static Performed refused(String vm, Op op, String why) {
    return new Performed.Failed(new AttachFailure.GuestRefused(vm, OpText.of(op), why));
  }

  private static Performed plug(GuestNics nics, GuestOp.PlugDevice op, Bindings bound)
      throws IOException {
    HandedOver nic =
        bound
            .handedOver(op.nic())
            .orElseThrow(() -> new IllegalStateException(op.nic() + " was not handed over"));
    var device =
        new QemuMachine.Nic(
            op.device(), new Backend.Tap(op.tap()), nic.mac(), OptionalInt.of(nic.mtu()));
    return switch (nics.plug(device)) {
      case Plugged.Done _ -> Performed.done();
      case Plugged.NoFreePort(int ports) ->
          new Performed.Failed(new AttachFailure.NoGuestPort(op.vm(), ports));
      case Plugged.Refused(var why) -> refused(op.vm(), op, why);
    };
  }

  private Performed ask(GuestNics nics, GuestOp.UnplugDevice op) throws IOException {
    asked.put(new Device(op.vm(), op.device()), System.nanoTime());
    return switch (nics.ask(op.device())) {
      case Unplugged.Done(), Unplugged.Pending _ -> Performed.done();
      case Unplugged.Refused(var why) -> refused(op.vm(), op, why);
    };
  }

  /**
   * Several devices are asked for before the first is waited for: patience runs for all at once.
   */
  private Performed await(GuestNics nics, AwaitOp op, AwaitOp.Condition.DeviceDeleted until)
      throws IOException {
    var device = new Device(until.vm(), until.device());
    long since = asked.getOrDefault(device, System.nanoTime());
    Duration left = op.atMost().minusNanos(System.nanoTime() - since);
    return switch (nics.await(until.device(), left.isNegative() ? Duration.ZERO : left)) {
      case Unplugged.Done() -> {
        asked.remove(device);
        yield Performed.done();
      }
      // whoever refuses will not change its mind while we wait
      case Unplugged.Pending _, Unplugged.Refused _ -> new Performed.Late();
    };
  }
}
