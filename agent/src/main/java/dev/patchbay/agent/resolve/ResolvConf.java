package dev.patchbay.agent.resolve;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.patchbay.cni.error.CniError;
import dev.patchbay.cni.error.CniException;
import dev.patchbay.core.nic.Dns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A resolver configuration file (resolv.conf(5)), which host-local hands on when asked to. */
final class ResolvConf {
  private ResolvConf() {}

  static Dns read(String file) {
    List<String> nameservers = new ArrayList<>();
    List<String> search = new ArrayList<>();
    List<String> options = new ArrayList<>();
    Optional<String> domain = Optional.empty();
    for (String line : lines(file)) {
      List<String> words = List.of(line.strip().split("\\s+"));
      List<String> values = words.subList(1, words.size());
      switch (words.getFirst()) {
        case "nameserver" -> nameservers.addAll(values);
        case "search" -> search.addAll(values);
        case "options" -> options.addAll(values);
        case "domain" -> domain = values.stream().findFirst();
        default -> {
          // other keywords and comments say nothing that a CNI result could carry
        }
      }
    }
    return new Dns(nameservers, domain, search, options);
  }

  private static List<String> lines(String file) {
    try {
      return Files.readAllLines(Path.of(file), UTF_8);
    } catch (IOException e) {
      throw new CniException(
          CniError.of(
              CniError.IO_FAILURE,
              "ipam.resolvConf \"" + file + "\" cannot be read; name an existing file"),
          e);
    }
  }
}
