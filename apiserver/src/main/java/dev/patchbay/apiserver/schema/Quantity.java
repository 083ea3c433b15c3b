package dev.patchbay.apiserver.schema;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An amount as Kubernetes writes it, such as {@code 500m} or {@code 1Gi} (api/resource). */
public final class Quantity {
  /** What the real server says of a text that is none. */
  public static final String RULE =
      "quantities must match the regular expression"
          + " '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

  private static final Pattern TEXT =
      Pattern.compile(
          "([+-]?(?:\\d{1,40}(?:\\.\\d{0,40})?|\\.\\d{1,40}))"
              + "(|n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|[eE][+-]?\\d{1,2})");
  private static final Map<String, Integer> TENS =
      Map.of("n", -9, "u", -6, "m", -3, "", 0, "k", 3, "M", 6, "G", 9, "T", 12, "P", 15, "E", 18);
  private static final List<String> DECIMALS =
      List.of("n", "u", "m", "", "k", "M", "G", "T", "P", "E");
  private static final List<String> BINARIES = List.of("", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei");
  private static final BigInteger STEP = BigInteger.valueOf(1024);
  private static final int NANO = 9;
  private static final int LARGEST = 18;

  private Quantity() {}

  /** The canonical text of the same amount; empty when the text is no quantity. */
  public static Optional<String> canonical(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    BigDecimal number = new BigDecimal(matcher.group(1));
    String suffix = matcher.group(2);
    int power = BINARIES.indexOf(suffix);
    if (power > 0) {
      return Optional.of(binary(number.multiply(new BigDecimal(STEP.pow(power)))));
    }
    Integer tens = TENS.get(suffix);
    if (tens != null) {
      return Optional.of(decimal(number.scaleByPowerOfTen(tens), false));
    }
    int exponent = Integer.parseInt(suffix.substring(1));
    return Optional.of(decimal(number.scaleByPowerOfTen(exponent), true));
  }

  private static String binary(BigDecimal amount) {
    if (amount.abs().compareTo(new BigDecimal(STEP)) < 0) {
      return decimal(amount, false);
    }
    BigInteger whole = amount.setScale(0, RoundingMode.UP).toBigIntegerExact();
    int power = 0;
    while (power < BINARIES.size() - 1 && whole.mod(STEP).signum() == 0) {
      whole = whole.divide(STEP);
      power++;
    }
    return whole + BINARIES.get(power);
  }

  /** The largest power of a thousand that leaves no fraction; nothing is finer than a nano. */
  private static String decimal(BigDecimal amount, boolean exponent) {
    BigDecimal fine = amount.setScale(Math.min(amount.scale(), NANO), RoundingMode.UP);
    if (fine.signum() == 0) {
      return "0";
    }
    BigDecimal stripped = fine.stripTrailingZeros();
    int power = Math.floorDiv(-stripped.scale(), 3) * 3;
    int most = exponent ? Integer.MAX_VALUE : LARGEST;
    power = Math.min(power, most);
    String digits = stripped.scaleByPowerOfTen(-power).toBigIntegerExact().toString();
    if (exponent) {
      return power == 0 ? digits : digits + "e" + power;
    }
    return digits + DECIMALS.get(power / 3 + 3);
  }
}
