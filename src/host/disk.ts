import { type StatsFs, statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import { failedDoing, isMissing } from './system-error.ts'

export interface FileSystem {
  readonly name: string
  readonly isNetwork: boolean
}

/** Magic numbers of statfs(2) on Linux. */
const NETWORK: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xfe534d42, 'SMB 2'],
  [0xff534d42, 'CIFS'],
  [0x01021997, '9P'],
  [0x5346414f, 'AFS'],
  [0x00c36400, 'Ceph'],
  [0x65735546, 'FUSE'],
])

/** What kind of file system a path lies on; its nearest parent's when it is not there yet. */
export function fileSystemOf(path: string): FileSystem {
  const type = onLinux() ? statfs(path).type : undefined
  const network = type === undefined ? undefined : NETWORK.get(type)
  return { name: network ?? 'a local disk', isNetwork: network !== undefined }
}

export function freeBytes(path: string): number {
  const { bavail, bsize } = statfs(path)
  return bavail * bsize
}

function statfs(path: string): StatsFs {
  try {
    return statfsSync(path)
  } catch (error) {
    const parent = dirname(path)
    if (isMissing(error) && parent !== path) return statfs(parent)
    throw failedDoing(`asking for the file system of ${path}`, error)
  }
}

function onLinux(): boolean {
  return process.platform === 'linux'
}
