import { z } from 'zod'
import { configSchema } from '../formats/config-schema.ts'
import { heartbeatSchema } from '../formats/heartbeat.ts'
import { markerSchema } from '../formats/marker.ts'
import { reportSchema } from '../formats/report.ts'
import { SHAPES } from '../formats/shapes.ts'

const SCHEMAS: ReadonlyMap<string, z.ZodType> = new Map<string, z.ZodType>([
  ...Object.entries(SHAPES),
  ['config-file', configSchema],
  ['marker', markerSchema],
  ['heartbeat', heartbeatSchema],
  ['report-file', reportSchema],
])

/** Every shape that has a name. */
export const SCHEMA_NAMES: readonly string[] = [...SCHEMAS.keys()].toSorted()

/** The JSON Schema of a shape; what is written for us to read is described as it is written. */
export function jsonSchemaOf(name: string): unknown {
  const schema = SCHEMAS.get(name)
  return schema === undefined
    ? undefined
    : z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
}
