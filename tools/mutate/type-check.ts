/**
 * Which mutants the compiler would refuse: nobody could commit them, so no test need fail for them. All are checked in
 * one run of it, each as a module of its own beside the tree, which imports what the file imports.
 */
import {execFile} from 'node:child_process'
import {mkdirSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {readSource, resolveImport} from '../source.ts'
import {mutated, type Mutant} from './mutants.ts'

/** Copies in one run: more would take more memory than time. */
const copiesMax = 400

/** Those of the mutants that compile. `textOf` gives a file; `root` is where the tree stands. */
export async function compiling(
  mutants: readonly Mutant[],
  textOf: (file: string) => string,
  root: string,
): Promise<Mutant[]> {
  const passed: Mutant[] = []
  for (let at = 0; at < mutants.length; at += copiesMax) {
    passed.push(...(await compilingOf(mutants.slice(at, at + copiesMax), textOf, root)))
  }
  return passed
}

async function compilingOf(
  mutants: readonly Mutant[],
  textOf: (file: string) => string,
  root: string,
): Promise<Mutant[]> {
  // Within the tree, so that the names of its imports mean what they mean there. That something is not used any more is
  // no error of types.
  const folder = join(root, '.cache', 'mutate', `types-${process.pid}`)
  mkdirSync(folder, {recursive: true})
  try {
    const files = [...new Set(mutants.map(({file}) => file))]
    const compilerOptions = {noUnusedLocals: false, noUnusedParameters: false, allowUnreachableCode: true}
    const config = {extends: '../../../tsconfig.json', include: ['./*.ts'], compilerOptions}
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
    // The file as it is shows which errors are of its standing elsewhere.
    for (const [i, file] of files.entries()) {
      writeFileSync(join(folder, `plain-${i}.ts`), elsewhere(file, textOf(file)))
    }
    for (const [i, mutant] of mutants.entries()) {
      writeFileSync(join(folder, `mutant-${i}.ts`), elsewhere(mutant.file, sameLines(textOf(mutant.file), mutant)))
    }
    const errors = await errorsOf(folder, root)
    return mutants.filter(({file}, i) => {
      const known = errors.get(`plain-${files.indexOf(file)}`) ?? new Set()
      return [...(errors.get(`mutant-${i}`) ?? [])].every(error => known.has(error))
    })
  } finally {
    rmSync(folder, {recursive: true, force: true})
  }
}

/** The mutant with as many lines as the file, so that an error is on the line that it is on there. */
function sameLines(text: string, mutant: Mutant): string {
  const lost = lineCount(text.slice(mutant.start, mutant.end)) - lineCount(mutant.to)
  return mutated(text, {...mutant, to: mutant.to + '\n'.repeat(Math.max(0, lost))})
}

const lineCount = (text: string): number => text.split('\n').length

/** The text of a file as it reads from another folder. */
function elsewhere(file: string, text: string): string {
  let moved = text
  for (const {specifier, offset} of readSource(file, text).imports.toReversed()) {
    const target = specifier.startsWith('.') ? resolveImport(file, specifier) : undefined
    if (target === undefined || !target.startsWith('src/') || !text.startsWith(specifier, offset + 1)) continue
    moved = moved.slice(0, offset + 1) + target.replace('src/', '#') + moved.slice(offset + 1 + specifier.length)
  }
  return moved
}

/** The name of each module that has errors, with the line and number of each. */
async function errorsOf(folder: string, root: string): Promise<Map<string, Set<string>>> {
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const output = await new Promise<string>(resolve => {
    execFile(process.execPath, [compiler, '-p', folder, '--pretty', 'false'], {maxBuffer: 1e9}, (_, stdout) =>
      resolve(stdout),
    )
  })
  const errors = new Map<string, Set<string>>()
  for (const [, name, line, code] of output.matchAll(/([\w-]+)\.ts\((\d+),\d+\): error (TS\d+)/g)) {
    const found = errors.get(name) ?? new Set()
    errors.set(name, found.add(`${line} ${code}`))
  }
  return errors
}
