package dev.patchbay.vm.image;

/** Whoever tells people how the fetching of an image goes. */
@FunctionalInterface
public interface Progress {
  /** Tells nobody. */
  Progress SILENT = (_, _) -> {};

  /**
   * Something happened; called from any thread, at most every few seconds while bytes come.
   *
   * @param text for people
   */
  void told(Stage stage, String text);

  /** How far it is; the first two are reasons of kubelet's events. */
  enum Stage {
    /** Fetching begins or begins again. */
    PULLING,
    /** All is here and checked, or was here already. */
    PULLED,
    /** Bytes come. */
    RECEIVING
  }
}
