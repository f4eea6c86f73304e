/**
 * What is worth a look, by what everybody can see: the accounts that most follow, the feeds that most like. Nothing is
 * known here of what somebody reads, so nothing is made of it.
 */
import type {Sql} from '#engines/sql/sql.ts'
import {phraseOf} from '../search/words.ts'

/** Accounts that the viewer follows whose follows are looked at, and follows of each. */
const followsMax = 200

export class Suggestions {
  readonly #sql: Sql

  constructor(sql: Sql) {
    this.#sql = sql
  }

  /** Accounts with the most followers, without those that the viewer follows. */
  async accounts(viewer: number | undefined, offset: number, limit: number): Promise<number[]> {
    return this.#ids(
      `SELECT g.actor FROM profile_agg g JOIN actor a ON a.id = g.actor JOIN profile p ON p.actor = a.id
       WHERE a.status IS NULL AND a.takedownRef IS NULL AND g.actor IS NOT ?1
       AND NOT EXISTS (SELECT 1 FROM follow f WHERE f.actor = ?1 AND f.subject = g.actor)
       ORDER BY g.followers DESC, g.actor LIMIT ?2 OFFSET ?3`,
      viewer ?? null,
      limit,
      offset,
    )
  }

  /** Accounts that those who follow `actor` follow most, without those that the viewer follows. */
  async likeActor(actor: number, viewer: number | undefined, limit: number): Promise<number[]> {
    return this.#ids(
      `SELECT o.subject FROM (SELECT actor FROM follow WHERE subject = ?1 ORDER BY sortMs DESC LIMIT ${followsMax}) f
       JOIN follow o ON o.actor = f.actor WHERE o.subject NOT IN (?1, coalesce(?2, 0))
       AND NOT EXISTS (SELECT 1 FROM follow v WHERE v.actor = ?2 AND v.subject = o.subject)
       GROUP BY o.subject ORDER BY count(*) DESC, o.subject LIMIT ?3`,
      actor,
      viewer ?? null,
      limit,
    )
  }

  /** Feeds with the most likes; with `text`, those whose name has it. */
  async feeds(text: string | undefined, offset: number, limit: number): Promise<number[]> {
    const words = text === undefined || phraseOf(text) === undefined ? '' : text.trim()
    return this.#ids(
      `SELECT f.record FROM generator f LEFT JOIN post_agg g ON g.record = f.record
       WHERE instr(lower(f.displayName), lower(?1)) > 0
       ORDER BY coalesce(g.likes, 0) DESC, f.record LIMIT ?2 OFFSET ?3`,
      words,
      limit,
      offset,
    )
  }

  /** Starter packs that the most accounts were made through. */
  async starterPacks(limit: number): Promise<number[]> {
    return this.#ids(
      `SELECT s.record FROM starter_pack s LEFT JOIN post_agg g ON g.record = s.record
       ORDER BY coalesce(g.joined, 0) DESC, s.record LIMIT ?`,
      limit,
    )
  }

  #ids(sql: string, ...values: (string | number | null)[]): number[] {
    return this.#sql.read(tx => tx.arrays<[number]>(sql, ...values)).map(([id]) => id)
  }
}
