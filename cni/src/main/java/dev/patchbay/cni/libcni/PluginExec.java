package dev.patchbay.cni.libcni;

/** Runs one plugin once; a test may answer in its place. */
@FunctionalInterface
public interface PluginExec {
  /**
   * Runs the plugin to its end.
   *
   * @throws InterruptedException when the calling thread was interrupted; the plugin is dead by
   *     then
   */
  ExecOutcome run(PluginCall call) throws InterruptedException;
}
