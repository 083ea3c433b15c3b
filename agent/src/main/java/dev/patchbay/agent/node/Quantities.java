package dev.patchbay.agent.node;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** Kubernetes' quantities, such as {@code 500m}, {@code 200Mi} and {@code 1e3}. */
final class Quantities {
  private static final Pattern FORM =
      Pattern.compile("([+-]?[0-9.]+)(?:[eE]([+-]?[0-9]{1,2})|([numkMGTPE]i?)?)");
  private static final Map<String, Integer> DECIMAL =
      Map.of("n", -9, "u", -6, "m", -3, "k", 3, "M", 6, "G", 9, "T", 12, "P", 15, "E", 18);
  private static final String BINARY = "KMGTPE";
  private static final int KIBI = 1024;

  private Quantities() {}

  /** In thousandths, rounded up; empty where there is none that can be read. */
  static OptionalLong milli(JsonNode node) {
    return scaled(node, 3);
  }

  /** In units, rounded up; empty where there is none that can be read. */
  static OptionalLong units(JsonNode node) {
    return scaled(node, 0);
  }

  private static OptionalLong scaled(JsonNode node, int digits) {
    Matcher form = FORM.matcher(node.asString("").replace("Ki", "ki"));
    if (!form.matches()) {
      return OptionalLong.empty();
    }
    try {
      BigDecimal value = new BigDecimal(form.group(1));
      if (form.group(2) != null) {
        value = value.scaleByPowerOfTen(Integer.parseInt(form.group(2)));
      } else if (form.group(3) != null) {
        value = suffixed(value, form.group(3));
      }
      return OptionalLong.of(
          value.scaleByPowerOfTen(digits).setScale(0, RoundingMode.CEILING).longValueExact());
    } catch (ArithmeticException | NumberFormatException _) {
      return OptionalLong.empty();
    }
  }

  private static BigDecimal suffixed(BigDecimal value, String suffix) {
    if (suffix.endsWith("i")) {
      int power = BINARY.indexOf(Character.toUpperCase(suffix.charAt(0))) + 1;
      return value.multiply(BigDecimal.valueOf(KIBI).pow(power));
    }
    return value.scaleByPowerOfTen(DECIMAL.getOrDefault(suffix, 0));
  }
}
