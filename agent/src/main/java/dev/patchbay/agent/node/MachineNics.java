package dev.patchbay.agent.node;

import dev.patchbay.agent.cni.NicResults;
import dev.patchbay.agent.journal.NicRecord;
import dev.patchbay.cni.error.CniException;
import dev.patchbay.cni.result.Result;
import dev.patchbay.cni.result.ResultIp;
import dev.patchbay.core.nic.Route;
import dev.patchbay.core.plan.GuestOp;
import dev.patchbay.core.plan.HandedOver;
import dev.patchbay.vm.cloudinit.CloudInit;
import dev.patchbay.vm.qemu.Backend;
import dev.patchbay.vm.qemu.QemuMachine;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** What the journal has of a machine's NICs, as the machine is switched on with them. */
final class MachineNics {
  private MachineNics() {}

  private record Handed(NicRecord nic, GuestOp.PlugDevice plug, HandedOver to) {}

  /** For QEMU, the primary one first. */
  static List<QemuMachine.Nic> plugged(List<NicRecord> nics) {
    return handed(nics)
        .map(one ->
            new QemuMachine.Nic(
                one.plug().device(),
                new Backend.Tap(one.plug().tap()),
                one.to().mac(),
                OptionalInt.of(one.to().mtu())))
        .toList();
  }

  /** For cloud-init, the primary one first. */
  static List<CloudInit.Nic> told(List<NicRecord> nics) {
    List<CloudInit.Nic> all = new ArrayList<>();
    handed(nics).forEach(one -> all.add(told(one, all.isEmpty())));
    return List.copyOf(all);
  }

  private static CloudInit.Nic told(Handed one, boolean primary) {
    Result result = result(one.nic());
    return new CloudInit.Nic(
        one.nic().key().nic(),
        one.to().mac(),
        OptionalInt.of(one.to().mtu()),
        result.ips().stream().map(ResultIp::address).distinct().toList(),
        result.routes().stream().map(route -> Route.to(route.dst(), route.gw())).toList(),
        result.dns(),
        primary);
  }

  private static Result result(NicRecord nic) {
    try {
      return NicResults.of(nic.planned().result(), nic.bound()).orElse(Result.EMPTY);
    } catch (CniException _) {
      return Result.EMPTY; // a plugin's odd answer; what it told is not known, its NIC is there
    }
  }

  private static Stream<Handed> handed(List<NicRecord> nics) {
    return nics.stream()
        .flatMap(nic ->
            nic.planned()
                .plan()
                .steps()
                .flatMap(step ->
                    step.op() instanceof GuestOp.PlugDevice plug ? Stream.of(plug) : Stream.of())
                .flatMap(plug -> handed(nic, plug).stream()));
  }

  private static Optional<Handed> handed(NicRecord nic, GuestOp.PlugDevice plug) {
    return nic.bound().handedOver(plug.nic()).map(to -> new Handed(nic, plug, to));
  }
}
