package dev.patchbay.apiserver.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.patchbay.apiserver.fault.ApiFault;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class AccessTest {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final User READER = new User("bob", List.of("robots"), Set.of("a"), true);
  private static final User ADMIN = new User("admin", List.of(), Set.of(), false);

  @Test
  void aRefusalIsInKubernetesWords() {
    assertThatThrownBy(() -> new Access("get", "", "pods", "", "default", "a").require(READER))
        .isInstanceOf(ApiFault.class)
        .hasMessage(
            "pods \"a\" is forbidden: User \"bob\" cannot get resource \"pods\" in API group \"\""
                + " in the namespace \"default\"");
    assertThatThrownBy(() -> new Access("list", "patchbay.dev", "nics", "", "", "").require(READER))
        .hasMessage(
            "nics.patchbay.dev is forbidden: User \"bob\" cannot list resource \"nics\" in API"
                + " group \"patchbay.dev\" at the cluster scope");
  }

  @Test
  void whoMayOnlyReadRunsNothingInAPodEvenByGet() {
    assertThat(new Access("get", "", "pods", "log", "a", "p").allows(READER)).isTrue();
    assertThat(new Access("get", "", "pods", "exec", "a", "p").allows(READER)).isFalse();
    assertThat(new Access("get", "", "pods", "attach", "a", "p").allows(READER)).isFalse();
    assertThat(new Access("get", "", "pods", "exec", "a", "p").allows(ADMIN)).isTrue();
  }

  @Test
  void reviewsSayWhatIsAllowed() {
    assertThat(canI("get", "a", READER).at("/status/allowed").asBoolean()).isTrue();
    assertThat(canI("delete", "a", READER).at("/status/allowed").asBoolean()).isFalse();
    assertThat(canI("get", "b", READER).at("/status/reason").asString()).contains("bob");
    assertThat(canI("delete", "b", ADMIN).at("/status/allowed").asBoolean()).isTrue();
  }

  @Test
  void rulesAreThoseOfTheNamespace() {
    ObjectNode asked = JSON.createObjectNode();
    asked.putObject("spec").put("namespace", "a");
    ObjectNode inside =
        Reviews.answer("authorization.k8s.io", "selfsubjectrulesreviews", asked, READER);
    asked.putObject("spec").put("namespace", "b");
    ObjectNode outside =
        Reviews.answer("authorization.k8s.io", "selfsubjectrulesreviews", asked, READER);

    assertThat(inside.at("/status/resourceRules/0/verbs").toString())
        .isEqualTo("[\"get\",\"list\",\"watch\"]");
    assertThat(outside.at("/status/resourceRules")).isEmpty();
  }

  @Test
  void whoAmITellsNameAndGroups() {
    ObjectNode review =
        Reviews.answer(
            "authentication.k8s.io", "selfsubjectreviews", JSON.createObjectNode(), READER);

    assertThat(review.at("/status/userInfo").toString())
        .isEqualTo("{\"username\":\"bob\",\"groups\":[\"robots\"]}");
    assertThat(review.path("kind").asString()).isEqualTo("SelfSubjectReview");
  }

  private static ObjectNode canI(String verb, String namespace, User user) {
    ObjectNode asked = JSON.createObjectNode();
    asked
        .putObject("spec")
        .putObject("resourceAttributes")
        .put("verb", verb)
        .put("namespace", namespace)
        .put("resource", "pods");
    return Reviews.answer("authorization.k8s.io", "selfsubjectaccessreviews", asked, user);
  }
}
