import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { List } from '../../../gateway/contract/common.ts';
import type { Department } from '../../../gateway/contract/departments.ts';
import type { Plan } from '../../../gateway/contract/plans.ts';
import type { Upstream } from '../../../gateway/contract/upstreams.ts';
import { useMay, useSession } from '../session/use-session.tsx';

/** A team has few plans, departments and upstreams: one page holds all. */
const ALL = 200;

export function usePlans() {
  const session = useSession();
  return useQuery({
    queryKey: ['plans'],
    queryFn: ({ signal }) => session.call<List<Plan>>('/api/admin/plans', { query: { limit: ALL }, signal }),
  });
}

export function useDepartments() {
  const session = useSession();
  return useQuery({
    queryKey: ['departments'],
    queryFn: ({ signal }) =>
      session.call<List<Department>>('/api/admin/departments', { query: { limit: ALL }, signal }),
  });
}

/** In the order in which they are asked; for administrators, since nobody else sees upstreams. */
export function useUpstreams() {
  const session = useSession();
  const may = useMay();
  return useQuery({
    queryKey: ['upstreams', 'all'],
    enabled: may('admin'),
    queryFn: ({ signal }) =>
      session.call<List<Upstream>>('/api/admin/upstreams', { query: { limit: ALL, sort: 'position' }, signal }),
  });
}

/** From an upstream's id to its name. */
export function useUpstreamNames(): ReadonlyMap<string, string> {
  return useNames(useUpstreams().data);
}

/** From a plan's id to its name. */
export function usePlanNames(): ReadonlyMap<string, string> {
  return useNames(usePlans().data);
}

/** From a department's id to its name. */
export function useDepartmentNames(): ReadonlyMap<string, string> {
  return useNames(useDepartments().data);
}

function useNames(data: List<{ id: string; name: string }> | undefined): ReadonlyMap<string, string> {
  return useMemo(() => new Map(data?.items.map(({ id, name }) => [id, name])), [data]);
}
