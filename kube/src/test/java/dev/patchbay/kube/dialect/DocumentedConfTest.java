package dev.patchbay.kube.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.cni.conf.ConfParser;
import dev.patchbay.cni.conf.NetworkConf;
import dev.patchbay.cni.error.CniError;
import dev.patchbay.cni.json.Fields;
import dev.patchbay.kube.definition.DefinitionFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every example of {@code docs/conf.md} is read without a note. */
class DocumentedConfTest {
  @TempDir Path folder;

  @Test
  void everyConfigurationOfThePageIsRead() throws IOException {
    List<String> examples = examples("json");

    assertThat(examples).hasSize(2);
    for (String example : examples) {
      NetworkConf conf = ConfParser.parse(example, "docs/conf.md");
      assertThat(conf.capabilities()).contains("io.kubernetes.cri.pod-annotations");
      Fields fields =
          Fields.of(
              conf.plugins().getFirst().json(), "docs/conf.md", CniError.INVALID_NETWORK_CONFIG);
      assertThat(PatchbayConf.parse(fields).notes()).isEmpty();
    }
  }

  @Test
  void everyDefinitionOfThePageIsRead() throws IOException {
    List<String> examples = examples("yaml");

    assertThat(examples).hasSize(1);
    Files.writeString(folder.resolve("a.yaml"), examples.getFirst());
    DefinitionFolder read = DefinitionFolder.read(folder);
    assertThat(read.problems()).isEmpty();
    assertThat(read.find("default", "blue")).isPresent();
  }

  private static List<String> examples(String language) throws IOException {
    String root = Objects.requireNonNull(System.getProperty("patchbay.root"), "patchbay.root");
    String page = Files.readString(Path.of(root, "docs", "conf.md"));
    Matcher blocks = Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL).matcher(page);
    List<String> all = new ArrayList<>();
    while (blocks.find()) {
      all.add(blocks.group(1));
    }
    return all;
  }
}
