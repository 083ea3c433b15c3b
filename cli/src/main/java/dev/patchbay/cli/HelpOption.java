package dev.patchbay.cli;

import picocli.CommandLine.Option;

/** Help, which every verb has. */
final class HelpOption {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;
}
