package dev.patchbay.agent.simulation;

import dev.patchbay.core.plan.Bindings;
import dev.patchbay.core.plan.Op;
import dev.patchbay.core.plan.Performed;
import dev.patchbay.core.plan.PortOp;
import dev.patchbay.vpc.Key;
import dev.patchbay.vpc.PortRequest;
import dev.patchbay.vpc.VpcProvider;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/**
 * A provider whose ops may go wrong.
 *
 * @param real does them
 * @param meet what happens at each
 */
record MeetingProvider(VpcProvider real, BiFunction<Op, Supplier<Performed>, Performed> meet)
    implements VpcProvider {
  @Override
  public Performed execute(PortOp op, Bindings bound) {
    return meet.apply(op, () -> real.execute(op, bound));
  }

  @Override
  public Resolution resolve(PortRequest request) {
    return real.resolve(request);
  }

  @Override
  public boolean isWanted(PortOp.Holder holder) {
    return real.isWanted(holder);
  }

  @Override
  public List<Key> releaseOrphans() {
    return real.releaseOrphans();
  }
}
