import { type ReactNode, useId } from 'react'
import style from './panel.module.css'

interface PanelProps {
  readonly title: string
  readonly lead?: ReactNode
  readonly aside?: ReactNode
  readonly children: ReactNode
  readonly id?: string
  /** Words at the left, the form at the right, where there is room. */
  readonly split?: boolean
}

/** A group of things that belong together, with its heading. */
export function Panel({ title, lead, aside, children, id, split = false }: PanelProps) {
  const heading = useId()
  return (
    <section className={`${style['panel']} ${split ? style['split'] : ''}`} aria-labelledby={heading} id={id}>
      <div className={style['head']}>
        <div>
          <h2 id={heading}>{title}</h2>
          {lead ? <p className="muted">{lead}</p> : null}
        </div>
        {aside}
      </div>
      <div className={style['body']}>{children}</div>
    </section>
  )
}

/** Facts as pairs of a name and a value. */
export function Facts({ items }: { items: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl className={style['facts']}>
      {items.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
