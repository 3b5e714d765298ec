import type { LifecycleFile } from '../contract/shapes.ts'
import { SHAPES } from './shapes.ts'

/** The state a daemon left behind; undefined for anything else. */
export function parseLifecycleFile(text: string): LifecycleFile | undefined {
  try {
    const result = SHAPES.lifecycle.safeParse(JSON.parse(text))
    return result.success ? result.data : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
