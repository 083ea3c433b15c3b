package dev.patchbay.agent.reconcile;

import dev.patchbay.agent.socket.Cancellation;
import dev.patchbay.cni.libcni.PluginExec;
import dev.patchbay.core.plan.HostObserver;
import dev.patchbay.core.plan.KernelSession;
import dev.patchbay.core.plan.Performers;
import dev.patchbay.vpc.VpcProvider;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What the reconciler works with: the real machine, or a fake one in tests.
 *
 * @param host looks at the machine
 * @param kernel opens a session for one operation
 * @param leases addresses on this node
 * @param delegates third-party plugins, as steps of a plan
 * @param plugins third-party plugins, asked about a whole network
 * @param guests virtual machines
 * @param vpcs VPCs and their ports
 */
public record Edges(
    HostObserver host,
    Supplier<KernelSession> kernel,
    Performers.Leases leases,
    Delegates delegates,
    PluginExec plugins,
    Guests guests,
    VpcProvider vpcs) {
  /** Runs third-party plugins for one caller. */
  @FunctionalInterface
  public interface Delegates {
    /**
     * A performer for one operation.
     *
     * @param environment the caller's
     * @param cancellation ends a running ADD when the caller goes away
     */
    Performers.Delegates forCaller(Map<String, String> environment, Cancellation cancellation);
  }
}
