import { z } from 'zod'
import type { Config } from '../config.ts'
import { configSchema, spellerOf } from './config-schema.ts'

/** A config as its file would say it: durations and sizes with their units, ready to be pasted back. */
export function spellConfig(config: Config): unknown {
  return spell(configSchema, config)
}

function spell(schema: unknown, value: unknown): unknown {
  const inner = bare(schema)
  if (inner instanceof z.ZodPipe && typeof value === 'number') return spellerOf(inner)?.(value)
  if (inner instanceof z.ZodArray && Array.isArray(value)) {
    return value.map((each) => spell(inner.element, each))
  }
  if (!(inner instanceof z.ZodObject) || typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value)
  return Object.fromEntries(entries.map(([key, each]) => [key, spell(inner.shape[key], each)]))
}

/** What may be left out, null or given a default is spelled as what it is when it is there. */
function bare(schema: unknown): unknown {
  let inner = schema
  while (
    inner instanceof z.ZodOptional ||
    inner instanceof z.ZodNullable ||
    inner instanceof z.ZodDefault
  ) {
    inner = inner.unwrap()
  }
  return inner
}
