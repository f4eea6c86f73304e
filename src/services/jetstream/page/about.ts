/** What a Jetstream says of itself to whoever asks by hand, and what of it the page names: all that it answers. */

/** Each in the words of who would ask, under its headline. */
const answers = {
  'The streams': [
    'WS /subscribe?wantedCollections&wantedDids&cursor&maxMessageSizeBytes&requireHello&compress',
    'WS /xrpc/network.bsky.jetstream.subscribeEvents?kinds&dids&collections&cursor&maxMessageSizeBytes&zstdDictionary',
    'GET /xrpc/network.bsky.jetstream.getZstdDictionary?id',
  ],
  'The archive, of all that came before': [
    'POST /xrpc/network.bsky.jetstream.planSnapshot {kinds, dids, collections, afterSeq, beforeSeq}',
    'GET /xrpc/network.bsky.jetstream.listSegments?limit&cursor',
    'GET /xrpc/network.bsky.jetstream.getSegment?name',
    'GET /xrpc/network.bsky.jetstream.getBlock?segment&blockIndex',
  ],
} as const

export const about = `This is a Jetstream: the atproto firehose as JSON.
${Object.entries(answers)
  .map(([headline, lines]) => `\n${headline}:\n${lines.map(line => `  ${line}\n`).join('')}`)
  .join('')}`

/** Where each is asked for, by headline. */
export const paths: readonly (readonly [headline: string, paths: readonly string[]])[] = Object.entries(answers).map(
  ([headline, lines]) => [headline, lines.map(line => / (\/[\w./]+)/.exec(line)?.[1] ?? '')],
)
