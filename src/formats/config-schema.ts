import { z } from 'zod'
import { BUILT_IN_CHORES } from '../domain/chores.ts'
import { FOLLOW_UP_PRESETS, type FollowUpPresetName } from '../domain/follow-up-command.ts'
import {
  DURATION_FORM,
  parseDuration,
  parseSize,
  SIZE_FORM,
  spellDuration,
  spellSize,
} from './quantity.ts'
import { groupName, label } from './request-fields.ts'

const MAX_TICK_MS = 24 * 3_600_000
const MIN_TICK_MS = 50
const MAX_LIMIT_MS = 24 * 3_600_000
/** Whoever adds or completes a task waits for the hook. */
const MAX_HOOK_MS = 300_000

const duration = quantity(parseDuration, DURATION_FORM)
/** For what must not hang for ever. */
const limit = duration.refine(
  (ms) => ms > 0 && ms <= MAX_LIMIT_MS,
  'expected more than 0 and at most "24h"',
)
const size = quantity(parseSize, SIZE_FORM)
const count = z
  .int('expected a whole number, 0 or more')
  .min(0, 'expected a whole number, 0 or more')
const argv = z
  .array(z.string('expected a list of strings: the program, then its arguments'), {
    error: 'expected a list: the program, then its arguments',
  })
  .min(1, 'expected at least the program')
const flag = z.boolean('expected true or false')
const folder = z
  .string('expected an absolute path')
  .refine((path) => path.startsWith('/'), 'expected an absolute path')
const name = label(64)

const PRESET_NAMES = Object.keys(FOLLOW_UP_PRESETS) as FollowUpPresetName[]
const BUILT_IN = new Set(BUILT_IN_CHORES.map((chore) => chore.name))

/** `config.json`: every key may be left out. */
export const configSchema = z.strictObject({
  tick: duration
    .refine((ms) => ms >= MIN_TICK_MS && ms <= MAX_TICK_MS, 'expected between "50ms" and "24h"')
    .optional(),
  staleAfter: duration.refine((ms) => ms > 0, 'expected more than 0').optional(),
  drowsyAfter: duration.optional(),
  bedtimeAfter: duration.optional(),
  asleepAfter: duration.optional(),
  exitWhenAsleep: flag.optional(),
  systemIdle: flag.optional(),
  wrapperDirs: z.array(watchedFolder(), 'expected a list of folders').optional(),
  reportDirs: z.array(folder, 'expected a list of folders').optional(),
  reportsKept: count.optional(),
  reportsHold: flag.optional(),
  chores: z
    .array(
      z.strictObject({
        name: name.refine(
          (text) => !BUILT_IN.has(text),
          'expected another name: this one is built in',
        ),
        command: argv,
        timeout: duration.default(10 * 60_000),
        every: duration.nullable().default(null),
      }),
      'expected a list of chores',
    )
    .superRefine(refuseNamesakes)
    .optional(),
  jobs: z
    .strictObject({
      timeout: duration.optional(),
      killGrace: duration.optional(),
      logCap: size.optional(),
      keepFor: duration.optional(),
      keepMost: count.optional(),
      keepBytes: size.optional(),
      groups: z
        .record(groupName(), z.strictObject({ slots: count.min(1, 'expected 1 or more') }), {
          error: 'expected groups as {"name": {"slots": 2}}',
        })
        .optional(),
    })
    .optional(),
  followUp: z
    .strictObject({
      command: argv.nullable().optional(),
      webhook: z
        .url({ protocol: /^https?$/, error: 'expected an http or https address' })
        .nullable()
        .optional(),
      preset: z
        .enum(PRESET_NAMES, `expected one of ${PRESET_NAMES.join(', ')}`)
        .nullable()
        .optional(),
      tries: count.min(1, 'expected 1 or more').optional(),
      from: duration.optional(),
      to: duration.optional(),
      expire: duration.optional(),
      commandTimeout: limit.optional(),
      webhookTimeout: limit.optional(),
    })
    .optional(),
  on: z
    .strictObject({
      wake: argv.nullable().optional(),
      drowsy: argv.nullable().optional(),
      bedtime: argv.nullable().optional(),
      asleep: argv.nullable().optional(),
    })
    .optional(),
  board: z
    .strictObject({
      lease: duration.optional(),
      busyLimit: count.optional(),
      hooks: z
        .strictObject({
          create: argv.nullable().optional(),
          complete: argv.nullable().optional(),
          timeout: duration
            .refine((ms) => ms > 0 && ms <= MAX_HOOK_MS, 'expected more than 0 and at most "5m"')
            .optional(),
        })
        .optional(),
    })
    .optional(),
  autostart: flag.optional(),
  log: z
    .strictObject({
      level: z
        .enum(
          ['debug', 'info', 'warn', 'error', 'silent'],
          'expected one of debug, info, warn, error, silent',
        )
        .optional(),
    })
    .optional(),
})

/** What writes a number as this part of the file would say it; undefined for what is no quantity. */
export function spellerOf({ def }: z.ZodPipe): ((value: number) => string | number) | undefined {
  if (def.in === duration.def.in) return spellDuration
  return def.in === size.def.in ? spellSize : undefined
}

function refuseNamesakes(
  chores: readonly { readonly name: string }[],
  context: z.RefinementCtx,
): void {
  const first = new Map<string, number>()
  for (const [at, { name }] of chores.entries()) {
    const other = first.get(name)
    first.set(name, other ?? at)
    if (other === undefined) continue
    const message = `expected another name: chores.${other} has this one`
    context.addIssue({ code: 'custom', path: [at, 'name'], message, input: name })
  }
}

function quantity(parse: (value: string | number) => number | undefined, form: string) {
  return z
    .union([z.string(), z.number()], { error: `expected ${form}` })
    .transform((value, context) => {
      const parsed = parse(value)
      if (parsed !== undefined) return parsed
      context.addIssue({ code: 'custom', message: `expected ${form}`, input: value })
      return z.NEVER
    })
}

function watchedFolder() {
  const plain = folder.transform((path) => ({ path, sweep: false }))
  const full = z.strictObject({ path: folder, sweep: flag.default(false) })
  return z.union([plain, full], {
    error: 'expected an absolute path, or {"path": "/…", "sweep": false}',
  })
}
