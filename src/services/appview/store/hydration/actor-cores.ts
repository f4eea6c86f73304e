/** Accounts as they are read in sets, and kept in memory like records are. */
import {actorCoreOf, type ActorCore, type ActorRow} from '../../hydration/actor-core.ts'
import type {Memory} from '../memory.ts'
import {Cores} from './cores.ts'

const keptMax = 50_000

const selfRecord = (nsid: string): string =>
  `(SELECT d.body FROM record d JOIN collection c ON c.id = d.collection
    WHERE c.nsid = '${nsid}' AND d.actor = a.id AND d.rkey = 'self' AND d.takedownRef IS NULL)`

const rowsSql = `
  SELECT a.id, a.did, a.handle, a.status, a.takedownRef, a.rev, r.cid, r.body, p.sortMs, p.joinedVia,
    EXISTS (SELECT 1 FROM labeler l WHERE l.actor = a.id), EXISTS (SELECT 1 FROM block b WHERE b.actor = a.id),
    EXISTS (SELECT 1 FROM list_block b WHERE b.actor = a.id),
    g.followers, g.follows, g.posts, g.lists, g.generators, g.starterPacks,
    ${selfRecord('chat.bsky.actor.declaration')}, ${selfRecord('app.bsky.notification.declaration')},
    ${selfRecord('com.germnetwork.declaration')}
  FROM json_each(?) j CROSS JOIN actor a ON a.id = j.value LEFT JOIN profile p ON p.actor = a.id
  LEFT JOIN record r ON r.id = p.record AND r.takedownRef IS NULL LEFT JOIN profile_agg g ON g.actor = a.id`

export class ActorCores extends Cores<ActorRow, ActorCore> {
  constructor(memory: Memory) {
    super(memory.changing(keptMax), rowsSql, actorCoreOf)
  }
}
