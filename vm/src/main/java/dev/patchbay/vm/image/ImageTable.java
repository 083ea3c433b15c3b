package dev.patchbay.vm.image;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Which names stand for which images; the text of the file is described in docs/vm.md.
 *
 * @param entries in their order; a name as written wins over patterns, then the first does
 * @param bareUrls whether a name without an entry is taken as the address of a qcow2 image
 * @param origin the file, for errors
 */
record ImageTable(List<ImageEntry> entries, boolean bareUrls, String origin) {
  private static final int SHOWN = 12;

  ImageTable {
    entries = List.copyOf(entries);
  }

  /** What the name stands for; throws ImageException that tells the known names. */
  ImageSource find(ImageName name) throws ImageException {
    Optional<ImageSource> known =
        entries.stream()
            .sorted(Comparator.comparing(ImageEntry::isPattern))
            .flatMap(entry -> entry.of(name).stream())
            .findFirst();
    if (known.isPresent()) {
      return known.get();
    }
    if (bareUrls) {
      return ImageTableText.bare(name);
    }
    throw unknown(name);
  }

  private ImageException unknown(ImageName name) {
    List<String> names = entries.stream().map(ImageEntry::name).toList();
    String near =
        names.stream()
            .filter(known -> edits(known, name.value()) <= Math.max(2, known.length() / 3))
            .min(Comparator.comparingInt(known -> edits(known, name.value())))
            .map(known -> "did you mean \"" + known + "\"? ")
            .orElse("");
    String all =
        names.isEmpty()
            ? "no image is known"
            : "known are "
                + String.join(", ", names.subList(0, Math.min(SHOWN, names.size())))
                + (names.size() > SHOWN ? " and " + (names.size() - SHOWN) + " more" : "");
    return new ImageException(
        ImageException.Kind.UNKNOWN,
        "image \"" + name + "\" has no entry in " + origin,
        near
            + all
            + "; add an entry"
            + (name.value().contains("/") ? " or set bareUrls: true" : ""));
  }

  /** How many letters must be put in, taken out or changed. */
  private static int edits(String from, String to) {
    List<Integer> row = new ArrayList<>();
    for (int j = 0; j <= to.length(); j++) {
      row.add(j);
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row.getFirst();
      row.set(0, i);
      for (int j = 1; j <= to.length(); j++) {
        int changed = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row.get(j);
        row.set(j, Math.min(changed, 1 + Math.min(diagonal, row.get(j - 1))));
      }
    }
    return row.getLast();
  }
}
