/**
 * What it takes to throw away by age what nobody ends: since when an account has agreed to what an app asks, and indices
 * by which a sweep finds only what is to go.
 */
import type {Migration} from '#engines/sql/sql.ts'

export const sweepMigration: Migration = {
  name: 'ends of what nobody ends',
  up: `
    ALTER TABLE oauth_consent ADD COLUMN agreedMs INTEGER NOT NULL DEFAULT 0;
    UPDATE oauth_consent SET agreedMs = unixepoch() * 1000;
    CREATE INDEX oauth_consent_by_time ON oauth_consent (agreedMs);
    CREATE INDEX totp_unconfirmed ON totp (createdMs) WHERE confirmedMs IS NULL;
    CREATE INDEX factor_try_by_time ON factor_try (lastMs);`,
}
