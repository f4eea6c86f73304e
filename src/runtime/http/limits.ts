/** The bounds of a listener. Every one is reached by a client some day; none may hurt the others. */

export interface ListenerLimits {
  /** Open connections, idle ones included. Beyond it a new one is closed at once. */
  readonly connectionsMax: number
  /** Open connections of one stranger (`stranger.ts`). Trusted proxies are not counted. */
  readonly connectionsPerAddressMax: number
  /** Request line and headers, in bytes; beyond it 431. */
  readonly headersSizeMax: number
  /** From connecting, or from the first byte of a later request, to the end of its headers. */
  readonly headersTimeoutMs: number
  /** From the first byte of a request to the end of its body; beyond it 408. */
  readonly requestTimeoutMs: number
  /** How long a service may take until it begins to answer what only asks (GET, HEAD); beyond it 504. */
  readonly answerMs: number
  /** The same for what changes something, which may be a whole repository. */
  readonly changeMs: number
  /** How long a connection may wait for its next request. */
  readonly keepAliveMs: number
  /** The largest body taken, in bytes; beyond it 413. Services set tighter bounds for each call. */
  readonly bodySizeMax: number
  /** How long the rest of a body that nobody read is taken in after the answer, so that its sender hears the answer. */
  readonly restMs: number
  /** How long a client that was told of its end may take to close. */
  readonly farewellMs: number
  /** How long a client may take to read what one write sent it (up to 256 KiB); then it is cut off. */
  readonly stallMs: number
  /** Bytes of answers of some length that wait to be read by one stranger (`stranger.ts`); beyond it 429. */
  readonly unreadPerAddressMax: number
  /** Subscriptions of one stranger. */
  readonly subscriptionsPerAddressMax: number
  /** One message from a subscriber, in bytes. */
  readonly incomingSizeMax: number
  /** A subscriber that is silent is asked this often whether it is there, and cut off when it has not said so. */
  readonly pingMs: number
  /** How long a stop waits for what is under way. */
  readonly drainMs: number
}

export const listenerLimits: ListenerLimits = {
  connectionsMax: 20_000,
  connectionsPerAddressMax: 2_000,
  headersSizeMax: 16 * 1024,
  headersTimeoutMs: 15_000,
  requestTimeoutMs: 300_000,
  answerMs: 60_000,
  changeMs: 900_000,
  keepAliveMs: 65_000,
  bodySizeMax: 320 * 2 ** 20,
  restMs: 2_000,
  farewellMs: 1_000,
  stallMs: 30_000,
  unreadPerAddressMax: 64 * 2 ** 20,
  subscriptionsPerAddressMax: 100,
  incomingSizeMax: 256 * 1024,
  pingMs: 30_000,
  drainMs: 10_000,
}
