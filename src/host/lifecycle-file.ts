import { writeAtomically } from './atomic-write.ts'
import { failedDoing } from './system-error.ts'

/** Replaces `lifecycle.json`: whoever looks sees the old or the new state, never half of one. */
export function writeLifecycleFile(path: string, content: object): void {
  try {
    writeAtomically(path, `${JSON.stringify(content)}\n`, { durable: false })
  } catch (error) {
    throw failedDoing(`writing ${path}`, error)
  }
}
