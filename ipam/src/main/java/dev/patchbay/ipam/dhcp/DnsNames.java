package dev.patchbay.ipam.dhcp;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.regex.Pattern;

/** Domain names as DNS writes them: labels with their lengths (RFC 1035, section 3.1). */
public final class DnsNames {
  private static final int LONGEST = 253;
  private static final Pattern NAME = Pattern.compile("[!-\\-/-~]{1,63}(\\.[!-\\-/-~]{1,63})*\\.?");

  private DnsNames() {}

  /** The names one after another, uncompressed; what is no domain name is left out. */
  public static byte[] bytes(List<String> names) {
    var out = new ByteArrayOutputStream();
    for (String name : names) {
      if (name.length() <= LONGEST && NAME.matcher(name).matches()) {
        for (String label : name.replaceFirst("\\.$", "").split("\\.", -1)) {
          out.write(label.length());
          out.writeBytes(label.getBytes(US_ASCII));
        }
        out.write(0);
      }
    }
    return out.toByteArray();
  }
}
