package dev.patchbay.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What must be equal before and after: links, addresses, routes and rules of the host namespace,
 * the namespaces that runtimes made, the namespaces the kernel still ties to the host's, and the
 * files of the given folders.
 *
 * @param peers the kernel's ids of other namespaces; one that something still holds open stays here
 *     after its name is gone
 */
record HostState(
    Set<String> links,
    Set<String> addresses,
    Set<String> routes,
    Set<String> rules,
    Set<String> namespaces,
    Set<String> peers,
    Set<String> files) {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final Pattern RUNTIMES = Pattern.compile("(cni|netns)-[0-9a-f-]{36}");
  private static final Pattern NOT_RESERVATIONS = Pattern.compile("lock|last_reserved_ip\\..*");

  static HostState of(Lab lab, Collection<Path> reservationFolders) {
    return new HostState(
        links(lab.inHost("ip", "-j", "-d", "link").output()),
        addresses(lab.inHost("ip", "-j", "addr").output()),
        routes(lab),
        lines(lab.inHost("nft", "-s", "list", "ruleset").run(), _ -> true),
        names(Path.of("/run/netns"), name -> RUNTIMES.matcher(name).matches()),
        // those with a name are among the namespaces or belong to a test
        lines(lab.inHost("ip", "netns", "list-id").run(), line -> !line.contains("name:")),
        reservationFolders.stream()
            .flatMap(HostState::reservations)
            .collect(Collectors.toCollection(TreeSet::new)));
  }

  /** The same without what belongs to the shared links of those names, which a network keeps. */
  HostState without(String... shared) {
    Set<String> names = Set.of(shared);
    Predicate<String> kept = line -> Stream.of(line.split(" ")).noneMatch(names::contains);
    return new HostState(
        only(links, kept),
        only(addresses, kept),
        only(routes, kept),
        rules,
        namespaces,
        peers,
        files);
  }

  /** The same without packet filter rules, which an exec'd plugin's backend may leave as tables. */
  HostState withoutRules() {
    return new HostState(links, addresses, routes, Set.of(), namespaces, peers, files);
  }

  private static Set<String> links(String json) {
    return entries(json)
        .map(link ->
            "%s %s %s %s"
                .formatted(
                    link.path("ifname").asString(),
                    link.path("linkinfo").path("info_kind").asString("-"),
                    link.path("master").asString("-"),
                    link.path("mtu").asString()))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> addresses(String json) {
    Set<String> found = new TreeSet<>();
    entries(json)
        .forEach(link ->
            link.path("addr_info")
                .forEach(address -> {
                  if (!address.path("scope").asString().equals("link")) {
                    found.add(
                        "%s %s/%s"
                            .formatted(
                                link.path("ifname").asString(),
                                address.path("local").asString(),
                                address.path("prefixlen").asString()));
                  }
                }));
    return found;
  }

  private static Set<String> routes(Lab lab) {
    Predicate<String> ours = line -> !line.startsWith("fe80::") && !line.startsWith("multicast");
    Set<String> all = new TreeSet<>(lines(lab.inHost("ip", "route").run(), ours));
    all.addAll(lines(lab.inHost("ip", "-6", "route").run(), ours));
    return all;
  }

  private static Stream<JsonNode> entries(String json) {
    return StreamSupport.stream(JSON.readTree(json).spliterator(), false);
  }

  private static Set<String> lines(Ran ran, Predicate<String> kept) {
    return ran.orFail().lines().stream()
        // linkdown follows the carrier of a bridge, which follows its ports
        .map(line -> line.replace(" linkdown", "").strip())
        .filter(kept)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> only(Set<String> all, Predicate<String> kept) {
    return all.stream().filter(kept).collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> names(Path folder, Predicate<String> kept) {
    return files(folder, 1).stream()
        .map(path -> path.getFileName().toString())
        .filter(kept)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Stream<String> reservations(Path folder) {
    return files(folder, 4).stream()
        .filter(Files::isRegularFile)
        .filter(path -> !NOT_RESERVATIONS.matcher(path.getFileName().toString()).matches())
        .map(Path::toString);
  }

  private static List<Path> files(Path folder, int depth) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(folder, depth)) {
      return all.filter(path -> !path.equals(folder)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + folder, e);
    }
  }
}
