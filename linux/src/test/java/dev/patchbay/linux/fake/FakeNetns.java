package dev.patchbay.linux.fake;

import dev.patchbay.core.nic.Netns;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** A namespace of the fake: its routes, its own sysctls, its next index. */
final class FakeNetns {
  final String path;
  final long cookie;
  int nextIndex = 1;
  final List<FakeRoute> routes = new ArrayList<>();

  /** Values that are not the default, by key with slashes. */
  final Map<String, String> sysctls = new TreeMap<>();

  /** Whether it was made for a VPC. */
  boolean router;

  /** What may come in, by port. */
  final Map<String, String> guards = new TreeMap<>();

  /** The subnets that leave by the uplink. */
  final NavigableSet<String> translated = new TreeSet<>();

  FakeNetns(String path, long cookie) {
    this.path = path;
    this.cookie = cookie;
  }

  FakeNetns copy() {
    FakeNetns copy = new FakeNetns(path, cookie);
    copy.nextIndex = nextIndex;
    copy.routes.addAll(routes);
    copy.sysctls.putAll(sysctls);
    copy.router = router;
    copy.guards.putAll(guards);
    copy.translated.addAll(translated);
    return copy;
  }

  Netns handle() {
    return path.isEmpty() ? Netns.HOST : new Netns(path, cookie);
  }
}
