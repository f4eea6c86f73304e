/**
 * What a client by OAuth keeps in a browser: in IndexedDB, which keeps keys that no script can read (`holdKeys`), so that
 * whoever runs a script in the page takes no session with him. All tabs of a site share it.
 */
import type {Did} from '#atp/syntax/did.ts'
import type {OAuthSessionStore, StoredSession} from './oauth-session-store.ts'
import type {PendingAuthorization, StateStore} from './state-store.ts'

export interface IndexedDbStores {
  readonly states: StateStore
  readonly sessions: OAuthSessionStore
  close(): void
}

const [states, sessions] = ['states', 'sessions']
/** Sign-ins that somebody began and did not finish, beyond which the oldest go. */
const statesMax = 100

/** Opens a database of this name, and makes it if there is none. Rejects where a browser keeps nothing for the page. */
export async function openIndexedDbStores(name = 'oauth'): Promise<IndexedDbStores> {
  const opening = indexedDB.open(name, 1)
  opening.addEventListener('upgradeneeded', () => {
    opening.result.createObjectStore(states).createIndex('endsMs', 'endsMs')
    opening.result.createObjectStore(sessions)
  })
  const database = await answerOf(opening)
  // Another tab may want to go on to a later form.
  database.addEventListener('versionchange', () => database.close())
  /** One transaction: what `work` asks for in it, all or nothing of it. */
  const act = async <T>(store: string, work: (rows: IDBObjectStore) => Promise<T> | T): Promise<T> => {
    const transaction = database.transaction(store, 'readwrite', {durability: 'strict'})
    const ended = new Promise<void>((resolve, reject) => {
      transaction.addEventListener('complete', () => resolve())
      transaction.addEventListener('abort', () => reject(transaction.error ?? new Error('The browser kept nothing.')))
    })
    const [value] = await Promise.all([work(transaction.objectStore(store)), ended])
    return value
  }
  return {
    states: {
      put: (state, pending) =>
        act(states, async rows => {
          rows.put(pending, state)
          const count = await answerOf(rows.count())
          if (count > statesMax) await dropOldest(rows, count - statesMax)
        }),
      take: state =>
        act(states, async rows => {
          const pending = (await answerOf(rows.get(state))) as PendingAuthorization | undefined
          rows.delete(state)
          return pending
        }),
    },
    sessions: {
      get: (did: Did) => act(sessions, async rows => (await answerOf(rows.get(did))) as StoredSession | undefined),
      put: session => act(sessions, rows => void rows.put(session, session.did)),
      delete: (did: Did) => act(sessions, rows => void rows.delete(did)),
    },
    close: () => database.close(),
  }
}

async function dropOldest(rows: IDBObjectStore, count: number): Promise<void> {
  const keys = await answerOf(rows.index('endsMs').getAllKeys(null, count))
  for (const key of keys) rows.delete(key)
}

const answerOf = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result))
    request.addEventListener('error', () => reject(request.error ?? new Error('The browser does not answer.')))
  })
