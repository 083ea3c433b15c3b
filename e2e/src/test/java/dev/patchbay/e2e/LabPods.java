package dev.patchbay.e2e;

/**
 * Manifests of container pods from the lab's image, which say that they are there and end when told
 * to.
 */
final class LabPods {
  private LabPods() {}

  /** A pod in the node's default network whose first NIC has a name. */
  static String container(String name) {
    return pod(name, "");
  }

  /** A pod in a VPC. */
  static String inVpc(String name, String vpc) {
    return pod(name, "  vpc: " + vpc + "\n");
  }

  private static String pod(String name, String vpc) {
    return """
    apiVersion: v1
    kind: Pod
    metadata: {name: %1$s}
    spec:
    %2$s  nics: [{name: eth0}]
      terminationGracePeriodSeconds: 2
      containers:
      - name: main
        image: "%3$s"
        imagePullPolicy: Never
        command: [sh, -c, "echo %1$s is here; trap 'exit 0' TERM; while :; do sleep 9 & wait $!; done"]
    """
        .formatted(name, vpc, LabImages.BUSYBOX);
  }
}
