/**
 * Preloaded into every process of a mutant's trial, its workers and its children too: hands out the mutant instead of
 * the file on disk, where nothing changes.
 */
import {readFileSync} from 'node:fs'
import {registerHooks} from 'node:module'

/** Names a file of JSON: the URL of the module and the source to serve for it. */
const served = process.env.MUTATE_SERVE
if (served !== undefined) {
  const {url, source} = JSON.parse(readFileSync(served, 'utf8')) as {url: string; source: string}
  registerHooks({
    load(asked, context, nextLoad) {
      if (asked !== url) return nextLoad(asked, context)
      return {format: 'module-typescript', source, shortCircuit: true}
    },
  })
}
