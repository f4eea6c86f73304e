/**
 * What is worth a look, by what everybody can see: the accounts that most follow, the feeds that most like. Nothing is
 * known here of what somebody reads, so nothing is made of it.
 */
import type {Sql} from '#engines/sql/sql.ts'
import type {World} from '#std/world.ts'
import {phraseOf} from '../../search/words.ts'
import {Ranking} from './ranking.ts'

/** Followers of an account whose follows are looked at, and follows of each. */
const followsMax = 200

const accountsSql = `
  SELECT g.actor, g.actor, g.followers FROM profile_agg g JOIN actor a ON a.id = g.actor JOIN profile p ON p.actor = a.id
  WHERE g.actor > ?1 AND a.status IS NULL AND a.takedownRef IS NULL ORDER BY g.actor`
const feedsSql = `
  SELECT f.record, f.record, coalesce(g.likes, 0) FROM generator f LEFT JOIN post_agg g ON g.record = f.record
  WHERE f.record > ?1 ORDER BY f.record`
const starterPacksSql = `
  SELECT s.record, s.record, coalesce(g.joined, 0) FROM starter_pack s LEFT JOIN post_agg g ON g.record = s.record
  WHERE s.record > ?1 ORDER BY s.record`
const followedSql = 'SELECT subject FROM follow WHERE actor = ?1 AND subject IN (SELECT value FROM json_each(?2))'
const likeActorSql = `
  SELECT o.subject FROM (SELECT actor FROM follow WHERE subject = ?1 ORDER BY sortMs DESC LIMIT ${followsMax}) f
  CROSS JOIN follow o ON o.record IN (
    SELECT n.record FROM follow n WHERE n.actor = f.actor ORDER BY n.sortMs DESC LIMIT ${followsMax})
  WHERE o.subject NOT IN (?1, coalesce(?2, 0))
  AND NOT EXISTS (SELECT 1 FROM follow v WHERE v.actor = ?2 AND v.subject = o.subject)
  GROUP BY o.subject ORDER BY count(*) DESC, o.subject LIMIT ?3`
const namesSql = {
  generator: 'SELECT record, displayName FROM generator WHERE record IN (SELECT value FROM json_each(?))',
  starter_pack: 'SELECT record, name FROM starter_pack WHERE record IN (SELECT value FROM json_each(?))',
}

export class Suggestions {
  readonly #sql: Sql
  readonly #accounts: Ranking
  readonly #feeds: Ranking
  readonly #starterPacks: Ranking

  constructor(sql: Sql, world: Pick<World, 'now'>) {
    this.#sql = sql
    this.#accounts = new Ranking(sql, world, accountsSql)
    this.#feeds = new Ranking(sql, world, feedsSql)
    this.#starterPacks = new Ranking(sql, world, starterPacksSql)
  }

  /** Accounts with the most followers, without those that the viewer follows. */
  async accounts(viewer: number | undefined, offset: number, limit: number): Promise<number[]> {
    const best = await this.#accounts.ids()
    const left = viewer === undefined ? best : this.#unfollowed(best, viewer)
    return left.slice(offset, offset + limit)
  }

  #unfollowed(ids: readonly number[], viewer: number): number[] {
    const rows = this.#sql.read(tx => tx.arrays<[number]>(followedSql, viewer, JSON.stringify(ids)))
    const followed = new Set(rows.flat())
    return ids.filter(id => id !== viewer && !followed.has(id))
  }

  /** Accounts that those who follow `actor` follow most, without those that the viewer follows. */
  async likeActor(actor: number, viewer: number | undefined, limit: number): Promise<number[]> {
    return this.#sql.read(tx => tx.arrays<[number]>(likeActorSql, actor, viewer ?? null, limit)).map(([id]) => id)
  }

  /** Feeds with the most likes; with `text`, those whose name has it. */
  async feeds(text: string | undefined, offset: number, limit: number): Promise<number[]> {
    const found = this.#named(await this.#feeds.ids(), text, 'generator')
    return found.slice(offset, offset + limit)
  }

  /** Starter packs that the most accounts were made through; with `text`, those whose name has it. */
  async starterPacks(text: string | undefined, offset: number, limit: number): Promise<number[]> {
    const found = this.#named(await this.#starterPacks.ids(), text, 'starter_pack')
    return found.slice(offset, offset + limit)
  }

  #named(ids: readonly number[], text: string | undefined, table: keyof typeof namesSql): readonly number[] {
    if (text === undefined || phraseOf(text) === undefined) return ids
    const wanted = text.trim().toLowerCase()
    const rows = this.#sql.read(tx => tx.arrays<[number, string]>(namesSql[table], JSON.stringify(ids)))
    const named = new Set(rows.filter(([, name]) => name.toLowerCase().includes(wanted)).map(([id]) => id))
    return ids.filter(id => named.has(id))
  }
}
