package dev.patchbay.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.patchbay.cni.error.CniError;
import dev.patchbay.cni.error.CniException;
import dev.patchbay.cni.json.Fields;
import dev.patchbay.cni.json.Json;
import dev.patchbay.cni.skel.CniArgs;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodFactsTest {
  private static final String CONTAINERD =
      "IgnoreUnknown=1;K8S_POD_UID=u-1;K8S_POD_NAME=web-0;K8S_POD_NAMESPACE=shop;"
          + "K8S_POD_INFRA_CONTAINER_ID=abc";

  @Test
  void containerdsArgumentsAndAnnotationsAreRead() {
    PodFacts pod =
        read(CONTAINERD, "{\"io.kubernetes.cri.pod-annotations\": {\"cni\": \"calico\"}}");

    assertThat(pod.namespace()).contains("shop");
    assertThat(pod.name()).contains("web-0");
    assertThat(pod.uid()).contains("u-1");
    assertThat(pod.containerId()).contains("abc");
    assertThat(pod.annotations()).isEqualTo(Map.of("cni", "calico"));
    assertThat(pod.source()).isEqualTo(AnnotationSource.RUNTIME_CONFIG);
    assertThat(pod).hasToString("shop/web-0");
  }

  @Test
  void virtletsAnnotationsAreRead() {
    PodFacts pod = read("K8S_POD_NAME=vm;K8S_ANNOT={\"cni\": \"calico\", \"a\": \"b=c\"}", "{}");

    assertThat(pod.annotations()).isEqualTo(Map.of("cni", "calico", "a", "b=c"));
    assertThat(pod.source()).isEqualTo(AnnotationSource.CNI_ARGS);
    assertThat(pod.namespaceOrDefault()).isEqualTo("default");
  }

  @Test
  void runtimeConfigCountsBeforeCniArgsAndTheTwoAreNotMixed() {
    PodFacts pod =
        read(
            "K8S_ANNOT={\"cni\": \"a\", \"x\": \"y\"}",
            "{\"io.kubernetes.cri.pod-annotations\": {\"cni\": \"b\"}}");

    assertThat(pod.annotations()).isEqualTo(Map.of("cni", "b"));
  }

  @Test
  void aPodWithoutAnnotationsIsNotAPodWithoutSource() {
    assertThat(read("", "{\"io.kubernetes.cri.pod-annotations\": null}").source())
        .isEqualTo(AnnotationSource.RUNTIME_CONFIG);
    assertThat(read("", "{}")).isEqualTo(PodFacts.UNKNOWN);
    assertThat(read("K8S_ANNOT= ", "{}").source()).isEqualTo(AnnotationSource.NONE);
  }

  @Test
  void blankAnnotationsAreNotFilled() {
    PodFacts pod = read("K8S_ANNOT={\"cni\": \" \", \"n\": null}", "{}");

    assertThat(pod.annotations()).containsOnlyKeys("cni");
    assertThat(pod.filledAnnotation("cni")).isEmpty();
    assertThat(pod.filledAnnotation("other")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "K8S_ANNOT={\"cni\": 1} | {} | CNI_ARGS K8S_ANNOT: cni is a number (1); write a string",
        "K8S_ANNOT=[] | {} | CNI_ARGS K8S_ANNOT holds a list",
        "K8S_ANNOT={\"cni\" | {} | CNI_ARGS K8S_ANNOT is not JSON",
        "A=b | {\"io.kubernetes.cri.pod-annotations\": []} | pod-annotations is a list ([])",
        "A=b | {\"io.kubernetes.cri.pod-annotations\": {\"k\": {}}} | k is an object ({})",
      })
  void badShapesAreNamed(String args, String runtimeConfig, String message) {
    assertThatThrownBy(() -> read(args, runtimeConfig))
        .isInstanceOf(CniException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aSecretIsNotPrinted() {
    assertThat(new Secret("XYZ")).hasToString("(secret)");
  }

  private static PodFacts read(String args, String runtimeConfig) {
    return PodFacts.read(
        CniArgs.parse(args),
        Fields.of(
            Json.object(runtimeConfig, "runtimeConfig"),
            "stdin: runtimeConfig",
            CniError.INVALID_NETWORK_CONFIG));
  }
}
