/**
 * A sealed segment is never changed where it stands: with other rows it is written beside itself, and put in its place in
 * one step. Blocks keep their places and bounds, so that what was planned before still holds.
 */
import {encodeBlock, type ArchiveRow} from '#atp/archive/block.ts'
import {blockFacts, headSize, sealOf, storedBlock, type BlockFacts} from '#atp/archive/segment.ts'
import {unfinished, type Archive} from './archive.ts'
import {pack, packNow} from './packing.ts'
import type {SealedSegment} from './sealed-segment.ts'

/** With these rows in some of its blocks, by their index. Rejects as the disk does, and then it stays as it was. */
export async function writeAnew(
  archive: Archive,
  segment: SealedSegment,
  changed: ReadonlyMap<number, readonly ArchiveRow[]>,
): Promise<void> {
  const {disk} = archive
  const path = `${segment.path}${unfinished}`
  if (disk.sizeOf(path) !== undefined) await disk.remove(path)
  try {
    await writeBeside(archive, segment, changed, path)
    await archive.replace(segment)
  } catch (error) {
    // On a full disk nothing is to stay of it.
    await disk.remove(path).catch(() => {})
    throw error
  }
}

async function writeBeside(
  {disk}: Archive,
  segment: SealedSegment,
  changed: ReadonlyMap<number, readonly ArchiveRow[]>,
  path: string,
): Promise<void> {
  const file = disk.open(path, 'make')
  try {
    const facts: BlockFacts[] = []
    let offset = headSize
    file.write(new Uint8Array(headSize), 0)
    for (const [i, place] of segment.places.entries()) {
      const rows = changed.get(i) ?? (await segment.block(i)).rows()
      const raw = changed.has(i) ? encodeBlock(rows) : undefined
      const frame = raw ? await pack(disk, raw) : await segment.frame(i)
      const block = storedBlock(frame)
      file.write(block, offset)
      facts.push(blockFacts(rows, {offset, size: frame.length, unpackedSize: raw?.length ?? place.unpackedSize}, place))
      offset += block.length
    }
    const {head, foot} = sealOf(facts, offset, packNow)
    file.write(foot, offset)
    file.write(head, 0)
    await file.sync(false)
  } finally {
    file.close()
  }
}
