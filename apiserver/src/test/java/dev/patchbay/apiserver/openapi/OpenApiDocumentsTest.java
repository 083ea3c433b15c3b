package dev.patchbay.apiserver.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.apiserver.resource.BuiltIns;
import dev.patchbay.apiserver.resource.Kind;
import dev.patchbay.apiserver.resource.Kinds;
import dev.patchbay.apiserver.resource.Rules;
import dev.patchbay.apiserver.schema.Components;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class OpenApiDocumentsTest {
  private final Kinds kinds = new Kinds(BuiltIns.all(Map.of()));
  private final OpenApiDocuments documents = new OpenApiDocuments(kinds);

  private ObjectNode document(String path) {
    return documents.document(path).orElseThrow();
  }

  private static Kind custom(String schema) {
    return new Kind(
        "x.test",
        "v1",
        "Vm",
        "vms",
        "vm",
        List.of(),
        List.of(),
        true,
        true,
        Kind.Origin.CUSTOM,
        Components.standalone((ObjectNode) JsonMapper.shared().readTree(schema)),
        List.of(),
        Rules.NONE);
  }

  @Test
  void theIndexNamesEachGroupWithAHashOfItsDocument() {
    assertThat(document("").at("/paths").propertyNames())
        .containsExactlyInAnyOrder("api/v1", "apis/apiextensions.k8s.io/v1");
    assertThat(document("").at("/paths").path("api/v1").path("serverRelativeURL").asString())
        .matches("/openapi/v3/api/v1\\?hash=[0-9A-F]{64}");
    assertThat(documents.document("/apis/none/v1")).isEmpty();
  }

  @Test
  void podsTakeStrategicMergeAndNicsHaveTheirKey() {
    ObjectNode core = document("/api/v1");
    var patch = core.at("/paths/~1api~1v1~1namespaces~1{namespace}~1pods~1{name}/patch");
    assertThat(patch.at("/x-kubernetes-group-version-kind/kind").asString()).isEqualTo("Pod");
    assertThat(patch.at("/requestBody/content").propertyNames())
        .contains("application/strategic-merge-patch+json");
    assertThat(patch.path("parameters").valueStream().map(one -> one.path("name").asString()))
        .contains("fieldValidation");
    var nics = core.at("/components/schemas/core.PodSpec/properties/nics");
    assertThat(nics.path("x-kubernetes-patch-merge-key").asString()).isEqualTo("name");
    assertThat(nics.path("x-kubernetes-patch-strategy").asString()).isEqualTo("merge,retainKeys");
  }

  @Test
  void everyReferenceLeadsSomewhere() {
    ObjectNode core = document("/api/v1");
    assertThat(core.findValuesAsString("$ref"))
        .isNotEmpty()
        .allSatisfy(reference ->
            assertThat(core.at("/components/schemas").has(reference.substring(21)))
                .as(reference)
                .isTrue());
  }

  @Test
  void aDefinedKindIsThereAtOnceWithoutStrategicMergeAndChangesItsHash() {
    kinds.put(custom("{\"type\":\"object\"}"));
    String before = document("").at("/paths").path("apis/x.test/v1").toString();
    var content =
        document("/apis/x.test/v1")
            .at(
                "/paths/~1apis~1x.test~1v1~1namespaces~1{namespace}~1vms~1{name}/patch"
                    + "/requestBody/content");
    assertThat(content.propertyNames())
        .containsExactly("application/json-patch+json", "application/merge-patch+json");
    kinds.put(custom("{\"type\":\"object\",\"description\":\"another\"}"));
    assertThat(document("").at("/paths").path("apis/x.test/v1").toString()).isNotEqualTo(before);
  }
}
