package dev.patchbay.linux.fake;

import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.Netns;
import dev.patchbay.core.plan.AwaitOp;
import dev.patchbay.core.plan.Bindings;
import dev.patchbay.core.plan.HostObserver;
import dev.patchbay.core.plan.KernelSession;
import dev.patchbay.core.plan.LinkOp;
import dev.patchbay.core.plan.Performed;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** The fake kernel for the length of one operation. */
final class FakeSession implements KernelSession {
  private final FakeKernel kernel;
  private final AtomicBoolean closed = new AtomicBoolean();

  FakeSession(FakeKernel kernel) {
    this.kernel = kernel;
  }

  @Override
  public List<Performed> execute(List<LinkOp> batch, Bindings bound) {
    requireOpen();
    return kernel.execute(batch, bound);
  }

  @Override
  public Performed execute(AwaitOp op, Bindings bound) {
    requireOpen();
    return switch (op.until()) {
      case AwaitOp.Condition.Carrier(var netns, var link) -> whenUp(netns, link);
      case AwaitOp.Condition.DadDone(var netns, var link) -> whenUp(netns, link);
      case AwaitOp.Condition.DhcpLease _, AwaitOp.Condition.DeviceDeleted _ -> new Performed.Late();
    };
  }

  private Performed whenUp(Netns netns, IfName link) {
    boolean up = kernel.observe(netns, link).map(HostObserver.ObservedLink::up).orElse(false);
    return up ? Performed.done() : new Performed.Late();
  }

  private void requireOpen() {
    if (closed.get()) {
      throw new IllegalStateException("the session is closed already");
    }
  }

  @Override
  public void close() {
    if (!closed.getAndSet(true)) {
      kernel.closed();
    }
  }
}
