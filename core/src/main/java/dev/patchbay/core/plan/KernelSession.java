package dev.patchbay.core.plan;

/**
 * The kernel for the length of one operation: sockets opened in a namespace keep it alive, so they
 * are closed with the operation.
 */
public interface KernelSession extends Performers.Kernel, Performers.Waits, AutoCloseable {
  @Override
  void close();
}
