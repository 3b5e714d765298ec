import { z } from 'zod'
import type { Config, ConfigFile, ConfigResult, ConfigSource } from '../config.ts'
import { didYouMean } from '../domain/nearest.ts'
import { printableLine } from '../domain/printable.ts'
import { configSchema } from './config-schema.ts'

type Tree = { [key: string]: unknown }

/** Reads file and environment over the defaults; says every problem with key, value and what is allowed. */
export function readConfig(
  defaults: Config,
  file: Extract<ConfigFile, { kind: 'text' }> | null,
  environment: readonly (readonly [string, string])[],
): ConfigResult {
  const problems: string[] = []
  const warnings: string[] = []
  const fromFile = file === null ? {} : readFile(file, problems)
  const fromEnvironment = readEnvironment(environment, problems, warnings)
  const sources: Record<string, ConfigSource> = {}
  for (const key of leafPaths(fromFile)) sources[key] = 'file'
  for (const key of leafPaths(fromEnvironment)) sources[key] = 'environment'
  const config = overlay(overlay(defaults, fromFile), fromEnvironment)
  if (problems.length === 0) problems.push(...contradictions(config))
  if (problems.length > 0) return { ok: false, problems, warnings }
  return { ok: true, loaded: { config, sources, warnings } }
}

/** The dotted keys a config may have, groups left out. */
export function configKeys(): string[] {
  return [...keyTypes().keys()]
}

function readFile(file: Extract<ConfigFile, { kind: 'text' }>, problems: string[]): Tree {
  let value: unknown
  try {
    value = JSON.parse(file.text.replace(/^\uFEFF/, ''))
  } catch (error) {
    problems.push(
      `${file.path}: not JSON: ${printableLine(String(error).replace(/^SyntaxError: /, ''))}`,
    )
    return {}
  }
  return check(value, (key) => `${file.path}: ${key}`, problems)
}

function check(value: unknown, where: (key: string) => string, problems: string[]): Tree {
  const result = configSchema.safeParse(value)
  if (result.success) {
    const lost = lostNames(value)
    problems.push(
      ...lost.map(
        (path) => `${where(printableLine(path))}: expected another name than "__proto__"`,
      ),
    )
    return lost.length === 0 ? result.data : {}
  }
  for (const issue of result.error.issues) problems.push(...sayIssue(issue, value, where))
  return {}
}

/** Where a name stands that the schema passes over in silence. */
function lostNames(value: unknown, prefix = ''): string[] {
  if (!isTree(value)) return []
  return Object.entries(value).flatMap(([key, below]) =>
    key === '__proto__' ? [prefix + key] : lostNames(below, `${prefix}${key}.`),
  )
}

function sayIssue(
  issue: z.core.$ZodIssue,
  root: unknown,
  where: (key: string) => string,
): string[] {
  const path = issue.path.map(String)
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeysAt(path)
    return issue.keys.map((key) => {
      const dotted = printableLine([...path, key].join('.'))
      return `${where(dotted)}: unknown key${didYouMean(key, known)}`
    })
  }
  if (issue.code === 'invalid_key') {
    const [why] = issue.issues
    const parent = printableLine(path.slice(0, -1).join('.'))
    return [`${where(parent)}: ${why?.message ?? issue.message}, got ${quote(path.at(-1))}`]
  }
  if (path.length === 0) return [`${where('the whole')}: expected an object of settings`]
  const dotted = printableLine(path.join('.'))
  return [`${where(dotted)}: ${issue.message}, got ${quote(valueAt(root, path))}`]
}

function valueAt(root: unknown, path: readonly string[]): unknown {
  let value = root
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined
    value = Reflect.get(value, key)
  }
  return value
}

function quote(value: unknown): string {
  try {
    return printableLine(JSON.stringify(value) ?? 'nothing', 80)
  } catch (error) {
    if (error instanceof RangeError) return 'something nested too deep to show'
    throw error
  }
}

/** The names that may stand at a place in the config; none where any name may. */
function knownKeysAt(path: readonly string[]): string[] {
  let schema: unknown = configSchema
  for (const part of path) schema = schemaBelow(unwrap(schema), part)
  const inner = unwrap(schema)
  return inner instanceof z.ZodObject ? Object.keys(inner.shape) : []
}

function schemaBelow(schema: unknown, key: string): unknown {
  if (schema instanceof z.ZodObject) return schema.shape[key]
  if (schema instanceof z.ZodArray) return schema.element
  if (schema instanceof z.ZodRecord) return schema.valueType
  return undefined
}

function readEnvironment(
  names: readonly (readonly [string, string])[],
  problems: string[],
  warnings: string[],
): Tree {
  const known = new Map([...keyTypes()].map(([key, type]) => [environmentName(key), { key, type }]))
  const tree: Tree = {}
  for (const [variable, raw] of names) {
    const found = known.get(variable)
    if (found === undefined) {
      warnings.push(
        `unknown environment variable ${printableLine(variable)}${didYouMean(variable, known.keys())}`,
      )
      continue
    }
    const value = found.type === 'json' ? parseJson(raw) : parseScalar(raw)
    const single = nest(found.key.split('.'), value)
    const checked = check(single, (key) => variable + key.slice(found.key.length), problems)
    Object.assign(tree, merge(tree, checked))
  }
  return tree
}

/** `jobs.killGrace` → `CURFEW_JOBS_KILL_GRACE` */
export function environmentName(key: string): string {
  const snake = key.replaceAll('.', '_').replace(/([a-z])([A-Z])/g, '$1_$2')
  return `CURFEW_${snake.toUpperCase()}`
}

type KeyType = 'scalar' | 'json'

function keyTypes(schema: z.ZodType = configSchema, prefix = ''): Map<string, KeyType> {
  const types = new Map<string, KeyType>()
  if (!(schema instanceof z.ZodObject)) return types
  for (const [key, field] of Object.entries(schema.shape)) {
    const inner = unwrap(field)
    if (inner instanceof z.ZodObject) {
      for (const [below, type] of keyTypes(inner, `${prefix}${key}.`)) types.set(below, type)
    } else {
      types.set(
        prefix + key,
        inner instanceof z.ZodArray || inner instanceof z.ZodRecord ? 'json' : 'scalar',
      )
    }
  }
  return types
}

function unwrap(field: unknown): unknown {
  let inner = field
  while (inner instanceof z.ZodOptional || inner instanceof z.ZodNullable) inner = inner.unwrap()
  return inner
}

function parseScalar(raw: string): unknown {
  if (raw === 'true' || raw === 'false') return raw === 'true'
  if (/^-?\d+(\.\d+)?$/.test(raw)) return Number(raw)
  return raw
}

function parseJson(raw: string): unknown {
  try {
    return JSON.parse(raw)
  } catch (error) {
    // Left as the text it is: the schema then says what was expected and what came.
    return error instanceof SyntaxError ? raw : undefined
  }
}

function nest(path: readonly string[], value: unknown): unknown {
  return path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value)
}

/** Dotted keys of what a tree says; lists and group tables are one value. */
function leafPaths(tree: Tree, prefix = ''): string[] {
  const tables = new Set(keyTypes().keys())
  return Object.entries(tree).flatMap(([key, value]) => {
    const path = prefix + key
    return tables.has(path) || !isTree(value) ? [path] : leafPaths(value, `${path}.`)
  })
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function overlay(config: Config, over: Tree): Config {
  const merged: unknown = merge({ ...config }, over)
  return merged as Config
}

function merge(base: Tree, over: Tree): Tree {
  const result: Tree = { ...base }
  for (const [key, value] of Object.entries(over)) {
    const under = result[key]
    if (value === undefined) continue
    result[key] = isTree(value) && isTree(under) && key !== 'groups' ? merge(under, value) : value
  }
  return result
}

/** Durations that have to come in this order; one that is 0 means never, and is not compared. */
function contradictions({ drowsyAfter, bedtimeAfter, asleepAfter, followUp }: Config): string[] {
  const pairs = [
    ['drowsyAfter', drowsyAfter, 'bedtimeAfter', bedtimeAfter],
    ['bedtimeAfter', bedtimeAfter, 'asleepAfter', asleepAfter],
    ['followUp.from', followUp.from, 'followUp.to', followUp.to],
  ] as const
  const disorders = pairs.flatMap(([key, ms, other, mostMs]) =>
    mostMs === 0 || ms <= mostMs
      ? []
      : [`${key}: expected at most ${other} (${mostMs / 1000} s), got ${ms / 1000} s`],
  )
  const { command, preset, webhook } = followUp
  const ways = Object.entries({ command, preset, webhook }).filter(([, way]) => way !== null)
  if (ways.length <= 1) return disorders
  const names = ways.map(([name]) => name).join(' and ')
  return [...disorders, `followUp: expected one of command, preset and webhook, got ${names}`]
}
