package dev.patchbay.kube.client;

/**
 * Which objects of a kind are meant.
 *
 * @param namespace empty for all
 * @param labels a label selector as the API writes it; empty for all
 * @param fields a field selector as the API writes it; empty for all
 */
public record KubeSelection(String namespace, String labels, String fields) {
  /** Every object. */
  public static final KubeSelection ALL = new KubeSelection("", "", "");

  /** Every object of a namespace. */
  public static KubeSelection ofNamespace(String namespace) {
    return new KubeSelection(namespace, "", "");
  }

  /** Those of them that have the labels. */
  public KubeSelection withLabels(String selector) {
    return new KubeSelection(namespace, selector, fields);
  }

  /** Those of them that have the fields. */
  public KubeSelection withFields(String selector) {
    return new KubeSelection(namespace, labels, selector);
  }
}
