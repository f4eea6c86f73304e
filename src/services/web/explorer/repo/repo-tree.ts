/**
 * The upper part of a repository's tree, fetched level by level and drawn. A repository may have a million nodes, so
 * only so many are asked for; what is left out is counted and said.
 */
import {refused} from '#std/result.ts'
import {Malformed} from '#std/malformed.ts'
import {cidFromText, type Cid} from '#atp/data/cid.ts'
import {keyBytes, keyHeightOfBytes} from '#atp/mst/height.ts'
import {NodeView} from '#atp/mst/node.ts'
import {decodeCommit, verifyCommitSignature, type Commit} from '#atp/repo/commit.ts'
import {html, trusted, type Html} from '#pages/html.ts'
import type {Home, RepoReader, Told} from '../repo-reader.ts'

export interface DrawnNode {
  cid: string
  /** Bytes; undefined for one that was not fetched. */
  size: number | undefined
  entryCount: number
  linkCount: number
  firstKey: string
  lastKey: string
  /** Index in the level above; −1 for the root. */
  parent: number
}

export interface DrawnLevel {
  /** 0 is the lowest. */
  level: number
  nodes: DrawnNode[]
  /** Nodes that this level is known to have beyond those drawn. */
  more: number
}

export interface DrawnTree {
  commitCid: string
  commit: Commit
  commitSize: number
  signatureOk: boolean | undefined
  levels: DrawnLevel[]
  /** Whether every node is in `levels`, with its size. */
  isWhole: boolean
}

const perLevelMax = 50
const levelsMax = 6

export async function readTree(reader: RepoReader, home: Home): Promise<Told<DrawnTree>> {
  const head = await reader.latestCommit(home)
  if (!head.ok) return head
  const root = cidFromText(head.value.cid)
  if (!root) return badTree(`${head.value.cid} is no CID of a commit.`)
  const fetched = await reader.blocks(home, [root])
  if (!fetched.ok) return fetched
  const block = fetched.value.get(root)
  if (!block) return badTree('The server names a head commit, but does not send it.')
  try {
    const commit = decodeCommit(block)
    const signatureOk = home.key && verifyCommitSignature(commit, home.key)
    const {levels, isWhole} = await readLevels(reader, home, commit.data)
    return {
      ok: true,
      value: {commitCid: String(root), commit, commitSize: block.length, signatureOk, levels, isWhole},
    }
  } catch (error) {
    if (error instanceof Malformed) return badTree(error.message)
    throw error
  }
}

const badTree = (detail: string): Told<never> => refused('failed', detail)

async function readLevels(
  reader: RepoReader,
  home: Home,
  data: Cid,
): Promise<{levels: DrawnLevel[]; isWhole: boolean}> {
  const levels: DrawnLevel[] = []
  let wanted: {cid: Cid; parent: number}[] = [{cid: data, parent: -1}]
  let more = 0
  let level = -1
  while (wanted.length > 0) {
    const shown = wanted.slice(0, perLevelMax)
    const isFetched = levels.length < levelsMax
    const answer = isFetched
      ? await reader.blocks(
          home,
          shown.map(({cid}) => cid),
        )
      : undefined
    const below: typeof wanted = []
    const nodes = shown.map(({cid, parent}, index): DrawnNode => {
      const block = answer?.ok ? answer.value.get(cid) : undefined
      const plain = {cid: String(cid), size: undefined, entryCount: 0, linkCount: 0, firstKey: '', lastKey: '', parent}
      if (!block) return plain
      const view = new NodeView()
      view.read(block)
      if (level < 0) level = view.count > 0 ? keyHeightOfBytes(keyBytes(view.key(0))) : 0
      let linkCount = 0
      for (let i = 0; i <= view.count; i++) {
        const link = view.link(i)
        if (link === 0) continue
        linkCount++
        below.push({cid: view.cid(link), parent: index})
      }
      const [firstKey, lastKey] = view.count > 0 ? [view.key(0), view.key(view.count - 1)] : ['', '']
      return {...plain, size: block.length, entryCount: view.count, linkCount, firstKey, lastKey}
    })
    more += wanted.length - shown.length
    levels.push({level: Math.max(level, 0), nodes, more})
    if (!isFetched || !answer?.ok) return {levels, isWhole: false}
    level--
    // Of what hangs below nodes that are not drawn nothing is known.
    wanted = below
  }
  return {levels, isWhole: more === 0 && levels.every(({nodes}) => nodes.every(({size}) => size !== undefined))}
}

const width = 1_000
const rowHeight = 78

/** The levels as a drawing: a box is a node, as wide as it has entries; a line is a link. */
export function treeDrawing(levels: readonly DrawnLevel[]): Html {
  const height = levels.length * rowHeight
  const places = levels.map(({nodes}) => placesOf(nodes))
  const lines: string[] = []
  const boxes: Html[] = []
  for (const [row, {nodes}] of levels.entries()) {
    const y = row * rowHeight + 26
    for (const [i, node] of nodes.entries()) {
      const {x, w} = places[row][i]
      if (row > 0 && node.parent >= 0) {
        const from = places[row - 1][node.parent]
        const [x1, x2] = [from.x + from.w / 2, x + w / 2].map(at => at.toFixed(1))
        const top = y - rowHeight + 24
        lines.push(`M${x1} ${top}C${x1} ${top + 30} ${x2} ${y - 30} ${x2} ${y}`)
      }
      const about =
        node.size === undefined
          ? `${node.cid}, not fetched`
          : `${node.entryCount} entries, ${node.linkCount} links, ${node.size} bytes\nfrom ${node.firstKey}\nto ${node.lastKey}\n${node.cid}`
      boxes.push(
        html`<rect
          class="${node.size === undefined ? 'tree-node is-unread' : 'tree-node'}"
          x="${x.toFixed(1)}"
          y="${y}"
          width="${w.toFixed(1)}"
          height="24"
          rx="5"
          ><title>${about}</title></rect
        >${w >= 26 && html`<text class="tree-count" x="${(x + w / 2).toFixed(1)}" y="${y + 16.5}">${node.entryCount}</text>`}`,
      )
    }
    const {level, more} = levels[row]
    const note = `level ${level}${more > 0 ? `, ${more} more not drawn` : ''}`
    boxes.push(html`<text class="tree-level" x="4" y="${y - 8}">${note}</text>`)
  }
  return html`<svg class="tree" viewBox="0 0 ${width} ${height}" role="img" aria-label="The upper levels of the tree">
    ${trusted(`<path class="tree-link" d="${lines.join('')}"/>`)} ${boxes}
  </svg>`
}

function placesOf(nodes: readonly DrawnNode[]): {x: number; w: number}[] {
  const gap = nodes.length > 30 ? 3 : 8
  const room = width - 8 - gap * (nodes.length - 1)
  const weights = nodes.map(({entryCount}) => Math.sqrt(entryCount + 1))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  // Few nodes keep to the middle, so that the picture is a tree and not a wall.
  const scale = Math.min(room / total, 34)
  let x = (width - (scale * total + gap * (nodes.length - 1))) / 2
  return weights.map(weight => {
    const place = {x, w: weight * scale}
    x += place.w + gap
    return place
  })
}
