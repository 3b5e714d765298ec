import { z } from 'zod'
import { type JobDraft, USUAL_UMASK } from '../domain/job.ts'
import { isoTime } from '../domain/iso-time.ts'
import type { Wait } from '../domain/job-wait.ts'
import { parseTimestamp } from './timestamp.ts'

/** `jobs/<id>/spec.json`: all that the store knows of a job when it is submitted, should that be lost. */
export const jobSpecSchema = z.object({
  schema_version: z.literal(1),
  id: z.int().min(1),
  command: z.array(z.string()).min(1),
  name: z.string().nullable(),
  session: z.string().nullable(),
  group: z.string().min(1),
  cwd: z.string(),
  umask: z.int().min(0).max(0o777).default(USUAL_UMASK),
  after: z.array(z.int().min(1)),
  priority: z.int(),
  timeout_ms: z.int().min(0),
  retries: z.int().min(0),
  keep_awake: z.boolean(),
  created_at: timestamp(),
  parent: z.int().nullable(),
  retry_of: z.int().nullable(),
  ticket: z.string().nullish(),
  wait: z
    .union([
      z.object({ until: timestamp() }),
      z.object({
        delay_ms: z.int().min(0),
        from: z.object({ wall_ms: z.number(), boot_ms: z.number(), boot_id: z.string() }),
      }),
    ])
    .nullable(),
})

export type ParsedJobSpec =
  | { readonly ok: true; readonly draft: JobDraft; readonly ticket: string | undefined }
  | { readonly ok: false; readonly reason: string }

export function writeJobSpec(draft: JobDraft, ticket?: string): z.input<typeof jobSpecSchema> {
  const { spec } = draft
  return {
    schema_version: 1,
    id: draft.id,
    command: [...spec.command],
    name: spec.name,
    session: spec.session,
    group: spec.group,
    cwd: spec.cwd,
    umask: spec.umask,
    after: [...spec.after],
    priority: spec.priority,
    timeout_ms: spec.timeoutMs,
    retries: spec.retries,
    keep_awake: spec.keepAwake,
    created_at: isoTime(draft.createdMs),
    parent: draft.parent,
    retry_of: draft.retryOf,
    ticket: ticket ?? null,
    wait: draft.wait === null ? null : writeWait(draft.wait),
  }
}

/** Reads it back; `reason` continues "the spec …". */
export function parseJobSpec(value: unknown): ParsedJobSpec {
  const result = jobSpecSchema.safeParse(value)
  if (!result.success) return { ok: false, reason: sayIssue(result.error.issues[0]) }
  const { data } = result
  const spec = {
    command: data.command,
    name: data.name,
    session: data.session,
    group: data.group,
    cwd: data.cwd,
    umask: data.umask,
    after: data.after,
    priority: data.priority,
    timeoutMs: data.timeout_ms,
    retries: data.retries,
    keepAwake: data.keep_awake,
  }
  const { id, created_at: createdMs, parent, retry_of: retryOf } = data
  const draft = { id, spec, createdMs, parent, retryOf, wait: readWait(data.wait) }
  return { ok: true, draft, ticket: data.ticket ?? undefined }
}

function writeWait(wait: Wait): z.input<typeof jobSpecSchema>['wait'] {
  if (wait.kind === 'until') return { until: isoTime(wait.atMs) }
  const { wallMs, bootMs, bootId } = wait.from
  return { delay_ms: wait.ms, from: { wall_ms: wallMs, boot_ms: bootMs, boot_id: bootId } }
}

function readWait(wait: z.output<typeof jobSpecSchema>['wait']): Wait | null {
  if (wait === null) return null
  if ('until' in wait) return { kind: 'until', atMs: wait.until }
  const { wall_ms: wallMs, boot_ms: bootMs, boot_id: bootId } = wait.from
  return { kind: 'delay', ms: wait.delay_ms, from: { wallMs, bootMs, bootId } }
}

function timestamp() {
  return z.string().transform((text, context) => {
    const ms = parseTimestamp(text)
    if (ms !== undefined) return ms
    context.addIssue({ code: 'custom', message: 'expected an ISO-8601 date', input: text })
    return z.NEVER
  })
}

function sayIssue(issue: z.core.$ZodIssue | undefined): string {
  if (issue === undefined || issue.path.length === 0) return 'is not a spec of a job'
  return `has no usable ${issue.path.map(String).join('.')}`
}
