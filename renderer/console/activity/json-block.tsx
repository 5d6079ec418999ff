import { Code, Title } from '@mantine/core';

interface JsonBlockProps {
  title: string;
  value: Readonly<Record<string, unknown>>;
}

/** Details that have no words of their own, as the API has them; nothing where there are none. */
export function JsonBlock({ title, value }: JsonBlockProps) {
  if (Object.keys(value).length === 0) return null;
  return (
    <div>
      <Title order={3} mb={4}>
        {title}
      </Title>
      <Code block style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
        {JSON.stringify(value, null, 2)}
      </Code>
    </div>
  );
}
