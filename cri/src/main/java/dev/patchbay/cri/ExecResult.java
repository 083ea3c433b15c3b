package dev.patchbay.cri;

/**
 * What a command run to its end inside a container printed, read as UTF-8, and returned.
 *
 * @param stdout at most 16 MiB; the runtime drops the rest
 * @param stderr at most 16 MiB; the runtime drops the rest
 */
public record ExecResult(int exitCode, String stdout, String stderr) {}
