package dev.patchbay.e2e;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what {@code ip -o} prints, iproute2's and busybox' alike. */
final class Interfaces {
  private static final Pattern LINK = Pattern.compile("^\\d+: ([^:@]+)[:@]");
  private static final Pattern MTU = Pattern.compile(" mtu (\\d+) ");
  private static final Pattern INET = Pattern.compile(" inet (\\S+) ");

  private Interfaces() {}

  static List<String> names(Ran links) {
    return links.lines().stream()
        .map(line -> found(LINK, line))
        .filter(name -> !name.equals("lo"))
        .toList();
  }

  static int mtu(Ran link) {
    return Integer.parseInt(found(MTU, link.stdout()));
  }

  static String address(Ran addresses) {
    return found(INET, addresses.stdout());
  }

  private static String found(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    if (!matcher.find()) {
      throw new AssertionError("no '%s' in: %s".formatted(pattern, text));
    }
    return matcher.group(1);
  }
}
