import type { LifecycleFile } from '../contract/shapes.ts'
import { parseJson } from '../domain/parse-json.ts'
import { SHAPES } from './shapes.ts'

/** The state a daemon left behind; undefined for anything else. */
export function parseLifecycleFile(text: string): LifecycleFile | undefined {
  return SHAPES.lifecycle.safeParse(parseJson(text)).data
}
