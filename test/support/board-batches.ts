import type { NewTask } from '../../src/contract/boards.ts'

const SIZE = 3

/** Three tasks in a row, each after the one before it, that say which batch they belong to. */
export function batchOf(title: string): NewTask[] {
  return Array.from({ length: SIZE }, (_, at) => ({
    subject: `${title} ${at}`,
    blocked_by: at === 0 ? [] : [`#${at}` as const],
  }))
}

/** Titles of batches of which only a part is there. */
export function torn(subjects: readonly string[]): string[] {
  const parts = Map.groupBy(subjects, (subject) => subject.split(' ')[0] ?? '')
  return [...parts].filter(([, some]) => some.length !== SIZE).map(([title]) => title)
}
