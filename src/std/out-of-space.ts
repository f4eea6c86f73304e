/**
 * A full disk is no fault of the program and none of the caller: it has a name of its own, so that nothing takes it for
 * either. What was being written has not happened, what was written before stands, and reads go on.
 */

/** There is no room for what was to be written. The HTTP edge answers 507; a loop waits and tries again. */
export class OutOfSpace extends Error {
  override readonly name = 'OutOfSpace'

  constructor(cause?: unknown, message = 'The disk is full.') {
    super(message, {cause})
  }
}

/** `OutOfSpace` in the place of what the system calls a full disk or a used-up quota; any other error as it is. */
export function spaceFault(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return code === 'ENOSPC' || code === 'EDQUOT' ? new OutOfSpace(error) : error
}

/** Does the work of a loop that comes again: when the disk is full it is left for the next time. */
export async function unlessFull(work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof OutOfSpace)) throw error
  }
}
