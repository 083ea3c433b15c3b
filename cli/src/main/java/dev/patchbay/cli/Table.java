package dev.patchbay.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Rows in columns that are as wide as they must be; an empty cell is a dash. */
final class Table {
  private static final String GAP = "   ";

  private final List<List<String>> rows = new ArrayList<>();
  private final int columns;

  /** A table with these headers; none for no first line. */
  Table(List<String> headers, boolean shown) {
    this.columns = headers.size();
    if (shown) {
      rows.add(headers);
    }
  }

  void row(List<String> cells) {
    rows.add(cells.stream().map(cell -> cell.isEmpty() ? "-" : cell).toList());
  }

  void print(PrintWriter out) {
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        line.append(row.get(i));
        line.repeat(" ", widths[i] - row.get(i).length()).append(GAP);
      }
      out.println(line.toString().stripTrailing());
    }
  }
}
