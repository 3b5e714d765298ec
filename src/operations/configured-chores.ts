import type { Config } from '../config.ts'
import { type ChoreSpec, listChores } from '../domain/chores.ts'

/** Tonight's list: the built-in chores, then those of the config. */
export function configuredChores({ chores }: Config): readonly ChoreSpec[] {
  const own = chores.map(({ name, timeout, every }) => ({
    name,
    builtIn: false,
    timeoutMs: timeout,
    everyMs: every ?? 0,
  }))
  return listChores(own).list
}
