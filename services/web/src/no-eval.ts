/** zod compiles parsers with `new Function` where it may. Our policy forbids that, and even the attempt is reported: switch it off first. */
import { config } from 'zod/mini'

config({ jitless: true })
