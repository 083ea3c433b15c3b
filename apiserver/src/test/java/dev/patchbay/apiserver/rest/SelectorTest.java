package dev.patchbay.apiserver.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.patchbay.apiserver.fault.ApiFault;
import dev.patchbay.apiserver.resource.BuiltIns;
import dev.patchbay.apiserver.resource.Kind;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class SelectorTest {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final ObjectNode LABELS =
      JSON.createObjectNode().put("app", "web").put("tier", "front").put("x.io/size", "3");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "app=web | true",
        "app==web | true",
        "app = web , tier=front | true",
        "app=web,tier=back | false",
        "app!=db | true",
        "app!=web | false",
        "absent!=x | true",
        "app | true",
        "absent | false",
        "!absent | true",
        "!app | false",
        "app in (web,db) | true",
        "app in (db) | false",
        "app notin (db,x) | true",
        "app notin (web) | false",
        "absent notin (web) | true",
        "absent in (web) | false",
        "x.io/size>2 | true",
        "x.io/size > 3 | false",
        "x.io/size<4 | true",
        "app in (web),!absent,tier | true",
      })
  void labelSelectorsMeanWhatTheySay(String selector, boolean matches) {
    assertThat(LabelSelector.parse(selector).test(LABELS)).isEqualTo(matches);
  }

  @Test
  void anEmptySelectorSelectsAllAlsoWithoutLabels() {
    assertThat(LabelSelector.parse("").test(JSON.missingNode())).isTrue();
    assertThat(LabelSelector.parse("a=b").test(JSON.missingNode())).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"app in web", "app in (web", "=web", "app=web=x", "app in ()x", "a b", "(,)"})
  void aSelectorThatIsNoneIs400(String selector) {
    assertThatThrownBy(() -> LabelSelector.parse(selector))
        .isInstanceOfSatisfying(ApiFault.class, fault -> assertThat(fault.code()).isEqualTo(400));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "metadata.name=p | true",
        "metadata.name==p | true",
        "metadata.name!=p | false",
        "status.phase!=Succeeded,status.phase!=Failed | true",
        "spec.nodeName=w1 | false",
        "spec.nodeName= | true",
        "metadata.namespace=default,metadata.name=p | true",
      })
  void fieldSelectorsMeanWhatTheySay(String selector, boolean matches) {
    ObjectNode pod = JSON.createObjectNode();
    pod.putObject("metadata").put("name", "p").put("namespace", "default");
    pod.putObject("status").put("phase", "Running");

    assertThat(FieldSelector.parse(selector, kind("Pod")).test(pod)).isEqualTo(matches);
  }

  @Test
  void aFieldThatTheKindDoesNotAllowIs400() {
    assertThatThrownBy(() -> FieldSelector.parse("spec.image=x", kind("Pod")))
        .hasMessage("field label not supported: spec.image");
    assertThatThrownBy(() -> FieldSelector.parse("status.phase=x", kind("ConfigMap")))
        .hasMessage(
            "\"status.phase\" is not a known field selector: only \"metadata.name\","
                + " \"metadata.namespace\"");
  }

  private static Kind kind(String name) {
    return BuiltIns.all(Map.of()).stream()
        .filter(kind -> kind.kind().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
