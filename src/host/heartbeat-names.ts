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
  const known: Entry[] = []
  const fresh: string[] = []
  const say = (most: number): string =>
    `${printableLine(folder)} holds more than ${most} files; the rest of them is not looked at`
  let strangers = 0
  using names = opendirSync(folder)
  for (let each = names.readSync(); each !== null; each = names.readSync()) {
    const guess = listed[known.length]
    const entry = guess?.name === each.name ? guess : entries.get(each.name)
    const mostFresh = MOST_FILES - entries.size
    if (entry !== undefined) known.push(entry)
    else if (!isOfWrappers(each.name)) strangers += 1
    else if (fresh.length < mostFresh) fresh.push(each.name)
    else return { known, fresh, strangers, problem: say(MOST_FILES) }
    if (strangers > MOST_NAMES) return { known, fresh, strangers, problem: say(MOST_NAMES) }
  }
  return { known, fresh, strangers, problem: undefined }
}

/** A name that is not UTF-8 comes with marks in place of what it is, and cannot be opened. */
function isOfWrappers(name: string): boolean {
  return (HEARTBEAT_NAME.test(name) && !name.includes('\uFFFD')) || TEMP_NAME.test(name)
}
