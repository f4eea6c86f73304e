/** Rows for people to read, one cell under the other. */

/** Rows of cells as lines with aligned columns. */
export function pad(
  rows: readonly (readonly string[])[],
  width = (cell: string): number => [...cell].length,
): string[] {
  const widths: number[] = []
  for (const row of rows) row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, width(cell))))
  return rows.map(row =>
    row
      .map((cell, i) => cell + ' '.repeat(widths[i] - width(cell)))
      .join('  ')
      .trimEnd(),
  )
}
