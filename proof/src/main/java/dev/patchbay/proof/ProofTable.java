package dev.patchbay.proof;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Prints id → tests, and exits 1 when an id of {@code acceptance.txt} has no test that ran and
 * passed.
 */
public final class ProofTable {
  private record Proof(String id, String part, String test, String outcome) {}

  private ProofTable() {}

  /**
   * Reads {@code acceptance.txt} and the recorded proofs.
   *
   * @param args the path of acceptance.txt, then the path of the proofs
   */
  public static void main(String[] args) throws IOException {
    List<String> wanted =
        Files.readAllLines(Path.of(args[0]), UTF_8).stream()
            .map(String::strip)
            .filter(l -> !l.isEmpty() && !l.startsWith("#"))
            .toList();
    Map<String, List<Proof>> proofs = read(Path.of(args[1]));
    List<String> unproved = new ArrayList<>();
    for (String id : wanted) {
      List<Proof> found = proofs.getOrDefault(id, List.of());
      if (found.isEmpty() || found.stream().anyMatch(p -> !p.outcome().equals("passed"))) {
        unproved.add(id);
      }
      System.out.println(id + (found.isEmpty() ? "  no test ran" : ""));
      found.forEach(p ->
          System.out.println(
              "  "
                  + p.outcome()
                  + "  "
                  + p.test()
                  + (p.part().isEmpty() ? "" : "  (" + p.part() + ")")));
    }
    if (!unproved.isEmpty()) {
      System.out.println("not proved: " + String.join(", ", unproved));
      System.exit(1);
    }
  }

  private static Map<String, List<Proof>> read(Path file) throws IOException {
    Map<String, List<Proof>> byId = new TreeMap<>();
    if (Files.exists(file)) {
      try (Stream<String> lines = Files.lines(file, UTF_8)) {
        lines
            .distinct()
            .map(line -> line.split("\t", -1))
            .map(f -> new Proof(f[0], f[1], f[2], f[3]))
            .forEach(p -> byId.computeIfAbsent(p.id(), _ -> new ArrayList<>()).add(p));
      }
    }
    return byId;
  }
}
