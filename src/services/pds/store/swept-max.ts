/** How much one act of a sweep throws away, so that whoever waits for the database is not held up by a day's worth. */

/** Rows, of each table: some milliseconds of work. */
export const sweptMax = 1_000
