package dev.patchbay.apiserver.proto;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.CodedOutputStream;
import dev.patchbay.apiserver.fault.ApiFault;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ProtobufBodyTest {
  @Test
  void aConfigMapIsReadWithItsEmptyStringsLeftOut() {
    byte[] metadata =
        message(out -> {
          out.writeString(1, "settings");
          out.writeString(2, "");
          out.writeString(3, "default");
          out.writeString(4, "");
          out.writeByteArray(11, entry("app", "web".getBytes(UTF_8)));
        });
    byte[] map =
        message(out -> {
          out.writeByteArray(1, metadata);
          out.writeByteArray(2, entry("a", "1".getBytes(UTF_8)));
          out.writeByteArray(2, entry("b", "".getBytes(UTF_8)));
          out.writeByteArray(3, entry("bin", new byte[] {1, 2}));
          out.writeBool(4, true);
        });

    assertThat(ProtobufBody.read(body("v1", "ConfigMap", map)).toString())
        .isEqualTo(
            "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"settings\","
                + "\"namespace\":\"default\",\"labels\":{\"app\":\"web\"}},\"data\":{\"a\":\"1\","
                + "\"b\":\"\"},\"binaryData\":{\"bin\":\"AQI=\"},\"immutable\":true}");
  }

  @Test
  void aSecretsDataIsBase64AsInJson() {
    byte[] secret =
        message(out -> {
          out.writeByteArray(2, entry("password", "s3cret".getBytes(UTF_8)));
          out.writeString(3, "Opaque");
        });

    var read = ProtobufBody.read(body("v1", "Secret", secret));

    assertThat(read.at("/data/password").asString()).isEqualTo("czNjcmV0");
    assertThat(read.path("type").asString()).isEqualTo("Opaque");
  }

  @Test
  void aQuestionAboutOneselfKeepsWhatIsAsked() {
    byte[] attributes =
        message(out -> {
          out.writeString(1, "default");
          out.writeString(2, "create");
          out.writeString(5, "pods");
        });
    byte[] spec = message(out -> out.writeByteArray(1, attributes));
    byte[] review = message(out -> out.writeByteArray(2, spec));

    var read =
        ProtobufBody.read(body("authorization.k8s.io/v1", "SelfSubjectAccessReview", review));

    assertThat(read.at("/spec/resourceAttributes").toString())
        .isEqualTo("{\"namespace\":\"default\",\"verb\":\"create\",\"resource\":\"pods\"}");
  }

  @Test
  void anotherKindIs415WithAWayRound() {
    assertThatThrownBy(() -> ProtobufBody.read(body("v1", "ReplicationController", new byte[0])))
        .isInstanceOfSatisfying(ApiFault.class, fault -> assertThat(fault.code()).isEqualTo(415))
        .hasMessageContaining("ReplicationController")
        .hasMessageContaining("kubectl apply -f -");
  }

  @Property(tries = 2_000)
  void bytesThatAreNoneAreRefusedAndNothingElseHappens(@ForAll byte[] noise) {
    byte[] all = new byte[noise.length + 4];
    System.arraycopy(new byte[] {'k', '8', 's', 0}, 0, all, 0, 4);
    System.arraycopy(noise, 0, all, 4, noise.length);

    assertThatThrownBy(() -> ProtobufBody.read(all))
        .isInstanceOfSatisfying(ApiFault.class, fault -> assertThat(fault.code()).isIn(400, 415));
    assertThatThrownBy(() -> ProtobufBody.read(noise))
        .isInstanceOfSatisfying(ApiFault.class, fault -> assertThat(fault.code()).isEqualTo(400));
  }

  @Property(tries = 1_000)
  void aConfigMapWithOneWrongByteIsReadOrRefused(@ForAll int where, @ForAll byte what) {
    byte[] map = message(out -> out.writeByteArray(2, entry("a", "1".getBytes(UTF_8))));
    byte[] body = body("v1", "ConfigMap", map);
    body[4 + Math.floorMod(where, body.length - 4)] = what;
    try {
      assertThat(ProtobufBody.read(body).path("kind").asString()).isEqualTo("ConfigMap");
    } catch (ApiFault fault) {
      assertThat(fault.code()).isIn(400, 415);
    }
  }

  private static byte[] body(String version, String kind, byte[] raw) {
    byte[] type =
        message(out -> {
          out.writeString(1, version);
          out.writeString(2, kind);
        });
    byte[] unknown =
        message(out -> {
          out.writeByteArray(1, type);
          out.writeByteArray(2, raw);
          out.writeString(3, "");
        });
    byte[] body = new byte[unknown.length + 4];
    System.arraycopy(new byte[] {'k', '8', 's', 0}, 0, body, 0, 4);
    System.arraycopy(unknown, 0, body, 4, unknown.length);
    return body;
  }

  private static byte[] entry(String key, byte[] value) {
    return message(out -> {
      out.writeString(1, key);
      out.writeByteArray(2, value);
    });
  }

  private interface Fields {
    void write(CodedOutputStream out) throws IOException;
  }

  private static byte[] message(Fields fields) {
    var bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      fields.write(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
