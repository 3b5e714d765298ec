import type { JobSpec } from './job.ts'
import { printableLine } from './printable.ts'

const MOST_CHARACTERS = 120

/** What a job is called where there is room for a few words. */
export function jobTitle({ name, command }: Pick<JobSpec, 'name' | 'command'>): string {
  return printableLine(name ?? command.join(' '), MOST_CHARACTERS)
}
