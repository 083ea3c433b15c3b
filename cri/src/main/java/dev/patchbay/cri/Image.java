package dev.patchbay.cri;

import java.util.List;

/**
 * An image that the runtime has.
 *
 * @param sizeBytes what its layers take on disk
 */
public record Image(String id, List<String> tags, List<String> digests, long sizeBytes) {
  public Image {
    tags = List.copyOf(tags);
    digests = List.copyOf(digests);
  }
}
