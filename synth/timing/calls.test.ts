import { expect, test } from 'vitest';
import { large } from '../check/fixture.js';
import { analyseTiming } from './index.js';

test('components that call one another in a circle have no bound, however many there are', () => {
  const { graph } = large(2000);
  const component = graph.nodes.find(({ path }) => path === 'large/c0');
  if (!component) throw new Error('the system has components');
  const task = { period: 10_000_000, worstCase: 1000, deadline: 10_000_000 };
  graph.timings = [{ component: component.path, source: component.source, task, serves: [], calls: [] }];
  const [timing] = analyseTiming(graph).flatMap(({ tasks }) => tasks);
  expect(timing?.response).toBeUndefined();
  expect(timing?.unknown.length).toBeGreaterThan(0);
});
