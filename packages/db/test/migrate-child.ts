/** Migrates until it is killed. */
import { migrate } from '../src/migrate.ts'

const [url = '', role = '', password = '', folder = ''] = process.argv.slice(2)
await migrate({ url, role, password, sets: [{ name: 'many', folder }] })
