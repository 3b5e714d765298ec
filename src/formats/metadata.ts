import { z } from 'zod'

type Metadata = Readonly<Record<string, unknown>>

/** Any object. Not as a record: that would lose a key such as `__proto__`. */
export function metadataObject() {
  return z
    .unknown()
    .meta({ type: 'object' })
    .transform((value, context): Metadata => {
      if (isObject(value)) return value
      context.addIssue({ code: 'custom', message: 'expected an object', input: value })
      return z.NEVER
    })
}

function isObject(value: unknown): value is Metadata {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
