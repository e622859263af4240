import { Button } from 'antd'
import { useState } from 'react'
import { productName } from '../../frame/mark.tsx'
import { inputNamed } from '../../kratos/ceremony.ts'
import { nodesIn, secretsIn } from '../../kratos/secrets.ts'
import { useSpeech } from '../../language/language.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Notice } from '../../parts/notice.tsx'
import type { SecurityPanelProps } from './panel-props.ts'
import style from './security.module.css'

/** Codes that were just made and count once they are confirmed. */
export function newRecoveryCodes({ flow }: Pick<SecurityPanelProps, 'flow'>): string[] {
  const nodes = nodesIn(flow, 'lookup_secret')
  return inputNamed(nodes, 'lookup_secret_confirm') ? secretsIn(nodes) : []
}

/** Shows new codes, this once: to copy, to download, and to confirm, because only then do they replace the ones before. */
export function RecoveryCodes({ codes, settings, email }: { codes: string[]; email: string; settings: SecurityPanelProps['settings'] }) {
  const { t } = useSpeech()
  return (
    <>
      <Notice tone="warn" title={t('security.codes.once.title')}>
        <p>{t('security.codes.once.text')}</p>
      </Notice>
      <ul className={style['codes']} aria-label={t('settings.lookup_secret.title')}>
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div className={style['row']}>
        <CopyAll text={codes.join('\n')} />
        <Button icon={<Icon name="download" size={16} />} onClick={() => download(codes, `${productName}: ${email}`)}>
          {t('security.codes.download')}
        </Button>
      </div>
      <div>
        <Button
          type="primary"
          loading={settings.waitsFor('lookup_secret') ? { delay: 300 } : false}
          onClick={() => settings.press('lookup_secret', { lookup_secret_confirm: true })}
        >
          {t('security.codes.confirm')}
        </Button>
      </div>
    </>
  )
}

function CopyAll({ text }: { text: string }) {
  const { t } = useSpeech()
  const [copied, setCopied] = useState(false)
  const copy = () => {
    navigator.clipboard.writeText(text).then(
      () => setCopied(true),
      () => setCopied(false), // Forbidden by the browser: the codes can still be selected.
    )
  }
  return (
    <>
      <Button icon={<Icon name={copied ? 'check' : 'copy'} size={16} />} onClick={copy}>
        {t('security.codes.copy')}
      </Button>
      <span className="visually-hidden" aria-live="polite">
        {copied ? t('copy.done') : ''}
      </span>
    </>
  )
}

function download(codes: string[], heading: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([`${heading}\n\n${codes.join('\n')}\n`], { type: 'text/plain' }))
  link.download = `${productName.toLowerCase()}-recovery-codes.txt`
  link.click()
  URL.revokeObjectURL(link.href)
}
