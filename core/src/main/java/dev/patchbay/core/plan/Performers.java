package dev.patchbay.core.plan;

import java.util.List;

/**
 * Who does what a plan says.
 *
 * @param kernel kernel objects
 * @param leases addresses
 * @param ports ports of VPCs
 * @param delegates third-party plugins
 * @param guests virtual machines
 * @param waits conditions
 */
public record Performers(
    Kernel kernel, Leases leases, Ports ports, Delegates delegates, Guests guests, Waits waits) {
  /** Does kernel ops. */
  @FunctionalInterface
  public interface Kernel {
    /**
     * Does a batch that is independent of each other: one outcome per op, in order. A batch is not
     * atomic: a failing op does not stop the later ones.
     */
    List<Performed> execute(List<LinkOp> batch, Bindings bound);
  }

  /** Reserves and releases addresses. */
  @FunctionalInterface
  public interface Leases {
    /** Does one lease op. */
    Performed execute(LeaseOp op, Bindings bound);
  }

  /** Binds ports and gives them back. */
  @FunctionalInterface
  public interface Ports {
    /** Does one port op. */
    Performed execute(PortOp op, Bindings bound);
  }

  /** Runs third-party plugins. */
  @FunctionalInterface
  public interface Delegates {
    /** Makes one call. */
    Performed execute(ExecOp op, Bindings bound);
  }

  /** Talks to virtual machines. */
  @FunctionalInterface
  public interface Guests {
    /** Does one guest op. */
    Performed execute(GuestOp op, Bindings bound);
  }

  /** Waits for conditions. */
  @FunctionalInterface
  public interface Waits {
    /** Done when the condition came true in time, Late when not, Failed when it never can. */
    Performed execute(AwaitOp op, Bindings bound);
  }
}
