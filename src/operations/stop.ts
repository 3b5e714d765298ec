import type { StopView } from '../contract/shapes.ts'
import { printableLine } from '../domain/printable.ts'
import type { Deps } from './deps.ts'

/** Says that the daemon will leave, and who has to be gone before it has left. */
export function stop(deps: Deps, input: { readonly why?: string | undefined }): StopView {
  const { pid, processStart } = deps.self
  deps.stop(printableLine(input.why ?? 'asked to stop'))
  return { stopping: true, pid, process_start: processStart }
}
