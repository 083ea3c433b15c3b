package dev.patchbay.vm.image;

import java.util.List;
import java.util.regex.Pattern;

/**
 * The name by which a pod asks for an image, without the prefix that only said "this is a machine"
 * and without the tag that container runtimes add.
 *
 * @param value such as {@code cirros} or {@code cloud.example.org/x/disk.img}
 */
public record ImageName(String value) {
  /** What Virtlet's pods put before the name. */
  private static final String VIRTLET = "virtlet.cloud/";

  private static final String LATEST = ":latest";
  private static final List<String> SCHEMES = List.of("https://", "http://");
  private static final int LONGEST = 255;

  /** None begins with a dot, so that no name climbs out of a folder. */
  private static final Pattern SEGMENT = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._:@~+=-]*");

  /** Throws ImageException naming the text when it is none. */
  public static ImageName parse(String text) throws ImageException {
    String name = text.startsWith(VIRTLET) ? text.substring(VIRTLET.length()) : text;
    name = name.endsWith(LATEST) ? name.substring(0, name.length() - LATEST.length()) : name;
    String bare = withoutScheme(name);
    boolean valid =
        name.length() <= LONGEST
            && List.of(bare.split("/", -1)).stream()
                .allMatch(segment -> SEGMENT.matcher(segment).matches());
    if (!valid) {
      throw new ImageException(
          ImageException.Kind.INVALID_NAME,
          "image \"" + text.substring(0, Math.min(text.length(), LONGEST)) + "\" is no image name",
          "write letters, digits and ._:@~+=- between slashes, at most " + LONGEST + " in all");
    }
    return new ImageName(name);
  }

  boolean hasScheme() {
    return !withoutScheme(value).equals(value);
  }

  /** As an address: https unless the name says otherwise, as Virtlet has it. */
  String url() {
    return hasScheme() ? value : SCHEMES.getFirst() + value;
  }

  private static String withoutScheme(String name) {
    return SCHEMES.stream()
        .filter(name::startsWith)
        .map(scheme -> name.substring(scheme.length()))
        .findFirst()
        .orElse(name);
  }

  @Override
  public String toString() {
    return value;
  }
}
