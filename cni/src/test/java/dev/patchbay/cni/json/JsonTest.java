package dev.patchbay.cni.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.patchbay.cni.error.CniException;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

class JsonTest {
  @Property(tries = 500)
  void anyBytesAreReadOrRefused(@ForAll byte[] bytes) {
    try {
      assertThat(Json.object(bytes, "stdin")).isNotNull();
    } catch (CniException e) {
      assertThat(e.error().code()).isEqualTo(6);
      assertThat(e.error().msg()).startsWith("stdin ");
    }
  }

  @Property(tries = 500)
  void anyTextInAStringSurvivesOrIsRefused(@ForAll String text) {
    ObjectNode json = Json.newObject().put("k", text);
    if (StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      assertThat(Json.object(Json.bytes(json), "test")).isEqualTo(json);
    }
  }

  @ParameterizedTest(name = "{0} is refused")
  @ValueSource(
      strings = {"{\"a\":\"\\ud83d\"}", "{\"\\udc00\":1}", "{\"a\":[{\"b\":\"\\uD83Dx\"}]}"})
  void halfACharacterIsRefused(String text) {
    CniException refusal =
        catchThrowableOfType(CniException.class, () -> Json.object(text, "stdin"));
    assertThat(refusal.error().code()).isEqualTo(6);
    assertThat(refusal.error().msg()).contains("surrogate");
  }

  @ParameterizedTest(name = "{0} is not JSON")
  @ValueSource(
      strings = {"{'a':1}", "{\"a\":01}", "{\"a\":NaN}", "{\"a\":1,}", "{\"a\":\"\n\"}", "{a:1}"})
  void extensionsOfJsonAreRefusedWithTheirPlace(String text) {
    CniException refusal =
        catchThrowableOfType(CniException.class, () -> Json.object(text, "stdin"));
    assertThat(refusal.error().msg()).contains("stdin is not JSON", "(line ", "column ");
  }

  @Test
  void escapedPairIsOneCharacter() {
    assertThat(Json.text(Json.object("{\"a\":\"\\ud83d\\udc0e\"}", "stdin")))
        .isEqualTo("{\"a\":\"🐎\"}");
  }

  @Test
  void foreignOutputMayRepeatKeysAndBeNull() {
    assertThat(Json.foreign("{\"a\":1,\"a\":2}", "stdout")).hasToString("{\"a\":2}");
    assertThat(Json.foreign("null", "stdout")).hasToString("{}");
  }

  @Test
  void depthOf64IsTakenAnd65IsNot() {
    String inner = "[".repeat(63) + "]".repeat(63);
    assertThat(Json.object("{\"a\":" + inner + "}", "stdin").has("a")).isTrue();
    CniException refusal =
        catchThrowableOfType(
            CniException.class, () -> Json.object("{\"a\":[" + inner + "]}", "stdin"));
    assertThat(refusal.error().msg()).contains("deeper than 64");
  }
}
