package dev.patchbay.vm.image;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * One file that an image consists of.
 *
 * @param source where it comes from
 * @param sha256 of its content; whatever comes is taken where empty
 */
record Artifact(Source source, Optional<Sha256> sha256) {
  /** Where a file comes from. */
  sealed interface Source {
    /** The text for people and for the cache's index. */
    String text();
  }

  /** A file of this host. */
  record Local(Path file) implements Source {
    @Override
    public String text() {
      return file.toString();
    }
  }

  /** Something behind http or https. */
  record Remote(URI url) implements Source {
    @Override
    public String text() {
      return url.toString();
    }
  }
}
