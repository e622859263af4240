import { z } from 'zod'
import { readIfThere } from './state/files.ts'

/** What a running network says about itself in `run/network.json`, for commands and tests. Private: the folder is 0700. */
export const NetworkFile = z.object({
  pid: z.int(),
  root: z.string(),
  state: z.string(),
  publicUrl: z.string(),
  ports: z.record(z.string(), z.int()),
  parts: z.array(z.string()),
  isTest: z.boolean(),
  startedAt: z.iso.datetime(),
})
export type NetworkFile = z.infer<typeof NetworkFile>

/** Null when nothing runs, or when the file is from another version. */
export function readNetworkFile(path: string): NetworkFile | null {
  try {
    const text = readIfThere(path)
    return text === null ? null : NetworkFile.parse(JSON.parse(text))
  } catch {
    return null
  }
}
