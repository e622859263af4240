import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { useState } from 'react'
import { securityQuery } from '../../api/queries.ts'
import type { InputNode } from '../../kratos/flow.ts'
import { useSpeech } from '../../language/language.tsx'
import { ConfirmButton } from '../../parts/confirm-button.tsx'
import { Stage } from '../../parts/stage.tsx'
import { When } from '../../parts/when.tsx'
import { base64UrlOf } from './base64-url.ts'
import { PasskeyName } from './passkey-name.tsx'
import style from './security.module.css'
import type { Settings } from './use-settings.ts'

/** One passkey; `passkey_remove` holds its credential id in hexadecimal. */
export function PasskeyRow({ node, settings }: { node: InputNode; settings: Settings }) {
  const { t, date } = useSpeech()
  const [naming, setNaming] = useState(false)
  const { data: security } = useQuery(securityQuery)
  const value = String(node.attributes.value ?? '')
  const id = base64UrlOf(value)
  const own = security?.passkeys.find((passkey) => passkey.id === id)?.name ?? null
  const added = node.meta?.label?.context?.['added_at']
  const at = typeof added === 'string' && !Number.isNaN(Date.parse(added)) ? added : null
  const name = own ?? (at ? t('security.passkey.name', { date: date(at) }) : t('security.passkey.unnamed'))
  return (
    <li>
      <Stage name={naming ? 'naming' : 'shown'}>
        {naming ? (
          <PasskeyName passkeyId={id} name={own ?? ''} onDone={() => setNaming(false)} />
        ) : (
          <div className={style['item']}>
            <div>
              <p className={style['name']}>{own ?? t('security.passkey.unnamed')}</p>
              {at ? (
                <p className="muted">
                  {t('security.added')} <When at={at} />
                </p>
              ) : null}
              {node.attributes.disabled ? <p className="muted">{t('security.lastWay')}</p> : null}
            </div>
            <div className={style['row']}>
              <Button aria-label={t('security.passkey.rename', { name })} onClick={() => setNaming(true)}>
                {t('security.rename')}
              </Button>
              {node.attributes.disabled ? null : (
                <ConfirmButton
                  label={t('security.remove')}
                  name={t('security.passkey.remove', { name })}
                  title={t('security.passkey.remove.title')}
                  verb={t('security.remove')}
                  onConfirm={() => settings.press('passkey', { passkey_remove: value })}
                >
                  {t('security.passkey.remove.text')}
                </ConfirmButton>
              )}
            </div>
          </div>
        )}
      </Stage>
    </li>
  )
}
