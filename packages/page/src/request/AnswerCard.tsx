import { type Diagnosis, pastedCharactersMax } from 'pkjwt/protocol'
import { useEffect, useState } from 'preact/hooks'
import { useStore } from '../model/useStore.js'
import { sizeOf } from '../parts/actions.js'
import { Card } from '../parts/Card.js'
import { usePage } from '../parts/context.js'
import { Findings } from '../parts/Findings.js'
import { PasteArea } from '../parts/PasteArea.js'
import { texts } from '../texts.js'
import { explainAnswer, type PreparedRequest } from './answer.js'

const t = texts.request

/** What the server said, explained together with what it was asked. */
export function AnswerCard({ request }: { readonly request: PreparedRequest | undefined }) {
  const { signing, signKey, say } = usePage()
  const form = useStore(signing.form)
  const [answer, setAnswer] = useState('')
  const [tooLong, setTooLong] = useState<string>()
  const [diagnosis, setDiagnosis] = useState<Diagnosis>()
  useEffect(() => {
    let isWanted = true
    if (answer.trim() === '' || request === undefined) setDiagnosis(undefined)
    else {
      void explainAnswer(answer, request, { form, held: signKey.held(), now: new Date() }).then((next) => {
        if (!isWanted) return
        setDiagnosis(next)
        const [first] = next.findings
        if (first !== undefined) say(first.message)
      })
    }
    return () => {
      isWanted = false
    }
  }, [answer, request?.body, request?.url])
  return (
    <Card title={t.answerTitle} number={2}>
      <PasteArea
        label={t.answer}
        name="answer"
        hint={t.answerHint}
        error={tooLong}
        rows={5}
        charactersMax={pastedCharactersMax}
        value={answer}
        onText={(text) => {
          setTooLong(undefined)
          setAnswer(text)
        }}
        onTooLong={(characters) => setTooLong(texts.check.tooLong(sizeOf(characters)))}
      />
      {diagnosis === undefined ? null : <Findings findings={diagnosis.findings} />}
    </Card>
  )
}
