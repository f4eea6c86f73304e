/** The world for URLs that strangers name, with a name service of the test's own: what it lets through is counted. */
import type {TestContext} from 'node:test'
import {createGuard} from '../src/runtime/strangers/guard.ts'
import {nodeWorld} from '../src/runtime/node-world.ts'
import type {World} from '../src/std/world.ts'

export interface GuardedWorld {
  world: World
  /** How often an address was handed to a socket. */
  opened(): number
  /** Looks a name up, as somebody would who checks it before. */
  look(name: string): readonly string[]
}

/** `names` leads from a name to its addresses: at each look to the next, and at last to the same. */
export function withGuard(
  context: TestContext,
  names: Readonly<Record<string, readonly (readonly string[])[]>>,
): GuardedWorld {
  const looks = new Map<string, number>()
  const look = (name: string): readonly string[] => {
    const answers = names[name] ?? [[]]
    const at = looks.get(name) ?? 0
    looks.set(name, at + 1)
    return answers[Math.min(at, answers.length - 1)]
  }
  const resolve = async (name: string) => look(name).map(address => ({address, family: address.includes(':') ? 6 : 4}))
  const guard = createGuard({resolve})
  let opened = 0
  const counted = {
    check: guard.check,
    lookup: ((name, options, done) =>
      guard.lookup(name, options, (error, ...found) => {
        if (!error) opened++
        done(error, ...found)
      })) as typeof guard.lookup,
  }
  const world = nodeWorld({userAgent: 'test', guard: counted})
  context.after(() => world.close())
  return {world, opened: () => opened, look}
}
