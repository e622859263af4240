import style from './face.module.css'
import { initialsOf } from './initials.ts'

/** Stands for a person where there is no picture; the name is always beside it. */
export function Face({ name, size = 32 }: { name: string; size?: number }) {
  return (
    <span className={style['face']} style={{ width: size, height: size, fontSize: size > 40 ? 20 : 12 }} aria-hidden="true">
      {initialsOf(name)}
    </span>
  )
}
