import { type ArchiveView, readArchive } from '@app/contracts/archive'
import { useMutation } from '@tanstack/react-query'
import { Button } from 'antd'
import { troubleIn } from '../../api/api-error.ts'
import { callApi } from '../../api/client.ts'
import { useSpeech } from '../../language/language.tsx'
import { Notice } from '../../parts/notice.tsx'
import { Panel } from '../../parts/panel.tsx'
import { TroublePanel } from '../../parts/trouble-panel.tsx'
import style from './security.module.css'

interface ArchivePanelProps {
  /** As for the other panels: false when the person is on their way to prove that it is them. */
  readonly fresh: () => boolean
}

/** Everything that is known about the person, as a file. */
export function ArchivePanel({ fresh }: ArchivePanelProps) {
  const { t } = useSpeech()
  const { mutate, error, isPending, isSuccess } = useMutation({ mutationFn: () => callApi(readArchive), onSuccess: save })
  return (
    <Panel split title={t('security.archive.title')} lead={t('security.archive.lead')} id="archive">
      <div className={style['leave']}>
        {error ? <TroublePanel trouble={troubleIn(error)} kept /> : null}
        {isSuccess ? <Notice tone="good">{t('security.archive.done')}</Notice> : null}
        <Button
          onClick={() => {
            if (fresh()) mutate()
          }}
          loading={isPending ? { delay: 300 } : false}
        >
          {t('security.archive.download')}
        </Button>
      </div>
    </Panel>
  )
}

function save(archive: ArchiveView): void {
  const address = URL.createObjectURL(new Blob([JSON.stringify(archive, null, 2)], { type: 'application/json' }))
  const link = document.createElement('a')
  link.href = address
  link.download = `account-${archive.madeAt.slice(0, 10)}.json`
  link.click()
  URL.revokeObjectURL(address)
}
