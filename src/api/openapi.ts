import { z } from 'zod'
import { VERBS, type Verb, type VerbName } from '../contract/verbs.ts'
import { requestSchemas } from '../formats/requests.ts'
import { SHAPES } from '../formats/shapes.ts'
import { VERSION } from '../version.ts'

const RESPONSES = {
  hello: 'hello',
  status: 'status',
  events: 'events',
  wrappers: 'wrappers',
  wake: 'status',
  bedtime: 'status',
  hold: 'held',
  chores: 'chores',
  run_chore: 'chore',
  reset_chore: 'chore',
  run: 'run',
  jobs: 'jobs',
  job: 'job',
  logs: 'logs',
  wait: 'wait',
  kill: 'jobs',
  retry: 'run',
  pause: 'jobs',
  resume: 'jobs',
  edit: 'run',
  remove: 'removed-jobs',
  clean: 'removed-jobs',
  progress: 'run',
  groups: 'groups',
  group_set: 'group',
  group_remove: 'removed-group',
  followups: 'followups',
  ack: 'acknowledged',
  followup_retry: 'followups-retried',
  session_end: 'session-end',
  boards: 'boards',
  board: 'board',
  board_show: 'board-shown',
  board_create: 'board',
  board_archive: 'board',
  board_reset: 'board-reset',
  board_import: 'board-import',
  board_export: 'board-export',
  task_add: 'tasks-added',
  tasks: 'tasks',
  task: 'tasks',
  task_claim: 'claim',
  task_edit: 'tasks-changed',
  task_renew: 'tasks-changed',
  task_release: 'tasks-changed',
  task_done: 'tasks-changed',
  task_cancel: 'tasks-changed',
  task_drop: 'tasks-dropped',
  task_archive: 'tasks-changed',
  task_restore: 'tasks-changed',
  reports: 'reports',
  report: 'report',
  report_tail: 'report-tail',
  report_prune: 'removed-reports',
  reload: 'reload',
  stop: 'stop',
  openapi: null,
} as const satisfies Record<VerbName, keyof typeof SHAPES | null>

/** The API described for machines, made of the same schemas that guard it. */
export function openApiDocument(): unknown {
  const names = Object.keys(VERBS) as VerbName[]
  return {
    openapi: '3.1.0',
    info: {
      title: 'curfew',
      version: VERSION,
      description: 'Served on a unix socket: `curfew paths --socket` says where.',
    },
    servers: [{ url: 'http://curfew' }],
    paths: Object.fromEntries(names.map((name) => [VERBS[name].path, pathItem(name)])),
  }
}

function pathItem(name: VerbName): unknown {
  const verb: Verb = VERBS[name]
  const input = z.toJSONSchema(requestSchemas[name], { io: 'input' })
  return {
    [verb.method.toLowerCase()]: {
      operationId: name,
      summary: verb.summary,
      'x-effect': verb.effect,
      ...(verb.method === 'GET' ? { parameters: parameters(input) } : { requestBody: json(input) }),
      responses: {
        200: { description: 'done', ...json(responseSchema(name)) },
        default: { description: 'refused or failed', ...json(z.toJSONSchema(SHAPES.error)) },
      },
    },
  }
}

function parameters(input: z.core.JSONSchema.BaseSchema): unknown[] {
  return Object.entries(input.properties ?? {}).map(([name, schema]) => ({
    name,
    in: 'query',
    required: input.required?.includes(name) ?? false,
    schema,
  }))
}

function responseSchema(name: VerbName): unknown {
  const shape = RESPONSES[name]
  return shape === null ? { type: 'object' } : z.toJSONSchema(SHAPES[shape])
}

function json(schema: unknown): { content: unknown } {
  return { content: { 'application/json': { schema } } }
}
