package dev.patchbay.agent.vm;

import dev.patchbay.agent.journal.Journal;
import dev.patchbay.agent.journal.NicKey;
import dev.patchbay.agent.journal.NicRecord;
import dev.patchbay.cni.result.Result;
import dev.patchbay.core.nic.NicState;
import dev.patchbay.core.plan.HostObserver;
import dev.patchbay.vm.machine.MachineListener;
import dev.patchbay.vm.machine.MachineNews;
import dev.patchbay.vm.truth.GuestView;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * All that is done for guests' NICs beyond attaching them: they are served addresses, and what the
 * guests make of them is watched. It follows the journal and the machines by itself.
 */
public final class GuestSide implements GuestViews, MachineListener, AutoCloseable {
  private final Machines machines;
  private final KernelWires wires;
  private final GuestTruth truth;
  private final Responders responders;

  private GuestSide(Machines machines, KernelWires wires, GuestTruth truth, Responders responders) {
    this.machines = machines;
    this.wires = wires;
    this.truth = truth;
    this.responders = responders;
  }

  /**
   * Serves at once what the journal has; when this returns, the guests that ran before the agent
   * have their DHCP again.
   *
   * @param results what a NIC was attached with; CniException when it cannot be read
   * @param bootId this boot: NICs of an earlier one are not there
   */
  public static GuestSide start(
      Journal journal,
      HostObserver host,
      Function<NicRecord, Result> results,
      Machines machines,
      String bootId)
      throws IOException {
    KernelWires wires = KernelWires.start();
    var truth = new GuestTruth(new MachineChannels(machines));
    var leases = new GuestLeases(host, results);
    var responders =
        new Responders(
            wires,
            () ->
                leases.of(
                    journal.all().stream().filter(nic -> nic.bootId().equals(bootId)).toList()),
            truth);
    truth.asks(responders::ask);
    var side = new GuestSide(machines, wires, truth, responders);
    journal.watch(side::concluded);
    machines.listen(side);
    if (!machines.listed().isEmpty()) { // else the whole journal would be read for nothing
      responders.sync();
    }
    return side;
  }

  private void concluded(List<NicRecord> now, List<NicKey> gone) {
    boolean ours = now.stream().anyMatch(nic -> nic.guestEnd().isPresent());
    if (ours || (!gone.isEmpty() && !responders.all().isEmpty())) {
      responders.poke();
    }
  }

  @Override
  public void listen(Consumer<String> changed) {
    truth.listen(changed);
  }

  /** A guest is served before it can ask. */
  @Override
  public void heard(String vm, MachineNews news) {
    if (news instanceof MachineNews.Begins) {
      responders.sync();
    }
    truth.heard(vm, news);
  }

  @Override
  public Optional<GuestView> of(NicRecord nic) {
    return nic.guestEnd()
        .map(end ->
            machines
                .running(end.vm())
                .flatMap(_ -> truth.of(end.vm(), end.device()))
                .orElseGet(() -> unknown(end.vm())));
  }

  private GuestView unknown(String vm) {
    String why =
        machines.running(vm).isPresent()
            ? "nobody has asked the guest yet"
            : "the machine does not run";
    return new GuestView(NicState.ATTACHED, Optional.empty(), false, List.of(), why);
  }

  /** Guests keep what they were told. */
  @Override
  public void close() {
    responders.close();
    truth.close();
    wires.close();
  }
}
