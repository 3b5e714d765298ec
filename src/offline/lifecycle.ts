import type { LifecycleFile } from '../contract/shapes.ts'
import { readSmallFile } from '../host/read-small-file.ts'

const MOST_BYTES = 64 * 1024

/** `lifecycle.json` as the last daemon left it; undefined when there is none that can be read. */
export async function readLifecycleFile(path: string): Promise<LifecycleFile | undefined> {
  const file = readSmallFile(path, { maxBytes: MOST_BYTES })
  if (file.kind !== 'ok') return undefined
  const { parseLifecycleFile } = await import('../formats/lifecycle-file.ts')
  return parseLifecycleFile(file.text)
}
