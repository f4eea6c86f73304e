/**
 * Reads this package's TypeScript where it is installed under some `node_modules`; there Node itself refuses to. Given
 * to Node as `--import`, so that the threads of the program read it too.
 */
import {readFileSync} from 'node:fs'
import {registerHooks, stripTypeScriptTypes} from 'node:module'
import {fileURLToPath} from 'node:url'

const root = import.meta.url.slice(0, -'bin/strip-types.js'.length)

registerHooks({
  load(url, context, next) {
    if (!url.startsWith(root) || !url.endsWith('.ts')) return next(url, context)
    const source = stripTypeScriptTypes(readFileSync(fileURLToPath(url), 'utf8'))
    return {format: 'module', shortCircuit: true, source}
  },
})
