package dev.patchbay.vm.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageTableTest {
  private static final String TABLE =
      """
      images:
      - {name: ubuntu/*, url: "https://example.org/$1/disk.img", format: qcow2}
      - {name: ubuntu/lts, file: /images/lts.raw, format: raw}
      - {name: "*/*-x86", file: /images/$2/$1.img, format: qcow2}
      """;

  private static ImageSource find(String yaml, String name) throws ImageException {
    return ImageTableText.parse(yaml, "images.yaml").find(ImageName.parse(name));
  }

  private static String sourceOf(String yaml, String name) throws ImageException {
    return switch (find(yaml, name)) {
      case ImageSource.OnDisk(var file, _) -> file.source().text();
      case ImageSource.Kernel kernel -> kernel.image().source().text();
    };
  }

  @Test
  void aNameAsWrittenWinsOverPatternsAndStarsAreFilledIn() throws ImageException {
    assertThat(sourceOf(TABLE, "ubuntu/lts")).isEqualTo("/images/lts.raw");
    assertThat(sourceOf(TABLE, "virtlet.cloud/ubuntu/24.04"))
        .isEqualTo("https://example.org/24.04/disk.img");
    assertThat(sourceOf(TABLE, "debian/12-x86")).isEqualTo("/images/12/debian.img");
  }

  @Test
  void anUnknownNameIsToldTheKnownOnesAndTheNearestOne() {
    assertThatThrownBy(() -> find(TABLE, "ubuntu/lst/x"))
        .isInstanceOfSatisfying(
            ImageException.class, e -> assertThat(e.kind()).isEqualTo(ImageException.Kind.UNKNOWN))
        .hasMessageContainingAll(
            "\"ubuntu/lst/x\"", "did you mean \"ubuntu/lts\"?", "known are ubuntu/*, ubuntu/lts");
    assertThatThrownBy(() ->
            ImageTableText.read(Path.of("/nowhere/images.yaml")).find(ImageName.parse("cirros")))
        .hasMessageContainingAll("cirros", "/nowhere/images.yaml (which is absent)");
  }

  @Test
  void aNameThatIsAnAddressIsTakenOnlyWhereTheTableSaysSo() throws ImageException {
    String alkaid = "download.cirros-cloud.net/0.3.5/cirros-0.3.5-x86_64-disk.img";

    assertThatThrownBy(() -> find("images: []", alkaid)).hasMessageContaining("bareUrls");
    assertThat(sourceOf("bareUrls: true", alkaid)).isEqualTo("https://" + alkaid);
    assertThat(sourceOf("bareUrls: true", "http://example.org:8080/a.img"))
        .isEqualTo("http://example.org:8080/a.img");
    assertThat(sourceOf("images: [{name: '%s', file: /a, format: raw}]".formatted(alkaid), alkaid))
        .isEqualTo("/a");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/etc/passwd",
        "../x",
        "a/../b",
        "a//b",
        "a/",
        ".hidden",
        "-drive",
        "a b",
        "a,b",
        "a\nb",
        "file:///etc/passwd",
        "nbd:unix:x/..",
        "https://",
        "https://../x",
        "json:{}",
        "a%2e%2e/b",
        "é"
      })
  void whatIsNoNameIsRefusedBeforeItReachesAnything(String text) {
    assertThatThrownBy(() -> ImageName.parse(text))
        .isInstanceOfSatisfying(
            ImageException.class, e -> assertThat(e.reason()).isEqualTo("InvalidImageName"));
  }

  @Property
  void noNameClimbsOutOfAFolder(@ForAll String text) {
    try {
      Path base = Path.of("/images");
      String name = ImageName.parse(text).value();
      assertThat(base.resolve(name.replaceFirst("^https?://", "")).normalize()).startsWithRaw(base);
    } catch (ImageException e) {
      assertThat(e).hasMessageContaining("no image name");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "images: {}",
        "image: []",
        "bareUrls: perhaps",
        "images: [{name: a, file: /a}]",
        "images: [{name: a, file: /a, format: vmdk}]",
        "images: [{name: a, file: a, format: raw}]",
        "images: [{name: a, url: 'http://example.org/a', format: raw}]",
        "images: [{name: a, url: 'ftp://example.org/a', format: raw}]",
        "images: [{name: a, url: 'https://me:secret@example.org/a', format: raw}]",
        "images: [{name: a, file: /a, url: 'https://example.org/a', format: raw}]",
        "images: [{name: a, file: /a, sha256: 12, format: raw}]",
        "images: [{name: a, file: /a, sha256: 'xyz', format: raw}]",
        "images: [{name: 'a*', file: /$1, format: raw, sha256: '%s'}]",
        "images: [{name: virtlet.cloud/a, file: /a, format: raw}]",
        "images: [{name: a, file: /a, format: raw}, {name: a, file: /b, format: raw}]",
        "images: [{name: a, initrd: {file: /a}, file: /a, format: raw}]",
        "images: [{name: a, kernel: {file: /a}, format: raw}]",
        "images: [{name: a, kernel: {file: /a, format: raw}}]",
        "images: [x]",
        "images: ["
      })
  void aTableThatCannotBeIsRefusedNamingTheField(String yaml) {
    assertThatThrownBy(
            () -> ImageTableText.parse(yaml.replace("%s", "0".repeat(64)), "images.yaml"))
        .isInstanceOfSatisfying(
            ImageException.class,
            e -> assertThat(e.kind()).isEqualTo(ImageException.Kind.INVALID_TABLE))
        .hasMessageStartingWith("images.yaml: ")
        .hasMessageNotContainingAny("secret", "Exception");
  }
}
