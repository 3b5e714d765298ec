import { z } from 'zod'
import { HEARTBEAT_LIMITS } from './heartbeat-text.ts'

const { pid: mostPid, name: nameLength, text: textLength, time: timeLength } = HEARTBEAT_LIMITS

const time = z.string().max(timeLength).describe('ISO-8601; without a zone it is UTC')
const said = z.string().max(textLength).nullish()

/** `wrappers/heartbeat-<pid>-<uuid>.json`. Programs may add keys of their own, and newer versions have more. */
export const heartbeatSchema = z.looseObject({
  pid: z.int().min(1).max(mostPid).describe('the process that is awake'),
  uuid: z.string().min(1).max(nameLength).describe('one for each wrapper, never used again'),
  started_at: time,
  last_refresh: time,
  wrapper_version: z.string().max(nameLength).describe('which program wrote this'),
  schema_version: z.int().min(1).describe('1'),
  hostname: said.describe('set it where the folder is shared between hosts or containers'),
  process_start: said.describe(
    'on Linux field 22 of /proc/PID/stat; leave it out if you have none',
  ),
  boot_id: said.describe('on Linux /proc/sys/kernel/random/boot_id'),
  label: said.describe('a name for people'),
  session: said.describe('the session that the wrapper belongs to'),
  last_activity: time
    .nullish()
    .describe('when it last did something; without it, being awake counts as activity'),
})
