import { type FormEvent, useState } from 'react';
import { LEAST_THRESHOLD, MOST_THRESHOLD } from '../../../gateway/contract/bounds.ts';
import type { Me, Preferences } from '../../../gateway/contract/portal.ts';
import { type Locale, localeNames, locales } from '../../shared/i18n/locale.ts';
import { Failure } from '../session/client.ts';
import { useMe, useSession } from '../session/session.tsx';
import { Button, Card, Choices, FailureNotice, Field, Quiet, Row, Stack, Title } from '../ui/kit.tsx';
import { type Faults, useFaults } from '../ui/use-faults.ts';
import css from './settings.module.css';

export function SettingsScreen() {
  const { client, words, locale, chooseLocale, setMe } = useSession();
  const me = useMe();
  const { settings } = words;
  const [failure, setFailure] = useState<Failure | null>(null);

  const save = async (preferences: Preferences, faults?: Faults): Promise<boolean> => {
    setFailure(null);
    try {
      setMe(await client.call<Me>('/api/me/preferences', { method: 'PUT', body: preferences }));
      return true;
    } catch (error) {
      if (error instanceof Failure && !faults?.refuse(error)) setFailure(error);
      return false;
    }
  };
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
      <Thresholds key={me.alerts.thresholds.join()} alerts={me.alerts} onSave={save} />
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
          <Button onClick={() => void client.leave()}>{settings.signOut}</Button>
        </div>
      </Card>
    </Stack>
  );
}

interface ThresholdsProps {
  alerts: Me['alerts'];
  onSave(preferences: Preferences, faults: Faults): Promise<boolean>;
}

function Thresholds({ alerts, onSave }: ThresholdsProps) {
  const { words } = useSession();
  const { settings } = words;
  const [first, setFirst] = useState(String(alerts.thresholds[0] ?? ''));
  const [second, setSecond] = useState(String(alerts.thresholds[1] ?? ''));
  const [isSaved, setIsSaved] = useState(false);
  const faults = useFaults();

  const outside = words.errors.fields.thresholds ?? '';
  const boundsFault = (text: string) => {
    const share = Number(text);
    const isWithin = Number.isInteger(share) && share >= LEAST_THRESHOLD && share <= MOST_THRESHOLD;
    return text.trim() === '' || isWithin ? null : outside;
  };

  const save = async (event: FormEvent) => {
    event.preventDefault();
    const thresholds = [first, second].filter((text) => text.trim() !== '').map(Number);
    const rising = thresholds.every((value, index) => index === 0 || value > (thresholds[index - 1] ?? 0));
    const isRight = faults.check({
      thresholds: thresholds.length === 0 ? outside : boundsFault(first),
      second: boundsFault(second) ?? (rising ? null : settings.mustRise),
    });
    if (isRight) setIsSaved(await onSave({ thresholds }, faults));
  };
  const input = (label: string, path: string, value: string, change: (text: string) => void) => (
    <Field label={label} path={path} error={faults.at(path)}>
      {(ids) => (
        <input
          {...ids}
          type="number"
          inputMode="numeric"
          min={LEAST_THRESHOLD}
          max={MOST_THRESHOLD}
          step={1}
          value={value}
          onChange={(event) => {
            setIsSaved(false);
            change(event.target.value);
          }}
        />
      )}
    </Field>
  );
  return (
    <form ref={faults.form} onSubmit={save} noValidate>
      <Card>
        <h2>{settings.thresholds}</h2>
        <Quiet>{settings.thresholdsHint(LEAST_THRESHOLD, MOST_THRESHOLD)}</Quiet>
        <div className={css.pair}>
          {input(settings.first, 'thresholds', first, setFirst)}
          {input(settings.second, 'second', second, setSecond)}
        </div>
        <Row>
          <Button type="submit" kind="primary">
            {settings.save}
          </Button>
          {alerts.own && (
            <Button kind="quiet" onClick={() => void onSave({ thresholds: null }, faults)}>
              {settings.takePlan}
            </Button>
          )}
          <span role="status">{isSaved ? settings.saved : ''}</span>
        </Row>
      </Card>
    </form>
  );
}
