package dev.patchbay.kube.definition;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.patchbay.cni.error.CniError;
import dev.patchbay.cni.error.CniException;
import dev.patchbay.cni.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/** Files that people write. Every refusal is a {@link CniException} that names the file. */
public final class TextFile {
  /** The longest file that we read, in bytes. */
  public static final int MAX_BYTES = 10 << 20;

  private TextFile() {}

  /** The whole file, which has to be UTF-8 and no longer than {@link #MAX_BYTES}. */
  public static String read(Path file) {
    byte[] bytes = bytes(file);
    if (bytes.length > MAX_BYTES) {
      throw refuse(file, "is longer than " + MAX_BYTES + " bytes; split it");
    }
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new CniException(
          CniError.of(CniError.DECODING_FAILURE, file + ": is not UTF-8; re-encode it"), e);
    }
  }

  /** The one JSON object that is in the file. */
  public static ObjectNode object(Path file) {
    return Json.object(read(file), file.toString());
  }

  /** The folder's files with one of these endings, by name; none when there is no such folder. */
  public static List<Path> list(Path folder, List<String> endings) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(file -> endings.stream().anyMatch(file.toString()::endsWith))
          .filter(file -> !Files.isDirectory(file))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw unreadable(folder, e);
    }
  }

  private static byte[] bytes(Path file) {
    // A pipe would keep us waiting.
    if (!Files.isRegularFile(file)) {
      throw CniException.of(
          CniError.IO_FAILURE,
          file + ": " + (Files.exists(file) ? "is not a regular file" : "there is no such file"));
    }
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(MAX_BYTES + 1);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static CniException unreadable(Path path, IOException e) {
    return new CniException(CniError.of(CniError.IO_FAILURE, path + ": cannot be read: " + e), e);
  }

  private static CniException refuse(Path file, String problem) {
    return CniException.of(CniError.DECODING_FAILURE, file + ": " + problem);
  }
}
