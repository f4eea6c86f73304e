/**
 * Which engine reads a database on a thread of its own. Apart from `open.ts`, so that such a thread loads no other engine:
 * each takes memory.
 */
import type {SqlReads} from './sql/sql.ts'
import {SqliteReader} from './sql/sqlite-reader.ts'

/** Reads the database in `file` (`Sql.file`). `cacheSize` is that of its pages, in bytes. */
export const openReads = (file: string, cacheSize: number): SqlReads & Disposable => new SqliteReader(file, cacheSize)
