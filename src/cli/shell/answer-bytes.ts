/** The bytes of an answer that is no document: whatever breaks them off is the server's or the network's affair. */
import {exitCodes, Failed} from './exit.ts'

/** The pieces of `stream` as they come from `service`. Throws `Failed('broken-off')` when they do not all come. */
export async function* answerBytes(
  stream: AsyncIterable<Uint8Array>,
  service: string,
): AsyncGenerator<Uint8Array, void> {
  const pieces = stream[Symbol.asyncIterator]()
  try {
    for (;;) {
      const {done, value} = await pieces.next().catch((error: unknown) => {
        throw new Failed('broken-off', `The answer of ${service} broke off: ${reasonOf(error)}.`, exitCodes.unreadable)
      })
      if (done) return
      yield value
    }
  } finally {
    // Whoever reads no further lets go of the connection.
    await pieces.return?.().catch(() => {})
  }
}

const reasonOf = (error: unknown): string => {
  const {cause, message} = error as Error
  return cause instanceof Error ? cause.message : message
}
