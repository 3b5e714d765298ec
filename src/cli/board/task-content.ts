import type { Command } from 'commander'
import { given } from '../../domain/given.ts'
import { parseInteger } from '../arguments.ts'
import { collectIds } from '../job-ids.ts'
import { collectMetadata } from './metadata.ts'

/** What can be said of a task when it is added, and later. */
export interface ContentOptions {
  readonly description?: string
  readonly activeForm?: string
  readonly blockedBy?: readonly number[]
  readonly blocks?: readonly number[]
  readonly priority?: number
  readonly owner?: string
  readonly meta?: Readonly<Record<string, unknown>>
}

export function addContent(command: Command): Command {
  return command
    .option('--description <TEXT>', 'what there is to do, at any length')
    .option('--active-form <TEXT>', 'what is shown while it is worked on: "Digging the beds"')
    .option('--blocked-by <ID,…>', 'it waits for these', collectIds)
    .option('--blocks <ID,…>', 'these wait for it', collectIds)
    .option('--priority <N>', 'of what is ready the highest is taken first (0)', parseInteger)
    .option('--owner <NAME>', 'whom it is meant for; "" means anybody')
    .option('--meta <NAME=TEXT>', 'anything else; NAME:=JSON for what is no text', collectMetadata)
}

export function contentOf(options: ContentOptions) {
  const { description, activeForm, blockedBy, blocks, priority, owner, meta } = options
  return given({
    description: orNone(description),
    active_form: orNone(activeForm),
    blocked_by: blockedBy,
    blocks,
    priority,
    owner: orNone(owner),
    metadata: meta,
  })
}

/** Nothing between the quotes takes away what was there. */
function orNone(text: string | undefined): string | null | undefined {
  return text === '' ? null : text
}
