package dev.patchbay.cli;

import picocli.CommandLine.Option;

/** Options of verbs that show an answer. */
final class OutputOptions {
  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      converter = Output.Converter.class,
      completionCandidates = Output.Candidates.class,
      defaultValue = "${env:PATCHBAY_OUTPUT:-table}",
      description = "json, yaml, wide or name. Default: a table.")
  Output output = Output.TABLE;

  @Option(names = "--no-headers", description = "Leave out the table's first line.")
  boolean noHeaders;
}
