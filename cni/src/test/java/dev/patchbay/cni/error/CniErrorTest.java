package dev.patchbay.cni.error;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.cni.version.CniVersion;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.plan.AttachFailure;
import java.util.List;
import org.junit.jupiter.api.Test;

class CniErrorTest {
  @Test
  void emptyDetailsAreLeftOutAndTheVersionComesFirst() {
    assertThat(CniError.of(7, "bad").toJson()).hasToString("{\"code\":7,\"msg\":\"bad\"}");
    assertThat(new CniError(50, "no", "why").toJson(CniVersion.V1_1_0))
        .hasToString("{\"cniVersion\":\"1.1.0\",\"code\":50,\"msg\":\"no\",\"details\":\"why\"}");
  }

  @Test
  void failuresOfPlansKeepMessageAndRemedy() {
    CniError error =
        CniError.of(
            new AttachFailure.ParentMissing(new IfName("eth7"), List.of(new IfName("eth1"))));
    assertThat(error.code()).isEqualTo(7);
    assertThat(error.msg()).contains("eth7");
    assertThat(error.details()).contains("eth1");
  }

  @Test
  void codesTellTheRuntimeWhetherToTryAgain() {
    assertThat(code(new AttachFailure.Kernel("add link", "EBUSY", "busy"))).isEqualTo(11);
    assertThat(code(new AttachFailure.Kernel("add link", "ENODEV", "gone"))).isEqualTo(999);
    assertThat(code(new AttachFailure.NetnsGone("/run/netns/a"))).isEqualTo(8);
    assertThat(code(new AttachFailure.PoolExhausted("p", "10.0.0.0/30"))).isEqualTo(100);
    assertThat(code(new AttachFailure.DelegateRefused("x", 42, "no", ""))).isEqualTo(42);
    assertThat(code(new AttachFailure.DelegateBroke("x", "died"))).isEqualTo(101);
  }

  private static int code(AttachFailure failure) {
    return CniError.of(failure).code();
  }
}
