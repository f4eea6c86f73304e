/** A hundred accounts of one host, each with a repository, as the benches of relay and views let them write likes. */
import {encodeEvent} from '#atp/sync/event.ts'
import {TestRepo, testKey} from './commits.ts'
import {FirehoseNetwork} from './firehose-network.ts'

export const accountCount = 100
/** Records that each repository has before anything is measured. */
export const recordsBefore = 300
const cid = 'bafyreidfayvfuwqa7qlnopdjiqrxzs6blmoeu4rujcjtnci5beludirz2a'
const letters = 'abcdefghijklmnopqrstuvwxyz'
const rkey = (n: number): string => `3l${(n * 7919).toString(36).padStart(11, '2')}`
const collection = 'app.bsky.feed.like'

/** Where the like with this number lies in its repository. */
export const likePath = (n: number): string => `${collection}/${rkey(n)}`

export function busyHost(hostname: string) {
  const network = new FirehoseNetwork(Date.now())
  const host = network.host(hostname)
  const repos = Array.from({length: accountCount}, (_, i) => {
    const did = `did:plc:${'a'.repeat(22)}${letters[Math.floor(i / 26)]}${letters[i % 26]}`
    const repo = new TestRepo(did, testKey(i + 1), network.nowMs - 86_400_000)
    network.account(did, repo.key.publicKey, hostname)
    return repo
  })
  /** Of a post of the first account. */
  const like = (n: number) => ({
    $type: collection,
    createdAt: '2026-01-02T03:04:05.678Z',
    subject: {cid, uri: `at://${repos[0].did}/app.bsky.feed.post/${rkey(n % 50)}`},
  })
  let seq = 0
  /** The frame of a commit with `count` likes, the first of this number. */
  const write = (repo: TestRepo, first: number, count = 1): Uint8Array => {
    const numbers = Array.from({length: count}, (_, i) => first + i)
    return encodeEvent({...repo.write(Object.fromEntries(numbers.map(n => [likePath(n), like(n)]))).event, seq: ++seq})
  }
  /** What each repository begins with; to be asked for first. */
  const firsts = (): Uint8Array[] =>
    repos.flatMap(repo => [write(repo, 0, recordsBefore / 2), write(repo, recordsBefore / 2, recordsBefore / 2)])
  /** Commits of one like each, so many of each repository, in turns. */
  const commits = (each: number): Uint8Array[] =>
    Array.from({length: each}, (_, n) => repos.map(repo => write(repo, recordsBefore + n))).flat()
  return {network, host, repos, like, write, firsts, commits}
}
