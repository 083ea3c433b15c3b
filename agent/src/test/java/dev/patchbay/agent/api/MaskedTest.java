package dev.patchbay.agent.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.cni.json.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MaskedTest {
  @ParameterizedTest
  @ValueSource(
      strings = {"token", "apiToken", "PASSWORD", "secretRef", "etcd_key", "caCert", "passphrase"})
  void valueUnderATellingKeyIsReplaced(String key) {
    var conf = Json.newObject();
    conf.putObject("deep").putArray("list").addObject().put(key, "s3cret");

    assertThat(Masked.conf(conf).toString()).doesNotContain("s3cret").contains(key, "(secret)");
  }

  @Test
  void wholeObjectUnderATellingKeyIsReplaced() {
    var conf = Json.newObject();
    conf.putObject("secrets").put("a", "s3cret");

    assertThat(Masked.conf(conf).toString()).isEqualTo("{\"secrets\":\"(secret)\"}");
    assertThat(conf.toString()).contains("s3cret");
  }

  @Test
  void configurationsWithinAnAnswerAreFoundAsText() {
    var answer = Json.newObject().put("key", "kept");
    answer.putArray("steps").addObject().put("conf", "{\"type\":\"x\",\"token\":\"s3cret\"}");
    answer.putArray("texts").add("{\"token\":\"s3cret\"}").add("plain");

    assertThat(Masked.embedded(answer).toString())
        .doesNotContain("s3cret")
        .contains("\"key\":\"kept\"", "plain");
  }

  @Test
  void halfAnObjectIsReplacedWhole() {
    assertThat(Masked.text("{\"token\":\"s3cret\"")).isEqualTo("(secret)");
    assertThat(Masked.text("blue@net1")).isEqualTo("blue@net1");
  }
}
