/** One line of JSON in each direction over the control socket. Only the owner of `.vestibule` can reach it. */
import { z } from 'zod'

export const ControlRequest = z.discriminatedUnion('command', [
  z.object({ command: z.literal('status') }),
  z.object({ command: z.literal('stop') }),
  z.object({ command: z.literal('restart'), part: z.string() }),
  z.object({ command: z.literal('secrets'), action: z.enum(['rotate', 'retire']), names: z.array(z.string()) }),
])
export type ControlRequest = z.infer<typeof ControlRequest>

export const ProcessView = z.object({ pid: z.int(), command: z.string(), pssKib: z.int() })

export const PartView = z.object({
  name: z.string(),
  title: z.string(),
  state: z.string(),
  reason: z.string().nullable(),
  restarts: z.int(),
  pid: z.int().nullable(),
  ports: z.record(z.string(), z.int()),
  pssKib: z.int(),
  processes: z.array(ProcessView),
})
export type PartView = z.infer<typeof PartView>

export const StatusView = z.object({
  publicUrl: z.string(),
  state: z.string(),
  startedAt: z.string(),
  ready: z.boolean(),
  pssKib: z.int(),
  parts: z.array(PartView),
})
export type StatusView = z.infer<typeof StatusView>

export const ControlAnswer = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), status: StatusView.optional(), lines: z.array(z.string()).optional() }),
  z.object({ ok: z.literal(false), message: z.string() }),
])
export type ControlAnswer = z.infer<typeof ControlAnswer>
