package dev.patchbay.vm.qmp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class QmpMessageTest {
  private static final String EVENT =
      "{\"event\": \"NIC_RX_FILTER_CHANGED\", \"data\": {\"name\": \"eth1\"}}";

  @Property
  void whateverComesIsAMessageOrAnIllegalArgument(@ForAll byte[] line) {
    Throwable thrown = catchThrowable(() -> QmpMessage.of(line));

    assertThat(thrown == null || thrown instanceof IllegalArgumentException).isTrue();
  }

  @Property
  void aMessageWithAByteChangedIsAMessageOrAnIllegalArgument(
      @ForAll @IntRange(max = 70) int position, @ForAll byte value) {
    byte[] line = EVENT.getBytes(UTF_8);
    line[position % line.length] = value;

    Throwable thrown = catchThrowable(() -> QmpMessage.of(line));

    assertThat(thrown == null || thrown instanceof IllegalArgumentException).isTrue();
  }

  @Property
  void linesAreCutWhereTheyEndHoweverTheyCome(
      @ForAll @Size(max = 40) List<@IntRange(min = 1, max = 300) Integer> lengths)
      throws IOException {
    StringBuilder text = new StringBuilder();
    lengths.forEach(length -> text.append("x".repeat(length)).append("\r\n"));
    var lines =
        new QmpLines(
            Channels.newChannel(new ByteArrayInputStream(text.toString().getBytes(UTF_8))), 300);

    List<Integer> found = new ArrayList<>();
    for (var line = lines.next(); line.isPresent(); line = lines.next()) {
      found.add(line.get().length);
    }

    assertThat(found).isEqualTo(lengths);
  }

  @Test
  void aLineOverTheLimitIsRefusedBeforeItsEnd() {
    byte[] endless = "x".repeat(301).getBytes(UTF_8);
    var lines = new QmpLines(Channels.newChannel(new ByteArrayInputStream(endless)), 300);

    assertThatThrownBy(lines::next).isInstanceOf(IOException.class).hasMessageContaining("300");
  }

  @Test
  void deepNestingIsRefused() {
    byte[] deep = ("{\"return\":" + "[".repeat(5000) + "]".repeat(5000) + "}").getBytes(UTF_8);

    assertThatThrownBy(() -> QmpMessage.of(deep))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not JSON");
  }

  @Test
  void anErrorToACommandThatQemuCouldNotReadHasNoId() {
    String line =
        "{\"error\": {\"class\": \"GenericError\", \"desc\": \"JSON parse error, stray 'x'\"}}";

    assertThat(QmpMessage.of(line.getBytes(UTF_8)))
        .isEqualTo(
            new QmpMessage.Answer(
                OptionalLong.empty(),
                new QmpAnswer.Refused("GenericError", "JSON parse error, stray 'x'")));
  }
}
