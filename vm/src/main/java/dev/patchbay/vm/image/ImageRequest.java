package dev.patchbay.vm.image;

import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * What a machine wants to boot.
 *
 * @param image as its pod names it
 * @param policy whether it may be fetched
 * @param folder of the machine, where its own disk is kept; it must exist
 * @param rootBytes the least size of its root disk; the image's own where empty or smaller
 */
public record ImageRequest(String image, PullPolicy policy, Path folder, OptionalLong rootBytes) {
  /** Throws IllegalArgumentException when the size cannot be. */
  public ImageRequest {
    if (rootBytes.isPresent() && rootBytes.getAsLong() <= 0) {
      throw new IllegalArgumentException(
          "root volume size " + rootBytes.getAsLong() + " cannot be: write more than 0 bytes");
    }
  }
}
