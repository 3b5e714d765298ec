import { DEFAULT_GROUP } from './job.ts'
import { didYouMean } from './nearest.ts'
import type { Problem } from './problem.ts'

/** A queue: how many of it may run at once (null: any number), and whether it starts any. */
export interface Group {
  readonly slots: number | null
  readonly paused: boolean
}

/** What was said of a group by hand. */
export interface StoredGroup {
  readonly name: string
  /** 0: any number; null: what the config says. */
  readonly slots: number | null
  readonly paused: boolean
}

export type Groups = ReadonlyMap<string, Group>

const UNLIMITED: Group = { slots: null, paused: false }
/** Jobs of a group that nobody knows any more go on, one at a time. */
const FORGOTTEN: Group = { slots: 1, paused: false }

/** The groups there are: those of the config, and over them what was set by hand. */
export function mergeGroups(
  config: Readonly<Record<string, { readonly slots: number }>>,
  stored: readonly StoredGroup[],
): Groups {
  const groups = new Map<string, Group>([[DEFAULT_GROUP, UNLIMITED]])
  for (const [name, { slots }] of Object.entries(config)) groups.set(name, { slots, paused: false })
  for (const { name, slots, paused } of stored) {
    const known = groups.get(name) ?? FORGOTTEN
    groups.set(name, { slots: slots === null ? known.slots : slots === 0 ? null : slots, paused })
  }
  return groups
}

export function groupOf(groups: Groups, name: string): Group {
  return groups.get(name) ?? FORGOTTEN
}

/** A name that is mistyped must not become a queue without limit. */
export function unknownGroup(groups: Groups, name: string): Problem | undefined {
  if (groups.has(name)) return undefined
  return {
    kind: 'not_found',
    message: `there is no group "${name}"${didYouMean(name, groups.keys())}`,
    hint: `\`curfew group set ${name} --slots 1\` makes it`,
  }
}
