package dev.patchbay.agent.node;

import dev.patchbay.cri.Container;
import dev.patchbay.cri.ContainerConfig;
import dev.patchbay.cri.ContainerStatus;
import dev.patchbay.cri.Image;
import dev.patchbay.cri.Sandbox;
import dev.patchbay.cri.SandboxConfig;
import dev.patchbay.cri.SandboxStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The calls of a kubelet to its container runtime that a node of ours needs; all may block. */
interface ContainerRuntime {
  /** Name and version, as a Node object shows them. */
  String version() throws RuntimeTrouble;

  /** Sandboxes with these labels, stopped ones too. */
  List<Sandbox> sandboxes(Map<String, String> labels) throws RuntimeTrouble;

  /** Addresses of a sandbox. */
  SandboxStatus sandbox(String id) throws RuntimeTrouble;

  /** Makes a sandbox with its NICs; its ID. */
  String run(SandboxConfig config) throws RuntimeTrouble;

  /** Ends its containers and takes its NICs away; twice is once. */
  void stopSandbox(String id) throws RuntimeTrouble;

  /** Forgets it and its containers; twice is once. */
  void removeSandbox(String id) throws RuntimeTrouble;

  /** Containers with these labels, ended ones too. */
  List<Container> containers(Map<String, String> labels) throws RuntimeTrouble;

  /** A container looked at closely. */
  ContainerStatus container(String id) throws RuntimeTrouble;

  /** Makes and starts a container; its ID. */
  String start(String sandbox, SandboxConfig config, ContainerConfig container)
      throws RuntimeTrouble;

  /** Ends a container, by force after the grace. */
  void stop(String id, Duration grace) throws RuntimeTrouble;

  /** Forgets a container; twice is once. */
  void remove(String id) throws RuntimeTrouble;

  /** An image that is there. */
  Optional<Image> image(String name) throws RuntimeTrouble;

  /** Fetches an image. */
  void pull(String name) throws RuntimeTrouble;
}
