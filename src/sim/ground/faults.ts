/**
 * What can go wrong, each kind with a name. A run counts what it has injected, so that a test can say that none of them
 * was left out.
 */

const faultKinds = {
  // of the network
  slow: 'a message takes seconds',
  'lost-request': 'a request never arrives',
  'half-request': 'the body of a request breaks off in its middle',
  'lost-answer': 'the answer to a request that was served never arrives',
  'half-answer': 'the body of an answer breaks off in its middle',
  broken: 'a subscription breaks between two frames or batches of them',
  stalled: 'nothing comes over a subscription for a while, and it is not closed',
  repeated: 'the frames of a subscription come twice',
  'half-frame': 'a frame breaks off in its middle, and the subscription with it',
  partition: 'two machines do not reach each other for a while',
  // of servers that do not behave
  'forged-commit': 'a server tells a commit that another key has signed',
  'old-commit': 'a server tells a commit once more, under another number',
  'foreign-commit': 'a server tells a commit of an account that is elsewhere',
  // of clocks
  'clock-forward': 'the clock of a machine jumps forward',
  'clock-back': 'the clock of a machine jumps back',
  // of disks
  'slow-disk': 'a sync takes a second',
  'full-disk': 'nothing more can be written for a while',
  'short-write': 'a disk that is full takes the first part of a write',
  'lying-sync': 'a sync says that it is done, and the loss of power that follows takes it back',
  'torn-write': 'a loss of power leaves half of a write that was not synced',
  // of machines
  killed: 'a process ends between two steps, and all that it wrote is there',
  'power-loss': 'a machine loses power between two steps, and what was not synced is gone in part',
  'old-backup': 'a database is put back to where it was some time ago',
} as const

export type FaultKind = keyof typeof faultKinds
export const allFaultKinds = Object.keys(faultKinds) as FaultKind[]

/** How often each was injected. */
export class FaultCounts {
  readonly counts = new Map<string, number>()

  add(name: string): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1)
  }

  of(name: string): number {
    return this.counts.get(name) ?? 0
  }

  addAll(other: Pick<FaultCounts, 'counts'>): void {
    for (const [name, count] of other.counts) this.counts.set(name, this.of(name) + count)
  }
}
