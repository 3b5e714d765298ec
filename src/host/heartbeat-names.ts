import { opendirSync } from 'node:fs'
import { printableLine } from '../domain/printable.ts'
import { HEARTBEAT_NAME } from '../formats/heartbeat-text.ts'
import { TEMP_NAME } from './atomic-write.ts'

export interface ListedNames<Entry> {
  /** In the order of the folder, which stays the same as long as nothing changes. */
  readonly known: readonly Entry[]
  readonly fresh: readonly string[]
  /** How many names meant nothing to us. */
  readonly strangers: number
  readonly problem: string | undefined
}

/** What was found at the last listing, in order and by name. */
export interface KnownNames<Entry> {
  readonly listed: readonly Entry[]
  readonly entries: ReadonlyMap<string, Entry>
}

const MOST_FILES = 20_000
const MOST_NAMES = 100_000

/**
 * Finds what is new in a folder of heartbeats. Streamed, so that one with millions of names costs no more
 * than one with the most we take; and compared with the last listing, which is cheaper than finding
 * each name anew. A name may be left out while its file is being replaced.
 */
export function listHeartbeats<Entry extends { readonly name: string }>(
  folder: string,
  { listed, entries }: KnownNames<Entry>,
): ListedNames<Entry> {
  using names = opendirSync(folder)
  let same = 0
  let each = names.readSync()
  for (; each !== null && listed[same]?.name === each.name; each = names.readSync()) same += 1
  const known = listed.slice(0, same)
  const fresh: string[] = []
  const mostFresh = MOST_FILES - entries.size
  let strangers = 0
  let problem: string | undefined
  for (; each !== null && problem === undefined; each = names.readSync()) {
    const entry = entries.get(each.name)
    if (entry !== undefined) known.push(entry)
    else if (!isOfWrappers(each.name)) strangers += 1
    else if (fresh.length < mostFresh) fresh.push(each.name)
    else problem = sayTooMany(folder, MOST_FILES)
    if (strangers > MOST_NAMES) problem = sayTooMany(folder, MOST_NAMES)
  }
  return { known, fresh, strangers, problem }
}

/** A name that is not UTF-8 comes with marks in place of what it is, and cannot be opened. */
function isOfWrappers(name: string): boolean {
  return (HEARTBEAT_NAME.test(name) && !name.includes('\uFFFD')) || TEMP_NAME.test(name)
}

function sayTooMany(folder: string, most: number): string {
  return `${printableLine(folder)} holds more than ${most} files; the rest of them is not looked at`
}
