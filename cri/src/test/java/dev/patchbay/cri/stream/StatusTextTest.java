package dev.patchbay.cri.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class StatusTextTest {
  private static ProcessEnd read(String json) {
    return StatusText.read(json.getBytes(UTF_8));
  }

  @Test
  void theExitCodeStandsInACause() {
    assertThat(
            read(
                """
                {"metadata":{},"status":"Failure","message":"command terminated with 3",
                 "reason":"NonZeroExitCode",
                 "details":{"causes":[{"reason":"Other","message":"9"},
                                      {"reason":"ExitCode","message":"3"}]}}\
                """))
        .isEqualTo(new ProcessEnd.Exited(3));
    assertThat(read("{\"metadata\":{},\"status\":\"Success\"}"))
        .isEqualTo(new ProcessEnd.Exited(0));
  }

  @Test
  void everyOtherFailureKeepsItsMessage() {
    assertThat(read("{\"status\":\"Failure\",\"message\":\"no such program\"}"))
        .isEqualTo(new ProcessEnd.Failed("no such program"));
    assertThat(read("{\"status\":\"Failure\"}"))
        .isEqualTo(new ProcessEnd.Failed("the runtime gives no reason"));
    assertThat(
            read(
                """
                {"status":"Failure","message":"m","reason":"NonZeroExitCode",
                 "details":{"causes":[{"reason":"ExitCode","message":"many"}]}}\
                """))
        .isEqualTo(new ProcessEnd.Failed("exit code 'many': m"));
  }

  @Property
  void anyBytesAreAnEnd(@ForAll byte[] bytes) {
    assertThat(StatusText.read(bytes)).isNotNull();
  }
}
