package dev.patchbay.kube.definition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.cni.error.CniException;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import tools.jackson.databind.node.ObjectNode;

/** Whatever stands in a file of definitions is read or refused, and never anything else. */
class DefinitionPropertyTest {
  private static final List<String> LINES =
      List.of(
          "apiVersion: k8s.cni.cncf.io/v1",
          "kind: NetworkAttachmentDefinition",
          "kind: List",
          "metadata:",
          "  name: a",
          "  namespace: 7",
          "  annotations: {a: b, c: [d]}",
          "spec:",
          "  config: |",
          "    {\"type\": \"x\"}",
          "  config: !!binary aGVsbG8=",
          "items: [1, {}]",
          "---",
          "...",
          "&a b: *a",
          "? [x, y]",
          ": z",
          "\t",
          "- 1",
          "%YAML 9.9",
          "~",
          "!!set {a}",
          "'",
          "\u0000");

  @Property(tries = 2000)
  void anyYamlIsReadOrRefused(@ForAll("texts") String yaml) {
    try {
      for (ObjectNode document : YamlDocuments.read(yaml, "f")) {
        NetworkAttachmentDefinition read = NetworkAttachmentDefinition.read(document, "f");
        assertThat(read.key()).contains("/");
      }
    } catch (CniException e) {
      assertThat(e.error().msg()).startsWith("f: ");
    }
  }

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.oneOf(
        Arbitraries.strings().ofMaxLength(40),
        Arbitraries.strings().withChars("ab:-?[]{}&*!|>'\"%@\n #,.~").ofMaxLength(40),
        Arbitraries.of(LINES).list().ofMaxSize(12).map(lines -> String.join("\n", lines)));
  }
}
