/** Which file imports which, in the whole tree: which tests can notice a change of a file. */
import {readSource, resolveImport} from '../source.ts'

export class ImportGraph {
  readonly #texts: ReadonlyMap<string, string>
  readonly #imports = new Map<string, string[]>()
  readonly #importers = new Map<string, string[]>()

  /** Path from the root of the tree → text. */
  constructor(texts: ReadonlyMap<string, string>) {
    this.#texts = texts
    for (const [file, text] of texts) {
      if (!/\.[tj]s$/.test(file)) continue
      const targets = readSource(file, text).imports.flatMap(({specifier}) => resolveImport(file, specifier) ?? [])
      this.#imports.set(file, targets)
      for (const target of targets) {
        const importers = this.#importers.get(target)
        if (importers) importers.push(file)
        else this.#importers.set(target, [file])
      }
    }
  }

  textOf(file: string): string | undefined {
    return this.#texts.get(file)
  }

  /** The file and all that it imports, however far. */
  reachedFrom(file: string): Set<string> {
    return new Set(distances(file, this.#imports).keys())
  }

  /** The tests that import the file, however far, each with how many imports away it is. */
  testsOf(file: string): Map<string, number> {
    const tests = [...distances(file, this.#importers)].filter(([name]) => name.endsWith('.test.ts'))
    return new Map(tests.toSorted(([, a], [, b]) => a - b))
  }
}

function distances(start: string, next: ReadonlyMap<string, readonly string[]>): Map<string, number> {
  const found = new Map([[start, 0]])
  // A map hands out what is added to it while it is gone through.
  for (const [file, distance] of found) {
    for (const other of next.get(file) ?? []) if (!found.has(other)) found.set(other, distance + 1)
  }
  return found
}
