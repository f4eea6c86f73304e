/** What came to be kept of sessions later. */
import type {Migration} from '#engines/sql/sql.ts'

export const sessionMigration: Migration = {
  name: 'what apps call themselves, and the end of their tokens',
  up: `
    ALTER TABLE refresh_token ADD COLUMN madeMs INTEGER NOT NULL DEFAULT 0; -- 0: before this was noted
    ALTER TABLE refresh_token ADD COLUMN userAgent TEXT NOT NULL DEFAULT '';
    -- Access tokens name it, and are good for as long as it stays.
    ALTER TABLE account ADD COLUMN sessionEpoch INTEGER NOT NULL DEFAULT 0;`,
}
