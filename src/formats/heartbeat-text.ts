import type { HeartbeatContent, TornHeartbeat } from '../domain/heartbeat.ts'
import { parseJson } from '../domain/parse-json.ts'
import { printableLine } from '../domain/printable.ts'
import { parseTimestamp } from './timestamp.ts'

/** How much of everything a heartbeat may hold: ten thousand of them are kept in memory. */
export const HEARTBEAT_LIMITS = { pid: 2 ** 31 - 1, name: 128, text: 256, time: 64 } as const

/** Names that are taken for heartbeats, whatever they mean. */
export const HEARTBEAT_NAME = /^heartbeat-.*\.json$/s

const FULL_NAME = /^heartbeat-([1-9]\d{0,9})-([\w.-]{1,128})\.json$/
/** The form that most programs write. Worth its own way: `Date.parse` would be a tenth of the first look. */
const COMMON_TIME =
  /^[1-9]\d{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/
const ZERO = 48

type Fields = Readonly<Record<string, unknown>>

/**
 * Reads a heartbeat as its schema would, without loading that: there may be ten thousand. What cannot
 * be read is known by the name of its file.
 */
export function parseHeartbeat(text: string, fileName: string): HeartbeatContent {
  const value = parseJson(text)
  if (value === undefined) {
    return tornHeartbeat(fileName, text.trim() === '' ? 'is empty' : 'is not JSON')
  }
  if (!isObject(value)) return tornHeartbeat(fileName, 'is not a JSON object')
  const wrong = findWrongField(value)
  return wrong === undefined
    ? toContent(value as Fields & SureFields)
    : tornHeartbeat(fileName, sayWrong(wrong, value[wrong]))
}

/** A file of which only the name can be used; `reason` continues "the file …". */
export function tornHeartbeat(fileName: string, reason: string): TornHeartbeat {
  const { pid, uuid } = readHeartbeatName(fileName)
  return { kind: 'torn', pid, uuid, reason }
}

/** What the name of a file says about who wrote it. */
export function readHeartbeatName(fileName: string): { pid: number | null; uuid: string | null } {
  const found = FULL_NAME.exec(fileName)
  const pid = Number(found?.[1])
  if (found === null || pid > HEARTBEAT_LIMITS.pid) return { pid: null, uuid: null }
  return { pid, uuid: found[2] ?? null }
}

/** What `findWrongField` has made sure of. */
interface SureFields {
  readonly pid: number
  readonly uuid: string
  readonly started_at: string
  readonly last_refresh: string
}

function toContent(value: Fields & SureFields): HeartbeatContent {
  const acted = textOf(value.last_activity)
  return {
    kind: 'heartbeat',
    pid: value.pid,
    uuid: value.uuid,
    startedAtMs: timeOf(value.started_at),
    lastRefreshMs: timeOf(value.last_refresh),
    processStart: textOf(value.process_start),
    bootId: textOf(value.boot_id),
    hostname: textOf(value.hostname),
    label: textOf(value.label),
    session: textOf(value.session),
    lastActivityMs: acted === undefined ? undefined : (timeOf(acted) ?? undefined),
  }
}

/** The first field that the schema would not take. Spelled out, because a loop over a table costs twice as much. */
function findWrongField(value: Fields): string | undefined {
  const { pid: mostPid, name, time, text } = HEARTBEAT_LIMITS
  if (!isWhole(value.pid, mostPid)) return 'pid'
  if (!isText(value.uuid, name) || value.uuid === '') return 'uuid'
  if (!isText(value.started_at, time)) return 'started_at'
  if (!isText(value.last_refresh, time)) return 'last_refresh'
  if (!isText(value.wrapper_version, name)) return 'wrapper_version'
  if (!isWhole(value.schema_version, Number.MAX_SAFE_INTEGER)) return 'schema_version'
  if (!isTextOrNone(value.hostname, text)) return 'hostname'
  if (!isTextOrNone(value.process_start, text)) return 'process_start'
  if (!isTextOrNone(value.boot_id, text)) return 'boot_id'
  if (!isTextOrNone(value.label, text)) return 'label'
  if (!isTextOrNone(value.session, text)) return 'session'
  if (!isTextOrNone(value.last_activity, time)) return 'last_activity'
  return undefined
}

function sayWrong(field: string, value: unknown): string {
  if (value === undefined) return `has no ${field}`
  return printableLine(`has a wrong ${field}: ${show(value)}`, 100)
}

/** Never a whole object: what can be parsed may be too deep to be written. */
function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (Array.isArray(value)) return 'a list'
  return isObject(value) ? 'an object' : String(value)
}

function isWhole(value: unknown, most: number): boolean {
  return Number.isSafeInteger(value) && typeof value === 'number' && value >= 1 && value <= most
}

function isText(value: unknown, most: number): value is string {
  return typeof value === 'string' && value.length <= most
}

function isTextOrNone(value: unknown, most: number): boolean {
  return value === undefined || value === null || isText(value, most)
}

/** Programs write an empty text where they have nothing to say. */
function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function timeOf(text: string): number | null {
  if (!COMMON_TIME.test(text)) return parseTimestamp(text) ?? null
  const two = (at: number): number => digit(text, at) * 10 + digit(text, at + 1)
  const year = two(0) * 100 + two(2)
  const milliseconds = two(20) * 10 + digit(text, 22)
  return Date.UTC(year, two(5) - 1, two(8), two(11), two(14), two(17), milliseconds)
}

function digit(text: string, at: number): number {
  return text.charCodeAt(at) - ZERO
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
