import { type FormEvent, useState } from 'react';
import { LEAST_THRESHOLD, MOST_THRESHOLD } from '../../../gateway/contract/bounds.ts';
import type { Me, Preferences } from '../../../gateway/contract/portal.ts';
import { type Locale, localeNames, locales } from '../../shared/i18n/locale.ts';
import { useMe, useSession } from '../session/session.tsx';
import { Button, Card, Choices, DraftNote, FailureNotice, Field, Quiet, Row, Stack, Title } from '../ui/kit.tsx';
import { forgetDrafts, useDraft } from '../ui/use-draft.ts';
import { useFaults } from '../ui/use-faults.ts';
import { useSending } from '../ui/use-sending.ts';
import css from './settings.module.css';

export function SettingsScreen() {
  const { client, words, locale, chooseLocale, setMe } = useSession();
  const me = useMe();
  const { settings } = words;
  // Here, since what was saved begins its form anew.
  const [areThresholdsSaved, setThresholdsSaved] = useState(false);
  const { failure, send } = useSending();

  const save = (preferences: Preferences) =>
    send(async () => setMe(await client.call<Me>('/api/me/preferences', { method: 'PUT', body: preferences })));
  const choose = (chosen: Locale) => {
    chooseLocale(chosen);
    void save({ locale: chosen });
  };
  return (
    <Stack>
      <Title>{settings.title}</Title>
      {failure && <FailureNotice failure={failure} />}
      <Card>
        <Choices
          legend={settings.language}
          choices={locales.map((value) => ({ value, title: localeNames[value] }))}
          chosen={locale}
          onChoose={choose}
        />
        <Quiet>{settings.languageHint}</Quiet>
      </Card>
      <Card>
        <h2>{settings.mails}</h2>
        <label className={css.check}>
          <input
            type="checkbox"
            checked={me.alerts.mail}
            onChange={(event) => void save({ mailAlerts: event.target.checked })}
          />
          {settings.mailsOn}
        </label>
        <Quiet>{settings.mailsHint}</Quiet>
      </Card>
      <Thresholds
        key={me.alerts.thresholds.join()}
        alerts={me.alerts}
        isSaved={areThresholdsSaved}
        onSaved={setThresholdsSaved}
      />
      <Card>
        <h2>{settings.account}</h2>
        <dl className={css.facts}>
          <dt>{me.email ?? me.name}</dt>
          <dd>
            {settings.plan}
            {': '}
            {me.plan.name}
          </dd>
        </dl>
        <div>
          <Button
            onClick={() => {
              forgetDrafts(me.id);
              void client.leave();
            }}
          >
            {settings.signOut}
          </Button>
        </div>
      </Card>
    </Stack>
  );
}

interface ThresholdsProps {
  alerts: Me['alerts'];
  isSaved: boolean;
  onSaved(isSaved: boolean): void;
}

function Thresholds({ alerts, isSaved, onSaved }: ThresholdsProps) {
  const { client, words, setMe } = useSession();
  const { settings } = words;
  const [first = '', second = ''] = alerts.thresholds.map(String);
  const draft = useDraft('thresholds', { first, second });
  const faults = useFaults();
  const { failure, isSending, clear, send } = useSending(faults);

  const outside = words.errors.fields.thresholds ?? '';
  const boundsFault = (text: string) => {
    const share = Number(text);
    const isWithin = Number.isInteger(share) && share >= LEAST_THRESHOLD && share <= MOST_THRESHOLD;
    return text.trim() === '' || isWithin ? null : outside;
  };

  const save = (thresholds: number[] | null) =>
    send(async () => {
      const me = await client.call<Me>('/api/me/preferences', { method: 'PUT', body: { thresholds } });
      draft.reset();
      setMe(me);
      onSaved(true);
    });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    clear();
    const typed = draft.values;
    const thresholds = [typed.first, typed.second].filter((text) => text.trim() !== '').map(Number);
    const rising = thresholds.every((value, index) => index === 0 || value > (thresholds[index - 1] ?? 0));
    const isRight = faults.check({
      thresholds: thresholds.length === 0 ? outside : boundsFault(typed.first),
      second: boundsFault(typed.second) ?? (rising ? null : settings.mustRise),
    });
    if (isRight) await save(thresholds);
  };
  const input = (label: string, path: string, name: 'first' | 'second') => (
    <Field label={label} path={path} error={faults.at(path)}>
      {(ids) => (
        <input
          {...ids}
          type="number"
          inputMode="numeric"
          min={LEAST_THRESHOLD}
          max={MOST_THRESHOLD}
          step={1}
          value={draft.values[name]}
          onChange={(event) => {
            onSaved(false);
            draft.change({ [name]: event.target.value });
          }}
        />
      )}
    </Field>
  );
  return (
    <form ref={faults.form} onSubmit={submit} noValidate>
      <Card>
        <h2>{settings.thresholds}</h2>
        <Quiet>{settings.thresholdsHint(LEAST_THRESHOLD, MOST_THRESHOLD)}</Quiet>
        <DraftNote draft={draft} />
        <div className={css.pair}>
          {input(settings.first, 'thresholds', 'first')}
          {input(settings.second, 'second', 'second')}
        </div>
        {failure && <FailureNotice failure={failure} />}
        <Row>
          <Button type="submit" kind="primary" disabled={isSending}>
            {settings.save}
          </Button>
          {alerts.own && (
            <Button kind="quiet" disabled={isSending} onClick={() => void save(null)}>
              {settings.takePlan}
            </Button>
          )}
          <span role="status">{isSaved ? settings.saved : ''}</span>
        </Row>
      </Card>
    </form>
  );
}
