import {openSql} from '#engines/open.ts'
import {testSessionStore} from './session-store.contract.ts'
import {sessionMigrations, sqliteSessionStore} from './session-store.sqlite.ts'

testSessionStore('SQLite', context => {
  const store = sqliteSessionStore(openSql('memory:', {migrations: sessionMigrations}))
  context.after(() => store.close())
  return store
})
