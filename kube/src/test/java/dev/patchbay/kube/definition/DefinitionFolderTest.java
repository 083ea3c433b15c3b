package dev.patchbay.kube.definition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.patchbay.cni.error.CniError;
import dev.patchbay.cni.error.CniException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DefinitionFolderTest {
  private static final String BLUE =
      """
      apiVersion: k8s.cni.cncf.io/v1
      kind: NetworkAttachmentDefinition
      metadata:
        name: blue
        annotations:
          k8s.v1.cni.cncf.io/resourceName: example.com/nic
      spec:
        config: |
          {"cniVersion": "1.0.0", "type": "macvlan", "master": "eth1"}
      """;

  @TempDir Path folder;

  @Test
  void severalDocumentsOfOneFileAreRead() throws IOException {
    write("a.yaml", BLUE + "---\n---\n" + BLUE.replace("name: blue", "name: red\n  namespace: x"));

    DefinitionFolder read = DefinitionFolder.read(folder);

    assertThat(read.problems()).isEmpty();
    assertThat(read.definitions())
        .extracting(NetworkAttachmentDefinition::key)
        .containsExactly("default/blue", "x/red");
    NetworkAttachmentDefinition blue = read.find("default", "blue").orElseThrow();
    assertThat(blue.config().orElseThrow()).contains("\"macvlan\"");
    assertThat(blue.annotations())
        .containsEntry("k8s.v1.cni.cncf.io/resourceName", "example.com/nic");
    assertThat(blue.toString()).contains("a.yaml").doesNotContain("macvlan");
  }

  @Test
  void jsonAndListsAreRead() throws IOException {
    write(
        "list.json",
        """
        {"apiVersion": "v1", "kind": "List", "items": [
          {"apiVersion": "k8s.cni.cncf.io/v1", "kind": "NetworkAttachmentDefinition",
           "metadata": {"name": "a"}},
          {"apiVersion": "k8s.cni.cncf.io/v1", "kind": "NetworkAttachmentDefinition",
           "metadata": {"name": "b", "namespace": "ns"}, "spec": {"config": "{}"}}]}
        """);

    DefinitionFolder read = DefinitionFolder.read(folder);

    assertThat(read.problems()).isEmpty();
    assertThat(read.find("default", "a").orElseThrow().config()).isEmpty();
    assertThat(read.find("ns", "b").orElseThrow().config()).contains("{}");
  }

  @Test
  void aFileWithAMistakeIsReportedAndDoesNotHideOthers() throws IOException {
    write("a.yaml", "kind: [");
    write("b.yaml", BLUE);
    write("c.json", "{");
    write("notes.txt", "not read");
    Files.createDirectory(folder.resolve("sub.yaml"));

    DefinitionFolder read = DefinitionFolder.read(folder);

    assertThat(read.find("default", "blue")).isPresent();
    assertThat(read.problems())
        .extracting(CniError::msg)
        .satisfiesExactly(
            a -> assertThat(a).contains("a.yaml", "line "),
            c -> assertThat(c).contains("c.json", "line "));
  }

  @Test
  void aNameThatIsDefinedTwiceIsRefusedNamingBothFiles() throws IOException {
    write("a.yaml", BLUE);
    write("b.yml", BLUE);

    DefinitionFolder read = DefinitionFolder.read(folder);

    assertThat(read.definitions()).isEmpty();
    assertThat(read.problems()).hasSize(1);
    assertThatThrownBy(() -> read.find("default", "blue"))
        .isInstanceOf(CniException.class)
        .hasMessageContainingAll("default/blue", "a.yaml", "b.yml");
  }

  @Test
  void aMissingFolderHasNoDefinitions() {
    assertThat(DefinitionFolder.read(folder.resolve("absent"))).isEqualTo(DefinitionFolder.NONE);
  }

  @Test
  void aFileThatIsTooLongIsNotRead() throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(folder.resolve("a.yaml").toFile(), "rw")) {
      file.setLength(TextFile.MAX_BYTES + 1);
    }

    assertThat(onlyProblem()).contains("a.yaml", "longer than 10485760 bytes");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a: &x [1]\nb: [*x, *x]",
        "a: &x {k: v}\nb:\n  <<: *x",
      })
  void aliasesAreRefused(String yaml) throws IOException {
    write("bomb.yaml", yaml);

    assertThat(onlyProblem()).contains("bomb.yaml", "alias", "line ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"? &x a\n: 1\n? *x\n: 2", "a: &x y\n*x : z", "a: b: c", "\t", "%", "@"})
  void whatIsNoYamlThatWeReadIsRefusedNamingTheLine(String yaml) throws IOException {
    write("a.yaml", yaml);

    assertThat(onlyProblem()).contains("a.yaml: is not YAML that we read: ", "(line ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"just words", "[1]", "12"})
  void aDocumentThatIsNoObjectIsRefused(String yaml) throws IOException {
    write("a.yaml", yaml);

    assertThat(onlyProblem()).contains("a.yaml: has a document that is no object (line 1");
  }

  @Test
  void deepNestingIsRefused() throws IOException {
    write("deep.yaml", "a: " + "[".repeat(100_000));

    assertThat(onlyProblem()).contains("deep.yaml");
  }

  @Test
  void whatIsNotUtf8IsRefused() throws IOException {
    Files.write(folder.resolve("a.yaml"), new byte[] {'a', ':', (byte) 0xff});

    assertThat(onlyProblem()).contains("a.yaml", "not UTF-8");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '\0',
      value = {
        "name: blue ~ name: Blue ~ metadata.name: \"Blue\" is no network name",
        "name: blue ~ nom: blue ~ metadata.name is missing or empty",
        "name: blue ~ name: 12 ~ metadata.name is a number (12); write a string",
        "kind: Net ~ kind: Pod #Net ~ kind is \"Pod\"; only",
        "cncf.io/v1 ~ cncf.io/v2 ~ apiVersion is \"k8s.cni.cncf.io/v2\"",
        "  config: | ~   config: {}\\nx: | ~ spec.config is not quoted",
        "metadata: ~ meta: ~ metadata is missing",
        "kind: ~ kind: Pod\\nkind: ~ uplicate",
        "spec: ~ spec: []\\nx: ~ spec is a list",
      })
  void mistakesAreNamed(String what, String with, String message) throws IOException {
    write("a.yaml", BLUE.replace(what, with.replace("\\n", "\n")));

    assertThat(onlyProblem()).contains("a.yaml", message);
  }

  private String onlyProblem() {
    DefinitionFolder read = DefinitionFolder.read(folder);
    assertThat(read.problems()).hasSize(1);
    return read.problems().getFirst().msg();
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }
}
