import type { SessionView } from '@app/contracts/session'
import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { useSpeech } from '../language/language.tsx'
import { Icon } from '../parts/icon.tsx'
import { initialsOf } from '../parts/initials.ts'
import { TroublePanel } from '../parts/trouble-panel.tsx'
import style from './person-menu.module.css'
import { LanguageSwitch, ThemeSwitch } from './switches.tsx'
import { useSignOut } from './use-sign-out.ts'

/** Who is signed in, how the product looks and speaks, and the way out. Escape or a click elsewhere closes it. */
export function PersonMenu({ session }: { session: SessionView }) {
  const { t } = useSpeech()
  const [open, setOpen] = useState(false)
  const box = useRef<HTMLDivElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  const { signOut, pending, trouble } = useSignOut()

  useEffect(() => {
    if (!open) return
    const press = (event: PointerEvent) => {
      if (event.target instanceof Node && !box.current?.contains(event.target)) setOpen(false)
    }
    const key = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return
      setOpen(false)
      button.current?.focus()
    }
    document.addEventListener('pointerdown', press)
    document.addEventListener('keydown', key)
    return () => {
      document.removeEventListener('pointerdown', press)
      document.removeEventListener('keydown', key)
    }
  }, [open])

  return (
    <div ref={box} className={style['box']}>
      <button
        ref={button}
        type="button"
        className={style['button']}
        aria-expanded={open}
        aria-controls="person-menu"
        onClick={() => setOpen(!open)}
      >
        <span className={style['face']} aria-hidden="true">
          {initialsOf(session.name)}
        </span>
        <span className={style['name']}>{session.name}</span>
        <span className="visually-hidden">, {t('person.menu')}</span>
        <Icon name="down" size={16} />
      </button>
      <div id="person-menu" className={style['panel']} hidden={!open}>
        <div className={style['who']}>
          <p className={style['full']}>{session.name}</p>
          <p className="muted">{session.email}</p>
        </div>
        <div className={style['row']}>
          <span>{t('frame.language')}</span>
          <LanguageSwitch />
        </div>
        <div className={style['row']}>
          <span>{t('frame.theme')}</span>
          <ThemeSwitch />
        </div>
        {trouble ? <TroublePanel trouble={trouble} /> : null}
        <div className={style['ways']}>
          <Link to="/settings" onClick={() => setOpen(false)}>
            <Icon name="settings" /> {t('nav.settings')}
          </Link>
          <Link to="/security" onClick={() => setOpen(false)}>
            <Icon name="lock" /> {t('security.title')}
          </Link>
          <Button block onClick={signOut} loading={pending ? { delay: 300 } : false} icon={<Icon name="out" size={16} />}>
            {t('person.signOut')}
          </Button>
        </div>
      </div>
    </div>
  )
}
