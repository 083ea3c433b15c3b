package dev.patchbay.agent.simulation;

import dev.patchbay.agent.reconcile.Guests;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.plan.AttachFailure;
import dev.patchbay.core.plan.AwaitOp;
import dev.patchbay.core.plan.Bindings;
import dev.patchbay.core.plan.GuestOp;
import dev.patchbay.core.plan.OpText;
import dev.patchbay.core.plan.Performed;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A running virtual machine, as its monitor shows it, with a guest of any temper. */
final class SimulatedGuest implements Guests {
  /** How the guest takes being asked to let a device go. */
  enum Temper {
    /** At once. */
    WILLING,
    /** While it is waited for. */
    SLOW,
    /** Not before it is reset. */
    STUBBORN
  }

  /** The tap of each device; empty when it was cut off. */
  private final Map<String, Optional<IfName>> devices = new TreeMap<>();

  private final Set<String> asked = new HashSet<>();
  private Temper temper = Temper.WILLING;
  private boolean on = true;
  private int ports = 8;

  @Override
  public Performed execute(GuestOp op, Bindings bound) {
    if (!on) {
      return Performed.done();
    }
    return switch (op) {
      case GuestOp.PlugDevice plug -> plug(plug, bound);
      case GuestOp.UnplugDevice(_, var device, _) -> {
        asked.add(device);
        if (temper == Temper.WILLING) {
          devices.remove(device);
        }
        yield Performed.done();
      }
      case GuestOp.RemoveNetdev(_, var device) -> {
        devices.computeIfPresent(device, (_, _) -> Optional.empty());
        yield Performed.done();
      }
    };
  }

  private Performed plug(GuestOp.PlugDevice op, Bindings bound) {
    if (bound.handedOver(op.nic()).isEmpty()) {
      throw new AssertionError(op + " without a NIC");
    }
    if (devices.containsKey(op.device())) {
      return new Performed.Failed(
          new AttachFailure.GuestRefused(op.vm(), OpText.of(op), "Duplicate device ID"));
    }
    if (devices.size() == ports) {
      return new Performed.Failed(new AttachFailure.NoGuestPort(op.vm(), ports));
    }
    devices.put(op.device(), Optional.of(op.tap()));
    return Performed.done();
  }

  @Override
  public Performed await(AwaitOp op, AwaitOp.Condition.DeviceDeleted until) {
    if (temper == Temper.SLOW && !op.atMost().isZero() && asked.contains(until.device())) {
      devices.remove(until.device());
    }
    return devices.containsKey(until.device()) ? new Performed.Late() : Performed.done();
  }

  @Override
  public Set<String> devices(String vm) {
    return Set.copyOf(devices.keySet());
  }

  void behave(Temper how) {
    temper = how;
  }

  void hasPorts(int number) {
    ports = number;
  }

  /** The guest is reset: QEMU drops what it was asked to. */
  void reset() {
    devices.keySet().removeAll(asked);
    asked.clear();
  }

  /** QEMU dies, with all that it had. */
  void die() {
    on = false;
    devices.clear();
  }

  /** Whether a device still has its frames from that tap. */
  boolean uses(IfName tap) {
    return devices.containsValue(Optional.of(tap));
  }

  Stream<String> state() {
    return devices.entrySet().stream()
        .map(device ->
            "guest has "
                + device.getKey()
                + device.getValue().map(tap -> " on " + tap).orElse(" cut off"));
  }
}
